package import Facts
import UnitFile

/// What `systemctl show` prints: a block of `Property=value` lines a unit, in the order asked,
/// parted by empty lines.
///
/// Source: systemctl(1), org.freedesktop.systemd1(5); real output of systemd 252 is in the tests.
package enum SystemctlShow {
    /// What is asked of each unit; a kind of unit that lacks a property leaves its line out.
    package static let properties = common + ["Result"] + ofServices

    /// The pause that stands for `infinity`: a hundred years.
    package static let pauseMax: Duration = .seconds(100 * 365 * 86_400)

    private static let common = [
        "Id", "Names", "LoadState", "ActiveState", "SubState", "FragmentPath", "DropInPaths",
        "UnitFileState", "InvocationID",
        "NeedDaemonReload", "InactiveExitTimestampMonotonic",
    ]
    private static let ofServices = ["NRestarts", "MainPID", "ExecMainStatus", "RestartUSec"]
    private static let loadWords: Set<Substring> = [
        "stub", "loaded", "not-found", "bad-setting", "error", "merged", "masked",
    ]
    private static let activeWords: Set<Substring> = [
        "active", "reloading", "inactive", "failed", "activating", "deactivating", "maintenance",
        "refreshing",
    ]

    /// Reads the output for these units, and nothing else; `epochUs` is added to systemd's
    /// monotonic stamps.
    ///
    /// - Returns: a status for each unit.
    /// - Throws: `BadShow` when anything is missing, cut or not as systemd writes it.
    package static func statuses(
        in bytes: [UInt8], of units: [UnitName], epochUs: Int64
    ) throws(BadShow) -> [UnitName: UnitStatus] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BadShow("the answer is not UTF-8")
        }
        guard text.last == "\n" else { throw BadShow("the answer is cut off") }
        let blocks = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
            .split(separator: "", omittingEmptySubsequences: false)
        guard blocks.count == units.count else {
            throw BadShow("\(blocks.count) answers for \(units.count) units")
        }
        var statuses: [UnitName: UnitStatus] = [:]
        for (unit, lines) in zip(units, blocks) {
            statuses[unit] = try ShowBlock(unit, lines).status(epochUs: epochUs)
        }
        return statuses
    }

    /// One unit's lines.
    private struct ShowBlock {
        private let unit: UnitName
        private var values: [Substring: Substring] = [:]

        init(_ unit: UnitName, _ lines: ArraySlice<Substring>) throws(BadShow) {
            self.unit = unit
            for line in lines {
                guard let sign = line.firstIndex(of: "=") else {
                    throw BadShow("\(unit): a line without '='")
                }
                let name = line[..<sign]
                guard properties.contains(String(name)) else {
                    throw BadShow("\(unit): \(name) was not asked for")
                }
                let value = line[line.index(after: sign)...]
                guard values.updateValue(value, forKey: name) == nil else {
                    throw BadShow("\(unit): \(name) twice")
                }
            }
        }

        func status(epochUs: Int64) throws(BadShow) -> UnitStatus {
            // An alias answers under the name of the unit that it stands for.
            let id = try text("Id")
            let names = try text("Names").split(separator: " ")
            guard names.contains(id), names.contains(Substring(unit.text)) else {
                throw BadShow("\(id) answered for \(unit)")
            }
            let startedUs: Int64 = try number("InactiveExitTimestampMonotonic")
            var status = UnitStatus(
                load: try word("LoadState", of: loadWords),
                active: try word("ActiveState", of: activeWords), sub: try word("SubState"),
                enablement: try word("UnitFileState", mayBeEmpty: true),
                invocation: try invocation(), needsReload: try truth("NeedDaemonReload"),
                startedUs: startedUs == 0 ? 0 : startedUs + epochUs)
            status.fragment = String(try text("FragmentPath"))
            status.dropIns = try text("DropInPaths").split(separator: " ").map(String.init)
            switch unit.kind {
            case .service:
                status.result = try word("Result")
                status.restarts = try number("NRestarts")
                status.mainProcess = try number("MainPID")
                status.exitStatus = try number("ExecMainStatus")
                status.restartPause = try pause("RestartUSec")
            case .timer, .socket, .path, .mount: status.result = try word("Result")
            case .target, .slice: break
            }
            return status
        }

        private func text(_ name: String) throws(BadShow) -> Substring {
            guard let value = values[Substring(name)] else {
                throw BadShow("\(unit): no \(name)")
            }
            return value
        }

        private func refuse(_ name: String, _ value: Substring) -> BadShow {
            BadShow("\(unit): \(name) is '\(value)'")
        }

        private func word(
            _ name: String, of known: Set<Substring>? = nil, mayBeEmpty: Bool = false
        ) throws(BadShow) -> String {
            let value = try text(name)
            let isWord = value.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
            }
            guard isWord, mayBeEmpty || !value.isEmpty, known?.contains(value) ?? true else {
                throw refuse(name, value)
            }
            return String(value)
        }

        private func number<Number: FixedWidthInteger>(_ name: String) throws(BadShow) -> Number {
            let value = try text(name)
            guard let number = Number(value), number >= 0 else { throw refuse(name, value) }
            return number
        }

        private func truth(_ name: String) throws(BadShow) -> Bool {
            switch try text(name) {
            case "yes": return true
            case "no": return false
            case let value: throw refuse(name, value)
            }
        }

        private func invocation() throws(BadShow) -> String {
            let value = try text("InvocationID")
            guard value.isEmpty || (value.utf8.count == 32 && value.allSatisfy(\.isHexDigit)) else {
                throw refuse("InvocationID", value)
            }
            return String(value)
        }

        private func pause(_ name: String) throws(BadShow) -> Duration {
            let value = try text(name)
            if value == "infinity" { return pauseMax }
            guard let pause = timeSpan(String(value)) else { throw refuse(name, value) }
            return pause
        }
    }
}

/// Output of `systemctl show` that cannot be what was asked for.
package struct BadShow: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}
