import Facts
import UnitFile

extension Planner {
    /// Units called as ours are that neither desired state nor an earlier turn knows.
    mutating func planStrayUnits() {
        for name in folder.aliases.subtracting(givenAliases).sorted() {
            plan.notes.append(
                Note(.unit(name), "another name of a unit, which no commit gives; it is left"))
        }
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

    /// What lies in whole trees, and no commit knows: it is never removed.
    mutating func noteStrangers() {
        for (tree, strangers) in observed.strangers.sorted(by: { $0.key < $1.key }) {
            let names = strangers.named.map { "\($0.text.dropFirst(tree.text.count + 1))" }
            let more = strangers.count - names.count
            let all = names + (more > 0 ? [names.isEmpty ? "\(more)" : "\(more) more"] : [])
            let reason = "the tree does not know \(all.joined(separator: ", ")); "
            let isOne = strangers.count == 1
            plan.notes.append(
                Note(.directory(tree), reason + (isOne ? "it is left" : "they are left")))
        }
    }

    /// Names that units of desired state have besides their own.
    private var givenAliases: [UnitName] {
        desired.services.values.flatMap { $0.effectiveText.values("Install", "Alias") }
            .flatMap { $0.split(separator: " ") }.compactMap { UnitName(String($0)) }
    }

    private var strayUnits: [UnitName] {
        let named = folder.files.filter { $0.hasPrefix(Layout.ownPrefix) }
            .compactMap { UnitName($0) }
        return Set(named).subtracting(folder.aliases).union(folder.missing).filter {
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
