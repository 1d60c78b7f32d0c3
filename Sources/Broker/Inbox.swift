package import Brokerage
package import Synchronization
package import TWS

/// What comes from one socket: ticks go to the board in place, the rest to whoever decides.
///
/// A tick costs no memory on its way from the socket's bytes to the board.
package struct Inbox {
    /// What the next message may be.
    package var expected = Expected.greeting
    private var decoder = FrameDecoder()

    package init() {}

    /// Which of the messages that may come are read.
    package enum Expected {
        /// The gateway's version; other messages have been seen before it.
        case greeting
        case replies
        /// The connection is over: what follows is nothing.
        case nothing
    }

    /// Takes bytes as they came. `handle` is given everything but ticks, and answers what is
    /// expected after it.
    ///
    /// - Returns: how many ticks there were.
    /// - Throws: `FrameError` when the stream cannot be one of frames.
    package mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ board: borrowing Mutex<QuoteBoard>, now: Duration,
        _ handle: (BrokerMachine.Input) -> Expected
    ) throws(FrameError) -> Int {
        var (ticks, expected) = (0, expected)
        defer { self.expected = expected }
        decoder.append(bytes)
        try decoder.forEach { payload throws(FrameError) in
            switch expected {
            case .nothing: return
            case .greeting:
                if let greeting = TextCodec.greeting(payload) {
                    expected = handle(.greeted(greeting))
                    return
                }
            case .replies: break
            }
            if Self.tookTick(payload, board, now, &expected, handle) { ticks += 1 }
        }
        return ticks
    }

    /// - Returns: whether it was a tick.
    private static func tookTick(
        _ payload: UnsafeRawBufferPointer, _ board: borrowing Mutex<QuoteBoard>, _ now: Duration,
        _ expected: inout Expected, _ handle: (BrokerMachine.Input) -> Expected
    ) -> Bool {
        do throws(MisfitError) {
            switch try TextCodec.reply(payload) {
            case .message(.price(let tick)): board.withLock { $0.took(tick, at: now) }
            case .message(.size(let tick)): board.withLock { $0.took(tick, at: now) }
            case .message(.model(let tick)): board.withLock { $0.took(tick, at: now) }
            case .message(.marketData(let kind)): board.withLock { $0.took(kind) }
            case .message(.figure), .message(.text), .message(.terms): break
            case .message(let reply):
                expected = handle(.received(reply))
                return false
            case .unknown: return false
            }
            return true
        } catch {
            expected = handle(.misfit(messageID: error.messageID))
            return false
        }
    }
}
