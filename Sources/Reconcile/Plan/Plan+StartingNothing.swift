import Facts

extension Plan {
    /// The same without what starts, stops or reloads a unit: at boot none of them runs yet, and
    /// each starts on what is there then.
    package var startingNothing: Plan {
        var plan = self
        plan.changes = changes.compactMap { change in
            var change = change
            change.steps.removeAll(where: \.actsOnARun)
            return change.steps.isEmpty ? nil : change
        }
        return plan
    }
}

extension Step {
    fileprivate var actsOnARun: Bool {
        switch self {
        case .unit(let action, _):
            switch action {
            case .start, .stop, .restart, .reload: true
            case .enable, .disable, .reenable, .mask, .unmask, .resetFailed: false
            }
        case .installRelease, .makeDirectory, .setOwnership, .writeFile, .remove, .putBack,
            .removeDirectory, .switchLink, .writeConfiguration, .setAside, .displace, .keepBeside,
            .account, .loadUnitFiles:
            false
        }
    }
}
