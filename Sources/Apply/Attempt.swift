import Facts
import Machine
import Reconcile
import Release

/// One plan on its way: what it aims at, and how the host was before.
struct Attempt {
    let target: Target
    let plan: Plan
    let before: Observed
    var record: Record
    /// Whether the target was healthy here before: then no commit is to blame for a failure.
    let isDrift: Bool
    /// Whether it answers for units that it did not touch: those of a commit that was never
    /// healthy, and those of a turn that was killed.
    let answersForAll: Bool
    /// What waits and is not ours yet.
    var addressesToCome: Set<Address> = []
    /// How many steps were begun; nil for all of them.
    var stepsBegun: Int?

    /// Units that should be up and that this attempt answers for.
    ///
    /// A drift turn answers for what it touched. A new commit answers for what it changes, and for
    /// every unit of its own that was up before; one that was down before and that it does not
    /// change is started again, but no commit is to blame when that fails.
    var judgedUnits: [UnitName] {
        let touched = isDrift ? plan.touchedUnits : plan.intendedUnits
        return target.desired.services.filter { $0.value.state == .running }.map(\.key)
            .filter { touched.contains($0) || (answersForAll && wasUp($0)) }
            .sorted()
    }

    /// What is ours once the first step is taken: everything wanted, but for what waits.
    var newAddresses: Set<Address> { target.desired.addresses.subtracting(addressesToCome) }

    /// Units that this attempt started or restarted, or tried to.
    var startedUnits: Set<UnitName> {
        Set(
            plan.steps.prefix(stepsBegun ?? plan.steps.count).compactMap { step in
                switch step {
                case .unit(.start, let name), .unit(.restart, let name): name
                default: nil
                }
            })
    }

    private func wasUp(_ name: UnitName) -> Bool { before.units.value?[name]?.isActive ?? false }

    /// Copies the unit files that the plan writes into a folder, for the service manager to read.
    ///
    /// Programs of a release that is not linked yet are named where they will lie.
    ///
    /// - Returns: absolute paths as the operating system sees them.
    func stageUnits(
        in state: StateFolder, at folder: HostPath
    ) throws(MachineError) -> [String] {
        var staged: [String] = []
        for step in plan.steps {
            guard case .writeFile(let path, let source, let ownership) = step,
                source.path.hasPrefix("systemd/")
            else { continue }
            let bytes = relinked(
                try target.contents.read(at: source.offset, count: source.size), path.name, state)
            let place: HostPath
            do throws(BadPath) {
                place = try folder.appending(String(path.name))
            } catch {
                throw MachineError("stage", path.text, .found(error.description))
            }
            try state.files.makeDirectories(folder)
            try state.files.replace(place, with: bytes, ownership, accounts: state.accounts)
            staged.append(state.files.outside(place))
        }
        return staged
    }

    /// A unit file with the programs of its release named where they lie now: its link may not be
    /// there yet, or still lead to another release.
    private func relinked(
        _ bytes: [UInt8], _ name: Substring, _ state: StateFolder
    ) -> [UInt8] {
        guard let unit = UnitName(String(name)), let key = target.desired.release,
            target.desired.services[unit]?.runsRelease == true
        else { return bytes }
        let here =
            before.releaseIsInstalled
            ? "\(Layout.release(key))/bin/" : "\(target.programs?.folder ?? "")/"
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(
            text.replacing("\(Layout.releaseLink(of: unit))/bin/", with: here).utf8)
    }
}
