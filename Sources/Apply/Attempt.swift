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
    /// What a person asked for; nil for what a commit or a drift asks for.
    var asked: PersonsRequest?
    /// What waits and is not ours yet.
    var addressesToCome: Set<Address> = []
    /// Required checks that failed before the first step.
    var failedBefore: Set<String> = []
    /// Numbers of the host that were over their bounds before the first step.
    var overBefore: Set<String> = []
    /// How many steps were begun; nil for all of them.
    var stepsBegun: Int?

    /// Whether all that it does is to mend files and folders that are ours already. It can be
    /// killed anywhere without a trace but in the journal, whose last line then tells of it.
    var onlyMends: Bool {
        isDrift && record.attempted == nil
            && plan.changes.allSatisfy { change in
                switch change.address {
                case .file, .directory: change.steps.allSatisfy(\.onlyMends)
                case .link, .user, .group, .unit: false
                }
            }
    }

    /// What it is judged by: no commit changes its own judge.
    var health: DesiredHealth {
        let wanted = target.desired.health
        return record.healthy?.health.map { $0.stricter(of: wanted) } ?? wanted
    }

    /// Units that should be up and that this attempt answers for.
    ///
    /// A drift turn answers for what it touched. A new commit answers for what it changes, and for
    /// every unit of its own that was up before; one that was down before and that it does not
    /// change is started again, but no commit is to blame when that fails.
    var judgedUnits: [UnitName] {
        let touched = isDrift ? plan.touchedUnits : plan.intendedUnits
        return target.desired.services.filter { $0.value.state == .running }.map(\.key)
            .filter { touched.contains($0) || (answersForAll && wasUp($0)) }
            // What a person has in hand may come and go.
            .filter { !plan.onHold.contains($0) }
            .sorted()
    }

    /// What is ours once the first step is taken: everything wanted, but for what waits.
    var newAddresses: Set<Address> { target.desired.addresses.subtracting(addressesToCome) }

    /// What of it belongs to each unit.
    var newPlaces: [UnitName: Set<HostPath>] {
        target.desired.unitPlaces.filter { !addressesToCome.contains(.unit($0.key)) }
    }

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

    /// Units that this attempt made load again what they read, without a new run.
    var reloadedUnits: Set<UnitName> {
        let done = stepsBegun.map { $0 - 1 } ?? plan.steps.count
        return Set(
            plan.steps.prefix(done).compactMap { step in
                if case .unit(.reload, let name) = step { name } else { nil }
            })
    }

    private func wasUp(_ name: UnitName) -> Bool { before.units.value?[name]?.isActive ?? false }
}

extension Step {
    /// Whether it gives a file or folder its bytes, owner or mode back, and nothing more.
    fileprivate var onlyMends: Bool {
        switch self {
        case .writeFile, .setOwnership: true
        case .installRelease, .makeDirectory, .remove, .putBack, .removeDirectory, .switchLink,
            .writeConfiguration, .setAside, .displace, .keepBeside, .account, .loadUnitFiles, .unit:
            false
        }
    }
}
