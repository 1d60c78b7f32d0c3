import Facts
import Glibc
import Machine
import SandboxKit
import TestKit

/// A sandbox whose host is in one of two states, or on its way between them.
struct CrashBox {
    let box: Sandbox
    /// The disk that the host lies on, where power can be cut; nil where it cannot.
    let disk: CutDisk?

    static let feeds = [200_001, 200_002]

    /// Writes what a state wants into the work tree.
    ///
    /// `more`: lines below `services:`. `release`: the value of that key.
    func write(state: Int, more: String = "", release: String? = nil) {
        let isFirst = state == 0
        let name = isFirst ? "a" : "b"
        let write = box.scratch.write
        write("tree/desired/files/README", "State \(name).\n")
        for number in 0..<3 { write("tree/desired/files/tree/\(number)", "\(name)\(number)\n") }
        if isFirst { write("tree/desired/files/tree/below/only-a", "a\n") }
        unit("feed.service", running: "/bin/sleep \(Self.feeds[state])")
        unit("more.service", running: "/bin/sleep 300000")
        let second =
            "  more.service: {unit: systemd/more.service, enabled: true, state: running}\n"
        write(
            "tree/desired/sandbox.yaml",
            """
            environment: sandbox
            release: \(release ?? "{build: host}")
            health: {stable_for: 0s}
            config: {logging: {level: \(isFirst ? "info" : "debug")}}
            directories:
              /etc/v6: {mode: "\(isFirst ? "0755" : "0750")"}
              /srv/tree: {source: files/tree, recursive: true, file_mode: "0640"}
            files:
              /etc/v6/README: {source: files/README}
              /srv/\(name)/deep/only: {source: files/README, mode: "0600"}
            links:
              /etc/v6/current: {to: /srv/\(name)/deep/only}
            services:
              feed.service:
                {unit: systemd/feed.service, enabled: true, state: running, reads: [config.logging]}

            """ + (isFirst ? second : "") + more)
        if !isFirst { unlink(box.tree + "/desired/files/tree/below/only-a") }
    }

    /// Writes a unit file into the work tree; its window has no length.
    func unit(_ name: String, running command: String) {
        box.scratch.write(
            "tree/systemd/\(name)",
            "[Service]\nExecStart=\(command)\nRestartSec=0\n"
                + "[Install]\nWantedBy=multi-user.target\n")
    }

    /// Pushes a state.
    func push(state: Int, _ message: String) throws {
        write(state: state)
        try box.push(message)
    }

    /// What each unit runs; one that has just been started is waited for until it is what it will
    /// be.
    private func runningWords() throws -> [String] {
        let end = ContinuousClock.now + .seconds(5)
        while true {
            let all = try box.unitsNow().sorted { $0.key < $1.key }.map { name, status in
                let words = textOfFile("/proc/\(status.mainProcess)/cmdline") ?? ""
                return (name, status.isActive ? words.replacing("\0", with: " ") : "nothing")
            }
            if all.allSatisfy({ $1 == "nothing" || $1.hasPrefix("/bin/sleep") })
                || ContinuousClock.now > end
            {
                return all.map { "\($0) runs \($1)\n" }
            }
        }
    }

    /// What the host is, with what its units really run; without what differs from turn to turn.
    func look() throws -> String {
        let processes = try runningWords()
        let left = try box.shell("find \"$HOST\" -name '.*.v6-new' -printf 'left over: %p\\n'")
        // What a hand put in the way is kept beside, under a name that counts; of releases the
        // last ones are kept, and links and processes tell which of them is used.
        let leftOut = [".v6-displaced", "opt/v6/releases/", "./var"]
        let files = try box.look().split(separator: "\n")
            .filter { line in
                line.contains(" l 777 ") || !leftOut.contains { line.contains($0) }
            }
            .joined(separator: "\n")
        return files + "\n" + processes.joined() + left
    }

    /// Of what the host is, what lies on its disk.
    static func onDisk(_ look: String) -> [Substring] {
        look.split(separator: "\n").filter { !$0.contains(#/^[a-z-]+\.service /#) }
    }

    /// Ends what the units run, and waits until the supervisor has seen it.
    func endServices() throws {
        for process in box.processes() where process.words.contains("/bin/sleep") {
            kill(process.id, SIGKILL)
        }
        let end = ContinuousClock.now + .seconds(10)
        while try box.unitsNow().values.contains(where: \.isActive) {
            guard ContinuousClock.now < end else { throw NotDone("end services", "they stay") }
        }
    }

    /// Ends what the turn started and what does not belong to a service: what the supervisor has
    /// just started is one, whatever it is until its exec.
    func endLeftovers() {
        let all = box.processes()
        let supervisors = Set(all.filter { $0.words.contains(" supervise ") }.map(\.id))
        for process in all
        where !supervisors.contains(process.id) && !process.words.contains("/bin/sleep") {
            if let parent = parent(of: process.id), supervisors.contains(parent) { continue }
            kill(process.id, SIGKILL)
        }
    }

    /// The fourth field of proc_pid_stat(5), which comes after a name that may be anything.
    private func parent(of process: pid_t) -> pid_t? {
        let text = textOfFile("/proc/\(process)/stat") ?? ""
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 1 ? pid_t(fields[1]) : nil
    }
}
