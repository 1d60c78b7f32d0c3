import Facts
import Market
import Numbers
import TWS

extension SimulatedGateway {
    /// How long a step of the market is, in milliseconds.
    package static var stepMs: Int64 { SimulatedMarket.stepMs }

    /// Goes on to a moment, step by step, so that a day is the same however it is cut.
    mutating func pass(to moment: Moment) {
        while market.now < moment {
            let step = SimulatedMarket.stepMs
            let next = Moment(ms: (market.now.ms / step + 1) * step)
            guard next <= moment else { return }
            passStep(to: next)
        }
    }

    private mutating func passStep(to next: Moment) {
        let day = market.today
        let before = NewYork.local(now.wallTime)
        let hasMoved = market.advance(to: next)
        let after = NewYork.local(now.wallTime)
        if let reset = settings.resetAt, before.secondOfDay < reset, after.secondOfDay >= reset {
            loseLink(forMs: settings.resetSeconds * 1_000, isEmptyAfterwards: false)
        }
        if let back = faults.linkBack, now >= back.at { restoreLink(isEmpty: back.isEmpty) }
        let closes = TradingHours.closes
        if before.secondOfDay < closes, after.secondOfDay >= closes,
            market.isAlwaysOpen || TradingHours.isTradingDay(day)
        {
            closeDay(day)
        }
        if market.today != day { beginNight() }
        tellOwedCommissions()
        if hasMoved {
            matchAll()
            tellQuotes()
        }
        tellRegularly()
    }

    private mutating func tellOwedCommissions() {
        guard !owedCommissions.isEmpty, !faults.isLinkLost else { return }
        let moment = now
        let due = owedCommissions.filter { $0.at <= moment }
        owedCommissions.removeAll { $0.at <= moment }
        for (_, report, key) in due {
            for connection in listeners(to: key.clientID) { send(connection, .commission(report)) }
        }
    }

    // MARK: Days

    mutating func beginDay() {
        for place in accounts.indices {
            accounts[place].beginDay(worth: Valuation(accounts[place], market).net)
        }
    }

    /// Orders of the day end, and options that expire are exercised where they are worth it.
    private mutating func closeDay(_ day: CivilDate) {
        for place in orders.indices
        where orders[place].isWorking
            && (orders[place].order.timeInForce == "DAY" || orders[place].isExpired(on: day))
        {
            end(place, .cancelled, "Expired")
            tellCancelled(place)
        }
        for place in accounts.indices { expire(place, on: day) }
    }

    private mutating func expire(_ place: Int, on day: CivilDate) {
        var changed: [Instrument] = []
        for holding in accounts[place].inOrder {
            guard let option = holding.instrument.option, option.expiry <= day else { continue }
            let spot = market.spot(holding.instrument.underlying)
            let strike = Double(option.strike)
            let isCall = option.right == .call
            let isWorth = isCall ? spot > strike : spot < strike
            changed.append(holding.instrument)
            accounts[place].hold(holding.instrument, .zero, at: .zero)
            guard isWorth else { continue }
            // A call that is held buys the underlying, a put sells it; who sold one has the other.
            let shares = Quantity(units: holding.quantity.units * (isCall ? 100 : -100))
            let underlying = Instrument(underlying: holding.instrument.underlying)
            _ = accounts[place].book(
                underlying, shares, at: Price(option.strike), commission: .zero)
            changed.append(underlying)
        }
        if !changed.isEmpty { tellPositionsChanged(accounts[place], changed) }
    }

    /// What was done yesterday is forgotten.
    private mutating func beginNight() {
        orders.removeAll { !$0.isWorking }
        executions = []
        beginDay()
    }

    // MARK: The link to the broker

    mutating func loseLink(forMs: Int64?, isEmptyAfterwards: Bool) {
        guard !faults.isLinkLost else { return }
        announce(Self.linkLost)
        faults.isLinkLost = true
        faults.linkBack = forMs.map { (now.adding(ms: $0), isEmptyAfterwards) }
    }

    mutating func restoreLink(isEmpty: Bool) {
        guard faults.isLinkLost else { return }
        faults.isLinkLost = false
        faults.linkBack = nil
        if isEmpty {
            for connection in clients.keys {
                clients[connection]?.quotes = [:]
                clients[connection]?.summaries = [:]
                clients[connection]?.wantsPositions = false
                clients[connection]?.profits = [:]
                clients[connection]?.positionProfits = [:]
            }
        }
        fillOwed()
        announce(
            isEmpty
                ? Notice(
                    code: 1101,
                    "Connectivity between IBKR and Trader Workstation has been restored - data "
                        + "lost.")
                : Notice(
                    code: 1102,
                    "Connectivity between IBKR and Trader Workstation has been restored - data "
                        + "maintained. All data farms are connected: usfarm; ushmds; secdefil."))
        for place in orders.indices where orders[place].status == .pendingCancel {
            end(place, .cancelled, "Cancelled")
            tellCancelled(place)
        }
        for place in orders.indices where orders[place].status == .apiPending {
            orders[place].status = .preSubmitted
            accept(place)
        }
        matchAll()
    }

    /// What was filled behind the lost link, which nobody is told of.
    private mutating func fillOwed() {
        let told = clients
        clients = [:]
        for id in faults.owedFills {
            if let place = orders.firstIndex(where: { $0.order.permanentID == id }) {
                fillAtItsPrice(place)
            }
        }
        faults.owedFills = []
        clients = told
    }

    /// Fills what is left of an order, at its limit where it has one.
    mutating func fillAtItsPrice(_ place: Int) {
        let order = orders[place]
        guard order.isWorking, order.order.transmit, !order.isHeldBack else { return }
        let quote = quote(order)
        let touch = order.isBuy ? quote.ask : quote.bid ?? .zero
        fill(place, order.remaining, at: order.order.limitPrice ?? touch)
    }
}

extension SimulatedOrder {
    /// Whether anything in it expires on or before a day.
    func isExpired(on day: CivilDate) -> Bool {
        legs.contains { ($0.instrument.option?.expiry).map { $0 <= day } ?? false }
    }
}
