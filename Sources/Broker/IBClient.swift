package import Brokerage
import Glibc
import Machine
import Synchronization
import TWS

/// A client of an IB gateway: one thread owns its socket, its journal and its decisions.
///
/// Everything may be called from anywhere. It reconnects by itself until it is closed.
package final class IBClient: Sendable {
    /// How long a question has by default.
    package static let answerMax = Duration.seconds(5)
    /// How long a global cancel has by default to be proved.
    package static let cancelAllMax = Duration.seconds(30)

    private let settings: Settings
    private let mailbox: Mailbox
    private let hasStarted = Mutex(false)

    /// Where the gateway is, who we are, and where orders are written down.
    package struct Settings: Hashable, Sendable {
        /// In digits, or `localhost`.
        package var address: String
        package var port: UInt16
        /// The path of the journal of this client id, in a folder that is there; nil for a client
        /// that places no orders.
        package var journal: String?
        package var machine: BrokerMachine.Settings

        package init(
            address: String = "127.0.0.1", port: UInt16, clientID: Int, account: String,
            journal: String? = nil
        ) {
            self.address = address
            self.port = port
            self.journal = journal
            machine = BrokerMachine.Settings(
                Session.Settings(clientID: clientID, account: account))
        }
    }

    /// - Throws: `BrokerError` when the machine has no descriptor left.
    package init(_ settings: Settings) throws(BrokerError) {
        self.settings = settings
        do throws(MachineError) {
            mailbox = try Mailbox()
        } catch {
            throw .machine(error)
        }
    }

    deinit { mailbox.close() }

    /// Reads the journal and begins to connect, once.
    ///
    /// - Throws: `BrokerError` when the journal is damaged or taken, or there is no thread.
    package func start() throws(BrokerError) {
        let isFirst = hasStarted.withLock { hasStarted in
            defer { hasStarted = true }
            return !hasStarted
        }
        guard isFirst else { return }
        do throws(BrokerError) {
            let journal: OrderJournal? =
                if let path = settings.journal { try OrderJournal(path) } else { nil }
            try beginThread(BrokerLoop(settings, journal, mailbox))
        } catch {
            mailbox.end()
            throw error
        }
    }

    private func beginThread(_ loop: BrokerLoop) throws(BrokerError) {
        var thread = pthread_t()
        let errand = Unmanaged.passRetained(loop)
        let failure = pthread_create(
            &thread, nil,
            { errand in
                guard let errand else { return nil }
                Unmanaged<BrokerLoop>.fromOpaque(errand).takeRetainedValue().run()
                return nil
            }, errand.toOpaque())
        guard failure == 0 else {
            errand.release()
            throw .machine(MachineError("start a thread for", "the broker", .errno(failure)))
        }
        pthread_detach(thread)
    }

    /// Ends the connection, gracefully where the gateway lets it, and the thread.
    ///
    /// - Returns: whether it has ended within the time.
    @discardableResult
    package func close(within time: Duration = answerMax) -> Bool {
        guard hasStarted.withLock({ $0 }) else { return true }
        mailbox.close()
        return mailbox.waitForEnd(until: RealClock().sinceBoot() + time)
    }

    /// What changes from now on, for one who takes it.
    package var updates: Updates { updates(waitingMax: Updates.waitingMax) }

    func updates(waitingMax: Int) -> Updates {
        Updates(subscriber: mailbox.hub.subscribe(waitingMax: waitingMax))
    }

    /// The last that was heard of a subscription; nil where there is none.
    package func quote(_ requestID: Int) -> Quote? {
        mailbox.board.withLock { $0[requestID] }
    }

    /// Asks for something, and waits for its one answer.
    package func ask(_ want: Want) async -> Answer {
        await withCheckedContinuation { continuation in
            mailbox.ask(want) { continuation.resume(returning: $0) }
        }
    }

    /// The same for who runs no Task: blocks this thread.
    ///
    /// - Returns: nil when there is no answer in time.
    package func askBlocking(_ want: Want, within time: Duration) -> Answer? {
        guard let box = AnswerBox() else { return nil }
        mailbox.ask(want) { box.fill($0) }
        return box.take(until: RealClock().sinceBoot() + time)
    }
}
