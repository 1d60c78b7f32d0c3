package import Digest
package import Facts

/// One look at the host: everything that desired state names, and everything that an earlier turn
/// made and desired no longer names.
package struct Observed: Hashable, Sendable {
    /// By path; what is not in it was not looked at, which a planner takes for unreadable.
    package var files: [HostPath: Reading<FileStatus>]
    /// By path: a free name beside it, where something stands that has to make room.
    package var spares: [HostPath: HostPath] = [:]
    /// Where paths were found that lie below a folder that was moved aside.
    package var elsewhere: [HostPath: HostPath] = [:]
    /// Folders above managed paths that are not root's, each with its owner.
    package var foreignFolders: [HostPath: String] = [:]
    /// All of them in one answer, since one question to the service manager covers all.
    package var units: Reading<[UnitName: UnitStatus]>
    /// Accounts that desired state or an earlier turn names; nil where owners are not honoured.
    package var accounts: AccountsSeen?
    /// Accounts that desired state names and the host does not have: `user v6-backup`.
    package var missingAccounts: [String]
    /// Whether the wanted release lies ready below `/opt/v6/releases`.
    package var releaseIsInstalled: Bool
    /// The unit that this very turn runs in; nil when it was started by hand.
    package var ownUnit: UnitName?

    package init(
        files: [HostPath: Reading<FileStatus>] = [:],
        units: Reading<[UnitName: UnitStatus]> = .present([:]),
        missingAccounts: [String] = [], releaseIsInstalled: Bool = true
    ) {
        self.files = files
        self.units = units
        self.missingAccounts = missingAccounts
        self.releaseIsInstalled = releaseIsInstalled
    }
}

/// What earlier turns made real, as far as a plan needs to know it.
package struct Live: Hashable, Sendable {
    /// What a unit's program loaded when a turn started it.
    package struct Loaded: Hashable, Sendable {
        /// The run that it is known of; any other run is not.
        package var invocation: String
        package var digest: ContentDigest

        package init(invocation: String, digest: ContentDigest) {
            self.invocation = invocation
            self.digest = digest
        }
    }

    /// Name of the commit that was applied last, short; nil on a host that was never reconciled.
    package var label: String?
    /// What that commit wanted of each thing.
    package var resources: [Address: ContentDigest]
    /// Everything on the host that came by a turn, also by one that was killed half-way.
    package var inventory: Set<Address>
    package var loaded: [UnitName: Loaded]
    /// What was on the host before turns took it over.
    package var originals: Originals

    package init(
        label: String? = nil, resources: [Address: ContentDigest] = [:],
        inventory: Set<Address> = [], loaded: [UnitName: Loaded] = [:],
        originals: Originals = Originals()
    ) {
        self.label = label
        self.resources = resources
        self.inventory = inventory
        self.loaded = loaded
        self.originals = originals
    }
}
