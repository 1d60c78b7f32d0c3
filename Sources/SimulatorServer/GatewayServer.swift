import CLinux
package import GatewaySimulator
import Glibc
package import Machine
import TWS

/// The simulated gateway on a socket: it moves bytes and tells the time, and decides nothing.
package final class GatewayServer {
    private var gateway: SimulatedGateway
    private let clock: SimulatedClock
    private let listener: Int32
    private let control: ControlListener?
    private let record: RecordFile?
    private var links: [Int: GatewayLink] = [:]
    private var next = 1
    private var isEnding = false
    /// Signals to end come here.
    private let signals: Int32

    /// Most connections at a time, as a gateway has it.
    package static let linksMax = 32
    /// Bytes that may wait for one who does not read, before it is dropped.
    static let waitingBytesMax = 64 << 20

    /// Listens on 127.0.0.1; port 0 is any that is free.
    ///
    /// `speed`: how much faster its time goes. `control`: where the control socket is made.
    ///
    /// - Throws: `MachineError` when the port or a file cannot be had.
    package init(
        _ settings: SimulatedGateway.Settings, port: UInt16, speed: Double, control: String?,
        record: String?
    ) throws(MachineError) {
        gateway = SimulatedGateway(settings)
        clock = SimulatedClock(start: settings.start, speed: speed)
        signals = v6_signals_to_end()
        listener = try Self.listen(port)
        do throws(MachineError) {
            self.control = try control.map { path throws(MachineError) in
                try ControlListener(path)
            }
            self.record = try record.map { path throws(MachineError) in
                try RecordFile(path, SessionRecord.header(settings))
            }
        } catch {
            close(listener)
            throw error
        }
    }

    /// Where it listens.
    package var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                _ = getsockname(listener, place, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func listen(_ port: UInt16) throws(MachineError) -> Int32 {
        let subject = "127.0.0.1:\(port)"
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | v6SocketFlags, 0)
        guard number >= 0 else { throw MachineError("open a socket for", subject, .errno(errno)) }
        var yes: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let answer = withUnsafePointer(to: &address) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(number, place, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard answer == 0, Glibc.listen(number, Int32(linksMax)) == 0 else {
            let error = MachineError("listen on", subject, .errno(errno))
            close(number)
            throw error
        }
        return number
    }

    /// Does a line of control before anything else.
    ///
    /// - Throws: `ControlError` for a line that is none.
    package func obey(_ line: String) throws(ControlError) -> String {
        // What is to be sent goes now and then while much time passes.
        let words = line.split(separator: " ")
        if words.count == 2, words[0] == "pass", var left = Int(words[1]),
            (Self.passSeconds...Self.passMax).contains(left)
        {
            while left > Self.passSeconds {
                _ = try obeyAtOnce("pass \(Self.passSeconds)")
                left -= Self.passSeconds
            }
            return try obeyAtOnce("pass \(left)")
        }
        return try obeyAtOnce(line)
    }

    private static let passSeconds = 10
    private static let passMax = 86_400

    private func obeyAtOnce(_ line: String) throws(ControlError) -> String {
        let before = gateway.now
        let answer = try gateway.obey(line)
        record?.note(.control(before, line))
        clock.jump(from: before, to: gateway.now)
        perform(gateway.taken())
        return answer
    }

    /// Serves until a signal to end comes.
    package func run() {
        while true {
            var waiting = [
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
                pollfd(fd: control?.number ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            let controlled = control?.links ?? []
            waiting += controlled.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let known = links.values.sorted { $0.id < $1.id }
            waiting += known.map { pollfd(fd: $0.number, events: $0.events, revents: 0) }
            poll(&waiting, nfds_t(waiting.count), clock.waitMs(after: gateway.now))
            if waiting[0].revents != 0 || isEnding { return finish() }
            pass()
            if waiting[1].revents != 0 { accept() }
            if waiting[2].revents != 0 { control?.accept() }
            for (place, number) in controlled.enumerated() where waiting[3 + place].revents != 0 {
                obey(from: number)
            }
            for (place, link) in known.enumerated() {
                let found = waiting[3 + controlled.count + place].revents
                if found != 0 { serve(link, found) }
            }
            for link in known where link.isPaced { link.flush(at: clock.wallMs) }
            for link in known where link.isOver && links[link.id] != nil { forget(link) }
        }
    }

    /// Time passes before anything that came is looked at, so that a record tells when.
    private func pass() {
        let outputs = gateway.handle(.timePassed(clock.now))
        perform(outputs)
    }

    private func take(_ input: SimulatedGateway.Input) {
        record?.note(.input(gateway.now, input))
        perform(gateway.handle(input))
    }

    private func accept() {
        let number = v6_accept(listener)
        guard number >= 0 else { return }
        guard links.count < Self.linksMax else {
            close(number)
            return
        }
        var yes: Int32 = 1
        setsockopt(
            number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        _ = v6_set_nonblocking(number)
        let link = GatewayLink(id: next, number: number)
        next += 1
        links[link.id] = link
        take(.connected(link.id))
    }

    private func serve(_ link: GatewayLink, _ found: Int16) {
        if found & Int16(POLLOUT) != 0 { link.flush(at: clock.wallMs) }
        guard found & (Int16(POLLIN | POLLHUP | POLLERR) | hungUp) != 0 else { return }
        for input in link.read() {
            guard links[link.id] != nil else { return }
            take(input)
        }
    }

    private func forget(_ link: GatewayLink) {
        links[link.id] = nil
        link.end()
        take(.ended(link.id))
    }

    private func perform(_ outputs: [SimulatedGateway.Output]) {
        for output in outputs {
            record?.note(.output(output))
            switch output {
            case .greet(let id, let greeting): links[id]?.add(TextCodec.bytes(of: greeting))
            case .send(let id, let reply):
                if let bytes = TextCodec.bytes(of: reply) { links[id]?.add(bytes) }
            case .close(let id): links[id]?.finishAfterwards()
            case .disturb(let id, let fault): links[id]?.suffer(fault)
            }
        }
        for link in links.values { link.flush(at: clock.wallMs) }
        record?.flush()
    }

    private func obey(from number: Int32) {
        for line in control?.lines(from: number) ?? [] {
            do throws(ControlError) {
                let said = try answer(to: line)
                control?.answer(number, said.isEmpty ? "ok" : said + "\nok")
            } catch {
                control?.answer(number, "error: \(error)")
            }
        }
    }

    private func answer(to line: String) throws(ControlError) -> String {
        switch line {
        case "help": return Self.help
        case "end":
            isEnding = true
            return ""
        case "status": return "port \(port)\n" + (try obey(line))
        default: return try obey(line)
        }
    }

    /// All commands of control, one a line.
    package static var help: String {
        let end = ControlRow(usage: "end", meaning: "the simulator ends")
        let rows = SimulatedGateway.controlRows + [end]
        let width = rows.map(\.usage.count).max() ?? 0
        return rows.map { row in
            row.usage + String(repeating: " ", count: width - row.usage.count + 2) + row.meaning
        }
        .joined(separator: "\n")
    }

    private func finish() {
        for link in links.values {
            link.flush(at: clock.wallMs)
            link.end()
        }
        close(listener)
        control?.end()
        record?.note(.end(gateway.now))
        record?.flush()
    }
}

/// What a socket is opened with.
let v6SocketFlags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

/// The other side has ended its half: POLLRDHUP of poll(2), which Glibc's module does not have.
let hungUp: Int16 = 0x2000
