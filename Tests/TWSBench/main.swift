// How fast frames of the TWS API are read, in messages a second: see docs/benchmarks.md.
//
//     tws-bench write FILE     the mix of messages, as one stream, for another decoder to read
//     tws-bench moving FILE    the same, of which each message tells something new
//     tws-bench read FILE      reads it, and prints messages a second
//     tws-bench path FILE      from a socket to what is known, the same
//     tws-bench memory FILE    what is held early and late in ten million messages
//     tws-bench latency N      from a write to the board, at N ticks a second
import Glibc
import Numbers
import TWS

/// How often the mix of 20 messages stands in the stream.
let rounds = 5_000
/// How many orders of an option work, and as many of a combo.
let working = 20

func option() -> Contract {
    var contract = Contract.option(
        id: 700_000_001, on: "SPY", expiry: "20261218", strike: Price(600), right: .call)
    contract.localSymbol = "SPY   261218C00600000"
    contract.exchange = ""
    return contract
}

func openOrder(_ contract: Contract, _ id: Int) -> Reply {
    var open = OpenOrder()
    open.contract = contract
    open.order = Order(.sell, Quantity(2), .limit, limitPrice: Price("4.05"))
    open.order.id = id
    open.order.clientID = 10
    open.order.permanentID = 1_130_000_000 + Int64(id)
    open.order.account = "DU1234567"
    open.order.reference = "ref-\(id)"
    open.order.allocation.sharesText = "\(open.order.permanentID).0/DU1234567/2"
    open.order.clearing.intent = "IB"
    open.state.status = .submitted
    open.state.commissionCurrency = "USD"
    return .openOrder(open)
}

/// 8 prices, 4 states of orders, 4 positions, 2 figures of accounts, and the orders of an option
/// and of a combo.
///
/// `isMoving`: everything is another than it was told before, which is why a gateway tells it; else
/// it is the same again and again.
func mix(_ round: Int, isMoving: Bool) -> [Reply] {
    let id = 1 + (isMoving ? round : round % working)
    // An order is told before how far it is, so that whoever keeps orders finds it.
    let orders = [openOrder(option(), id), openOrder(combo(), rounds + id)]
    return orders
        + (0..<8).map { .price(price(isMoving ? round * 8 + $0 : 0)) }
        + (0..<4).map { .progress(progress(id, isMoving ? $0 : 1)) }
        + (0..<4).map { .position(position(isMoving ? round * 4 + $0 : 0)) }
        + (0..<2).map {
            .summary(requestID: WholePath.summaryID, value(isMoving ? round * 2 + $0 : 0))
        }
}

func combo() -> Contract {
    var combo = Contract.combo(
        on: "SPX", (1...4).map { ComboLeg(contractID: 710_000_000 + $0, .buy) })
    combo.id = 28_812_380
    return combo
}

func price(_ number: Int) -> PriceTick {
    var tick = PriceTick()
    (tick.requestID, tick.kind, tick.size) = (1_000, .bid, Quantity(10 + number % 50))
    tick.price = Price(units: 405_000_000 + Int64(number % 100) * 1_000_000)
    return tick
}

/// The order at the broker, at the exchange, half filled, filled.
func progress(_ id: Int, _ step: Int) -> OrderProgress {
    var progress = OrderProgress()
    (progress.orderID, progress.permanentID, progress.clientID) = (
        id, 1_130_000_000 + Int64(id), 10
    )
    progress.status = [OrderStatus.preSubmitted, .submitted, .submitted, .filled][step]
    progress.filled = Quantity(max(0, step - 1))
    progress.remaining = Quantity(2) - progress.filled
    if step > 1 { (progress.averagePrice, progress.lastPrice) = (Price(4), Price(4)) }
    return progress
}

func position(_ number: Int) -> HeldPosition {
    var held = HeldPosition()
    (held.account, held.contract) = ("DU1234567", option())
    held.quantity = Quantity(-2 - number % 10)
    held.averageCost = Cash("404.2") ?? .zero
    return held
}

func value(_ number: Int) -> AccountValue {
    var value = AccountValue()
    (value.account, value.key, value.value) = (
        "DU1234567", "NetLiquidation", "\(100_000 + number).00"
    )
    value.currency = "USD"
    return value
}

func stream(isMoving: Bool) -> [UInt8] {
    (1...rounds).flatMap { round in
        mix(round, isMoving: isMoving).flatMap { TextCodec.bytes(of: $0) ?? [] }
    }
}

func contents(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 20))
    while case let count = fread(&piece, 1, piece.count, file), count > 0 {
        bytes += piece[..<count]
    }
    return bytes
}

/// Reads the whole stream once, in pieces as a socket gives them.
func read(_ bytes: [UInt8]) -> (messages: Int, sum: Int) {
    var (decoder, messages, sum) = (FrameDecoder(), 0, 0)
    bytes.withUnsafeBytes { all in
        var at = 0
        while at < all.count {
            let end = min(all.count, at + 32 * 1_024)
            decoder.append(UnsafeRawBufferPointer(rebasing: all[at..<end]))
            at = end
            do throws(FrameError) {
                try decoder.forEach { payload throws(FrameError) in
                    messages += 1
                    do throws(MisfitError) {
                        if case .message(.price(let tick)) = try TextCodec.reply(payload) {
                            sum &+= tick.requestID
                        }
                    } catch { sum = -1 }
                }
            } catch { sum = -1 }
        }
    }
    return (messages, sum)
}

let words = Array(CommandLine.arguments.dropFirst())
switch (words.first, words.dropFirst().first) {
case ("write", let path?), ("moving", let path?):
    let bytes = stream(isMoving: words[0] == "moving")
    guard let file = fopen(path, "w") else { exit(1) }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    print("\(bytes.count) bytes, \(bytes.count / rounds / 20) a message")
case ("read", let path?):
    let bytes = contents(path)
    let clock = ContinuousClock()
    var best = 0.0
    for _ in 0..<7 {
        var found = (messages: 0, sum: 0)
        let took = clock.measure { found = read(bytes) }
        guard found.sum >= 0, found.messages > 0 else { exit(1) }
        best = max(best, Double(found.messages) / (took / .seconds(1)))
    }
    print(Int(best))
case ("path", let path?):
    let bytes = contents(path)
    print(Int((0..<5).map { _ in WholePath.rate(bytes, repeated: 10) }.max() ?? 0))
case ("memory", let path?):
    let bytes = contents(path)
    let (early, late, messages) = WholePath.memory(bytes, repeated: 100)
    print("\(messages) messages, \(early >> 10) KiB after a tenth, \(late >> 10) KiB at the end")
case ("latency", let words?):
    let perSecond = Int(words) ?? 1_000
    let found = WholePath.latencies(perSecond: perSecond, count: perSecond * 2)
    let shares = [0.5, 0.9, 0.99, 0.999, 1].map { share -> String in
        let place = min(found.count - 1, Int(Double(found.count) * share))
        return "\(share * 100) %: \(found[place] / 1_000) us"
    }
    print("\(perSecond) a second: " + shares.joined(separator: ", "))
default:
    print("usage: tws-bench write|moving|read|path|memory FILE, or latency N")
    exit(64)
}
