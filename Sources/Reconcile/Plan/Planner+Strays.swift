import Facts

extension Planner {
    /// Units called as ours are that neither desired state nor an earlier turn knows.
    mutating func planStrayUnits() {
        for name in strayUnits.sorted() {
            let hasFile = folder.files.contains(name.text)
            let links = folder.links[name] ?? []
            let reason =
                hasFile
                ? "no commit knows this unit" : "a link starts this unit, which does not exist"
            switch desired.drift.strayUnits {
            case .report: plan.notes.append(Note(.unit(name), "\(reason); it is left"))
            case .remove:
                guard let file = HostPath(ofUnitFile: name) else { continue }
                var steps: [Step] = hasFile ? [.unit(.stop, name)] : []
                let targets = links.sorted().compactMap { HostPath(ofLinkTo: name, in: $0) }
                steps += targets.map { .remove($0) }
                if hasFile { steps.append(.setAside(file)) }
                plan.changes.append(
                    Change(
                        .unit(name), .remove, .drift, effect: hasFile ? .stop : .none,
                        details: [hasFile ? "stray" : "stray link"],
                        steps: steps + [.loadUnitFiles]))
            }
        }
    }

    private var strayUnits: [UnitName] {
        let named = folder.files.filter { $0.hasPrefix(Layout.ownPrefix) }
            .compactMap { UnitName($0) }
        return Set(named).union(folder.missing).filter {
            desired.services[$0] == nil && !live.inventory.contains(.unit($0))
        }
    }
}

extension HostPath {
    /// The path of a link by which a unit is enabled.
    init?(ofLinkTo unit: UnitName, in folder: String) {
        do throws(BadPath) {
            try self.init("\(Layout.unitFolder)/\(folder)/\(unit)")
        } catch {
            return nil
        }
    }
}
