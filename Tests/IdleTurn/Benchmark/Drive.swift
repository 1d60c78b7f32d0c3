import Glibc
import Services

/// Runs inside the host, so that what it takes to enter it is not timed: floor, turn and plan in
/// turns, each as a whole process.
struct Drive {
    static let floor = "/srv/programs/idle-floor"
    static let turn = "/opt/v6/v6-reconcile/bin/v6-reconcile"
    static let list = "/srv/floor-list"
    /// Rounds before the first that counts, for the caches.
    static let warmRounds = 2

    let rounds: Int
    let units: [String]

    /// `drive ROUNDS UNIT...`: prints a line for each sample.
    init?(_ words: ArraySlice<String>) {
        guard words.first == "drive", words.count > 2, let rounds = Int(words[words.startIndex + 1])
        else { return nil }
        self.rounds = rounds
        units = Array(words.dropFirst(2))
    }

    func run() throws {
        for round in 0..<(Self.warmRounds + rounds) {
            for kind in Kind.allCases {
                let sample = try timed(kind)
                if round >= Self.warmRounds { print(sample.line) }
            }
        }
    }

    private func command(_ kind: Kind) -> [String] {
        switch kind {
        case .floor:
            [Self.floor, Self.list, SystemctlShow.properties.joined(separator: ",")] + units
        case .turn: [Self.turn]
        case .plan: [Self.turn, "--plan"]
        }
    }

    private func timed(_ kind: Kind) throws -> Sample {
        let command = command(kind)
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
            throw DriveError(reason: "\(command.joined(separator: " ")): wait status \(status)")
        }
        return Sample(kind: kind, tookNs: end - begin, peakKiB: usage.ru_maxrss)
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
