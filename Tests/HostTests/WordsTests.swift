import HostKit
import JSON
import Machine
import TestKit
import Testing

extension HostTests {
    /// What persons say and ask on a real host, and what journald is told of it.
    @Suite(.serialized) struct Words {
        /// MESSAGE_IDs as docs/events.md lists them: who asks for one finds it for good.
        private enum Kind: String {
            case applyStart = "e9918f0ce7505c618ecd0eaabed5a123"
            case changeSummary = "0bf680e5bae857c2911c67de9a273e6d"
            case healthComplete = "6481f4d6283f5ed4bac29b1b8c6691cd"
            case holdSet = "48a6e12861a758beadffb66959052ef1"
            case restartComplete = "c317ae75ca52582d9a42b8cd5ce7e670"
            case resumed = "7c0bf301a7865eb6808406e928d55192"
            case rollbackComplete = "bd9f9501c3db56c6acdac2d271d19d51"
            case suspended = "db34995823f9554dba69307e2fa2a00a"
        }

        private static let feed = "try-good.service"

        /// A healthy host with a feed of ours.
        private func host() throws -> RoadHost {
            let road = try RoadHost.healthy()
            let isThere = try road.host.run(["systemctl", "is-active", Self.feed]).succeeded
            if !isThere {
                try road.pushUnit(Self.feed, running: "exec sleep 100000", "a feed")
                try #require(try road.turn().ending == .exited(0))
            }
            return road
        }

        /// The newest entry of this kind that journald has.
        private func entry(_ road: RoadHost, _ kind: Kind) throws -> JSONValue {
            _ = try road.host.run(["journalctl", "--sync"])
            let result = try road.host.run([
                "journalctl", "MESSAGE_ID=\(kind.rawValue)", "-o", "json", "-n", "1",
            ])
            let line = try #require(result.outputText.split(separator: "\n").last, "\(kind)")
            return try JSONValue.parse(Array(line.utf8))
        }

        private func text(_ road: RoadHost, _ path: String) throws -> String? {
            try road.host.read(path)
        }

        private func run(_ road: RoadHost, _ words: [String], _ exit: Int32) throws {
            let result = try road.turn(words)
            #expect(
                result.ending == .exited(exit), "\(words) \(result.outputText)\(result.errorText)")
        }

        @Test func journaldIsToldOfTurnsWithFieldsThatCanBeAskedFor() throws {
            let road = try host()
            try road.push("a word more", "echo '# a word more' >> desired/files/README")
            try run(road, [], 0)
            let tip = try road.tip()
            let healthy = try entry(road, .healthComplete)
            #expect(healthy["V6_COMMIT"]?.asString == tip)
            #expect(healthy["V6_VERDICT"] == "healthy" && healthy["PRIORITY"] == "6")
            #expect(healthy["SYSLOG_IDENTIFIER"] == "v6-reconcile")
            #expect(healthy["V6_EXIT_STATUS"] == "0")
            let begun = try entry(road, .applyStart)
            #expect(begun["V6_ADDRESS"] == "file/etc/v6/README")
            try road.pushUnit("try-bad.service", running: "exit 7", "a bad unit")
            try run(road, [], 4)
            let bad = try road.tip()
            let back = try entry(road, .rollbackComplete)
            #expect(back["V6_COMMIT"]?.asString == bad)
            #expect(back["V6_VERDICT"] == "went-back" && back["PRIORITY"] == "3")
            let byCommit = try road.host.run(["journalctl", "V6_COMMIT=\(bad)", "-o", "cat"])
            #expect(byCommit.outputText.contains("going back to \(tip)"))
            try road.pushRevert()
            try run(road, [], 0)
        }

        @Test func suspensionHoldAndRestartAreObeyedAndTold() throws {
            let road = try host()
            try run(road, ["suspend", "--reason", "a new disk", "--for", "2h"], 0)
            #expect(
                try entry(road, .suspended)["MESSAGE"]?.asString?.hasSuffix(": a new disk") == true)
            try road.must("echo drift >> /etc/v6/README")
            try run(road, [], 3)
            #expect(try text(road, "/etc/v6/README")?.hasSuffix("drift\n") == true)
            #expect(try entry(road, .changeSummary)["V6_VERDICT"] == "suspended")
            try run(road, ["status"], 2)
            try run(road, ["resume"], 0)
            _ = try entry(road, .resumed)
            try run(road, ["hold", Self.feed, "--reason", "a look"], 0)
            #expect(try entry(road, .holdSet)["V6_UNIT"]?.asString == Self.feed)
            try road.must("systemctl stop \(Self.feed)")
            try run(road, [], 3)
            #expect(try !road.host.run(["systemctl", "is-active", Self.feed]).succeeded)
            #expect(try text(road, "/etc/v6/README")?.hasSuffix("drift\n") == false)
            try run(road, ["restart", Self.feed], 3)
            try run(road, ["hold", "--end", Self.feed], 0)
            try run(road, ["restart", Self.feed, "--reason", "it is down"], 0)
            #expect(try entry(road, .restartComplete)["V6_UNIT"]?.asString == Self.feed)
            #expect(try road.host.run(["systemctl", "is-active", Self.feed]).succeeded)
            let show = ["systemctl", "show", "-P", "InvocationID", Self.feed]
            let before = try road.host.run(show).outputText
            try run(road, ["restart", Self.feed], 0)
            #expect(try road.host.run(show).outputText != before)
            let turn = try road.turn()
            #expect(turn.outputText.hasPrefix("No changes."), "\(turn.outputText)")
        }

        @Test func rollbackGivesTheHostAsItWasAndStays() throws {
            let road = try host()
            let before = try road.digest()
            let first = try road.tip()
            try road.push("another word", "echo '# another word' >> desired/files/README")
            try run(road, [], 0)
            #expect(try road.digest() != before)
            try run(road, ["rollback", "--plan"], 2)
            try road.must("mv /srv/git/v6.git /srv/git/away")
            try run(road, ["rollback", first], 0)
            #expect(try road.digest() == before)
            try road.must("mv /srv/git/away /srv/git/v6.git")
            try run(road, [], 3)
            #expect(try road.digest() == before)
            let history = try road.turn(["history", "--limit", "1"]).outputText
            #expect(history.contains("  \(first)  rollback  healthy  "), "\(history)")
            try road.pushRevert()
            try run(road, [], 0)
            #expect(try road.digest() == before)
        }

        @Test func hookOfSomebodyElseIsNotRunByRoot() throws {
            let road = try host()
            let folder = "/etc/v6-reconcile/hooks/before.d"
            try road.must(
                """
                mkdir -p \(folder)
                printf '#!/bin/sh\\necho $V6_COMMIT > /run/hook-told\\n' > \(folder)/10-ours
                printf '#!/bin/sh\\ntouch /run/hook-theirs\\n' > \(folder)/20-theirs
                chmod 0755 \(folder) \(folder)/*
                chown nobody \(folder)/20-theirs
                """)
            try road.push("for a hook", "echo '# for a hook' >> desired/files/README")
            let turn = try road.turn()
            #expect(turn.ending == .exited(0))
            #expect(
                turn.errorText.contains(
                    "warning: hook 20-theirs is left out: it belongs to nobody, not to root\n"))
            #expect(try text(road, "/run/hook-told") == "\(try road.tip())\n")
            #expect(try !road.host.run(["test", "-e", "/run/hook-theirs"]).succeeded)
            try road.must("rm -rf /etc/v6-reconcile/hooks")
        }
    }
}
