import Facts

extension Planner {
    /// A unit that nobody wants any more: all that turns made for it goes, and it stands again as
    /// it did before they took it over.
    func unitRemoval(_ address: Address) -> Change? {
        guard case .unit(let name) = address, let status = units[name] else { return nil }
        let before = live.originals.foreign[name]
        let made = (live.made[name] ?? []).filter { !isWantedElsewhere($0, than: name) }
        let takes = made.sorted(by: >).compactMap { takeAway($0, of: name) }
        let file = HostPath(ofUnitFile: name)
        let original = file.flatMap { live.originals.places[$0] }
        let isUp = status.isActive || status.active == "activating"
        let staysUp = before.map { $0.isActive ?? isUp } ?? false
        let isMasked = status.load == "masked"
        let links = folder.links[name] ?? []
        let isEnabled = isMasked ? !links.isEmpty : status.enablement == "enabled"
        let staysEnabled = before.map { $0.isEnabled ?? isEnabled } ?? false
        var steps: [Step] = []
        if isUp, !staysUp, observed.ownUnit != name { steps.append(.unit(.stop, name)) }
        if isEnabled, !staysEnabled { steps.append(.unit(.disable, name)) }
        steps += takes
        let isFileOfUnits = { (path: HostPath) in path.text.hasPrefix(Layout.unitFolder + "/") }
        // A turn that was killed had removed the file, and the manager still knows it.
        let isForgotten = file.map { made.contains($0) && !isPresent($0) } ?? false
        if takes.contains(where: { $0.place.map(isFileOfUnits) ?? false })
            || (isForgotten && status.load == "loaded")
        {
            steps.append(.loadUnitFiles)
        }
        if original == nil, before?.isMasked == true, !isMasked {
            steps.append(.unit(.mask, name))
        }
        if !isEnabled, staysEnabled { steps.append(.unit(.enable, name)) }
        if staysUp, !isUp {
            steps.append(.unit(.start, name))
        } else if staysUp, !takes.isEmpty {
            steps.append(.unit(.restart, name))
        }
        if status.active == "failed", !staysUp { steps.append(.unit(.resetFailed, name)) }
        guard !steps.isEmpty else { return nil }
        return Change(
            address, .remove, .intended, effect: staysUp ? .restart : .stop,
            details: original != nil || staysUp || staysEnabled ? ["as it was before"] : [],
            steps: steps)
    }

    private func isPresent(_ path: HostPath) -> Bool { observed.files[path]?.value != nil }
}
