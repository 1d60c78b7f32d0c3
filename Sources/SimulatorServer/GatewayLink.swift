import CLinux
import GatewaySimulator
import Glibc
import TWS

/// One connection: what came and makes no whole message yet, and what waits to go.
final class GatewayLink {
    let id: Int
    let number: Int32
    private var decoder = FrameDecoder()
    /// Before the greeting, whose bytes have no length before them.
    private var hello: [UInt8]? = []
    private var waiting: [UInt8] = []
    private var sent = 0
    private var isFinishing = false
    private var isSilent = false
    private var isHalfNext = false
    private(set) var isOver = false
    private var bytesPerSecond = 0
    private var lastMs: Int64 = 0

    init(id: Int, number: Int32) {
        self.id = id
        self.number = number
    }

    /// Whether bytes go by the clock.
    var isPaced: Bool { bytesPerSecond > 0 && waiting.count > sent }

    var events: Int16 {
        // Whoever is gone is noticed all the same.
        if isSilent || isFinishing { return hungUp | (isFinishing ? Int16(POLLOUT) : 0) }
        let wantsOut = waiting.count > sent && bytesPerSecond == 0
        return Int16(POLLIN) | (wantsOut ? Int16(POLLOUT) : 0)
    }

    // MARK: What comes

    func read() -> [SimulatedGateway.Input] {
        guard !isSilent, !isFinishing else {
            isOver = true
            return []
        }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(number, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        guard count > 0 else {
            isOver = true
            return []
        }
        var bytes = Array(buffer[..<count])
        var inputs: [SimulatedGateway.Input] = []
        if let begun = hello {
            guard let rest = greeting(begun + bytes, &inputs) else { return inputs }
            bytes = rest
        }
        decoder.append(bytes)
        do throws(FrameError) {
            try decoder.forEach { payload throws(FrameError) in inputs.append(input(payload)) }
        } catch {
            isOver = true
        }
        return inputs
    }

    /// - Returns: what follows the hello; nil until it is whole, or when it is none.
    private func greeting(
        _ bytes: [UInt8], _ inputs: inout [SimulatedGateway.Input]
    ) -> [UInt8]? {
        hello = bytes
        guard bytes.count >= 8 else { return nil }
        let length = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        guard Array(bytes[..<4]) == Array("API\0".utf8), length < 256 else {
            isOver = true
            return nil
        }
        guard bytes.count >= 8 + length else { return nil }
        hello = nil
        let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        if let range = Self.versions(text) {
            inputs.append(.greeted(id, range))
        } else {
            isOver = true
        }
        return Array(bytes[(8 + length)...])
    }

    /// `v157..178`, whatever follows a blank.
    static func versions(_ text: String) -> ClosedRange<Int>? {
        guard text.hasPrefix("v") else { return nil }
        let words = text.dropFirst().prefix { $0 != " " }.split(separator: ".")
        let bounds = words.compactMap { Int($0) }
        guard bounds.count == words.count, let first = bounds.first, let last = bounds.last,
            bounds.count <= 2, first <= last
        else { return nil }
        return first...last
    }

    private func input(_ payload: UnsafeRawBufferPointer) -> SimulatedGateway.Input {
        do throws(MisfitError) {
            switch try TextCodec.request(payload) {
            case .message(let request):
                // A client may send printable ASCII only; what it could not say is not taken.
                let isPlain = TextCodec.bytes(of: request) != nil
                return isPlain ? .received(id, request) : .misread(id, messageID: nil)
            case .unknown(let message): return .misread(id, messageID: message)
            }
        } catch {
            return .misread(id, messageID: error.messageID)
        }
    }

    // MARK: What goes

    func add(_ bytes: [UInt8]) {
        guard !isFinishing, !isSilent, !isOver else { return }
        guard waiting.count - sent < GatewayServer.waitingBytesMax else {
            isOver = true
            return
        }
        if isHalfNext {
            waiting += bytes.prefix(max(1, bytes.count / 2))
            return finishAfterwards()
        }
        waiting += bytes
    }

    func finishAfterwards() { isFinishing = true }

    func suffer(_ fault: LinkFault) {
        switch fault {
        case .reset:
            // Without a last word: the other side gets ECONNRESET.
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                number, SOL_SOCKET, SO_LINGER, &linger,
                socklen_t(MemoryLayout<Glibc.linger>.size))
            isOver = true
        case .finish:
            isSilent = false
            finishAfterwards()
        case .silence: isSilent = true
        case .slow(let bytes): bytesPerSecond = bytes
        case .halfFrame: isHalfNext = true
        case .garbage: waiting += [0xff, 0xff, 0xff, 0xff, 0x00, 0x13, 0x37]
        }
    }

    /// Writes what the other side takes.
    func flush(at wallMs: Int64) {
        guard !isSilent, !isOver else { return }
        var left = waiting.count - sent
        if bytesPerSecond > 0 {
            let allowed = Int(wallMs - lastMs) * bytesPerSecond / 1_000
            guard allowed > 0 || left == 0 else { return }
            left = min(left, lastMs == 0 ? 1 : allowed)
        }
        lastMs = wallMs
        while left > 0 {
            let count = waiting[sent..<sent + left].withUnsafeBytes { bytes in
                send(number, bytes.baseAddress, left, v6_MSG_NOSIGNAL)
            }
            if count < 0 {
                if errno != EAGAIN && errno != EINTR { isOver = true }
                return
            }
            sent += count
            left -= count
        }
        if sent == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            sent = 0
            if isFinishing { isOver = true }
        }
    }

    func end() { close(number) }
}
