package import Brokerage
package import TWS

/// A machine and a gateway on one table, with a clock that only this moves.
package struct Bench {
    /// Both sides; what is known of each to the test.
    package var machine: BrokerMachine
    package var gateway = ModelGateway()
    package var now = Duration.zero
    /// What came out, in its order.
    package private(set) var answers: [Int: Answer] = [:]
    package private(set) var updates: [Update] = []
    package private(set) var sent: [Request] = []
    /// What is on the disk.
    package private(set) var journal: [OrderRecord] = []
    package private(set) var opened = 0
    package private(set) var isConnected = false
    /// Replies that wait while the gateway is held back; those of a lost socket are lost.
    package var isHeldBack = false
    package private(set) var held: [Reply] = []
    /// Where a writer to the disk stops: nothing of it is done from then on.
    package var diskStops = false
    /// Whether requests still reach the gateway.
    package var arrives = true
    package var greetingTime = "20270115 08:00:00 UTC"
    /// How many questions were asked.
    package var asked: Int { tickets }
    private var tickets = 0
    private let settings: BrokerMachine.Settings

    package init(
        _ records: [OrderRecord] = [], seed: UInt64 = 1,
        _ change: (inout BrokerMachine.Settings) -> Void = { _ in }
    ) {
        var settings = BrokerMachine.Settings(
            Session.Settings(clientID: 10, account: "DU1234567"))
        change(&settings)
        self.settings = settings
        journal = records
        machine = BrokerMachine(
            settings, records: records, seed: seed,
            at: BrokerMachine.Moment(now: .zero, epochSeconds: 1_800_000_000))
    }

    /// By the wall's clock, that goes with ours.
    package var moment: BrokerMachine.Moment {
        BrokerMachine.Moment(now: now, epochSeconds: 1_800_000_000 + now.components.seconds)
    }

    /// Something happens; everything that follows from it at once, happens too.
    package mutating func say(_ input: BrokerMachine.Input) {
        for action in machine.handle(input, at: moment) { perform(action) }
    }

    /// Opens, greets and reads until the machine may trade, or waits for something.
    package mutating func open() { say(.openWanted) }

    /// Asks for something.
    ///
    /// - Returns: the number of the answer.
    @discardableResult
    package mutating func ask(_ want: Want) -> Int {
        tickets += 1
        let ticket = tickets
        say(.wanted(want, ticket: ticket))
        return ticket
    }

    /// The gateway says something by itself.
    package mutating func tell(_ replies: [Reply]) {
        for reply in replies where isConnected { say(.received(reply)) }
    }

    /// The gateway says a notice.
    package mutating func notice(_ code: Int, id: Int = -1, _ text: String = "") {
        tell([.notice(Notice(id: id, code: code, text))])
    }

    /// What the gateway held back is told now.
    package mutating func release() {
        isHeldBack = false
        let replies = held
        held = []
        tell(replies)
    }

    /// The socket breaks: what was held back is lost.
    package mutating func drop() {
        held = []
        isConnected = false
        say(.socketEnded("reset"))
    }

    /// Time passes, with everything that is due meanwhile.
    package mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let due = machine.wake, due <= end {
            now = max(now, due)
            say(.timePassed)
            precondition((machine.wake ?? .seconds(1 << 40)) > now, "it would spin")
        }
        now = end
        say(.timePassed)
    }

    /// The program dies and starts again, with what is on the disk.
    package func restarted() -> Bench {
        var next = Bench(journal, seed: 7)
        next.machine = BrokerMachine(settings, records: journal, seed: 7, at: moment)
        (next.gateway, next.now, next.greetingTime) = (gateway, now, greetingTime)
        return next
    }

    private mutating func perform(_ action: BrokerMachine.Action) {
        switch action {
        case .openSocket:
            opened += 1
            isConnected = true
            say(.connected)
        case .sendHello:
            say(.greeted(TextCodec.Greeting(serverVersion: 178, time: greetingTime)))
        case .send(let request): deliver(request)
        case .closeSocket:
            isConnected = false
            held = []
        case .makeDurable(let records, let number):
            journal += records
            if !diskStops { say(.written(number)) }
        case .note(let records): journal += records
        case .answer(let ticket, let answer):
            precondition(answers[ticket] == nil, "\(ticket) is answered twice")
            answers[ticket] = answer
        case .publish(let update): updates.append(update)
        case .addQuote, .removeQuote, .forgetQuotes: break
        }
    }

    private mutating func deliver(_ request: Request) {
        sent.append(request)
        guard isConnected, arrives else { return }
        let replies = gateway.replies(to: request)
        if isHeldBack { held += replies } else { tell(replies) }
    }
}
