import CLinux
import Glibc

/// One socket to a gateway, non-blocking, with the bytes that wait to be sent.
///
/// It decides nothing: it is opened, written to and read from by the one thread that owns it.
final class Wire {
    /// How long bytes may wait for a gateway to take them.
    static let sendMax = Duration.seconds(10)
    /// How many bytes may wait; a gateway that takes none for so long is not there.
    static let waitingBytesMax = 4 << 20

    let number: Int32
    private(set) var isConnecting = true
    private var waiting: [UInt8] = []
    /// When the bytes that wait have waited too long; nil when none do.
    private(set) var sendDeadline: Duration?

    /// Why a wire is of no use any more, in words.
    struct Break: Error { let reason: String }

    /// Begins to connect.
    init(_ address: String, _ port: UInt16) throws(Break) {
        let digits = address == "localhost" ? "127.0.0.1" : address
        let isVersion6: Int32 = digits.contains(":") ? 1 : 0
        number = v6_tcp_socket(isVersion6, 10_000)
        guard number >= 0 else { throw Self.failure("open a socket") }
        if v6_tcp_connect(number, digits, isVersion6, port) == 0 || errno == EINPROGRESS { return }
        throw Self.failure("connect to \(address):\(port)")
    }

    deinit { close(number) }

    /// What to poll for.
    var events: Int16 {
        Int16(isConnecting ? POLLOUT : waiting.isEmpty ? POLLIN : POLLIN | POLLOUT)
    }

    /// The socket can be written to for the first time: it is connected, or it is not.
    func finishConnecting() throws(Break) {
        isConnecting = false
        let number = v6_socket_error(number)
        guard number == 0 else {
            throw Break(reason: "cannot connect: \(String(cString: strerror(number)))")
        }
    }

    /// Sends bytes, those that the kernel does not take at once later.
    func send(_ bytes: [UInt8], now: Duration) throws(Break) {
        guard waiting.count + bytes.count <= Self.waitingBytesMax else {
            throw Break(reason: "the gateway takes nothing")
        }
        waiting += bytes
        try flush(now: now)
    }

    /// Sends what waits, as far as the kernel takes it.
    func flush(now: Duration) throws(Break) {
        var at = 0
        defer {
            waiting.removeFirst(at)
            if waiting.isEmpty {
                sendDeadline = nil
            } else if at > 0 || sendDeadline == nil {
                sendDeadline = now + Self.sendMax
            }
        }
        while at < waiting.count {
            let count = waiting[at...].withUnsafeBytes {
                Glibc.send(number, $0.baseAddress, $0.count, v6_MSG_NOSIGNAL)
            }
            if count >= 0 {
                at += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                throw Self.failure("send")
            }
        }
    }

    /// Reads what has come into a buffer.
    ///
    /// - Returns: how many bytes, or nil when there are none yet.
    func read(_ buffer: UnsafeMutableRawBufferPointer) throws(Break) -> Int? {
        while true {
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            if count > 0 { return count }
            if count == 0 { throw Break(reason: "the gateway has closed the connection") }
            if errno == EAGAIN { return nil }
            if errno != EINTR { throw Self.failure("read") }
        }
    }

    /// Says that nothing more will be sent; the peer's end is read afterwards.
    func endSending() { _ = v6_end_sending(number) }

    private static func failure(_ tried: String) -> Break {
        Break(reason: "cannot \(tried): \(String(cString: strerror(errno)))")
    }
}
