import Glibc

/// A port of loopback that takes connections and never answers: whoever asks there hangs.
final class SilentServer {
    private let listening: Int32
    let port: UInt16

    init() throws {
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let fd = listening
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(fd, $0, length) + listen(fd, 8) + getsockname(fd, $0, &length)
            }
        }
        guard listening >= 0, failed == 0 else { throw NotListening(code: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(listening) }

    /// A repository behind it.
    var url: String { "git://127.0.0.1:\(port)/v6.git" }
}

struct NotListening: Error { let code: Int32 }

/// Asks again and again, every 10 ms; false when the answer was still no after 30 s.
func becomesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while try !condition() {
        if ContinuousClock.now >= end { return false }
        usleep(10_000)
    }
    return true
}
