import CLinux
import Glibc

/// One connection to the supervisor: a request comes in, a reply goes out, and that is all.
struct SupervisorCaller {
    /// A longer request is refused by dropping its caller, in bytes.
    static let requestBytesMax = 1 << 20

    let socket: Int32
    /// It has asked, or is gone.
    private(set) var isGone = false
    private var silentUntil: Duration?
    private var received: [UInt8] = []
    private var unsent: [UInt8] = []
    private var isAnswered = false

    init(socket: Int32, silentUntil: Duration) {
        self.socket = socket
        self.silentUntil = silentUntil
    }

    var hasUnsent: Bool { !unsent.isEmpty }

    /// What poll(2) is to wait for: the request, then room for the reply, and only its end between.
    var awaited: Int16 {
        if hasUnsent { return Int16(POLLOUT) }
        return silentUntil == nil ? 0 : Int16(POLLIN)
    }

    /// Reads and writes as far as it goes without waiting.
    ///
    /// - Returns: the request, once, when it is there in full.
    mutating func move(at now: Duration) -> [UInt8]? {
        if isAnswered || silentUntil == nil {
            send()
            if !isAnswered { noticeEnd() }
            return nil
        }
        receive()
        if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
            silentUntil = nil
            isGone = false
            return Array(received[..<end])
        }
        if received.count > Self.requestBytesMax { isGone = true }
        if let silentUntil, silentUntil <= now { isGone = true }
        return nil
    }

    mutating func answer(_ reply: SupervisorReply) {
        isAnswered = true
        unsent = Array(reply.line.utf8)
    }

    /// Sends what goes without waiting; after the last byte the caller is gone.
    mutating func send() {
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, v6_MSG_NOSIGNAL)
            }
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            guard count > 0 else {
                isGone = true
                return
            }
            unsent.removeFirst(count)
        }
        if isAnswered { isGone = true }
    }

    private mutating func receive() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while received.count <= Self.requestBytesMax {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else {
                if count == 0 || (errno != EAGAIN && errno != EINTR) { isGone = true }
                return
            }
            received += buffer[..<count]
        }
    }

    /// A caller that went away while it waits: what it asked for goes on without it.
    private mutating func noticeEnd() {
        var wait = pollfd(fd: socket, events: 0, revents: 0)
        poll(&wait, 1, 0)
        if Int32(wait.revents) & (POLLHUP | POLLERR) != 0 { isGone = true }
    }
}
