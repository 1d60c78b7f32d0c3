import Facts
import UnitFile
import YAML

extension DesiredReader {
    /// Units that wait for each other: systemd would drop one of the waits, and nobody could say
    /// which. Each cycle is one fault that names it as a whole.
    mutating func checkOrder() {
        var order = UnitCycles(waits())
        for entry in node["services"]?.entries ?? [] {
            guard let name = UnitName(entry.key), let cycle = order.cycle(through: name) else {
                continue
            }
            let text = (cycle + [name]).map(\.text).joined(separator: " -> ")
            fault(
                entry.value["unit"]?.mark ?? entry.keyMark,
                "units wait for each other: \(text)", "remove one After= or Before= of it")
        }
    }

    /// What each unit waits for, of those that desired state names.
    ///
    /// Source: systemd.unit(5), After= and Before=; systemd.timer(5), systemd.socket(5) and
    /// systemd.path(5), "Implicit Dependencies": each comes before what it starts.
    private func waits() -> [UnitName: Set<UnitName>] {
        var waits: [UnitName: Set<UnitName>] = [:]
        func wait(_ name: UnitName, for other: UnitName) {
            if name != other, desired.services[other] != nil, desired.services[name] != nil {
                waits[name, default: []].insert(other)
            }
        }
        for (name, service) in desired.services {
            let dropIns = service.dropIns.values.compactMap { text(of: $0.path) }
            for text in [service.text] + dropIns {
                for other in units("After", text) { wait(name, for: other) }
                for other in units("Before", text) { wait(other, for: name) }
            }
            if let started = started(by: name, service) { wait(started, for: name) }
        }
        return waits
    }

    private func started(by name: UnitName, _ service: DesiredService) -> UnitName? {
        guard [.timer, .socket, .path].contains(name.kind), service.unit != nil else { return nil }
        let section = name.kind.rawValue.prefix(1).uppercased() + name.kind.rawValue.dropFirst()
        let key = name.kind == .socket ? "Service" : "Unit"
        return UnitName(service.text.value(section, key) ?? "\(name.stem).service")
    }

    private func units(_ key: String, _ text: UnitText) -> [UnitName] {
        text.values("Unit", key).flatMap { $0.split(separator: " ") }.compactMap {
            UnitName(String($0))
        }
    }

    /// Nil for what is no unit file, of which there is a fault already.
    private func text(of path: String) -> UnitText? {
        guard let bytes = checkout.texts[path] else { return nil }
        do throws(UnitFileError) {
            return try UnitText.parse(bytes, name: path)
        } catch {
            return nil
        }
    }
}

/// Finds cycles; a unit is told in one of them at most.
struct UnitCycles {
    private let waits: [UnitName: Set<UnitName>]
    private var done: Set<UnitName> = []

    init(_ waits: [UnitName: Set<UnitName>]) { self.waits = waits }

    /// The units of a cycle, from this one on; nil when it is in none that was not told yet.
    mutating func cycle(through start: UnitName) -> [UnitName]? {
        if done.contains(start) { return nil }
        // The shortest way back, breadth first.
        var cameFrom: [UnitName: UnitName] = [:]
        var queue = [start]
        var next = 0
        while next < queue.count {
            let name = queue[next]
            next += 1
            for other in waits[name, default: []].sorted() {
                if other == start {
                    let cycle = Self.way(from: start, to: name, cameFrom)
                    done.formUnion(cycle)
                    return cycle
                }
                if cameFrom[other] == nil {
                    cameFrom[other] = name
                    queue.append(other)
                }
            }
        }
        done.insert(start)
        return nil
    }

    private static func way(
        from start: UnitName, to end: UnitName, _ cameFrom: [UnitName: UnitName]
    ) -> [UnitName] {
        var way = [end]
        while let last = way.last, last != start, let before = cameFrom[last] { way.append(before) }
        return way.reversed()
    }
}
