import CLinux
import Facts
import Glibc
import Machine

/// One request to the supervisor, and the wait for its reply.
final class SupervisorCall {
    /// A longer reply is refused, in bytes.
    static let replyBytesMax = 16 << 20

    private let socket: Int32
    private let tried: String
    private let subject: String
    private let clock: any HostClock

    init(socket: Int32, _ tried: String, _ subject: String, _ clock: any HostClock) {
        self.socket = socket
        self.tried = tried
        self.subject = subject
        self.clock = clock
    }

    deinit { close(socket) }

    func expectDone(_ request: SupervisorRequest, deadline: Duration) throws(ServicesError) {
        switch try ask(request, deadline: deadline) {
        case .done: break
        case .failed(let words): throw failure(.failed(words))
        case .statuses: throw failure(.unreachable("the answer is of another kind"))
        }
    }

    /// Asks it to end, and waits until its process is gone: it answers a moment before.
    func expectEnd(_ request: SupervisorRequest, deadline: Duration) throws(ServicesError) {
        var peer = v6_peer()
        // In tests the supervisor is a thread of this process, which does not end.
        let hasProcess = v6_peer_of(socket, &peer) == 0 && peer.pid != getpid()
        let handle = hasProcess ? v6_pidfd_open(peer.pid) : -1
        defer { if handle >= 0 { close(handle) } }
        let end = clock.sinceBoot() + deadline
        try expectDone(request, deadline: deadline)
        guard handle >= 0 else { return }
        var ended = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        while ended.revents == 0 {
            let left = end - clock.sinceBoot()
            guard left > .zero else { throw failure(.hung(deadline)) }
            poll(&ended, 1, Int32(clamping: left.components.seconds * 1_000 + 50))
        }
    }

    func ask(
        _ request: SupervisorRequest, deadline: Duration
    ) throws(ServicesError) -> SupervisorReply {
        let end = clock.sinceBoot() + deadline
        try send(Array(request.line.utf8), until: end, deadline)
        let line = try receive(until: end, deadline)
        do throws(BadMessage) {
            return try SupervisorReply(line)
        } catch {
            throw failure(.unreachable(error.description))
        }
    }

    private func failure(_ ending: ServicesError.Ending) -> ServicesError {
        ServicesError(tried, subject, ending)
    }

    private func send(
        _ bytes: [UInt8], until end: Duration, _ deadline: Duration
    ) throws(ServicesError) {
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT, until: end, deadline)
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    socket, $0.baseAddress.map { $0 + sent }, $0.count - sent,
                    v6_MSG_NOSIGNAL)
            }
            if count > 0 { sent += count }
            if count < 0, errno != EAGAIN, errno != EINTR { throw broken() }
        }
    }

    private func receive(
        until end: Duration, _ deadline: Duration
    ) throws(ServicesError) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while received.last != UInt8(ascii: "\n") {
            try wait(for: POLLIN, until: end, deadline)
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 { received += buffer[..<count] }
            if count == 0 { throw failure(.unreachable("the supervisor ended without an answer")) }
            if count < 0, errno != EAGAIN, errno != EINTR { throw broken() }
            guard received.count <= Self.replyBytesMax else {
                throw failure(.unreachable("the answer has no end"))
            }
        }
        return received.dropLast()
    }

    private func broken() -> ServicesError {
        failure(.unreachable(String(cString: strerror(errno))))
    }

    private func wait(
        for events: Int32, until end: Duration, _ deadline: Duration
    ) throws(ServicesError) {
        let left = end - clock.sinceBoot()
        guard left > .zero else { throw failure(.hung(deadline)) }
        var wait = pollfd(fd: socket, events: Int16(events), revents: 0)
        poll(&wait, 1, Int32(clamping: left.components.seconds * 1_000 + 50))
    }
}
