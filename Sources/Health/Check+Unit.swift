package import Facts

extension Check {
    /// Judges one unit by what the service manager says of it; absent means that the manager
    /// answered, but not of this unit. Not knowing a critical one makes the whole unhealthy.
    package static func unit(
        _ name: UnitName, _ reading: Reading<UnitStatus>, isCritical: Bool
    ) -> Check {
        let (state, reason) =
            switch reading {
            case .unreadable(let reason): (CheckState.unknown, reason)
            case .absent: (CheckState.unknown, "the service manager said nothing of it")
            case .present(let status): judgement(on: status, kind: name.kind)
            }
        return Check(
            subject: "unit \(name)", state: state, isCritical: isCritical, reason: reason,
            measures: [])
    }

    private static func judgement(
        on status: UnitStatus, kind: UnitName.Kind
    ) -> (CheckState, String) {
        guard status.load == "loaded" else { return (.unhealthy, status.load) }
        let words = "\(status.active) (\(status.sub))"
        switch status.active {
        case "active" where kind == .timer && status.sub == "elapsed":
            return (.degraded, "\(words): it will not fire again")
        case "active", "reloading":
            return (.ok, words)
        case "activating" where status.sub.hasPrefix("auto-restart"):
            return (.unhealthy, "\(words) after \(ending(of: status))")
        case "activating", "deactivating":
            return (.degraded, words)
        case "failed":
            return (.unhealthy, "failed: \(ending(of: status))")
        default:
            return (.unhealthy, words)
        }
    }

    /// `exit-code, status 3`: why the last run ended.
    private static func ending(of status: UnitStatus) -> String {
        status.exitStatus == 0 ? status.result : "\(status.result), status \(status.exitStatus)"
    }
}
