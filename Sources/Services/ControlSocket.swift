import CLinux
package import Facts
import Glibc
package import JSON
package import Machine

/// Whoever asks a running service of ours something over its control socket.
package protocol ServiceAsker: Sendable {
    /// Asks for its status, and believes nobody but that process.
    ///
    /// `process`: the unit's MainPID, as its manager names it.
    /// Returns the answer; absent where the unit has no socket, unreadable for anything else.
    func status(of unit: UnitName, process: Int32) -> Reading<JSONValue>
}

/// The real kind: `/run/v6/STEM/control.sock`, one line of JSON each way.
package struct ControlSocket: ServiceAsker {
    /// Longer than this it has hung.
    package static let deadline: Duration = .seconds(2)
    /// Longest answer, in bytes.
    package static let answerBytesMax = 64 << 10
    /// In the unit's own folder below `/run/v6`.
    package static let name = "control.sock"

    private let files: HostFiles

    package init(files: HostFiles) { self.files = files }

    package func status(of unit: UnitName, process: Int32) -> Reading<JSONValue> {
        let socket: Int32
        do throws(MachineError) {
            let folder = try SupervisorPlace.joined("/run/v6/\(unit.stem)")
            socket = try SocketFolder(files.outside(folder)).connection(Self.name)
        } catch {
            return error.isAbsence ? .absent : .unreadable(reason: error.description)
        }
        defer { close(socket) }
        var peer = v6_peer()
        guard v6_peer_of(socket, &peer) == 0, peer.pid == process else {
            return .unreadable(
                reason: "process \(peer.pid) listens there, and the unit's own is \(process)")
        }
        let request = Array("{\"request\":\"status\"}\n".utf8)
        guard send(socket, request, request.count, v6_MSG_NOSIGNAL) == request.count,
            let line = line(from: socket)
        else { return .unreadable(reason: "it gives no whole answer within \(Self.deadline)") }
        do throws(JSONError) {
            return .present(try JSONValue.parse(line))
        } catch {
            return .unreadable(reason: "its answer: \(error)")
        }
    }

    /// One line, without its newline; nil when none comes in time.
    private func line(from socket: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let end = ContinuousClock.now + Self.deadline
        while line.count < Self.answerBytesMax {
            let left = ContinuousClock.now.duration(to: end)
            if left <= .zero { return nil }
            var waiting = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
            let leftMs = left.components.seconds * 1_000 + 1
            if poll(&waiting, 1, Int32(clamping: leftMs)) == 0 { continue }
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            line += buffer.prefix(count)
            if let newline = line.firstIndex(of: UInt8(ascii: "\n")) {
                return Array(line[..<newline])
            }
        }
        return nil
    }
}
