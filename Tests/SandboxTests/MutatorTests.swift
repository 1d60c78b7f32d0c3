import Glibc
import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// One turn at a time, whoever starts how many, and however the one that has the lock ends.
@Suite(.serialized) struct MutatorTests {
    /// All two hundred are real processes. The one that has the lock starts a unit that waits for
    /// a file; it comes when all others have ended.
    @Test func ofTwoHundredTurnsAtOnceOneMutatesAndTheOthersEndWith6() throws {
        try Sandbox.healthy { box in
            let go = box.scratch.path + "/go"
            box.scratch.write(
                "tree/systemd/more.service",
                """
                [Service]
                Type=oneshot
                RemainAfterExit=yes
                ExecStart=/bin/sh -c 'until [ -e \(go) ]; do sleep 0.05; done'

                """)
            try box.wanted("services", "more.service: {unit: systemd/more.service, state: running}")
            try box.push("a unit that waits")
            let before = try box.journal().count
            let ends = try box.shell(
                """
                mkdir ../runs
                for number in $(seq 200); do
                    (code=0; '\(box.program)' --root "$HOST" >../runs/$number.out 2>&1 || code=$?
                    echo $code >../runs/$number.code) &
                done
                until [ $(ls ../runs | grep -c code) -ge 199 ]; do sleep 0.05; done
                touch '\(go)'
                wait
                cat ../runs/*.code | sort | uniq -c
                cat ../runs/*.out | grep -c 'Another turn is running: nothing done.'
                """, deadline: .seconds(300))
            #expect(
                ends.split(separator: "\n").map { $0.drop { $0 == " " } }
                    == ["1 0", "199 6", "199"])
            let events = try box.journal()[before...].compactMap { $0["event"]?.asString }
            #expect(events.count { $0 == "turn" } == 1)
            #expect(events.last == "healthy")
        }
    }

    /// Processes of git that ask this server.
    private func asking(_ server: SilentServer) throws -> Int {
        var count = 0
        guard let folder = opendir("/proc") else { return -1 }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard pid_t(name) != nil else { continue }
            let words = textOfFile("/proc/\(name)/cmdline") ?? ""
            if words.hasPrefix("/usr/bin/git"), words.contains(server.url) { count += 1 }
        }
        return count
    }

    private func hang(_ box: Sandbox, _ server: SilentServer) throws -> String {
        let kept = try #require(box.scratch.read("host/etc/v6-reconcile/host.yaml"))
        box.scratch.write(
            "host/etc/v6-reconcile/host.yaml",
            "environment: sandbox\nrepository: \(server.url)\n")
        return kept
    }

    @Test func turnThatHangsIsKilledAtItsDeadlineWithWhatItRanAndTheNextFinishes() throws {
        try Sandbox.healthy { box in
            let server = try SilentServer()
            try box.shell("echo drift >> \"$HOST/etc/v6/README\"")
            let kept = try hang(box, server)
            let hung = try box.turn(["--deadline", "1s"])
            #expect(hung.ending == .signalled(SIGALRM), "\(hung.outputText)\(hung.errorText)")
            #expect(try becomesTrue { try asking(server) == 0 }, "git outlives its turn")
            box.scratch.write("host/etc/v6-reconcile/host.yaml", kept)
            let next = try box.turn()
            #expect(next.ending == .exited(0), "\(next.errorText)")
            #expect(box.scratch.read("host/etc/v6/README") == Sandbox.readme)
        }
    }

    @Test func killedHolderFreesTheLockAndWhatItRanDiesWithIt() throws {
        try Sandbox.healthy { box in
            let server = try SilentServer()
            let kept = try hang(box, server)
            try box.shell(
                "'\(box.program)' --root \"$HOST\" >/dev/null 2>&1 & echo $! >../holder")
            let holder = try #require(pid_t(box.scratch.read("holder")?.dropLast() ?? ""))
            #expect(try becomesTrue { try asking(server) > 0 })
            let second = try box.turn(["--down"])
            #expect(second.ending == .exited(6), "the holder has the lock")
            #expect(kill(holder, SIGKILL) == 0)
            #expect(try becomesTrue { try asking(server) == 0 }, "git outlives its turn")
            box.scratch.write("host/etc/v6-reconcile/host.yaml", kept)
            #expect(try box.turn().ending == .exited(0))
        }
    }
}
