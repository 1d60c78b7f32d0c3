package import TWS

/// The whole of a client above its socket: connection, reading, orders and their doubts, as one
/// state machine.
///
/// It touches neither socket nor disk nor clock: what has happened goes in, what is to be done
/// comes out, in that order. What comes of the market by the thousand does not go through it.
package struct BrokerMachine: Sendable {
    /// What is known of the accounts, and of what we mean to do.
    package internal(set) var book = AccountBook()
    package internal(set) var log: IntentLog
    /// When `timePassed` has to be said at the latest; nil when nothing waits.
    package private(set) var wake: Duration?
    let settings: Settings
    var session: Session
    var pacer: Pacer<Outgoing>
    var requests = RequestIDs()
    var reconnect = Reconnect()
    var moment: Moment
    var actions: [Action] = []

    /// Whether a connection is wanted at all, when the next is tried, and how the last ended.
    var isWanted = false
    var nextTry: Duration?
    var lastEnding = ""
    /// When the connection counts as one that holds.
    var steadyAt: Duration?
    /// What the gateway's own clock said when it greeted, and when that was; nil where it said
    /// nothing that is known for a time.
    private var greeted: (secondOfDay: Int64, at: Int64)?
    var link = Link.closed
    private var chances: UInt64

    var survey: Survey?
    /// How many answers are still to come to each question that does not tell which one it answers.
    var owed: [Survey.Step: Int] = [:]
    /// When a doubt is looked into next; nil while there is none.
    var doubtAt: Duration?
    var summaryID: Int?
    var hasPositions = false
    var snapshots: [Asked] = []

    var placing: [String: Asked] = [:]
    var changing: [String: Asked] = [:]
    var cancelling: [Int: Asked] = [:]
    /// Which intent, or change of one, a write to the disk is for.
    var writing: [Int: (reference: String, isChange: Bool)] = [:]
    var writes = 0
    /// Why nothing can be written down any more.
    var journalFault: String?
    var cancelAll: CancelAll?
    var subscriptions: [Int: MarketDataRequest] = [:]

    /// `records`: what the journal of orders has. `seed`: other for each start; waits differ by it.
    package init(
        _ settings: Settings, records: [OrderRecord] = [], seed: UInt64, at moment: Moment
    ) {
        self.settings = settings
        self.moment = moment
        session = Session(settings.session)
        pacer = Pacer(
            perSecond: settings.messagesPerSecond, burst: settings.messagesPerSecond,
            now: moment.now)
        log = IntentLog(clientID: settings.session.clientID, records)
        chances = seed
    }

    /// Who connects, and how long everything may take.
    package struct Settings: Hashable, Sendable {
        /// Those of the connection.
        package var session: Session.Settings
        package var messagesPerSecond = 40
        /// How long an order may go unacknowledged before it is in doubt.
        package var acknowledgeMax = Duration.seconds(10)
        /// How often what is in doubt is looked into, and how soon for the second time.
        package var doubtEvery = Duration.seconds(30)
        package var doubtAgain = Duration.seconds(3)
        /// How often open orders are asked for after a global cancel.
        package var cancelAllEvery = Duration.seconds(1)
        /// How long a connection has to hold before earlier failures are forgotten.
        package var steadyMin = Duration.seconds(30)
        /// What a code means on this host, besides or otherwise.
        package var notices = NoticeTable()

        package init(_ session: Session.Settings) { self.session = session }
    }

    /// Now, by a clock that never goes back, and by the wall's.
    package struct Moment: Hashable, Sendable {
        /// The first since any moment, the second since 1970.
        package var now: Duration
        package var epochSeconds: Int64

        package init(now: Duration, epochSeconds: Int64) {
            (self.now, self.epochSeconds) = (now, epochSeconds)
        }
    }

    /// What has happened.
    package enum Input: Hashable, Sendable {
        case openWanted
        case closeWanted
        case connected
        case socketEnded(String)
        case greeted(TextCodec.Greeting)
        /// Anything but ticks.
        case received(Reply)
        /// A message that could not be read, of this kind where that is known.
        case misfit(messageID: Int?)
        case timePassed
        /// `ticket`: names the answer.
        indirect case wanted(Want, ticket: Int)
        /// What `makeDurable` had of this number is on the disk.
        case written(Int)
        /// It is not, and nothing can be written any more.
        case writingFailed(Int, String)
    }

    /// What is to be done now, in this order.
    package enum Action: Hashable, Sendable {
        case openSocket
        case sendHello
        indirect case send(Request)
        /// With what has still to be sent before it.
        case closeSocket
        /// Write these down, wait for the disk, and say `written` with the number.
        case makeDurable([OrderRecord], number: Int)
        /// Write these down; they may be lost, for what they say can be found out again.
        case note([OrderRecord])
        case answer(ticket: Int, Answer)
        case publish(Update)
        /// Quotes are kept, or not kept any more, of this subscription.
        case addQuote(requestID: Int)
        case removeQuote(requestID: Int)
        /// All quotes are of a connection that is gone.
        case forgetQuotes
    }

    /// What waits for its turn to be sent.
    enum Outgoing: Sendable {
        case request(Request)
        case order(reference: String)
        case change(reference: String)
    }

    /// Somebody who waits for an answer, until then.
    struct Asked: Sendable {
        let ticket: Int
        var deadline: Duration
    }

    /// Takes what has happened.
    package mutating func handle(_ input: Input, at moment: Moment) -> [Action] {
        self.moment = moment
        take(input)
        expire()
        flush()
        tellLink()
        wake = due
        defer { actions = [] }
        return actions
    }

    /// It is asked after every message: without a list to be made.
    private var due: Duration? {
        var first = Duration.max
        first.lower(to: session.wake)
        first.lower(to: nextTry)
        first.lower(to: steadyAt)
        first.lower(to: survey?.deadline)
        if let wait = pacer.untilNext(now: moment.now) { first.lower(to: moment.now + wait) }
        for asked in snapshots { first.lower(to: asked.deadline) }
        for asked in placing.values { first.lower(to: asked.deadline) }
        for asked in changing.values { first.lower(to: asked.deadline) }
        for asked in cancelling.values { first.lower(to: asked.deadline) }
        first.lower(to: cancelAll?.deadline)
        // What can be read only later has its turn when that has ended.
        if session.state == .ready, survey == nil {
            first.lower(to: cancelAll?.nextPoll)
            if !session.isLinkLost { first.lower(to: doubtAt) }
        }
        return first == .max ? nil : first
    }

    /// Whether everything is read, and orders may go unless a reason of their own forbids it.
    package var isReady: Bool { session.mayTrade }

    /// Whether the next message may be the gateway's greeting.
    package var isGreeting: Bool { session.state == .greeting }

    private mutating func take(_ input: Input) {
        switch input {
        case .openWanted:
            isWanted = true
            guard nextTry == nil else { return }
            tell(.openWanted)
        case .closeWanted:
            (isWanted, nextTry) = (false, nil)
            tell(.closeWanted)
            giveUpWaiting("the broker is closed")
        case .connected: tell(.connected)
        case .socketEnded(let reason): tell(.socketEnded(reason))
        case .greeted(let greeting):
            let at = moment.epochSeconds
            self.greeted = Self.secondOfDay(greeting.time).map { ($0, at) }
            tell(.greeted(greeting))
        case .received(let reply): received(reply)
        case .misfit(let id): misfit(id)
        case .timePassed: break
        case .wanted(let want, let ticket): wanted(want, ticket)
        case .written(let number): written(number)
        case .writingFailed(let number, let reason): writingFailed(number, reason)
        }
    }

    /// Something happened to the connection.
    mutating func tell(_ input: Session.Input) {
        let wasStale = session.areQuotesStale
        let todo = session.handle(input, now: moment.now, epochSeconds: moment.epochSeconds)
        for action in todo { perform(action) }
        if session.areQuotesStale != wasStale { publish(.quotesStale(session.areQuotesStale)) }
    }

    mutating func publish(_ update: Update) { actions.append(.publish(update)) }

    mutating func answer(_ ticket: Int, _ answer: Answer) {
        actions.append(.answer(ticket: ticket, answer))
    }

    /// From 0 up to 1, other each time (SplitMix64).
    mutating func chance() -> Double {
        chances &+= 0x9e37_79b9_7f4a_7c15
        var mixed = chances
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53 as UInt64)
    }

    /// Since when the lists of the day tell, in seconds since 1970: the gateway's midnight.
    var dayBegan: Int64? {
        greeted.map {
            moment.epochSeconds - ($0.secondOfDay + moment.epochSeconds - $0.at) % 86_400
        }
    }

    /// Seconds since midnight, from `20261122 15:12:56 EST`; nil for another form.
    private static func secondOfDay(_ time: String) -> Int64? {
        let words = time.split(separator: " ")
        guard words.count > 1 else { return nil }
        let parts = words[1].split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 3, (0..<24).contains(parts[0]) else { return nil }
        return parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }
}

extension Duration {
    /// Later than anything.
    fileprivate static let max = Duration.seconds(Int64.max / 2)

    fileprivate mutating func lower(to other: Duration?) {
        if let other, other < self { self = other }
    }
}
