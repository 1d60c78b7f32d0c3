package import Facts

extension Check {
    /// Judges one unit by what the service manager says of it; absent means that the manager
    /// answered, but not of this unit. Not knowing a critical one makes the whole unhealthy; one
    /// that is not critical makes it degraded at the most.
    ///
    /// `wanted`: `running` or `stopped`.
    package static func unit(
        _ name: UnitName, _ reading: Reading<UnitStatus>, wanted: String = "running",
        isCritical: Bool
    ) -> Check {
        let subject = "unit \(name)"
        guard case .present(let status) = reading else {
            let reason =
                if case .unreadable(let reason) = reading {
                    reason
                } else {
                    "the service manager said nothing of it"
                }
            return notSeen(subject, isCritical: isCritical, reason)
        }
        var (state, reason) =
            switch wanted {
            case "stopped": judgement(ofStopped: status)
            default: judgement(on: status, kind: name.kind)
            }
        if state == .unhealthy, !isCritical { state = .degraded }
        return Check(subject, state, isCritical: isCritical, reason: reason)
    }

    private static func judgement(ofStopped status: UnitStatus) -> (CheckState, String) {
        let words = "\(status.active) (\(status.sub))"
        return status.isActive || status.active == "activating"
            ? (.unhealthy, "\(words), and is to be stopped") : (.ok, "\(words), as wanted")
    }

    private static func judgement(
        on status: UnitStatus, kind: UnitName.Kind
    ) -> (CheckState, String) {
        guard status.load == "loaded" else { return (.unhealthy, status.load) }
        let words = "\(status.active) (\(status.sub))\(restarts(of: status))"
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

    /// How often the service manager itself had to start it again; nothing for never.
    private static func restarts(of status: UnitStatus) -> String {
        switch status.restarts {
        case 0: ""
        case 1: ", restarted once"
        case let count: ", restarted \(count) times"
        }
    }

    /// `exit-code, status 3`: why the last run ended.
    private static func ending(of status: UnitStatus) -> String {
        status.exitStatus == 0 ? status.result : "\(status.result), status \(status.exitStatus)"
    }
}
