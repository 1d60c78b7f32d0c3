import BrokerKit
import CLinux
import Glibc
import Synchronization
import TWS

/// A gateway on a port of loopback: one thread that takes one client at a time and answers as a
/// `ModelGateway` does. A test changes it between two messages, and breaks its connections.
final class GatewayServer: Sendable {
    let port: UInt16
    let model: Mutex<ModelGateway>
    /// How it behaves below the messages.
    let manners = Mutex(Manners())
    private let listening: Int32
    private let ended: Int32
    private let connected = Mutex<Int32>(-1)

    struct Manners {
        /// Takes connections and says nothing.
        var isMute = false
        /// Sends its answers in pieces of so many bytes.
        var pieceBytes = Int.max
        /// Ends the connection at this request, before it answers.
        var dropsAt: (@Sendable (Request) -> Bool)?
        /// Bytes that come before its answer to this request, and whether it ends then.
        var saysBefore: (@Sendable (Request) -> (bytes: [UInt8], ends: Bool)?)?
        var isEnding = false
        /// How many connections were taken, and how many ended with a FIN of the client's.
        var taken = 0
        var endedGracefully = 0
    }

    init(_ gateway: ModelGateway = ModelGateway()) throws {
        model = Mutex(gateway)
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        ended = v6_event()
        let fd = listening
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, length) + listen(fd, 8) + getsockname(fd, $0, &length)
            }
        }
        guard listening >= 0, failed == 0 else { throw ServerError(code: errno) }
        port = UInt16(bigEndian: address.sin_port)
        var thread = pthread_t()
        let errand = Unmanaged.passRetained(self)
        pthread_create(
            &thread, nil,
            { errand in
                guard let errand else { return nil }
                Unmanaged<GatewayServer>.fromOpaque(errand).takeRetainedValue().run()
                return nil
            }, errand.toOpaque())
        pthread_detach(thread)
    }

    struct ServerError: Error { let code: Int32 }

    /// Ends its thread.
    func end() {
        manners.withLock { $0.isEnding = true }
        shutdown(listening, Int32(2))
        drop()
    }

    /// Breaks the connection that there is.
    func drop() { connected.withLock { if $0 >= 0 { shutdown($0, Int32(2)) } } }

    /// Says something by itself.
    func tell(_ replies: [Reply]) { connected.withLock { send(replies, to: $0) } }

    /// Bytes as they are.
    func tell(bytes: [UInt8]) { connected.withLock { put(bytes, to: $0) } }

    private func run() {
        while !manners.withLock({ $0.isEnding }) {
            let client = accept(listening, nil, nil)
            guard client >= 0 else { break }
            var yes: Int32 = 1
            setsockopt(client, Int32(IPPROTO_TCP), 1, &yes, 4)
            manners.withLock { $0.taken += 1 }
            connected.withLock { $0 = client }
            serve(client)
            connected.withLock { $0 = -1 }
            close(client)
        }
        close(listening)
        var one: UInt64 = 1
        write(ended, &one, 8)
    }

    deinit { close(ended) }

    /// Waits until its port is closed.
    func awaitEnd() {
        var waiting = pollfd(fd: ended, events: Int16(POLLIN), revents: 0)
        poll(&waiting, 1, 10_000)
    }

    private func serve(_ client: Int32) {
        var (decoder, hello, buffer) = (
            FrameDecoder(), [UInt8](), [UInt8](repeating: 0, count: 65_536)
        )
        while true {
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else {
                if count == 0 { manners.withLock { $0.endedGracefully += 1 } }
                return
            }
            if manners.withLock({ $0.isMute }) { continue }
            var bytes = buffer[..<count]
            if hello.count < TextCodec.hello.count {
                let more = bytes.prefix(TextCodec.hello.count - hello.count)
                hello += more
                bytes = bytes.dropFirst(more.count)
                guard hello.count == TextCodec.hello.count else { continue }
                let greeting = TextCodec.Greeting(
                    serverVersion: 178, time: "20270115 08:00:00 UTC")
                put(TextCodec.bytes(of: greeting), to: client)
            }
            decoder.append(Array(bytes))
            var requests: [Request] = []
            do throws(FrameError) {
                try decoder.forEach { payload throws(FrameError) in
                    let read = Result { () throws(MisfitError) in try TextCodec.request(payload) }
                    if case .success(.message(let request)) = read { requests.append(request) }
                }
            } catch { return }
            for request in requests where !take(request, client) { return }
        }
    }

    /// - Returns: whether the connection goes on.
    private func take(_ request: Request, _ client: Int32) -> Bool {
        if let before = manners.withLock({ $0.saysBefore?(request) }) {
            put(before.bytes, to: client)
            if before.ends { return false }
        }
        let drops = manners.withLock { $0.dropsAt?(request) ?? false }
        let replies = model.withLock { $0.replies(to: request) }
        if drops { return false }
        send(replies, to: client)
        return true
    }

    private func send(_ replies: [Reply], to client: Int32) {
        put(replies.flatMap { TextCodec.bytes(of: $0) ?? [] }, to: client)
    }

    private func put(_ bytes: [UInt8], to client: Int32) {
        let most = manners.withLock { $0.pieceBytes }
        var rest = bytes[...]
        while !rest.isEmpty, client >= 0 {
            let count = rest.prefix(most).withUnsafeBytes {
                Glibc.send(client, $0.baseAddress, $0.count, Int32(0x4000))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
