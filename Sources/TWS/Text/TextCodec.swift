/// The protocol's text form at server version 178, which every field of is decimal text.
///
/// It is kept apart from the messages, so that another form (of protocol buffers, from server
/// version 201 on) can stand beside it.
package enum TextCodec {
    /// The one server version that is spoken: the highest at which other clients speak text too.
    package static let serverVersion = 178

    /// What a client says first: a mark, and which server versions it speaks.
    package static let hello: [UInt8] = {
        let range = Array("v\(serverVersion)..\(serverVersion)".utf8)
        return Array("API\0".utf8) + [0, 0, 0, UInt8(range.count)] + range
    }()

    /// What a gateway answers to a hello: its version, and a time in words of its own.
    package struct Greeting: Hashable, Sendable {
        /// The highest that both sides speak.
        package var serverVersion: Int
        /// In a zone whose name may be anything: for eyes alone.
        package var time: String

        package init(serverVersion: Int, time: String) {
            self.serverVersion = serverVersion
            self.time = time
        }
    }

    /// Nil for what is not two fields, the first a number: other messages have come before it.
    package static func greeting(_ payload: UnsafeRawBufferPointer) -> Greeting? {
        var reader = FieldReader(payload, from: .gateway)
        guard reader.fieldsLeft == 2, let version = reader.messageID() else { return nil }
        var time = ""
        reader.text(&time)
        return Greeting(serverVersion: version, time: time)
    }

    /// A greeting with its length before it.
    package static func bytes(of greeting: Greeting) -> [UInt8] {
        var writer = FieldWriter(from: .gateway)
        writer.begin()
        var (version, time) = (greeting.serverVersion, greeting.time)
        writer.whole(&version)
        writer.text(&time)
        writer.end()
        return writer.bytes
    }
}

/// A frame that is no message as it should be. The stream goes on after it.
package struct MisfitError: Error, Hashable, Sendable {
    /// The kind that the frame says it is; nil where that is no number.
    package let messageID: Int?
    /// Which field did not fit, counted from 0.
    package let field: Int
    package let reason: Reason
    package let bytes: [UInt8]

    /// What did not fit.
    package enum Reason: Hashable, Sendable {
        /// The message ends before it.
        case missing
        /// It is no number, or one that does not fit.
        case badNumber
        /// It counts more items than there is room for.
        case tooMany
        /// It is none of the words that may stand there.
        case badWord
        /// There are more fields than the message has.
        case extra
    }
}

/// What a frame was.
package enum Decoded<Message: Hashable & Sendable>: Hashable, Sendable {
    case message(Message)
    /// Of a kind that nobody here knows: to be counted, and passed over.
    case unknown(messageID: Int)
}

extension FieldReader {
    /// Why a message was given up; nil when it was read to its end.
    func misfit(_ id: Int?, _ payload: UnsafeRawBufferPointer) -> MisfitError? {
        let reason: MisfitError.Reason
        switch fault {
        case .missing: reason = .missing
        case .badNumber: reason = .badNumber
        case .tooMany: reason = .tooMany
        case .notExpected: reason = .badWord
        case nil:
            if isAtEnd { return nil }
            reason = .extra
        }
        return MisfitError(messageID: id, field: index, reason: reason, bytes: Array(payload))
    }
}
