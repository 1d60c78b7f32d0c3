import Facts
import UnitFile

/// The order in which units are taken: what one is ordered after comes before it, timers last,
/// otherwise by name. Units in a cycle come in order of their names.
///
/// Source: `After=` and `Before=` of systemd.unit(5).
func unitOrder(_ services: [UnitName: DesiredService]) -> [UnitName] {
    let names = services.keys.sorted { left, right in
        let (leftLast, rightLast) = (left.kind == .timer, right.kind == .timer)
        return leftLast == rightLast ? left < right : rightLast
    }
    var before: [UnitName: Set<UnitName>] = [:]
    for (name, service) in services {
        for other in listed("After", service.effectiveText) where services[other] != nil {
            before[name, default: []].insert(other)
        }
        for other in listed("Before", service.effectiveText) where services[other] != nil {
            before[other, default: []].insert(name)
        }
    }
    var order: [UnitName] = []
    var waiting = names
    while !waiting.isEmpty {
        let placed = Set(order)
        let next =
            waiting.firstIndex { before[$0, default: []].isSubset(of: placed) }
            ?? waiting.startIndex
        order.append(waiting.remove(at: next))
    }
    return order
}

private func listed(_ key: String, _ text: UnitText) -> [UnitName] {
    text.values("Unit", key).flatMap { $0.split(separator: " ") }.compactMap {
        UnitName(String($0))
    }
}
