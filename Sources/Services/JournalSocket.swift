import CLinux
import Glibc
import Machine

/// Takes events for a log that others read.
package protocol EventLog: Sendable {
    /// Sends one entry. One that cannot be delivered is lost, and nothing waits for it.
    ///
    /// `fields`: names as systemd.journal-fields(7) allows them, with their values.
    func send(_ fields: [(name: String, value: String)])
}

/// The real kind: journald by its native protocol, one datagram an entry.
///
/// Source: systemd's "Native Journal Protocol". A host without journald is no error.
package struct JournalSocket: EventLog {
    /// Longest value that is sent, in bytes, so that an entry always fits a datagram.
    package static let valueBytesMax = 16 << 10
    private static let folder = "/run/systemd/journal"

    package init() {}

    package func send(_ fields: [(name: String, value: String)]) {
        let bytes = Self.datagram(fields)
        do throws(MachineError) {
            let socket = try SocketFolder(Self.folder).sender("socket")
            defer { close(socket) }
            // Without waiting: the socket does not block, and what does not fit now is lost.
            _ = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, v6_MSG_NOSIGNAL)
            }
        } catch {
            return
        }
    }

    /// `NAME=VALUE`, or for a value of many lines its name, its length and its bytes.
    package static func datagram(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            let text = value.utf8.prefix(valueBytesMax)
            bytes += name.utf8
            if text.contains(UInt8(ascii: "\n")) {
                bytes.append(UInt8(ascii: "\n"))
                withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes += $0 }
            } else {
                bytes.append(UInt8(ascii: "="))
            }
            bytes += text
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
