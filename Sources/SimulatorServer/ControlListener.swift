import CLinux
import Glibc
import Machine

/// A unix socket on which lines of control come; each is answered by lines, the last of which is
/// `ok`, or one that begins with `error: `.
final class ControlListener {
    let number: Int32
    private let path: String
    private(set) var links: [Int32] = []
    private var waiting: [Int32: [UInt8]] = [:]

    /// Longest line, in bytes; who sends a longer one is let go.
    static let lineBytesMax = 4_096
    static let linksMax = 8

    init(_ path: String) throws(MachineError) {
        self.path = path
        let place = try ControlPlace(path)
        number = v6_unix_socket(0)
        guard number >= 0 else { throw MachineError("open a socket for", path, .errno(errno)) }
        Self.removeDeadSocket(place.folder, place.name)
        guard v6_unix_bind(number, place.folder, place.name) == 0,
            listen(number, Int32(Self.linksMax)) == 0
        else {
            let error = MachineError("listen on", path, .errno(errno))
            close(number)
            throw error
        }
    }

    /// What an earlier one left: a socket at which nobody answers any more.
    private static func removeDeadSocket(_ place: Int32, _ name: String) {
        var found = stat()
        guard fstatat(place, name, &found, AT_SYMLINK_NOFOLLOW) == 0,
            found.st_mode & S_IFMT == S_IFSOCK
        else { return }
        let probe = v6_unix_socket(0)
        defer { close(probe) }
        guard v6_unix_connect(probe, place, name) != 0, errno == ECONNREFUSED else { return }
        unlinkat(place, name, 0)
    }

    func accept() {
        let link = v6_accept(number)
        guard link >= 0 else { return }
        guard links.count < Self.linksMax else {
            close(link)
            return
        }
        _ = v6_set_nonblocking(link)
        links.append(link)
    }

    /// Whole lines that have come; a connection that has ended is gone afterwards.
    func lines(from link: Int32) -> [String] {
        var buffer = [UInt8](repeating: 0, count: Self.lineBytesMax)
        let count = read(link, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        guard count > 0 else {
            forget(link)
            return []
        }
        var bytes = (waiting[link] ?? []) + buffer[..<count]
        var lines: [String] = []
        while let end = bytes.firstIndex(of: 0x0a) {
            lines.append(String(decoding: bytes[..<end], as: UTF8.self))
            bytes.removeSubrange(...end)
        }
        guard bytes.count < Self.lineBytesMax else {
            forget(link)
            return []
        }
        waiting[link] = bytes
        return lines
    }

    func answer(_ link: Int32, _ text: String) {
        var bytes = ArraySlice((text + "\n").utf8)
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                send(link, $0.baseAddress, $0.count, v6_MSG_NOSIGNAL)
            }
            if count > 0 {
                bytes = bytes.dropFirst(count)
                continue
            }
            // Who does not take its answer within a second does without.
            var waiting = pollfd(fd: link, events: Int16(POLLOUT), revents: 0)
            guard errno == EAGAIN, poll(&waiting, 1, 1_000) > 0 else { return forget(link) }
        }
    }

    private func forget(_ link: Int32) {
        guard let place = links.firstIndex(of: link) else { return }
        links.remove(at: place)
        waiting[link] = nil
        close(link)
    }

    func end() {
        for link in links { close(link) }
        close(number)
        unlink(path)
    }
}
