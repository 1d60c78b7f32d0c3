import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Seeded sequences of pushes, hands, faults and turns on a real host; what must hold after
    /// each turn is said by what was pushed and done, not by the planner. The sandbox has
    /// thousands of longer ones (`Tests/crash schedules`).
    @Suite(.serialized) struct Schedules {
        private static let program = "/opt/v6/v6-reconcile/bin/v6-reconcile"
        private static let unit = "try-good.service"

        /// What a commit says; two that say the same are the same content.
        private struct Content: Hashable {
            var number: Int
            var isBad = false
        }

        private enum Act: CaseIterable {
            case good, good2, bad, revert, edit, chmod, stop, kill, disable, delete, away, back
        }

        private enum Fault: CaseIterable {
            case none, none2, none3, killed, refused, twice
        }

        /// A host, and what is known of it from what was done.
        private struct Story {
            let road: RoadHost
            var dice: Dice
            var pushed: [Content] = []
            /// The newest that the host may know: a remote that is away tells it nothing.
            var known = Content(number: 0)
            var healthy = Content(number: 0)
            var quarantined: Set<Content> = []
            var isAway = false
            /// A turn was killed or refused a call, so that the next one may go on with what it
            /// did, whatever it was.
            var isDisturbed = false
            var told: [String] = []

            mutating func push(_ content: Content) throws {
                let command = content.isBad ? "exit \(7 + content.number % 2)" : "exec sleep 1000"
                try road.host.write(
                    "/srv/tree/systemd/\(Schedules.unit)",
                    """
                    [Unit]
                    Description=number \(content.number)
                    [Service]
                    ExecStart=/bin/sh -c '\(command)'
                    [Install]
                    WantedBy=multi-user.target

                    """)
                let repository = isAway ? "/srv/git/away" : "origin"
                try road.must(
                    """
                    cd /srv/tree
                    echo 'number \(content.number)' >desired/files/README
                    git add -A
                    git commit -q --allow-empty -m 'number \(content.number)'
                    git push -q \(repository) main
                    """)
                pushed.append(content)
            }
        }

        @Test func whateverHappensEveryTurnEndsAsItSaysAndTheHostIsWhatItShouldBe() throws {
            let (count, seed) = (setting("V6_CASES") ?? 2, setting("V6_SEED") ?? 1)
            var ends: [CommandResult.Ending: Int] = [:]
            for number in 0..<count {
                let road = try RoadHost.healthy()
                var story = Story(road: road, dice: Dice(seed: UInt64(seed + number)))
                try begin(&story)
                for _ in 0..<6 {
                    for _ in 0...story.dice.below(2) { try act(&story) }
                    try turns(&story, &ends)
                }
                if story.isAway { try bringBack(&story) }
                try end(story)
            }
            print(
                "host schedules: \(count) sequences, turns ended "
                    + ends.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", "))
        }

        private func begin(_ story: inout Story) throws {
            try story.road.must("git -C /srv/tree tag -f begun >/dev/null")
            let entry =
                "  \(Self.unit): {unit: systemd/\(Self.unit), enabled: true, state: running}"
            try story.road.must(
                "sed -i 's#^services:#services:\\n\(entry)#' /srv/tree/desired/common.yaml")
            try story.push(Content(number: story.dice.below(1000)))
            let first = try story.road.turn()
            guard first.ending == .exited(0) else {
                throw HostError("begin", "\(first.ending) \(first.errorText)")
            }
            story.known = story.pushed[0]
            story.healthy = story.known
        }

        private func end(_ story: Story) throws {
            try story.road.push("as it was", "git rm -rqf .; git checkout -q begun -- .")
            let last = try story.road.turn()
            #expect(last.ending == .exited(0), "\(last.outputText)\(last.errorText)")
        }

        private func bringBack(_ story: inout Story) throws {
            try story.road.must("mv /srv/git/away /srv/git/v6.git")
            story.isAway = false
        }

        private func act(_ story: inout Story) throws {
            let act = story.dice.pick(Act.allCases)
            story.told.append("\(act)")
            let must = story.road.must
            switch act {
            case .good, .good2: try story.push(Content(number: story.dice.below(1000)))
            case .bad: try story.push(Content(number: story.dice.below(1000), isBad: true))
            case .revert:
                guard let before = story.pushed.dropLast().last else { return }
                try story.push(before)
            case .edit: try must("echo by hand >>/etc/v6/README")
            case .chmod: try must("chmod 0600 /etc/v6/README")
            case .stop: try must("systemctl stop \(Self.unit)")
            case .kill: try must("systemctl kill -s KILL \(Self.unit); sleep 0.1")
            case .disable: try must("systemctl disable -q \(Self.unit)")
            case .delete: try must("rm -f /etc/systemd/system/\(Self.unit) /etc/v6/README")
            case .away:
                guard !story.isAway else { return }
                try must("mv /srv/git/v6.git /srv/git/away")
                story.isAway = true
            case .back: if story.isAway { try bringBack(&story) }
            }
        }

        /// A turn, disturbed or not, and after a disturbed one a plain one.
        private func turns(
            _ story: inout Story, _ ends: inout [CommandResult.Ending: Int]
        ) throws {
            if !story.isAway, let newest = story.pushed.last { story.known = newest }
            let fault = story.dice.pick(Fault.allCases)
            story.told.append("\(fault)")
            let number = 1 + story.dice.below(40)
            switch fault {
            case .none, .none2, .none3: break
            case .killed:
                try disturbed(&story, "fsync:signal=SIGKILL:when=\(number)")
            case .refused:
                let call = story.dice.pick(["fsync", "write", "renameat"])
                try disturbed(&story, "\(call):error=ENOSPC:when=\(number)")
            case .twice:
                let both = try story.road.host.shell(
                    "\(Self.program) >/dev/null 2>&1 & one=0; two=0; \(Self.program) "
                        + ">/dev/null 2>&1 || two=$?; wait $! || one=$?; echo $one $two",
                    deadline: .seconds(120)
                ).outputText.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
                #expect(both.contains { $0 != 6 }, "\(both) \(story.told)")
                for end in both where end != 6 { ends[.exited(end), default: 0] += 1 }
                story.isDisturbed = true
            }
            let plain = try story.road.turn()
            ends[plain.ending, default: 0] += 1
            try judge(&story, plain)
        }

        private func disturbed(_ story: inout Story, _ injection: String) throws {
            let result = try story.road.host.run(
                [
                    "strace", "-o", "/dev/null", "-e",
                    "trace=\(injection.prefix { $0 != ":" })", "-e", "inject=\(injection)",
                    Self.program,
                ], deadline: .seconds(120))
            story.told.append("\(injection) -> \(result.ending)")
            story.isDisturbed = true
        }

        /// What a plain turn has to say, and what the host has to be after it.
        private func judge(_ story: inout Story, _ turn: CommandResult) throws {
            let isKnownBad = story.known.isBad
            let wanted: [CommandResult.Ending] =
                if story.isAway { isKnownBad ? [.exited(1), .exited(4)] : [.exited(1)] } else {
                    isKnownBad ? [.exited(4)] : [.exited(0)]
                }
            let said = "\(turn.ending) \(turn.outputText)\(turn.errorText)\n\(story.told)"
            try #require(wanted.contains(turn.ending), "wanted \(wanted): \(said)")
            if isKnownBad {
                let isOld = story.quarantined.contains(story.known)
                try #require(
                    !isOld || story.isDisturbed || !turn.outputText.contains("Going back to"),
                    "it was tried again: \(said)")
                if turn.ending == .exited(4) { story.quarantined.insert(story.known) }
            } else {
                story.healthy = story.known
            }
            let host = try look(story.road)
            try #require(
                host == """
                    number \(story.healthy.number)
                    644 active enabled
                    number \(story.healthy.number)

                    """, "\(host)\n\(said)")
            let verify = try story.road.turn(["verify"])
            try #require(verify.ending == .exited(0), "\(verify.errorText) \(story.told)")
            story.isDisturbed = false
        }

        /// What the host is, as far as these contents go.
        private func look(_ road: RoadHost) throws -> String {
            try road.host.shell(
                """
                cat /etc/v6/README
                echo "$(stat -c %a /etc/v6/README) $(systemctl is-active \(Self.unit) || true) \
                $(systemctl is-enabled \(Self.unit) || true)"
                systemctl show -P Description \(Self.unit)
                find /etc /opt /var/lib -name '.*.v6-new'
                """
            ).outputText
        }
    }
}
