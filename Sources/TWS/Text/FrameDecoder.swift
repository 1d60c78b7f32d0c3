/// Cuts a byte stream into frames: a length of 4 bytes, the highest first, then that many bytes.
///
/// Bytes are appended as they come, split and joined as the network likes. There is no mark to find
/// the next frame by, so that a length that cannot be is the end of the stream.
///
/// Source: TWS API, framing used from server version 100 on.
package struct FrameDecoder: Sendable {
    /// Longest payload accepted, in bytes; a longer claim is taken for a broken stream.
    package static let payloadBytesMax = 0xff_ffff

    private var bytes: [UInt8] = []
    /// Where the first frame that was not given out begins.
    private var start = 0

    package init() {}

    /// How many bytes wait for the rest of their frame.
    package var waiting: Int { bytes.count - start }

    /// Adds what came from the network.
    package mutating func append(_ more: UnsafeRawBufferPointer) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 64 * 1024 {
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The same for bytes in an array.
    package mutating func append(_ more: [UInt8]) {
        more.withUnsafeBytes { append($0) }
    }

    /// Gives out each whole frame's payload; the bytes are valid during the call alone.
    ///
    /// - Throws: `FrameError` when the stream cannot be one of frames; nothing after it is read.
    package mutating func forEach(
        _ body: (UnsafeRawBufferPointer) throws(FrameError) -> Void
    ) throws(FrameError) {
        var at = start
        defer { start = at }
        let count = bytes.count
        let failure: FrameError? = bytes.withUnsafeBytes { all in
            while count - at >= 4 {
                let length =
                    Int(all[at]) << 24 | Int(all[at + 1]) << 16 | Int(all[at + 2]) << 8
                    | Int(all[at + 3])
                guard length <= Self.payloadBytesMax else { return .tooLong(length) }
                guard count - at - 4 >= length else { return nil }
                let payload = UnsafeRawBufferPointer(rebasing: all[(at + 4)..<(at + 4 + length)])
                at += 4 + length
                do throws(FrameError) { try body(payload) } catch { return error }
            }
            return nil
        }
        if let failure { throw failure }
    }
}

/// Why a byte stream cannot be one of frames.
package enum FrameError: Error, Hashable, Sendable {
    /// A frame says that it has so many bytes.
    case tooLong(Int)
    /// What came in the handshake is not a server version and a time.
    case badHandshake([UInt8])
}
