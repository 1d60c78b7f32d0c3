import Facts
import JSON
package import Machine
package import Reconcile
package import Release
package import Services

/// Why a plan was not carried out to its end.
package struct ApplyError: Error, Hashable, Sendable {
    /// Who refused the step: the kernel, or whoever starts and stops services.
    package enum Cause: Hashable, Sendable {
        case machine(MachineError)
        case services(ServicesError)
    }

    /// How many steps were done before.
    package let finished: Int
    package let step: Step
    /// Whether a commit asked for the change that the step belongs to.
    package let isIntended: Bool
    package let cause: Cause

    /// Whether the commit's content is to blame: it is for a unit that it changes and that does
    /// not start; not for a full disk, for a service manager in trouble, or for a unit that was
    /// down before and is only started again.
    package var isFaultOfContent: Bool {
        switch (cause, step) {
        case (.services(let error), .unit(.start, _)), (.services(let error), .unit(.restart, _)):
            isIntended && error.isFaultOfUnit
        case (.services, _), (.machine, _): false
        }
    }

    /// In one sentence.
    package var reason: String {
        switch cause {
        case .machine(let error): error.description
        case .services(let error): error.description
        }
    }
}

/// Carries steps out, one after another; it decides nothing and stops at the first failure.
package struct Executor {
    let files: HostFiles
    let accounts: Accounts
    let services: any ServiceManager
    let releases: Releases
    let originals: OriginalStore

    package init(
        files: HostFiles, accounts: Accounts, services: any ServiceManager, releases: Releases,
        originals: OriginalStore
    ) {
        self.files = files
        self.accounts = accounts
        self.services = services
        self.releases = releases
        self.originals = originals
    }

    /// `sources`: the checkout that holds the bytes of the files.
    /// `programs`: what a release is installed from.
    /// `journal`: told of each step before it is taken.
    /// `progress`: told of each change before its first step.
    package func apply(
        _ plan: Plan, sources: HostFiles, programs: Programs?, journal: Journal,
        progress: (Change) -> Void
    ) throws(ApplyError) {
        var finished = 0
        for change in plan.changes {
            progress(change)
            for step in change.steps {
                do throws(StepFailure) {
                    try run(step, sources, programs, journal)
                } catch {
                    throw ApplyError(
                        finished: finished, step: step, isIntended: change.cause == .intended,
                        cause: error.cause)
                }
                finished += 1
            }
        }
    }

    private struct StepFailure: Error { let cause: ApplyError.Cause }

    private func run(
        _ step: Step, _ sources: HostFiles, _ programs: Programs?, _ journal: Journal
    ) throws(StepFailure) {
        do throws(MachineError) {
            var fields: JSONObject = ["step": .string(step.description)]
            if let path = step.writtenPath { fields["path"] = .string(path.text) }
            try journal.add("step", fields)
            if try mutateFiles(step, sources, programs) { return }
        } catch {
            throw StepFailure(cause: .machine(error))
        }
        do throws(ServicesError) {
            try mutateServices(step)
        } catch {
            throw StepFailure(cause: .services(error))
        }
    }

    /// Returns false when the step is one for the service manager.
    private func mutateFiles(
        _ step: Step, _ sources: HostFiles, _ programs: Programs?
    ) throws(MachineError) -> Bool {
        switch step {
        case .installRelease(let key):
            guard let programs, programs.key == key.text else {
                throw MachineError(
                    "install", "release \(key)", .found("its programs are not at hand"))
            }
            try releases.install(programs)
        case .makeDirectory(let path, let ownership):
            if let above = path.parent { try files.makeDirectories(above) }
            try files.makeDirectory(path, ownership, accounts: accounts)
        case .setOwnership(let path, let ownership):
            try files.setOwnership(of: path, ownership, accounts: accounts)
        case .writeFile(let path, let source, let ownership):
            let bytes = try sources.read(
                try CheckoutStore.path(source.path), bytesMax: CheckoutStore.fileBytesMax)
            if let above = path.parent { try files.makeDirectories(above) }
            try files.replace(path, with: bytes, ownership, accounts: accounts)
        case .remove(let path): try files.remove(path)
        case .putBack(let path, let original): try originals.putBack(path, original)
        case .removeDirectory(let path): _ = try files.removeDirectory(path)
        case .switchLink(let path, let target):
            if let above = path.parent { try files.makeDirectories(above) }
            try files.switchLink(path, to: target)
        case .loadUnitFiles, .unit: return false
        }
        return true
    }

    private func mutateServices(_ step: Step) throws(ServicesError) {
        switch step {
        case .loadUnitFiles: try services.loadUnitFiles()
        case .unit(let action, let name): try services.perform(action, on: name)
        case .installRelease, .makeDirectory, .setOwnership, .writeFile, .remove, .putBack,
            .removeDirectory, .switchLink:
            break
        }
    }
}
