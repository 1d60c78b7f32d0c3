import Facts
import YAML

extension DesiredReader {
    /// What no shape can say of the settings: which of them contradict each other.
    mutating func checkSettings() {
        checkClientIDs()
        checkAccount()
        checkThresholds()
        for window in node["windows"]?.items ?? [] { checkWindow(window) }
        readRelease()
        for sink in node.node(at: ["alerts", "sinks"])?.entries ?? [] { checkSink(sink) }
        if environment == "production", let dryRun = node["dry_run"], dryRun.text == "true" {
            warnings.append(
                YAMLFault(
                    mark: dryRun.mark, problem: "dry_run is true in production: no order is sent"))
        }
    }

    /// Two connections under one number: the broker would throw the first of them out.
    private mutating func checkClientIDs() {
        var first: [Int: YAMLEntry] = [:]
        for entry in node.node(at: ["config", "ib", "client_ids"])?.entries ?? [] {
            guard let number = entry.value.text.flatMap({ Int($0) }) else { continue }
            guard let other = first[number] else {
                first[number] = entry
                continue
            }
            let place = "\(other.value.mark.document):\(other.value.mark.line)"
            fault(
                entry.value.mark,
                "config.ib.client_ids.\(entry.key) is \(number), and so is \(other.key) (\(place))",
                "give each connection a number of its own")
        }
    }

    /// Source: IB; the ids of paper accounts begin with D.
    private mutating func checkAccount() {
        guard let ib = node.node(at: ["config", "ib"]), let mode = ib["mode"], let word = mode.text
        else { return }
        if let account = ib["account"], let id = account.text, isBrokerAccount(id),
            id.hasPrefix("D") != (word == "paper")
        {
            let kind = id.hasPrefix("D") ? "a paper account" : "no paper account"
            fault(
                account.mark, "config.ib.account is \(id), \(kind), and config.ib.mode is \(word)",
                "make the two agree")
        }
        if word == "live", environment != "production" {
            fault(
                mode.mark, "config.ib.mode is live in \(environment)",
                "live trading is for production alone")
        }
    }

    private mutating func checkThresholds() {
        guard case .map(let checks)? = Shape.map(Schema.health).shape(of: "checks") else { return }
        let written = node.node(at: ["health", "checks"])
        for entry in written?.entries ?? [] {
            guard let shape = checks.first(where: { $0.key == entry.key })?.shape,
                let whole = shape.completed(entry.value),
                let scalar = shape.scalar(at: ["warn"]),
                let warn = whole["warn"]?.text, let fail = whole["fail"]?.text,
                let least = scalar.amount(warn), let most = scalar.amount(fail), least > most
            else { continue }
            fault(
                (entry.value["warn"] ?? entry.value["fail"])?.mark ?? entry.keyMark,
                "health.checks.\(entry.key).warn is \(warn), above fail, which is \(fail)",
                "nothing would ever be degraded")
        }
    }

    /// A window is of an exchange's sessions, or of a schedule.
    private mutating func checkWindow(_ node: YAMLNode) {
        let (calendar, schedule) = (node["calendar"], node["schedule"])
        switch (calendar, schedule) {
        case (nil, nil): fault(node.mark, "a window has no time", "write calendar: or schedule:")
        case (_?, let schedule?):
            fault(schedule.mark, "a window has a calendar and a schedule", "make it two windows")
        case (nil, let schedule?):
            for key in ["timezone", "duration"] where node[key] == nil {
                fault(schedule.mark, "a window with a schedule has no \(key)", "write \(key):")
            }
            for key in ["phase", "pad"] {
                guard let other = node[key] else { continue }
                fault(other.mark, "\(key) goes with calendar:", "remove it")
            }
            if let text = schedule.text, !isSchedule(text) {
                fault(
                    schedule.mark, "'\(text)' is no schedule",
                    "write five fields: minute hour day month weekday")
            }
        case (_?, nil):
            for key in ["timezone", "duration"] {
                guard let other = node[key] else { continue }
                fault(other.mark, "\(key) goes with schedule:", "remove it")
            }
        }
    }

    private mutating func checkSink(_ sink: YAMLEntry) {
        guard let kind = sink.value["kind"]?.text else { return }
        let (needed, other) = kind == "mail" ? ("to", "url") : ("url", "to")
        let place = "alerts.sinks.\(sink.key)"
        if sink.value[needed] == nil {
            let way = needed == "to" ? "to: NAME" : "url: {credential: NAME}"
            fault(sink.value.mark, "\(place) has no \(needed)", "write \(way)")
        }
        if let extra = sink.value[other] {
            fault(extra.mark, "\(place).\(other) is nothing for \(kind)", "remove it")
        }
    }
}

/// Five fields as crontab(5) has them, by their form.
func isSchedule(_ text: String) -> Bool {
    let ranges = [0...59, 0...23, 1...31, 1...12, 0...7]
    let fields = text.split(separator: " ", omittingEmptySubsequences: false)
    return fields.count == 5 && zip(fields, ranges).allSatisfy(isScheduleField)
}

/// `*`, `5`, `1-5`, each with `/2` behind it, and lists of them.
private func isScheduleField(_ field: Substring, _ range: ClosedRange<Int>) -> Bool {
    field.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
        let parts = item.split(separator: "/", omittingEmptySubsequences: false)
        guard let base = parts.first, parts.count <= 2 else { return false }
        if parts.count == 2, wholeNumber(parts[1]).map({ $0 > 0 }) != true { return false }
        if base == "*" { return true }
        let ends = base.split(separator: "-", omittingEmptySubsequences: false).map {
            wholeNumber($0)
        }
        let numbers = ends.compactMap(\.self)
        return (1...2).contains(ends.count) && numbers.count == ends.count
            && numbers.allSatisfy(range.contains) && numbers == numbers.sorted()
    }
}
