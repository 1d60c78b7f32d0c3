import CLinux
import Facts
import Glibc
import Machine
import Supervision

/// The one thread of the supervisor: it waits, tells the table what happened, and does what the
/// table answers. It decides nothing.
final class SupervisorLoop {
    /// Longest wait, so that adopted orphans are reaped and silent callers are dropped.
    private static let waitMax: Duration = .seconds(5)
    /// A caller that has not asked by then is dropped.
    private static let silenceMax: Duration = .seconds(10)
    /// How long answers are still sent at the end.
    private static let farewellMax: Duration = .seconds(2)
    private static let callersMax = 64
    private static let notificationBytesMax = 4_096
    private static let notificationsAtOnceMax = 1_000

    private let units: SupervisorUnits
    private let children: SupervisorChildren
    private let folder: SocketFolder
    private let files: HostFiles
    private var control: Int32
    private let notifications: Int32
    private let signals: Int32
    private let clock = RealClock()
    private var table: UnitTable
    private var random = SystemRandomNumberGenerator()
    private var callers: [Int: SupervisorCaller] = [:]
    private var callersSoFar = 0
    private var isOver = false

    init(
        _ files: HostFiles, ownsProcess: Bool, programRoots: @escaping () -> [HostPath]
    ) throws(MachineError) {
        self.files = files
        units = SupervisorUnits(files: files)
        children = try SupervisorChildren(
            files, ownsProcess: ownsProcess, programRoots: programRoots)
        try Self.removeSockets(in: files)
        folder = try SocketFolder(files.outside(SupervisorPlace.folder))
        notifications = try folder.receiver(SupervisorPlace.notifyName)
        control = try folder.listener(SupervisorPlace.controlName)
        signals = ownsProcess ? v6_signals_to_end() : -1
        table = UnitTable(
            begunAt: clock.sinceBoot(),
            environment: [
                "PATH": SupervisorPlace.searchPath, "V6_ROOT": files.root,
                "NOTIFY_SOCKET": folder.address(SupervisorPlace.notifyName),
            ])
    }

    deinit {
        for descriptor in [control, notifications, signals] where descriptor >= 0 {
            close(descriptor)
        }
    }

    func run() {
        children.endLeftovers()
        tell(.filesLoaded(units.definitions()))
        while !isOver {
            wait()
            // Before reaping: what a child said last counts, even when it has ended since.
            receiveNotifications()
            for (process, ending) in children.reap() { tell(.ended(process: process, ending)) }
            if hasSignal() { tell(.shutDownAsked(request: 0)) }
            acceptCallers()
            for id in callers.keys.sorted() where !isOver { serve(id) }
            tell(.timePassed)
        }
        children.endStrays()
    }

    /// From now on nobody can reach it.
    func removeSockets() {
        close(control)
        control = -1
        do throws(MachineError) {
            try Self.removeSockets(in: files)
        } catch {
            // The next supervisor removes them.
        }
    }

    private static func removeSockets(in files: HostFiles) throws(MachineError) {
        for socket in [SupervisorPlace.control, SupervisorPlace.notify] {
            try files.remove(socket)
        }
    }

    // MARK: Events in, actions out

    private func tell(_ event: SupervisorEvent) {
        var events = [event]
        while !events.isEmpty {
            let actions = table.handle(
                events.removeFirst(), at: clock.sinceBoot(), random: &random)
            for action in actions { perform(action, &events) }
        }
    }

    private func perform(_ action: SupervisorAction, _ events: inout [SupervisorEvent]) {
        switch action {
        case .spawn(let unit, let command):
            do throws(MachineError) {
                let process = try children.launch(unit, command)
                events.append(.spawned(unit, process: process))
            } catch {
                note("\(unit): \(error)")
                events.append(.spawnFailed(unit))
            }
        case .signal(let process, let signal, let wholeGroup):
            children.signal(process, signal, wholeGroup: wholeGroup)
        case .answer(let request, .done): callers[request]?.answer(.done)
        case .answer(let request, .failed(let words)): callers[request]?.answer(.failed(words))
        case .end: isOver = true
        }
    }

    /// Its own log is standard error.
    private func note(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }

    // MARK: Waiting

    private func wait() {
        var waits = [
            pollfd(fd: notifications, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(
                fd: callers.count < Self.callersMax ? control : -1, events: Int16(POLLIN),
                revents: 0),
        ]
        for handle in children.handles.values {
            waits.append(pollfd(fd: handle, events: Int16(POLLIN), revents: 0))
        }
        for caller in callers.values {
            waits.append(pollfd(fd: caller.socket, events: caller.awaited, revents: 0))
        }
        var limit = Self.waitMax
        if let wake = table.nextWake { limit = min(limit, wake - clock.sinceBoot()) }
        poll(&waits, nfds_t(waits.count), Self.milliseconds(limit))
    }

    /// Rounded up, so that the time has really come.
    private static func milliseconds(_ duration: Duration) -> Int32 {
        let parts = max(duration, .zero).components
        return Int32(
            clamping: parts.seconds * 1_000 + (parts.attoseconds + 999_999_999_999_999)
                / 1_000_000_000_000_000)
    }

    private func hasSignal() -> Bool {
        guard signals >= 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 128)
        return read(signals, &bytes, bytes.count) > 0
    }

    // MARK: Notifications

    private func receiveNotifications() {
        var bytes = [UInt8](repeating: 0, count: Self.notificationBytesMax)
        for _ in 0..<Self.notificationsAtOnceMax {
            var sender: Int32 = 0
            let count = v6_receive_from_peer(notifications, &bytes, bytes.count, &sender)
            if count < 0 { return }
            var fields: [String: String] = [:]
            for line in String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n") {
                let parts = line.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
            }
            tell(.notified(sender: sender, session: getsid(sender), fields: fields))
        }
    }

    // MARK: Callers

    private func acceptCallers() {
        while callers.count < Self.callersMax {
            let socket = v6_accept(control)
            if socket < 0 { return }
            var peer = v6_peer()
            guard v6_peer_of(socket, &peer) == 0, peer.uid == geteuid() || peer.uid == 0 else {
                close(socket)
                continue
            }
            callersSoFar += 1
            callers[callersSoFar] = SupervisorCaller(
                socket: socket, silentUntil: clock.sinceBoot() + Self.silenceMax)
        }
    }

    private func serve(_ id: Int) {
        guard let line = callers[id]?.move(at: clock.sinceBoot()) else {
            if callers[id]?.isGone == true { drop(id) }
            return
        }
        do throws(BadMessage) {
            obey(try SupervisorRequest(line), id)
        } catch {
            callers[id]?.answer(.failed(error.description))
        }
        // At the end nobody is told so before it is true.
        if isOver { return }
        callers[id]?.send()
        if callers[id]?.isGone == true { drop(id) }
    }

    private func drop(_ id: Int) {
        if let caller = callers.removeValue(forKey: id) { close(caller.socket) }
    }

    private func obey(_ request: SupervisorRequest, _ id: Int) {
        switch request {
        case .look(let asked):
            let parts = clock.sinceBoot().components
            let nowUs = parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
            callers[id]?.answer(
                .statuses(
                    table.statuses(
                        of: asked, disk: units.onDisk(asked), epochUs: clock.wallUs() - nowUs)))
        case .load:
            tell(.filesLoaded(units.definitions()))
            callers[id]?.answer(.done)
        case .start(let unit):
            loadWhatIsNew(for: unit)
            tell(.startAsked(unit, request: id))
        case .stop(let unit): tell(.stopAsked(unit, request: id))
        case .restart(let unit):
            loadWhatIsNew(for: unit)
            tell(.restartAsked(unit, request: id))
        case .reset(let unit): tell(.resetAsked(unit, request: id))
        case .down: tell(.shutDownAsked(request: id))
        }
    }

    /// Reads unit files that have come since, when one of them is needed.
    private func loadWhatIsNew(for unit: UnitName) {
        if table.loaded.contains(unit) { return }
        for (new, definition) in units.definitions() where !table.loaded.contains(new) {
            tell(.fileLoaded(new, definition))
        }
    }

    /// Sends what is still to be said.
    func sayFarewell() {
        let end = clock.sinceBoot() + Self.farewellMax
        while clock.sinceBoot() < end {
            var waits: [pollfd] = []
            for id in callers.keys {
                callers[id]?.send()
                guard let caller = callers[id], caller.hasUnsent, !caller.isGone else { continue }
                waits.append(pollfd(fd: caller.socket, events: Int16(POLLOUT), revents: 0))
            }
            if waits.isEmpty { break }
            poll(&waits, nfds_t(waits.count), Self.milliseconds(end - clock.sinceBoot()))
        }
        for id in Array(callers.keys) { drop(id) }
    }
}
