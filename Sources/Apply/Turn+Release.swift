import Facts
import JSON
import Machine
import Reconcile
import Release

extension Turn {
    /// Has a target's release at hand before anything is planned; not for content that is not
    /// tried anyway.
    func withRelease(
        _ target: Target, _ record: Record
    ) throws(MachineError) -> Result<Target, TargetError> {
        guard target.pending != nil else { return .success(target) }
        if record.healthy?.content != target.content,
            try quarantined(target) != nil
        {
            return .success(target)
        }
        return Result { () throws(TargetError) in
            try parts.targets.withRelease(target) { report(.preparing($0)) }
        }
    }

    /// Points `/opt/v6/healthy` at the release of a commit that is healthy, for recovery to run.
    ///
    /// Not while a part of it that runs the release waits, nor before it is laid out.
    func switchHealthy(
        to pointer: Record.Pointer, held: [Held], _ journal: () throws(MachineError) -> Journal
    ) {
        do throws(MachineError) {
            guard let key = pointer.release, held.isEmpty else { return }
            let link = try StateFolder.hostPath(Layout.healthyLink)
            let target = "releases/\(key)"
            let found = parts.executor.files.status(of: link, accounts: parts.executor.accounts)
            if found.value?.linkTarget == target { return }
            guard try parts.executor.releases.isInstalled(key) else { return }
            let step = Step.switchLink(link, to: target)
            // No step: a turn that is killed here has ended well.
            try journal().add(
                "healthy-release", ["step": .string(step.description), "path": .string(link.text)])
            try parts.executor.files.switchLink(link, to: target)
        } catch {
            report(.warning("recovery would run an older release: \(error)"))
        }
    }

    /// The link is compared at every turn, as everything else is: somebody may have removed it.
    func healHealthyLink(_ record: inout Record, _ plan: Plan) {
        guard let healthy = record.healthy else { return }
        var opened: Journal?
        switchHealthy(to: healthy, held: plan.held) { () throws(MachineError) in
            let (journal, warning) = try Journal.open(
                in: parts.state, clock: parts.clock, remembered: record.journal)
            if let warning { report(.warning(warning)) }
            opened = journal
            return journal
        }
        if let opened { noteEnd(of: opened) }
        record.journal = opened?.head ?? record.journal
    }

    /// Lets go of releases that nobody needs: neither commits on record, nor a link, nor a process,
    /// nor the newest three.
    ///
    /// `before`: the commit that was healthy until now.
    func collectReleases(_ record: Record, before: Record.Pointer?) {
        let releases = parts.executor.releases
        do throws(MachineError) {
            if let key = record.healthy?.release, try releases.isInstalled(key) {
                try parts.targets.releases.maker?.ready.removeAll()
            }
            guard let used = try releases.inUse() else {
                return report(.warning("old releases stay: not every process can be looked at"))
            }
            let named = [record.healthy, record.applied, before].compactMap { $0?.release }
            let installed = try releases.installed().map { key, atUs in
                InstalledRelease(key: key, installedUs: atUs)
            }
            for key in releasesToLetGo(installed, used: used.union(named)) {
                try releases.remove(key)
            }
            try releases.removeLeftovers()
        } catch {
            report(.warning("old releases stay: \(error)"))
        }
    }
}
