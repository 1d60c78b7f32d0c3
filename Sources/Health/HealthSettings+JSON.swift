package import Facts
package import JSON

extension HealthSettings {
    /// Takes over what a rendered configuration says of `health` and `config.health_check`; what it
    /// does not say stays.
    ///
    /// - Returns: what of it cannot be understood, in words; then nothing of it is taken.
    package mutating func take(_ document: JSONValue) -> [String] {
        var problems: [String] = []
        var settings = self
        guard document.asObject != nil else { return ["it is no object"] }
        let health = document["health"]
        let checks = health?["checks"]
        func limits(
            _ name: String, _ read: (String) -> Amount?, _ into: inout Thresholds
        ) {
            guard let check = checks?[name], check != .null else { return }
            func amount(_ key: String, _ otherwise: Amount) -> Amount? {
                guard let value = check[key], value != .null else { return otherwise }
                return Self.words(value).flatMap(read)
            }
            guard let warn = amount("warn", into.warn), let fail = amount("fail", into.fail),
                let thresholds = Thresholds(warn: warn, fail: fail)
            else {
                problems.append("health.checks.\(name): warn and fail make no sense")
                return
            }
            into = thresholds
        }
        limits("disk", Amount.init(percent:), &settings.disk)
        limits("inodes", Amount.init(percent:), &settings.inodes)
        limits("memory", Amount.init(percent:), &settings.memory)
        limits("load", Amount.init(number:), &settings.load)
        limits("clock", Amount.init(duration:), &settings.clock)
        limits("drift", Amount.init(duration:), &settings.drift)
        limits("last_turn", Amount.init(duration:), &settings.lastTurn)
        if let folders = checks?["disk"]?["folders"] { settings.take(folders: folders, &problems) }
        settings.take(units: checks?["units"], &problems)
        settings.take(steadiness: health?["hysteresis"], &problems)
        if problems.isEmpty { self = settings }
        return problems
    }

    /// The same for a document that may be absent, or could not be read.
    ///
    /// - Returns: what of it could not be read or understood.
    package mutating func take(_ document: Reading<JSONValue>) -> [String] {
        switch document {
        case .absent: []
        case .unreadable(let reason): [reason]
        case .present(let json): take(json).map { "\(Self.path): \($0)" }
        }
    }

    /// A value may be rendered as a text or as a number.
    private static func words(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .null, .bool, .array, .object: nil
        }
    }

    private mutating func take(folders: JSONValue, _ problems: inout [String]) {
        for value in folders.asArray ?? [.null] {
            do throws(BadPath) {
                guard let text = value.asString else {
                    problems.append("health.checks.disk.folders: not a list of paths")
                    return
                }
                if text == "/" { continue }
                let path = try HostPath(text)
                if !self.folders.contains(path.text) { self.folders.append(path.text) }
            } catch {
                problems.append("health.checks.disk.folders: \(error.description)")
            }
        }
    }

    private mutating func take(units: JSONValue?, _ problems: inout [String]) {
        func names(_ key: String) -> Set<UnitName>? {
            guard let list = units?[key], list != .null else { return nil }
            let names = (list.asArray ?? [.null]).compactMap { $0.asString.flatMap(UnitName.init) }
            guard names.count == (list.asArray?.count ?? -1) else {
                problems.append("health.checks.units.\(key): not a list of units")
                return nil
            }
            return Set(names)
        }
        criticalUnits = names("critical") ?? criticalUnits
        ignoredUnits.formUnion(names("ignored") ?? [])
    }

    private mutating func take(steadiness: JSONValue?, _ problems: inout [String]) {
        func count(_ key: String, _ otherwise: Int) -> Int {
            guard let value = steadiness?[key], value != .null else { return otherwise }
            if let words = Self.words(value), let count = Int(words), (1...100).contains(count) {
                return count
            }
            problems.append("health.hysteresis.\(key): not 1 to 100")
            return otherwise
        }
        self.steadiness = Steadiness(
            bad: count("bad", self.steadiness.bad), good: count("good", self.steadiness.good))
    }
}
