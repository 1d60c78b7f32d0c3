// How often memory is asked for on the way of 3,000 ticks from a socket's bytes to the board.
//
// A program of its own, because malloc is replaced for the whole of it.
import Broker
import Brokerage
import Numbers
import Synchronization
import TWS

/// Ticks of every kind that the board takes, for 50 subscriptions.
func stream() -> [UInt8] {
    (0..<1_000).flatMap { number -> [UInt8] in
        var (price, size, model) = (PriceTick(), SizeTick(), ModelTick())
        (price.requestID, price.kind, price.price) = (1 + number % 50, .ask, Price(number))
        (size.requestID, size.kind, size.size) = (1 + number % 50, .bidSize, Quantity(number))
        (model.requestID, model.kind) = (1 + number % 50, .model)
        (model.delta, model.volatility) = (Estimate(0.25), Estimate(0.5))
        return [.price(price), .size(size), .model(model)].flatMap {
            TextCodec.bytes(of: $0) ?? []
        }
    }
}

let bytes = stream()
let board = Mutex(QuoteBoard())
for id in 1...50 { board.withLock { $0.add(requestID: id) } }
var inbox = Inbox()
inbox.expected = .replies

@MainActor func take() -> Int {
    let taken = bytes.withUnsafeBytes { bytes in
        Result { () throws(FrameError) in
            try inbox.take(bytes, board, now: .seconds(1)) { _ in .replies }
        }
    }
    if case .success(let ticks) = taken { return ticks }
    return -1
}

_ = take()
Count.asked?.pointee = 0
isCounting = true
let ticks = take()
isCounting = false
let asked = Count.asked?.pointee ?? -1
isCounting = true
let proof = [UInt8](repeating: 1, count: ticks + 100)
isCounting = false
let forProof = (Count.asked?.pointee ?? 0) - asked
print("\(ticks) ticks, \(asked) allocations, \(forProof) for \(proof.count) bytes")
