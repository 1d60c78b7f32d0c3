import Broker
import BrokerKit
import Brokerage
import Glibc
import Numbers
import Synchronization
import TWS

/// From a socket to what is known: the same reads, inbox, machine and board that the client has.
final class WholePath {
    private let board = Mutex(QuoteBoard())
    private var inbox = Inbox()
    private var bench = Bench()
    private var machine: BrokerMachine
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private(set) var messages = 0
    private var wake: Duration?

    init() {
        bench.open()
        machine = bench.machine
        precondition(bench.updates.contains(.link(.ready)), "the machine is ready")
        inbox.expected = .replies
        board.withLock { $0.add(requestID: 1_000) }
    }

    /// Under which number the client asks for the figures of its account.
    static let summaryID: Int = {
        var bench = Bench()
        bench.open()
        for case .summary(let id, _, _) in bench.sent { return id }
        return 0
    }()

    /// Since any moment, in nanoseconds.
    static var nanoseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// How large the last size is that was heard.
    var lastSize: Int64 { board.withLock { $0[1_000]?.bidSize?.units ?? 0 } }

    /// Takes what the socket has.
    ///
    /// - Returns: whether there may be more.
    func take(_ socket: Int32) -> Bool {
        let count = Glibc.read(socket, &buffer, buffer.count)
        guard count > 0 else { return false }
        // One for all that came at once, as in the client.
        let now = Duration.nanoseconds(Self.nanoseconds)
        let moment = BrokerMachine.Moment(now: now, epochSeconds: Int64(time(nil)))
        let taken = buffer.withUnsafeBytes { bytes in
            Result { () throws(FrameError) in
                try inbox.take(
                    UnsafeRawBufferPointer(rebasing: bytes[..<count]), board, now: now
                ) { input in
                    messages += 1
                    _ = machine.handle(input, at: moment)
                    wake = machine.wake
                    return .replies
                }
            }
        }
        guard case .success(let ticks) = taken else { return false }
        messages += ticks
        return true
    }

    // MARK: Measures

    /// Messages a second over a socket pair, with another thread that writes.
    static func rate(_ bytes: [UInt8], repeated: Int) -> Double {
        let path = WholePath()
        let began = nanoseconds
        path.run(bytes, repeated)
        return Double(path.messages) * 1e9 / Double(nanoseconds - began)
    }

    /// How much memory is held after the first of so many messages, and after all, in bytes.
    static func memory(_ bytes: [UInt8], repeated: Int) -> (early: Int, late: Int, messages: Int) {
        let path = WholePath()
        path.run(bytes, repeated / 10)
        let early = residentBytes
        path.run(bytes, repeated - repeated / 10)
        return (early, residentBytes, path.messages)
    }

    private static var residentBytes: Int {
        let text = String(decoding: contents("/proc/self/statm"), as: UTF8.self)
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private func run(_ bytes: [UInt8], _ repeated: Int) {
        let (here, there) = Self.pair()
        let writer = Writing(there) { socket in
            for _ in 0..<repeated { Self.write(bytes, to: socket) }
            close(socket)
        }
        while take(here) {}
        writer.join()
        close(here)
    }

    /// Nanoseconds from the write of a tick to the board, sorted, at so many ticks a second.
    static func latencies(perSecond: Int, count: Int) -> [Int64] {
        let path = WholePath()
        let (here, there) = pair()
        let sent = Sent(count)
        let writer = Writing(there) { socket in
            let began = nanoseconds
            for number in 0..<count {
                let due = began + Int64(number) * 1_000_000_000 / Int64(perSecond)
                while nanoseconds < due { sched_yield() }
                var tick = PriceTick()
                (tick.requestID, tick.kind, tick.price) = (1_000, .bid, Price(4))
                tick.size = Quantity(units: Int64(number + 1))
                let bytes = TextCodec.bytes(of: .price(tick)) ?? []
                sent.note(number, nanoseconds)
                write(bytes, to: socket)
            }
            close(socket)
        }
        var (heard, found) = (0, [Int64]())
        found.reserveCapacity(count)
        while path.take(here) {
            let (now, last) = (nanoseconds, Int(path.lastSize))
            while heard < last {
                found.append(now - sent.at(heard))
                heard += 1
            }
        }
        writer.join()
        close(here)
        return found.sorted()
    }

    private static func pair() -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        return (ends[0], ends[1])
    }

    private static func write(_ bytes: [UInt8], to socket: Int32) {
        bytes.withUnsafeBytes { all in
            var at = 0
            while at < all.count {
                let piece = UnsafeRawBufferPointer(rebasing: all[at...])
                let count = Glibc.write(socket, piece.baseAddress, piece.count)
                guard count > 0 else { return }
                at += count
            }
        }
    }
}

/// When each tick was written: one thread notes, another looks at what was noted before.
private final class Sent: @unchecked Sendable {
    private let moments: UnsafeMutablePointer<Int64>

    init(_ count: Int) {
        moments = .allocate(capacity: count)
        moments.initialize(repeating: 0, count: count)
    }

    deinit { moments.deallocate() }

    func note(_ number: Int, _ moment: Int64) { moments[number] = moment }
    func at(_ number: Int) -> Int64 { moments[number] }
}

/// Something that writes on a thread of its own.
private final class Writing {
    private var thread = pthread_t()

    init(_ socket: Int32, _ work: @escaping @Sendable (Int32) -> Void) {
        let errand = Unmanaged.passRetained(Errand { work(socket) })
        pthread_create(
            &thread, nil,
            { errand in
                guard let errand else { return nil }
                Unmanaged<Errand>.fromOpaque(errand).takeRetainedValue().run()
                return nil
            }, errand.toOpaque())
    }

    func join() { pthread_join(thread, nil) }
}

private final class Errand: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
