import Glibc

/// Runs inside the host, so that what it takes to enter it is not timed: all commands in turns,
/// each as a whole process.
struct Drive {
    let rounds: Int
    /// Rounds before the first that counts, for the caches.
    let warmRounds: Int
    let all: [Timed]

    /// `drive ROUNDS WARM`: reads a line a command from standard input, prints one for each sample.
    init?(_ words: ArraySlice<String>) {
        guard words.count == 3, words.first == "drive", let rounds = Int(words[words.endIndex - 2]),
            let warm = Int(words[words.endIndex - 1])
        else { return nil }
        (self.rounds, warmRounds) = (rounds, warm)
        var all: [Timed] = []
        while let line = readLine() {
            guard let timed = Timed(line: line[...]) else { return nil }
            all.append(timed)
        }
        self.all = all
    }

    func run() throws {
        for round in 0..<(warmRounds + rounds) {
            for timed in all {
                if !timed.before.isEmpty {
                    _ = try run("before \(timed.name)", ["/bin/sh", "-euc", timed.before])
                }
                let sample = try run(timed.name, timed.command)
                if round >= warmRounds { print(sample.line) }
            }
        }
    }

    private func run(_ name: String, _ command: [String]) throws -> Sample {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        let pointers = command.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        var child: pid_t = 0
        var status: Int32 = 0
        var usage = rusage()
        let begin = nowNs()
        guard posix_spawn(&child, command[0], &actions, nil, pointers, environ) == 0,
            wait4(child, &status, 0, &usage) == child
        else { throw DriveError(reason: "cannot run \(command[0])") }
        let end = nowNs()
        guard status == 0 else {
            throw DriveError(reason: "\(name): \(command): wait status \(status)")
        }
        return Sample(name: name, tookNs: end - begin, peakKiB: usage.ru_maxrss)
    }

    private func nowNs() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}

/// A run that does not measure what it should.
struct DriveError: Error, Hashable, Sendable {
    let reason: String
}
