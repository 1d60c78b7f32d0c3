import Apply
import Facts
import Machine
import Synchronization
import TestKit
import Testing

/// Programs that are run before an intended change, and have no say.
@Suite struct HookTests {
    private let good = "v6-good.service"

    private func host() throws -> TurnHost {
        let host = try TurnHost()
        host.push(files: ["README": "first"], units: [good: "/bin/stays"])
        return host
    }

    /// Puts a hook there.
    private func hook(
        _ host: TurnHost, _ name: String, _ script: String, mode: UInt16 = 0o755
    ) throws {
        let path = "etc/v6-reconcile/hooks/before.d/\(name)"
        host.scratch.write(path, "#!/bin/sh\n\(script)\n")
        try host.setMode(path, mode)
        try host.setMode("etc/v6-reconcile/hooks/before.d", 0o755)
    }

    @Test func hooksAreToldOfACommitInTheirOrderAndOfNoDrift() throws {
        let host = try host()
        let log = host.scratch.path + "/log"
        try hook(host, "20-b", "echo b $V6_COMMIT $V6_FROM >> \(log)")
        try hook(host, "10-a", "echo a $V6_COMMIT $V6_FROM $HOME >> \(log)")
        let (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0 && warnings.isEmpty, "\(warnings)")
        let first = try #require(try host.state.record().healthy?.label)
        #expect(host.scratch.read("log") == "a \(first)\nb \(first)\n")
        host.scratch.write("etc/v6/README", "by hand")
        #expect(host.turnWithHooks().0.exitCode == 0)
        #expect(host.scratch.read("log") == "a \(first)\nb \(first)\n")
        host.push(files: ["README": "second"], units: [good: "/bin/stays"])
        #expect(host.turnWithHooks().0.exitCode == 0)
        let second = try #require(try host.state.record().healthy?.label)
        #expect(host.scratch.read("log")?.hasSuffix("b \(second) \(first)\n") == true)
    }

    @Test func hooksThatTakeTooLongTogetherAreLeftOut() throws {
        let host = try host()
        for name in ["1", "2", "3", "4", "5"] {
            try hook(host, name, "echo \(name) >>\(host.scratch.path)/log")
        }
        host.commands.takes.withLock { $0 = .seconds(30) }
        let (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0)
        #expect(warnings == ["hook 5 is left out: those before it took too long"])
        #expect(host.scratch.read("log") == "1\n2\n3\n4\n")
    }

    @Test func hookThatFailsHangsOrFloodsIsAWarningAndNothingMore() throws {
        let host = try host()
        try hook(host, "1-fails", "exit 3")
        try hook(host, "2-hangs", "sleep 1000 & echo $! > \(host.scratch.path)/child; wait")
        try hook(host, "3-floods", "cat /dev/zero")
        try hook(host, "4-dies", "kill -9 $$")
        try hook(host, "5-runs", "touch \(host.scratch.path)/ran")
        let (end, warnings) = host.turnWithHooks(deadline: .seconds(1))
        #expect(end.exitCode == 0)
        #expect(
            warnings == [
                "hook 1-fails ended with 3; the turn goes on",
                "hook 2-hangs took over 1 s and was killed; the turn goes on",
                "hook 3-floods printed too much and was killed; the turn goes on",
                "hook 4-dies was ended by signal 9; the turn goes on",
            ])
        #expect(host.scratch.read("ran") != nil)
        let child = (host.scratch.read("child") ?? "").split(separator: "\n").first ?? ""
        #expect(!child.isEmpty)
        let state = textOfFile("/proc/\(child)/stat")?.split(separator: " ")
        #expect(state.map { $0.count > 2 && $0[2] == "Z" } ?? true, "its child is killed too")
    }

    @Test func hookThatOthersCanWriteOrThatCannotBeRunIsLeftOut() throws {
        let host = try host()
        try hook(host, "1-open", "touch \(host.scratch.path)/ran", mode: 0o757)
        try hook(host, "2-plain", "touch \(host.scratch.path)/ran", mode: 0o644)
        host.scratch.makeFolder("etc/v6-reconcile/hooks/before.d/3-folder")
        var (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0)
        #expect(
            warnings == [
                "hook 1-open is left out: it can be written by others than its owner",
                "hook 2-plain is left out: it cannot be executed",
                "hook 3-folder is left out: it is a directory",
            ])
        try host.setMode("etc/v6-reconcile/hooks/before.d", 0o777)
        host.push(files: ["README": "second"], units: [good: "/bin/stays"])
        (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0)
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasSuffix("can be written by others than its owner") == true)
        #expect(host.scratch.read("ran") == nil)
    }
}
