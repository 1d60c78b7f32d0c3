import Facts
import Numbers
import TWS

/// A line of control that cannot be carried out.
package struct ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what would be right.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// One command of the control language.
package struct ControlRow: Hashable, Sendable {
    /// How it is written, and what it does.
    package let usage: String
    package let meaning: String

    package init(usage: String, meaning: String) {
        self.usage = usage
        self.meaning = meaning
    }
}

extension SimulatedGateway {
    /// All commands, in the order of the help; words in capitals stand for values.
    package static let controlRows: [ControlRow] = [
        ControlRow(usage: "status", meaning: "time, clients, orders, positions, faults"),
        ControlRow(usage: "pass SECONDS", meaning: "so much time passes at once"),
        ControlRow(usage: "position SYMBOL QUANTITY COST", meaning: "so many are held"),
        ControlRow(
            usage: "position SYMBOL EXPIRY STRIKE C|P QUANTITY COST",
            meaning: "the same for an option; COST is that of one contract"),
        ControlRow(usage: "cash AMOUNT", meaning: "so much cash is there"),
        ControlRow(usage: "price SYMBOL PRICE", meaning: "it costs so much from now on"),
        ControlRow(usage: "volatility SYMBOL FACTOR", meaning: "of its options, times so much"),
        ControlRow(
            usage: "fills parts|whole|never", meaning: "how orders are filled that cross"),
        ControlRow(
            usage: "fill PERMID|all", meaning: "at once and whole, also while the link is lost"),
        ControlRow(usage: "manual SYMBOL QUANTITY PRICE", meaning: "an order of no API client"),
        ControlRow(
            usage: "assign SYMBOL EXPIRY STRIKE C|P", meaning: "a short option is assigned"),
        ControlRow(
            usage: "correct", meaning: "the last execution is told again, a cent dearer"),
        ControlRow(usage: "drop [CLIENT]", meaning: "connections are reset; all if none is named"),
        ControlRow(usage: "finish [CLIENT]", meaning: "they are ended"),
        ControlRow(usage: "silence [CLIENT]", meaning: "they stay open, and nothing comes"),
        ControlRow(usage: "slow BYTES [CLIENT]", meaning: "so many bytes a second; 0 ends it"),
        ControlRow(usage: "half-frame [CLIENT]", meaning: "half of the next message, then the end"),
        ControlRow(usage: "garbage [CLIENT]", meaning: "bytes that are no frame"),
        ControlRow(usage: "black-hole on|off", meaning: "who connects is not answered"),
        ControlRow(usage: "restart [ROLLBACK]", meaning: "all end; order ids go back by so many"),
        ControlRow(usage: "duplicate COUNT", meaning: "so many messages come twice"),
        ControlRow(usage: "swallow COUNT", meaning: "so many orders are forgotten unanswered"),
        ControlRow(usage: "invisible COUNT", meaning: "so many orders work, and are not told"),
        ControlRow(usage: "reject CODE TEXT", meaning: "the next order is refused"),
        ControlRow(usage: "drop-status COUNT", meaning: "so many order statuses are left out"),
        ControlRow(usage: "fills-first on|off", meaning: "executions come before their order"),
        ControlRow(usage: "accounts NAMES|real", meaning: "other accounts are said"),
        ControlRow(usage: "skew SECONDS", meaning: "its clock is ahead by so much"),
        ControlRow(usage: "notice CODE [id=ID] TEXT", meaning: "all are told"),
        ControlRow(usage: "farm lost|back", meaning: "a data farm"),
        ControlRow(
            usage: "link lost [SECONDS [empty]]", meaning: "1100; then 1102, or 1101 if empty"),
        ControlRow(usage: "link back [empty]", meaning: "1102, or 1101 if empty"),
        ControlRow(usage: "read-only on|off", meaning: "orders are refused with 321"),
    ]

    /// Does what a line of control says.
    ///
    /// What is to be sent after it is in `taken()`.
    ///
    /// - Returns: what there is to say; empty where it was done and no more.
    /// - Throws: `ControlError` for a line that is none; nothing has changed then.
    package mutating func obey(_ line: String) throws(ControlError) -> String {
        let words = line.split(separator: " ").map(String.init)
        guard let name = words.first else { return "" }
        let rest = Array(words.dropFirst())
        switch name {
        case "status", "pass", "position", "cash", "price", "volatility", "manual", "assign",
            "fill", "correct":
            return try world(name, rest)
        case "drop", "finish", "silence", "slow", "half-frame", "garbage", "restart":
            try link(name, rest)
        case "black-hole", "fills-first", "read-only":
            let isOn = try word(rest, among: ["on", "off"]) == "on"
            switch name {
            case "black-hole": faults.isBlackHole = isOn
            case "fills-first": faults.tellsFillsFirst = isOn
            default: faults.isReadOnly = isOn
            }
        case "duplicate": faults.duplicates = try count(rest)
        case "swallow": faults.swallows = try count(rest)
        case "invisible": faults.invisible = try count(rest)
        case "drop-status": faults.droppedStatuses = try count(rest)
        case "skew": faults.skewSeconds = Int64(try number(rest, 0))
        case "fills":
            let all = Faults.Fills.allCases.map(\.rawValue)
            faults.fills = Faults.Fills(rawValue: try word(rest, among: all)) ?? .parts
        case "accounts":
            guard let names = rest.first else { throw ControlError("accounts needs names") }
            faults.accounts =
                names == "real" ? nil : names.split(separator: ",").map(String.init)
        case "reject", "notice", "farm": try say(name, rest)
        case "link":
            guard try word(Array(rest.prefix(1)), among: ["lost", "back"]) == "lost" else {
                restoreLink(isEmpty: rest.contains("empty"))
                break
            }
            let seconds = rest.count > 1 ? try number(rest, 1) : nil
            loseLink(
                forMs: seconds.map { Int64($0) * 1_000 }, isEmptyAfterwards: rest.contains("empty"))
        default: throw ControlError("there is no command '\(name)'; see 'help'")
        }
        return ""
    }

    // MARK: What the world is

    private mutating func world(
        _ name: String, _ rest: [String]
    ) throws(ControlError) -> String {
        switch name {
        case "status": return statusText
        case "pass":
            let seconds = try count(rest)
            guard seconds <= Bounds.passMax else {
                throw ControlError("\(seconds) s is more than a day")
            }
            pass(to: now.adding(ms: Int64(seconds) * 1_000))
        case "cash":
            guard let cash = rest.first.flatMap({ Cash($0) }), cash.magnitude <= Bounds.cashMax
            else {
                throw ControlError("cash needs an amount such as 100000.50, a billion at most")
            }
            accounts[0].cash = cash
            beginDay()
        case "position":
            let instrument = try instrument(rest, left: 2)
            let last = Array(rest.suffix(2))
            guard let quantity = Quantity(last[0]), let cost = Cash(last[1]),
                quantity.magnitude <= Bounds.quantityMax, cost.magnitude <= Bounds.costMax
            else {
                throw ControlError(
                    "'\(last[0])' at '\(last[1])' is no quantity and cost, or too much")
            }
            accounts[0].hold(instrument, quantity, at: cost)
            tellPositionsChanged(accounts[0], [instrument])
            beginDay()
        case "price", "volatility":
            let place = try instrument(Array(rest.prefix(1)), left: 0).underlying
            guard rest.count == 2, let value = Double(rest[1]), value >= 0.01, value <= 5_000 else {
                throw ControlError("\(name) needs a symbol and a number from 0.01 to 5000")
            }
            if name == "price" { market.set(place, price: value) }
            if name == "volatility" { market.set(place, volatilityFactor: value) }
            matchAll()
            tellQuotes()
        case "manual": try placeByHand(rest)
        case "assign":
            try assign(try instrument(rest, left: 0))
        case "correct": try correct()
        default: try fillByHand(rest)
        }
        return ""
    }

    private mutating func placeByHand(_ rest: [String]) throws(ControlError) {
        let instrument = try instrument(rest, left: 2)
        guard let quantity = Quantity(rest[1]), let price = Price(rest[2]), quantity != .zero,
            quantity.magnitude <= Bounds.quantityMax, price.magnitude <= Bounds.priceMax
        else {
            throw ControlError("manual needs a symbol, a quantity and a price")
        }
        var order = Order(
            quantity > .zero ? .buy : .sell, quantity.magnitude, .limit, limitPrice: price)
        order.account = accounts[0].name
        permanentIDs += 1
        order.permanentID = permanentIDs
        var contract = instrument.contract
        contract.primaryExchange = ""
        orders.append(
            SimulatedOrder(
                contract: contract, legs: [.init(instrument: instrument, ratio: 1)], order: order,
                status: .submitted))
    }

    private mutating func assign(_ instrument: Instrument) throws(ControlError) {
        guard let option = instrument.option, let held = accounts[0].holding(instrument),
            held.quantity < .zero
        else {
            throw ControlError("no short position in that option")
        }
        accounts[0].hold(instrument, .zero, at: .zero)
        let shares = Quantity(
            units: held.quantity.units * (option.right == .call ? 100 : -100))
        let underlying = Instrument(underlying: instrument.underlying)
        _ = accounts[0].book(underlying, shares, at: Price(option.strike), commission: .zero)
        tellPositionsChanged(accounts[0], [instrument, underlying])
    }

    /// The digits after the last point go up; the rest of the id stays.
    private mutating func correct() throws(ControlError) {
        guard var stored = executions.last else { throw ControlError("nothing was executed") }
        let id = stored.execution.id
        let last = (Int(id.suffix(2)) ?? 1) + 1
        stored.execution.id = String(id.dropLast(2)) + (last < 10 ? "0" : "") + "\(last)"
        stored.execution.price += Price(units: unitsOfOne / 100)
        stored.report.executionID = stored.execution.id
        executions[executions.count - 1] = stored
        for connection in listeners(to: stored.key.clientID) {
            send(connection, .execution(stored.execution))
            send(connection, .commission(stored.report))
        }
    }

    private mutating func fillByHand(_ rest: [String]) throws(ControlError) {
        guard let which = rest.first else { throw ControlError("fill needs a number, or all") }
        let places = orders.indices.filter {
            orders[$0].isWorking && (which == "all" || "\(orders[$0].order.permanentID)" == which)
        }
        guard !places.isEmpty else { throw ControlError("no working order is '\(which)'") }
        // What happens while the link is lost is known when it is back.
        guard !faults.isLinkLost else {
            faults.owedFills += places.map { orders[$0].order.permanentID }
            return
        }
        for place in places { fillAtItsPrice(place) }
    }

    // MARK: What befalls links

    private mutating func link(_ name: String, _ rest: [String]) throws(ControlError) {
        let isSlow = name == "slow"
        let bytes = isSlow ? try count(rest) : 0
        if name == "restart" {
            let rollback = rest.isEmpty ? 0 : try count(rest)
            for (client, next) in nextIDs { nextIDs[client] = max(1, next - rollback) }
        }
        let named = rest.count > (isSlow ? 1 : 0) && name != "restart" ? rest.last : nil
        let meant = clients.filter { named == nil || "\($0.value.id ?? -1)" == named }.keys.sorted()
        guard !meant.isEmpty || named == nil else {
            throw ControlError("no client \(named ?? "") is connected")
        }
        for connection in meant {
            switch name {
            case "drop", "restart": emit(.disturb(connection, .reset))
            case "finish": emit(.disturb(connection, .finish))
            case "slow": emit(.disturb(connection, .slow(bytes)))
            case "half-frame": emit(.disturb(connection, .halfFrame))
            case "garbage": emit(.disturb(connection, .garbage))
            default:
                faults.silent.insert(connection)
                emit(.disturb(connection, .silence))
            }
        }
    }

    private mutating func say(_ name: String, _ rest: [String]) throws(ControlError) {
        if name == "farm" {
            let isLost = try word(rest, among: ["lost", "back"]) == "lost"
            return announce(
                isLost
                    ? Notice(code: 2103, "Market data farm connection is broken:usfarm")
                    : Notice(code: 2104, "Market data farm connection is OK:usfarm"))
        }
        let code = Int(try number(rest, 0))
        let words = rest.dropFirst()
        if name == "reject" {
            guard !words.isEmpty else { throw ControlError("reject needs a code and a text") }
            faults.rejects.append((code, words.joined(separator: " ")))
            return
        }
        let id = words.first.flatMap { $0.hasPrefix("id=") ? Int($0.dropFirst(3)) : nil }
        let text = words.dropFirst(id == nil ? 0 : 1).joined(separator: " ")
        announce(Notice(id: id ?? -1, code: code, text))
    }

    // MARK: Words

    private func word(_ words: [String], among known: [String]) throws(ControlError) -> String {
        guard let word = words.first, words.count == 1, known.contains(word) else {
            throw ControlError(
                "'\(words.joined(separator: " "))' is not one of \(known.joined(separator: ", "))")
        }
        return word
    }

    private func number(_ words: [String], _ place: Int) throws(ControlError) -> Int32 {
        guard place < words.count, let number = Int32(words[place]) else {
            throw ControlError("word \(place + 2) has to be a whole number")
        }
        return number
    }

    private func count(_ words: [String]) throws(ControlError) -> Int {
        let number = try number(words, 0)
        guard number >= 0 else { throw ControlError("\(number) is below 0") }
        return Int(number)
    }

    /// `left`: how many words follow it.
    private func instrument(
        _ words: [String], left: Int
    ) throws(ControlError) -> Instrument {
        let place = Underlying.all.firstIndex { $0.symbol == words.first }
        guard let place, words.count == 1 + left || words.count == 4 + left else {
            let known = Underlying.all.map(\.symbol).joined(separator: ", ")
            throw ControlError("one of \(known), and EXPIRY STRIKE C|P for an option of it")
        }
        guard words.count == 4 + left else { return Instrument(underlying: place) }
        guard let expiry = CivilDate(compact: words[1]), let strike = Int(words[2]),
            let right = Right(rawValue: words[3])
        else {
            throw ControlError("'\(words[1]) \(words[2]) \(words[3])' is no option")
        }
        let instrument = Instrument(
            underlying: place, option: .init(expiry: expiry, strike: strike, right: right))
        guard (1..<1_024).contains(strike),
            Instrument(contractID: instrument.contractID) == instrument
        else {
            throw ControlError("there is no option \(words[1]) \(words[2]) \(words[3])")
        }
        return instrument
    }

    private var statusText: String {
        var lines = ["time \(now.wallTime)", market.isOpen ? "market open" : "market closed"]
        for (connection, client) in clients.sorted(by: { $0.key < $1.key }) {
            lines.append("client \(client.id.map(String.init) ?? "?") connection \(connection)")
        }
        for order in orders {
            let own = order.order
            lines.append(
                "order \(own.permanentID) client \(own.clientID) id \(own.id) "
                    + "\(own.action.rawValue) \(order.quantity) \(own.type.word) "
                    + "\(order.status.word) filled \(order.filled) "
                    + "ref '\(own.reference.filter { !$0.isNewline })'")
        }
        for account in accounts {
            lines.append("account \(account.name) cash \(account.cash)")
            for holding in account.inOrder {
                let contract = holding.instrument.contract
                lines.append(
                    "position \(contract.id) \(contract.localSymbol) \(holding.quantity) "
                        + "at \(holding.averageCost)")
            }
        }
        if faults.isLinkLost { lines.append("link lost") }
        return lines.joined(separator: "\n")
    }
}
