import Brokerage
import Glibc
import Machine
import Synchronization
import TWS

/// What the broker's one thread does: moves bytes, asks the clock, and has the machine decide.
final class BrokerLoop {
    /// How long a gateway has to close its end after ours was.
    static let lingerMax = Duration.seconds(1)
    /// How many reads are made before somebody else has a turn.
    private static let readsMax = 16

    private let mailbox: Mailbox
    private var journal: OrderJournal?
    private let settings: IBClient.Settings
    private let clock = RealClock()
    private var machine: BrokerMachine
    private var wake: Duration?
    private var wire: Wire?
    /// One that we have closed, and the gateway has not.
    private var lingering: (wire: Wire, until: Duration)?
    private var inbox = Inbox()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private let polled = UnsafeMutablePointer<pollfd>.allocate(capacity: 3)
    private var isClosing = false

    init(_ settings: IBClient.Settings, _ journal: OrderJournal?, _ mailbox: Mailbox) {
        (self.settings, self.journal, self.mailbox) = (settings, journal, mailbox)
        let moment = Self.moment(clock)
        let seed = UInt64(bitPattern: clock.wallUs()) ^ UInt64(getpid()) << 40
        machine = BrokerMachine(
            settings.machine, records: journal?.records ?? [], seed: seed, at: moment)
        polled.initialize(repeating: pollfd(), count: 3)
    }

    deinit {
        buffer.deallocate()
        polled.deallocate()
    }

    /// Until the end is wanted.
    func run() {
        if journal == nil { handle(.writingFailed(0, "this client keeps none")) }
        handle(.openWanted)
        while true {
            takeMail()
            if isClosing, wire == nil, lingering == nil { break }
            wait()
            serve()
        }
        // Whoever waits for the end may open it at once.
        journal = nil
        mailbox.end()
    }

    private func takeMail() {
        let mail = mailbox.take()
        // All of them together wait for the disk once.
        var actions: [BrokerMachine.Action] = []
        for item in mail.wants {
            actions += machine.handle(.wanted(item.want, ticket: item.ticket), at: moment)
        }
        if mail.isClosing, !isClosing {
            isClosing = true
            actions += machine.handle(.closeWanted, at: moment)
        }
        perform(actions)
    }

    private var moment: BrokerMachine.Moment { Self.moment(clock) }

    private static func moment(_ clock: RealClock) -> BrokerMachine.Moment {
        BrokerMachine.Moment(now: clock.sinceBoot(), epochSeconds: clock.wallUs() / 1_000_000)
    }

    private func handle(_ input: BrokerMachine.Input) {
        perform(machine.handle(input, at: moment))
    }

    // MARK: - Waiting

    private func wait() {
        polled[0] = pollfd(fd: mailbox.wakeNumber, events: Int16(POLLIN), revents: 0)
        polled[1] = pollfd(fd: wire?.number ?? -1, events: wire?.events ?? 0, revents: 0)
        polled[2] = pollfd(
            fd: lingering?.wire.number ?? -1, events: Int16(POLLIN), revents: 0)
        var due = wake ?? .seconds(3_600) + clock.sinceBoot()
        if let sendDeadline = wire?.sendDeadline { due = min(due, sendDeadline) }
        if let lingering { due = min(due, lingering.until) }
        poll(polled, 3, milliseconds(due - clock.sinceBoot()))
    }

    private func serve() {
        if polled[1].revents != 0 { serveWire() }
        if let lingering {
            if polled[2].revents != 0 { drain(lingering.wire) }
            if clock.sinceBoot() >= lingering.until { self.lingering = nil }
        }
        if let deadline = wire?.sendDeadline, clock.sinceBoot() >= deadline {
            broke("the gateway takes nothing")
        }
        if let wake, clock.sinceBoot() >= wake { handle(.timePassed) }
    }

    private func serveWire() {
        guard let wire else { return }
        do throws(Wire.Break) {
            if wire.isConnecting {
                try wire.finishConnecting()
                inbox = Inbox()
                return handle(.connected)
            }
            if Int32(polled[1].revents) & POLLOUT != 0 { try wire.flush(now: clock.sinceBoot()) }
            try receive(wire)
        } catch {
            broke(error.reason)
        }
    }

    private func broke(_ reason: String) {
        wire = nil
        handle(.socketEnded(reason))
    }

    private func drain(_ wire: Wire) {
        do throws(Wire.Break) {
            while try wire.read(buffer) != nil {}
        } catch {
            lingering = nil
        }
    }

    // MARK: - Receiving

    private func receive(_ wire: Wire) throws(Wire.Break) {
        for _ in 0..<Self.readsMax {
            guard let count = try wire.read(buffer) else { return }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            // What came at once came at one moment.
            let moment = moment
            do throws(FrameError) {
                let ticks = try inbox.take(bytes, mailbox.board, now: moment.now) { input in
                    perform(machine.handle(input, at: moment))
                    guard self.wire === wire else { return .nothing }
                    return machine.isGreeting ? .greeting : .replies
                }
                if ticks > 0 { mailbox.hub.tell(.quotes) }
            } catch {
                throw Wire.Break(reason: "the stream is broken: \(error)")
            }
            guard self.wire === wire, count == buffer.count else { return }
        }
    }

    // MARK: - Doing

    /// Everything that the machine wants done, what has to be on the disk first and at once.
    private func perform(_ first: [BrokerMachine.Action]) {
        var actions = first
        while !actions.isEmpty {
            var next = writeDown(actions)
            for action in actions { next += perform(action) }
            actions = next
        }
        wake = machine.wake
    }

    private func writeDown(_ actions: [BrokerMachine.Action]) -> [BrokerMachine.Action] {
        var (records, numbers) = ([OrderRecord](), [Int]())
        for action in actions {
            if case .note(let notes) = action { records += notes }
            if case .makeDurable(let wanted, let number) = action {
                records += wanted
                numbers.append(number)
            }
        }
        guard !records.isEmpty, let journal else { return [] }
        do throws(MachineError) {
            try journal.append(records, durably: !numbers.isEmpty)
        } catch {
            let reason = error.description
            return (numbers.isEmpty ? [0] : numbers).flatMap {
                machine.handle(.writingFailed($0, reason), at: moment)
            }
        }
        return numbers.flatMap { machine.handle(.written($0), at: moment) }
    }

    /// - Returns: what the machine wants done because of it.
    private func perform(_ action: BrokerMachine.Action) -> [BrokerMachine.Action] {
        switch action {
        case .openSocket: return open()
        case .sendHello: return send(TextCodec.hello)
        case .send(let request):
            guard let bytes = TextCodec.bytes(of: request) else { return [] }
            return send(bytes)
        case .closeSocket:
            if let wire {
                wire.endSending()
                lingering = (wire, clock.sinceBoot() + Self.lingerMax)
            }
            wire = nil
        case .makeDurable, .note: break
        case .answer(let ticket, let answer): mailbox.answer(ticket, answer)
        case .publish(let update): mailbox.hub.tell(update)
        case .addQuote(let id): mailbox.board.withLock { $0.add(requestID: id) }
        case .removeQuote(let id): mailbox.board.withLock { $0.remove(requestID: id) }
        case .forgetQuotes: mailbox.board.withLock { $0.forgetAll() }
        }
        return []
    }

    private func open() -> [BrokerMachine.Action] {
        do throws(Wire.Break) {
            wire = try Wire(settings.address, settings.port)
            return []
        } catch {
            return machine.handle(.socketEnded(error.reason), at: moment)
        }
    }

    private func send(_ bytes: [UInt8]) -> [BrokerMachine.Action] {
        guard let wire else { return [] }
        do throws(Wire.Break) {
            try wire.send(bytes, now: clock.sinceBoot())
            return []
        } catch {
            self.wire = nil
            return machine.handle(.socketEnded(error.reason), at: moment)
        }
    }
}
