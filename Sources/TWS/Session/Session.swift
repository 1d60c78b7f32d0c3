/// One connection to a gateway, from its opening to its end: a state machine without socket or
/// clock.
///
/// What has happened goes in, in the past tense; what is to be done comes out. Quotes and fills do
/// not go through it. Sources: tws-protocol.md 1.2, 3.5, 4 and 8.1.
package struct Session: Hashable, Sendable {
    /// How far the connection has come.
    package private(set) var state = State.disconnected
    /// Whether the gateway has lost IB; the socket is fine then, and stays.
    package private(set) var isLinkLost = false
    /// Whether quotes may be old: a farm is lost, or IB.
    package private(set) var areQuotesStale = false
    /// The accounts that the gateway manages; empty before it has said so.
    package private(set) var accounts: [String] = []
    /// The gateway's clock less ours, in whole seconds; nil before it was asked.
    package private(set) var skewSeconds: Int64?

    let settings: Settings
    private var deadline: Duration?
    private var nextHeartbeat = Duration.zero
    private var heartbeatDeadline: Duration?
    private var hasNextID = false

    package init(_ settings: Settings) { self.settings = settings }

    /// Where a connection stands.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case disconnected
        /// A socket is being opened.
        case connecting
        /// It is open, and the gateway has not said which version it speaks.
        case greeting
        /// The gateway has been told who we are, and has not said accounts and order ids.
        case starting
        /// What the account has is being read; only cancels may go.
        case syncing
        case ready
    }

    /// Who connects, and how long each step may take.
    package struct Settings: Hashable, Sendable {
        /// Ours for good: orders are bound to it.
        package var clientID: Int
        /// The only account that will do: any other ends the connection.
        package var account: String
        package var connectMax = Duration.seconds(5)
        package var greetingMax = Duration.seconds(10)
        package var startMax = Duration.seconds(10)
        package var syncMax = Duration.seconds(30)
        package var heartbeatEvery = Duration.seconds(15)
        /// Only an answer to a question proves that the gateway still thinks.
        package var heartbeatMax = Duration.seconds(10)

        package init(clientID: Int, account: String) {
            self.clientID = clientID
            self.account = account
        }
    }

    /// What has happened.
    package enum Input: Hashable, Sendable {
        case openWanted
        case connected
        case greeted(TextCodec.Greeting)
        case received(Reply)
        /// Everything that `sync` asked for has been read.
        case synced
        case timePassed
        case closeWanted
        case socketEnded(String)
    }

    /// What is to be done now, in this order.
    package enum Action: Hashable, Sendable {
        case openSocket
        case sendHello
        case send(Request)
        /// Read positions, orders, executions and completed orders anew, and say `synced`.
        case sync
        /// The link to IB is lost: entries wait, cancels may be tried, and nothing is closed.
        case freeze
        /// Subscriptions to quotes are lost: ask for them again.
        case subscribeAgain
        case orderIDValid(Int)
        case closeSocket(Ending)
    }

    /// Why a connection ended.
    package enum Ending: Hashable, Sendable {
        /// A step took too long: the state it was in.
        case tookTooLong(State)
        case silent
        case wrongVersion(Int)
        case clientIDTaken
        /// The gateway has other accounts.
        case wrongAccount([String])
        case moved(String)
        case wanted
        case ended(String)
    }

    /// - Returns: when `timePassed` has to be said at the latest; nil when nothing waits.
    package var wake: Duration? {
        // While an answer is waited for, the time of the next question has passed already.
        let question = isOpen && heartbeatDeadline == nil ? nextHeartbeat : nil
        return earlier(earlier(deadline, heartbeatDeadline), question)
    }

    /// Whether orders may go: everything is read, and IB is there.
    package var mayTrade: Bool { state == .ready && !isLinkLost }

    private var isOpen: Bool { state == .syncing || state == .ready }

    /// Takes what has happened.
    ///
    /// `now`: of a clock that never goes back. `epochSeconds`: the host's wall clock.
    package mutating func handle(
        _ input: Input, now: Duration, epochSeconds: Int64
    ) -> [Action] {
        switch input {
        case .openWanted:
            guard state == .disconnected else { return [] }
            enter(.connecting, until: now + settings.connectMax)
            return [.openSocket]
        case .connected:
            guard state == .connecting else { return [] }
            enter(.greeting, until: now + settings.greetingMax)
            return [.sendHello]
        case .greeted(let greeting): return greeted(greeting, now)
        case .received(let reply): return received(reply, now, epochSeconds)
        case .synced:
            guard state == .syncing else { return [] }
            enter(.ready, until: nil)
            return []
        case .timePassed: return timePassed(now)
        case .closeWanted: return close(.wanted)
        case .socketEnded(let reason): return close(.ended(reason))
        }
    }

    private mutating func enter(_ new: State, until end: Duration?) {
        state = new
        deadline = end
    }

    private mutating func close(_ ending: Ending) -> [Action] {
        guard state != .disconnected else { return [] }
        self = Session(settings)
        return [.closeSocket(ending)]
    }

    private mutating func greeted(
        _ greeting: TextCodec.Greeting, _ now: Duration
    ) -> [Action] {
        guard state == .greeting else { return [] }
        guard greeting.serverVersion == TextCodec.serverVersion else {
            return close(.wrongVersion(greeting.serverVersion))
        }
        enter(.starting, until: now + settings.startMax)
        return [.send(.start(clientID: settings.clientID, capabilities: ""))]
    }

    private mutating func timePassed(_ now: Duration) -> [Action] {
        if let deadline, now >= deadline { return close(.tookTooLong(state)) }
        if let heartbeatDeadline, now >= heartbeatDeadline { return close(.silent) }
        guard isOpen, heartbeatDeadline == nil, now >= nextHeartbeat else { return [] }
        heartbeatDeadline = now + settings.heartbeatMax
        return [.send(.currentTime)]
    }

    private mutating func received(
        _ reply: Reply, _ now: Duration, _ epochSeconds: Int64
    ) -> [Action] {
        switch reply {
        case .managedAccounts(let accounts):
            self.accounts = accounts
            guard accounts.contains(settings.account) else { return close(.wrongAccount(accounts)) }
            return startIfComplete(now)
        case .nextOrderID(let id):
            hasNextID = true
            return [.orderIDValid(id)] + startIfComplete(now)
        case .currentTime(let seconds):
            skewSeconds = seconds - epochSeconds
            heartbeatDeadline = nil
            nextHeartbeat = now + settings.heartbeatEvery
            return []
        case .notice(let notice): return noticed(notice, now)
        default: return []
        }
    }

    private mutating func startIfComplete(_ now: Duration) -> [Action] {
        guard state == .starting, hasNextID, !accounts.isEmpty else { return [] }
        nextHeartbeat = now
        return sync(now)
    }

    private mutating func sync(_ now: Duration) -> [Action] {
        enter(.syncing, until: now + settings.syncMax)
        return [.sync]
    }

    private mutating func noticed(_ notice: Notice, _ now: Duration) -> [Action] {
        switch NoticeTable().meaning(of: notice.code) {
        case .clientIDTaken: return close(.clientIDTaken)
        case .socketMoved: return close(.moved(notice.text))
        case .linkLost:
            (areQuotesStale, deadline) = (true, isOpen ? nil : deadline)
            defer { isLinkLost = true }
            return isLinkLost ? [] : [.freeze]
        case .linkBackEmpty:
            (isLinkLost, areQuotesStale) = (false, false)
            return isOpen ? [.subscribeAgain] + sync(now) : []
        case .linkBack:
            (isLinkLost, areQuotesStale) = (false, false)
            return isOpen ? sync(now) : []
        case .farmLost: areQuotesStale = true
        case .farmBack: areQuotesStale = isLinkLost
        case .information, .pacing, .orderDead, .placeRefused, .orderLives, .orderCancelled,
            .duplicateOrderID, .orderFilled, .cancelTooLate, .requestFailed, .dataAdvisory,
            .dataEnded, .competingSession, .doubtful:
            break
        }
        return []
    }
}

/// The earlier of two moments, where there are any.
private func earlier(_ one: Duration?, _ two: Duration?) -> Duration? {
    guard let one, let two else { return one ?? two }
    return min(one, two)
}
