import Glibc
import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Turns that are disturbed at any call that changes something, on a real host: a seeded
    /// sample of what `Tests/crash host` runs more of.
    @Suite(.serialized) struct Killed {
        private static let program = "/opt/v6/v6-reconcile/bin/v6-reconcile"
        private typealias Ends = [CommandResult.Ending: Int]
        private static let unit = "try-good.service"

        /// Two states that turns go to and fro between, each as a tag.
        private func states() throws -> RoadHost {
            let road = try RoadHost.healthy()
            try road.must("git -C /srv/tree tag -f begun >/dev/null")
            try road.pushUnit(Self.unit, running: "exec sleep 1000", "a unit to be killed over")
            try road.must("git -C /srv/tree tag -f state0 >/dev/null")
            try road.push(
                "the other state",
                """
                git rm -q systemd/\(Self.unit)
                sed -i '/\(Self.unit)/d' desired/common.yaml
                echo 'the other state' >>desired/files/README
                sed -i 's/Description=.*/Description=Health check, other/' \
                    systemd/v6-health-check.timer
                """)
            try road.must("git -C /srv/tree tag -f state1 >/dev/null")
            return road
        }

        private func push(_ tag: String, on road: RoadHost, _ message: String) throws {
            try road.push(
                message,
                "git rm -rqf .; git checkout -q \(tag) -- .; echo \(message) >desired/files/number")
        }

        /// A turn under strace, alone in a control group that systemd kills whole when it ends.
        private func turn(_ road: RoadHost, under words: [String]) throws -> CommandResult {
            try road.host.run(
                [
                    "systemd-run", "--quiet", "--wait", "--pipe", "--collect",
                    "--property=KillSignal=SIGKILL", "--property=TimeoutStopSec=20", "strace",
                ] + words + [Self.program], deadline: .seconds(120))
        }

        private struct Known {
            let sites: [Site]
            let look: String
        }

        private func learn(_ road: RoadHost, _ direction: Int) throws -> Known {
            try push("state\(direction)", on: road, "learn-\(direction)")
            let turn = try turn(
                road, under: ["-f", "-y", "-o", "/srv/log", "-e", "trace=" + Site.names])
            guard turn.ending == .exited(0) else {
                throw HostError("learn", "\(turn.ending) \(turn.errorText)")
            }
            let log = try road.host.read("/srv/log") ?? ""
            return Known(sites: Site.all(in: log), look: try look(road))
        }

        /// What the host is, and what its units run.
        private func look(_ road: RoadHost) throws -> String {
            let runs = try road.host.shell(
                "pgrep -a -x sleep | cut -d' ' -f2-; find /etc /opt /var/lib -name '.*.v6-new'")
            // The health check's timer runs it when it is time, and it says what it finds.
            let host = try road.digest().split(separator: "\n").filter {
                !$0.hasPrefix("● v6-health-check.service")
            }
            return host.joined(separator: "\n") + "\n" + runs.outputText
        }

        /// - Returns: what is wrong; nil when nothing is.
        private func disturbed(
            _ road: RoadHost, _ number: Int, _ known: Known, _ site: Site, _ fault: String,
            _ ends: inout Ends
        ) throws -> String? {
            try push("state\(number % 2)", on: road, "case-\(number)")
            let before = try look(road)
            let disturbed = try turn(
                road,
                under: (site.isMain ? [] : ["-f"]) + [
                    "-o", "/dev/null", "-e", "trace=\(site.call)", "-e",
                    "inject=\(site.call):\(fault):when=\(site.number)",
                ])
            ends[disturbed.ending, default: 0] += 1
            let said = "\(disturbed.ending) \(disturbed.outputText)\(disturbed.errorText)"
            let after = try look(road)
            // For what was killed systemd-run says 1, whatever it says.
            if !fault.hasPrefix("signal"), disturbed.ending == .exited(1), after != before {
                return "says that nothing changed: \(said)\n\(after)\n--- before\n\(before)"
            }
            let plain = try road.turn()
            let then = "\(said)\nthen \(plain.ending) \(plain.outputText)\(plain.errorText)"
            guard plain.ending == .exited(0) else { return then }
            let end = try look(road)
            if end != known.look { return "\(then)\n\(end)\n--- wanted\n\(known.look)" }
            let verify = try road.turn(["verify"])
            return verify.ending == .exited(0) ? nil : "verify: \(verify.errorText)"
        }

        @Test func turnDisturbedAtAnyCallIsFinishedByThePlainOneAfterIt() throws {
            let (count, seed) = (setting("V6_CASES") ?? 4, setting("V6_SEED") ?? 1)
            let road = try states()
            // Once without looking, so that both directions are the same each time.
            for direction in 0..<2 {
                try push("state\(direction)", on: road, "settle-\(direction)")
                #expect(try road.turn().ending == .exited(0))
            }
            let known = try [learn(road, 0), learn(road, 1)]
            try #require(known.allSatisfy { $0.sites.count > 100 })
            var dice = Dice(seed: UInt64(seed))
            var (violations, ends) = (0, Ends())
            for number in 0..<count {
                let this = known[number % 2]
                let site = dice.pick(this.sites)
                // Every other case is the whole control group, the rest what the call can answer.
                let errors = number / 2 % 2 == 0 ? [] : site.errors
                let fault = errors.isEmpty ? "signal=SIGKILL" : "error=\(dice.pick(errors))"
                let wrong = try disturbed(road, number, this, site, fault, &ends)
                guard let wrong else { continue }
                violations += 1
                Issue.record("\(fault) at \(site), seed \(seed), case \(number): \(wrong)")
            }
            print(
                """
                host: \(known.map(\.sites.count).reduce(0, +)) sites, \(count) cases, \
                \(violations) violations, own ends \
                \(ends.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", "))
                """)
            try push("begun", on: road, "as it was")
            try road.must("cd /srv/tree; git rm -q desired/files/number; git commit -qm less")
            try road.must("cd /srv/tree; git push -q origin main")
            #expect(try road.turn().ending == .exited(0))
        }
    }
}

/// A number that whoever runs the tests sets, to run more of a sample or another one.
func setting(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
