import Facts
import Numbers
import TWS

/// A day with a simulator as lines of text: what came in, what went out, and when.
///
/// `MOMENT CONNECTION WHAT [REST]`; the first line says how the gateway was set. What went out has
/// no moment: it is there to be compared, and the inputs alone decide it.
package enum SessionRecord {
    /// What one line says.
    package enum Line: Hashable, Sendable {
        case input(Moment, SimulatedGateway.Input)
        case control(Moment, String)
        case output(SimulatedGateway.Output)
        /// The day was left then.
        case end(Moment)
    }

    static let mark = "ib-gateway-simulator-record 1"

    /// The first line, without its end.
    package static func header(_ settings: SimulatedGateway.Settings) -> String {
        [
            mark, "seed=\(settings.seed)", "start=\(settings.start.ms)",
            "accounts=\(settings.accounts.joined(separator: ","))", "cash=\(settings.cash)",
            "open=\(settings.isAlwaysOpen ? "always" : "session")",
            "readonly=\(settings.isReadOnly)",
            "master=\(settings.masterClientID.map(String.init) ?? "none")",
            "hold=\(settings.clientIDHoldMs)", "rate=\(settings.messagesPerSecondMax)",
        ]
        .joined(separator: " ")
    }

    /// How the gateway of a record was set; nil for a first line that is none.
    package static func settings(_ header: String) -> SimulatedGateway.Settings? {
        guard header.hasPrefix(mark + " ") else { return nil }
        var values: [Substring: Substring] = [:]
        for word in header.dropFirst(mark.count).split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            values[parts[0]] = parts[1]
        }
        guard let seed = values["seed"].flatMap({ UInt64($0) }),
            let start = values["start"].flatMap({ Int64($0) }), (0..<1 << 52).contains(start),
            let accounts = values["accounts"], accounts.contains(where: { $0 != "," }),
            let cash = values["cash"].flatMap({ Cash(String($0)) }),
            let hold = values["hold"].flatMap({ Int64($0) }), (0..<1 << 52).contains(hold),
            let rate = values["rate"].flatMap({ Int($0) })
        else { return nil }
        var settings = SimulatedGateway.Settings(start: Moment(ms: start))
        settings.seed = seed
        settings.accounts = accounts.split(separator: ",").map(String.init)
        settings.cash = cash
        settings.isAlwaysOpen = values["open"] == "always"
        settings.isReadOnly = values["readonly"] == "true"
        settings.masterClientID = values["master"].flatMap { Int($0) }
        settings.clientIDHoldMs = hold
        settings.messagesPerSecondMax = rate
        return settings
    }

    /// One line, without its end; nil for what is not kept: time that passed.
    package static func text(_ line: Line) -> String? {
        switch line {
        case .control(let moment, let words): return "\(moment.ms) - control \(words)"
        case .input(let moment, let input): return text(moment, input)
        case .output(let output): return text(output)
        case .end(let moment): return "\(moment.ms) - end"
        }
    }

    private static func text(_ moment: Moment, _ input: SimulatedGateway.Input) -> String? {
        switch input {
        case .connected(let id): "\(moment.ms) \(id) connected"
        case .greeted(let id, let range):
            "\(moment.ms) \(id) hello \(range.lowerBound) \(range.upperBound)"
        case .received(let id, let request):
            TextCodec.bytes(of: request).map { "\(moment.ms) \(id) in \(hex($0))" }
        case .misread(let id, let message): "\(moment.ms) \(id) misread \(message ?? -1)"
        case .ended(let id): "\(moment.ms) \(id) ended"
        case .timePassed: nil
        }
    }

    private static func text(_ output: SimulatedGateway.Output) -> String {
        switch output {
        case .greet(let id, let greeting):
            "- \(id) greet \(hex(TextCodec.bytes(of: greeting)))"
        case .send(let id, let reply):
            "- \(id) out \(hex(TextCodec.bytes(of: reply) ?? []))"
        case .close(let id): "- \(id) close"
        case .disturb(let id, let fault): "- \(id) disturb \(fault)"
        }
    }

    /// What came in by a line; nil where nothing did, or the line is none.
    private static func input(_ line: Substring) -> Line? {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard words.count >= 3, let ms = Int64(words[0]) else { return nil }
        let moment = Moment(ms: ms)
        let rest = words.count > 3 ? words[3] : ""
        if words[2] == "end" { return .end(moment) }
        if words[2] == "control" { return .control(moment, String(rest)) }
        guard let id = Int(words[1]) else { return nil }
        switch words[2] {
        case "connected": return .input(moment, .connected(id))
        case "ended": return .input(moment, .ended(id))
        case "misread": return .input(moment, .misread(id, messageID: Int(rest)))
        case "hello":
            let bounds = rest.split(separator: " ").compactMap { Int($0) }
            guard bounds.count == 2, bounds[0] <= bounds[1] else { return nil }
            return .input(moment, .greeted(id, bounds[0]...bounds[1]))
        case "in": return request(rest).map { .input(moment, .received(id, $0)) }
        default: return nil
        }
    }

    private static func request(_ hex: Substring) -> Request? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0, digits.count >= 8 else { return nil }
        let bytes = stride(from: 8, to: digits.count, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
        }
        let read = bytes.withUnsafeBytes { bytes in
            Result { () throws(MisfitError) in try TextCodec.request(bytes) }
        }
        guard case .success(.message(let request)) = read else { return nil }
        return request
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// Lets a recorded day happen again.
    ///
    /// - Returns: the record that comes of it, line by line; equal to the first when nothing in
    ///   the simulator has changed. Nil when the text is no record.
    package static func replay(_ text: String) -> [String]? {
        let lines = text.split(separator: "\n")
        guard let first = lines.first, let settings = settings(String(first)) else { return nil }
        var gateway = SimulatedGateway(settings)
        var again = [header(settings)]
        func note(_ outputs: [SimulatedGateway.Output]) {
            again += outputs.compactMap { Self.text(.output($0)) }
        }
        for line in lines.dropFirst() {
            guard let line = input(line) else { continue }
            switch line {
            case .input(let moment, let input):
                note(gateway.handle(.timePassed(moment)))
                again += Self.text(line).map { [$0] } ?? []
                note(gateway.handle(input))
            case .control(let moment, let words):
                note(gateway.handle(.timePassed(moment)))
                again += Self.text(line).map { [$0] } ?? []
                do throws(ControlError) { _ = try gateway.obey(words) } catch {}
                note(gateway.taken())
            case .end(let moment):
                note(gateway.handle(.timePassed(moment)))
                again += Self.text(line).map { [$0] } ?? []
            case .output: break
            }
        }
        return again
    }
}
