import CLinux
import Glibc

/// One run of another program: nothing is inherited but what stands here.
package struct Command: Hashable, Sendable {
    /// Enough for a question to a program that works on this host alone.
    package static let deadlineDefault: Duration = .seconds(30)
    /// In bytes, output and errors together.
    package static let outputBytesMaxDefault = 64 << 20

    /// An account of the host by its numbers.
    package struct Account: Hashable, Sendable {
        /// Its number.
        package var user: UInt32
        /// The number of the one group that it is in.
        package var group: UInt32

        package init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// Absolute path of the program.
    package var program: String
    package var arguments: [String]
    /// The whole environment of the child.
    package var environment: [String: String]
    package var input: [UInt8]
    /// What the child may open as `/proc/self/fd/3` and on, one each, at most 8; they have no name
    /// in any folder, and are gone with the child.
    package var attached: [[UInt8]] = []
    /// Whom it runs as, with no other group and no right of root's left; nil for this process's.
    package var account: Account?
    /// No file that it writes may be longer: SIGXFSZ, or EFBIG, see setrlimit(2). nil for no limit.
    package var fileBytesMax: Int?
    /// After this long the child's process group is killed.
    package var deadline: Duration
    /// A child that prints more is killed.
    package var outputBytesMax: Int

    package init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        input: [UInt8] = [], deadline: Duration = deadlineDefault,
        outputBytesMax: Int = outputBytesMaxDefault
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.deadline = deadline
        self.outputBytesMax = outputBytesMax
    }
}

/// How a command ended, and what it printed.
package struct CommandResult: Hashable, Sendable {
    /// Which end came first: the program's own, or one of our limits.
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// It did not end before its deadline, and was killed.
        case hung
        /// It printed more than it may, and was killed.
        case flooded
    }

    /// Judge by this before reading what was printed.
    package var ending: Ending
    /// Standard output, up to where it was killed.
    package var output: [UInt8]
    /// Standard error, up to where it was killed.
    package var errors: [UInt8]

    package init(ending: Ending, output: [UInt8] = [], errors: [UInt8] = []) {
        self.ending = ending
        self.output = output
        self.errors = errors
    }

    /// Ended by itself, with exit status 0.
    package var succeeded: Bool { ending == .exited(0) }
    /// Standard output; what is no UTF-8 is replaced by U+FFFD.
    package var outputText: String { String(decoding: output, as: UTF8.self) }
    /// Standard error; what is no UTF-8 is replaced by U+FFFD.
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Runs other programs.
package protocol CommandRunner: Sendable {
    /// - Returns: how it ended, also when it failed or hung.
    /// - Throws: `MachineError` when it could not be started.
    func run(_ command: Command) throws(MachineError) -> CommandResult

    /// The same; `heard` is told of standard error piece by piece, as it comes.
    func run(
        _ command: Command, heard: ([UInt8]) -> Void
    ) throws(MachineError) -> CommandResult
}

extension CommandRunner {
    /// For a kind that has all at once.
    package func run(
        _ command: Command, heard: ([UInt8]) -> Void
    ) throws(MachineError) -> CommandResult {
        let result = try run(command)
        heard(result.errors)
        return result
    }
}

/// The real kind: a process group of its own, pipes, and a deadline by pidfd. A child dies with the
/// thread that runs it, so that nothing goes on when a turn is killed and its lock has fallen.
package struct SpawnedCommands: CommandRunner {
    package init() {}

    package func run(_ command: Command) throws(MachineError) -> CommandResult {
        try run(command) { _ in }
    }

    package func run(
        _ command: Command, heard: ([UInt8]) -> Void
    ) throws(MachineError) -> CommandResult {
        let pipes = try ChildPipes(for: command)
        let attached = try command.attached.map { (bytes) throws(MachineError) -> MemoryFile in
            try MemoryFile(bytes, for: command.program)
        }
        let child = try withExtendedLifetime(attached) { () throws(MachineError) -> pid_t in
            try spawn(command, pipes, attached.map(\.number))
        }
        pipes.closeChildEnds()
        var conversation = Conversation(with: child, command, pipes)
        return conversation.finish(heard)
    }

    private func spawn(
        _ command: Command, _ pipes: ChildPipes, _ attached: [Int32]
    ) throws(MachineError) -> pid_t {
        var less = v6_less()
        if let account = command.account {
            less.is_other_account = 1
            less.user = account.user
            less.group = account.group
        }
        less.file_bytes_max = UInt64(command.fileBytesMax ?? 0)
        let (child, failure) = withCStrings([command.program] + command.arguments) { arguments in
            withCStrings(command.environment.map { "\($0.key)=\($0.value)" }.sorted()) {
                let child = v6_start(
                    command.program, arguments, $0, pipes.childInput, pipes.childOutput,
                    pipes.childErrors, attached, Int32(attached.count), &less)
                return (child, child < 0 ? errno : 0)
            }
        }
        guard child > 0 else {
            pipes.closeAll()
            throw MachineError("run", command.program, .errno(failure))
        }
        return child
    }
}

/// Lends an array of C strings that ends in nil.
package func withCStrings<Value>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
    let pointers = texts.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return body(pointers)
}

/// Bytes in a file without a name.
private final class MemoryFile {
    let number: Int32

    init(_ bytes: [UInt8], for program: String) throws(MachineError) {
        number = Int32(try checked("hand bytes to", program) { Int(v6_memory_file()) })
        var written = 0
        while written < bytes.count {
            let number = number
            written += try checked("hand bytes to", program) {
                bytes.withUnsafeBytes {
                    Glibc.write(number, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
            }
        }
    }

    deinit { close(number) }
}

/// The three pipes of a child, both ends.
private struct ChildPipes {
    let childInput: Int32
    let childOutput: Int32
    let childErrors: Int32
    let input: Int32
    let output: Int32
    let errors: Int32

    init(for command: Command) throws(MachineError) {
        func makePipe() throws(MachineError) -> (Int32, Int32) {
            var ends: [Int32] = [0, 0]
            try checked("open a pipe for", command.program) { Int(v6_pipe(&ends)) }
            return (ends[0], ends[1])
        }
        (childInput, input) = try makePipe()
        (output, childOutput) = try makePipe()
        (errors, childErrors) = try makePipe()
        for end in [input, output, errors] { _ = v6_set_nonblocking(end) }
    }

    func closeChildEnds() {
        for end in [childInput, childOutput, childErrors] { close(end) }
    }

    func closeAll() {
        for end in [childInput, childOutput, childErrors, input, output, errors] { close(end) }
    }
}

/// Feeds a child, collects what it prints, and ends it at its deadline.
private struct Conversation {
    private let child: pid_t
    private let command: Command
    private var descriptors: [pollfd]
    private var sent = 0
    private var collected: [[UInt8]] = [[], []]
    private var killed: CommandResult.Ending?
    private let deadline: ContinuousClock.Instant

    init(with child: pid_t, _ command: Command, _ pipes: ChildPipes) {
        self.child = child
        self.command = command
        descriptors = [
            pollfd(fd: pipes.input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: pipes.output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipes.errors, events: Int16(POLLIN), revents: 0),
        ]
        deadline = ContinuousClock.now + command.deadline
    }

    mutating func finish(_ heard: ([UInt8]) -> Void) -> CommandResult {
        if command.input.isEmpty { closeDescriptor(0) }
        while descriptors[1].fd >= 0 || descriptors[2].fd >= 0 {
            let left = ContinuousClock.now.duration(to: deadline)
            if left <= .zero {
                end(.hung)
                break
            }
            poll(&descriptors, 3, Int32(clamping: left.components.seconds * 1_000 + 50))
            feed()
            collect(1)
            let known = collected[1].count
            collect(2)
            if collected[1].count > known { heard(Array(collected[1][known...])) }
            if collected[0].count + collected[1].count > command.outputBytesMax {
                end(.flooded)
                break
            }
        }
        for index in descriptors.indices { closeDescriptor(index) }
        return CommandResult(ending: reap(), output: collected[0], errors: collected[1])
    }

    private mutating func feed() {
        guard descriptors[0].fd >= 0, descriptors[0].revents != 0 else { return }
        let (count, failure) = withoutBrokenPipeSignal {
            command.input.withUnsafeBytes {
                Glibc.write(descriptors[0].fd, $0.baseAddress.map { $0 + sent }, $0.count - sent)
            }
        }
        if count > 0 { sent += count }
        let isOver = count < 0 && failure != EAGAIN && failure != EINTR
        if isOver || sent == command.input.count { closeDescriptor(0) }
    }

    private mutating func collect(_ index: Int) {
        guard descriptors[index].fd >= 0, descriptors[index].revents != 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            let count = read(descriptors[index].fd, buffer.baseAddress, buffer.count)
            if count > 0 {
                collected[index - 1].append(contentsOf: buffer[..<count])
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                closeDescriptor(index)
            }
        }
    }

    private mutating func closeDescriptor(_ index: Int) {
        guard descriptors[index].fd >= 0 else { return }
        close(descriptors[index].fd)
        descriptors[index].fd = -1
    }

    private mutating func end(_ ending: CommandResult.Ending) {
        killed = ending
        kill(-child, SIGKILL)
    }

    /// Waits for the child's end: to the deadline, and then after a SIGKILL.
    private mutating func reap() -> CommandResult.Ending {
        let handle = v6_pidfd_open(child)
        if handle >= 0, killed == nil {
            var ended = [pollfd(fd: handle, events: Int16(POLLIN), revents: 0)]
            while ended[0].revents == 0 {
                let left = ContinuousClock.now.duration(to: deadline)
                if left <= .zero {
                    end(.hung)
                    break
                }
                poll(&ended, 1, Int32(clamping: left.components.seconds * 1_000 + 50))
            }
        }
        if handle >= 0 { close(handle) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if let killed { return killed }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}

/// Runs a write to a pipe whose reader may be gone, which is an error here and no signal, whatever
/// this process does with SIGPIPE.
private func withoutBrokenPipeSignal(_ body: () -> Int) -> (count: Int, failure: Int32) {
    var broken = sigset_t()
    var before = sigset_t()
    var pending = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    let count = body()
    let failure = count < 0 ? errno : 0
    if failure == EPIPE, !wasPending {
        var atOnce = timespec()
        while sigtimedwait(&broken, nil, &atOnce) < 0, errno == EINTR {}
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return (count, failure)
}
