import Facts
import Supervision
import TestKit

/// A table of units with a clock that stands still until it is moved, and a driver that does
/// nothing but keep the actions.
struct Stage {
    var table = UnitTable(begunAt: .zero, environment: ["PATH": "/bin"])
    var now: Duration = .zero
    private var random = Dice(seed: 1)
    private var requests = 0

    init(_ files: [String: String]) { tell(.filesLoaded(Self.definitions(files))) }

    static func definitions(_ files: [String: String]) -> [UnitName: UnitDefinition] {
        var definitions: [UnitName: UnitDefinition] = [:]
        for (name, text) in files {
            definitions[unit(name)] = UnitDefinition(unit(name), bytes: Array(text.utf8))
        }
        return definitions
    }

    static func unit(_ name: String) -> UnitName {
        guard let unit = UnitName(name) else { preconditionFailure("\(name) is no unit") }
        return unit
    }

    @discardableResult
    mutating func tell(_ event: SupervisorEvent) -> [SupervisorAction] {
        table.handle(event, at: now, random: &random)
    }

    /// Lets time pass, and tells so at the end of it.
    @discardableResult
    mutating func wait(_ duration: Duration) -> [SupervisorAction] {
        now += duration
        return tell(.timePassed)
    }

    /// Asks for a start; the request's number counts from 1.
    @discardableResult
    mutating func start(_ name: String) -> [SupervisorAction] {
        requests += 1
        return tell(.startAsked(Self.unit(name), request: requests))
    }

    @discardableResult
    mutating func stop(_ name: String) -> [SupervisorAction] {
        requests += 1
        return tell(.stopAsked(Self.unit(name), request: requests))
    }

    /// Starts a service whose child is spawned at once.
    @discardableResult
    mutating func run(_ name: String, process: Int32) -> [SupervisorAction] {
        start(name)
        return tell(.spawned(Self.unit(name), process: process))
    }

    func status(_ name: String, file: String? = nil, isLinked: Bool = false) -> UnitStatus {
        let unit = Self.unit(name)
        let loaded = table.definition(of: unit)?.bytes
        let bytes = file.map { Array($0.utf8) } ?? loaded
        let disk = UnitOnDisk(
            file: bytes.map { .present($0) } ?? .absent, isLinked: isLinked)
        let found = table.statuses(of: [unit], disk: [unit: disk], epochUs: 1_000_000)[unit]
        return found ?? UnitStatus(load: "missing", active: "", sub: "")
    }

    /// `active/sub (result)`.
    func words(_ name: String) -> String {
        let status = status(name)
        return "\(status.active)/\(status.sub) (\(status.result))"
    }
}
