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
        case (.services(let error), .unit(.start, _)), (.services(let error), .unit(.restart, _)),
            (.services(let error), .unit(.reload, _)):
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

    /// `contents`: the bytes of the commit's files.
    /// `programs`: what a release is installed from.
    /// `journal`: told of each step before it is taken.
    /// `isDoomed`: asked now and then, with the time since it was begun, while a unit does not come
    /// up; true gives it up.
    /// `progress`: told of each change before its first step.
    package func apply(
        _ plan: Plan, contents: Contents, programs: Programs?, journal: Journal,
        isDoomed: (Duration) -> Bool = { _ in false }, progress: (Change) -> Void
    ) throws(ApplyError) {
        let all = plan.changes.flatMap { change in change.steps.map { (change, $0) } }
        var finished = 0
        var told: Address?
        while finished < all.count {
            let writes = writes(from: finished, all)
            let batch = writes.count >= Self.batchMin ? writes : []
            let steps = all[finished..<max(finished + 1, batch.endIndex)]
            for (change, _) in steps where change.address != told {
                progress(change)
                told = change.address
            }
            do throws(StepFailure) {
                if !batch.isEmpty {
                    try write(batch.map(\.1), contents, journal)
                    finished += batch.count
                } else {
                    try run(all[finished].1, contents, programs, journal, isDoomed)
                    finished += 1
                }
            } catch {
                let (change, step) = all[finished + error.index]
                throw ApplyError(
                    finished: finished + error.finished, step: step,
                    isIntended: change.cause == .intended,
                    cause: error.cause)
            }
        }
    }

    /// Fewer files than this are written one by one: waiting for a whole file system costs more.
    private static let batchMin = 8
    /// Most text of one batch in its journal line, in bytes; so much of a line can be read back.
    private static let batchTextMax = 768 << 10
    /// Most folders of one batch: each stays open until its end, and 1,024 is the usual limit.
    private static let batchFoldersMax = 256

    /// The steps from here on that write files, as many as make one batch.
    private func writes(
        from first: Int, _ all: [(Change, Step)]
    ) -> ArraySlice<(Change, Step)> {
        var (end, text) = (first, 0)
        var folders: Set<HostPath?> = []
        while end < all.count, case .writeFile(let path, _, _) = all[end].1 {
            // In quotes, with a comma; a character that has to be escaped takes six.
            text += 3 + path.text.utf8.reduce(0) { $0 + (Self.isPlain($1) ? 1 : 6) }
            folders.insert(path.parent)
            guard text <= Self.batchTextMax, folders.count <= Self.batchFoldersMax else { break }
            end += 1
        }
        return all[first..<end]
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Writes many files, with one line in the journal and one wait for the disk.
    private func write(
        _ steps: [Step], _ contents: Contents, _ journal: Journal
    ) throws(StepFailure) {
        var batch: [FileToWrite] = []
        for case .writeFile(let path, let source, let ownership) in steps {
            batch.append(FileToWrite(path, ExpectedBytes(source, in: contents), ownership))
        }
        do throws(MachineError) {
            try journal.add(
                "steps",
                [
                    "step": .string("write \(batch.count) files"),
                    "paths": .array(batch.map { .string($0.path.text) }),
                ])
        } catch {
            throw StepFailure(cause: .machine(error))
        }
        do throws(WriteManyError) {
            try files.replaceMany(batch, accounts: accounts)
        } catch {
            throw StepFailure(
                cause: .machine(error.cause), finished: error.finished, index: error.index)
        }
    }

    private struct StepFailure: Error {
        let cause: ApplyError.Cause
        /// Steps of a batch that are done all the same.
        var finished = 0
        /// The step of a batch at which it ended, from 0.
        var index = 0
    }

    private func run(
        _ step: Step, _ contents: Contents, _ programs: Programs?, _ journal: Journal,
        _ isDoomed: (Duration) -> Bool
    ) throws(StepFailure) {
        do throws(MachineError) {
            var fields: JSONObject = ["step": .string(step.description)]
            if let path = step.writtenPath { fields["path"] = .string(path.text) }
            try journal.add("step", fields)
            if try mutateFiles(step, contents, programs) { return }
        } catch {
            throw StepFailure(cause: .machine(error))
        }
        do throws(ServicesError) {
            try mutateServices(step, isDoomed)
        } catch {
            throw StepFailure(cause: .services(error))
        }
    }

    /// Returns false when the step is one for the service manager.
    private func mutateFiles(
        _ step: Step, _ contents: Contents, _ programs: Programs?
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
            let bytes = try ExpectedBytes(source, in: contents).bytes(for: path)
            if let above = path.parent { try files.makeDirectories(above) }
            try files.replace(path, with: bytes, ownership, accounts: accounts)
        case .remove(let path): try files.remove(path)
        case .putBack(let path, let original): try originals.putBack(path, original)
        case .removeDirectory(let path): _ = try files.removeDirectory(path)
        case .switchLink(let path, let target):
            if let above = path.parent { try files.makeDirectories(above) }
            try files.switchLink(path, to: target)
        case .writeConfiguration(let path, let wanted):
            try files.replace(path, with: wanted.bytes, wanted.file, accounts: accounts)
        case .setAside(let path): try originals.setAside(path)
        case .displace(let path, let spare): try files.displace(path, to: spare)
        case .keepBeside(let path, let spare): try files.keepBeside(path, as: spare)
        case .account(let change): try accounts.perform(change)
        case .loadUnitFiles, .unit: return false
        }
        return true
    }

    private func mutateServices(
        _ step: Step, _ isDoomed: (Duration) -> Bool
    ) throws(ServicesError) {
        switch step {
        case .loadUnitFiles: try services.loadUnitFiles()
        case .unit(.start, let name): try bring(up: name, by: .start, isDoomed)
        case .unit(.restart, let name): try bring(up: name, by: .restart, isDoomed)
        case .unit(let action, let name): try services.perform(action, on: name)
        case .installRelease, .makeDirectory, .setOwnership, .writeFile, .remove, .putBack,
            .removeDirectory, .switchLink, .writeConfiguration, .setAside, .displace, .keepBeside,
            .account:
            break
        }
    }
}
