package import Digest
package import Facts
package import UnitFile

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
    /// The names in folders that turns made and nobody needs any more, by the folder's own place;
    /// a folder that is not there has none.
    package var listings: [HostPath: Reading<Set<String>>] = [:]
    /// By whole tree: what lies in it that nobody looked for.
    package var strangers: [HostPath: Strangers] = [:]
    /// All of them in one answer, since one question to the service manager covers all.
    package var units: Reading<[UnitName: UnitStatus]>
    /// Accounts that desired state or an earlier turn names; nil where owners are not honoured.
    package var accounts: AccountsSeen?
    /// The folder of unit files.
    package var unitFolder: Reading<UnitFolder>
    /// What unit files and drop-ins say that are not what is wanted there, by path; those that
    /// cannot be read as such are left out.
    package var unitTexts: [HostPath: UnitText]
    /// Programs that units are to start and the host does not have.
    package var missingPrograms: [UnitName: [String]]
    /// The credentials of units, by their names there; none where no fingerprint can be made.
    package var credentials: [UnitName: [String: Reading<CredentialSeen>]] = [:]
    /// Accounts that desired state names and the host does not have: `user v6-backup`.
    package var missingAccounts: [String]
    /// Whether the wanted release lies ready below `/opt/v6/releases`.
    package var releaseIsInstalled: Bool
    /// Nil: no other build than the healthy one is wanted, or there is none yet.
    package var formats: ReleaseFormats?
    /// The unit that this very turn runs in; nil when it was started by hand.
    package var ownUnit: UnitName?

    package init(
        files: [HostPath: Reading<FileStatus>] = [:],
        units: Reading<[UnitName: UnitStatus]> = .present([:]),
        unitFolder: Reading<UnitFolder> = .present(UnitFolder()),
        unitTexts: [HostPath: UnitText] = [:], missingPrograms: [UnitName: [String]] = [:],
        missingAccounts: [String] = [], releaseIsInstalled: Bool = true
    ) {
        self.files = files
        self.units = units
        self.unitFolder = unitFolder
        self.unitTexts = unitTexts
        self.missingPrograms = missingPrograms
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
        /// Of what it loaded at its start.
        package var digest: ContentDigest
        /// Of what asks for a reload, since it last reloaded.
        package var reload: ContentDigest
        /// Of its credentials, as far as they are known.
        package var credentials: [String: Fingerprint]

        package init(
            invocation: String, digest: ContentDigest, reload: ContentDigest,
            credentials: [String: Fingerprint] = [:]
        ) {
            self.invocation = invocation
            self.digest = digest
            self.reload = reload
            self.credentials = credentials
        }

        /// A run that loaded this.
        package init(
            invocation: String, _ loadable: Loadable, credentials: [String: Fingerprint] = [:]
        ) {
            self.init(
                invocation: invocation, digest: loadable.digest, reload: loadable.reloadDigest,
                credentials: credentials)
        }
    }

    /// Name of the commit that was applied last, short; nil on a host that was never reconciled.
    package var label: String?
    /// What that commit wanted of each thing.
    package var resources: [Address: ContentDigest]
    /// Everything on the host that came by a turn, also by one that was killed half-way.
    package var inventory: Set<Address>
    /// What of it belongs to each unit: unit file, drop-ins, configuration, release link.
    package var made: [UnitName: Set<HostPath>]
    package var loaded: [UnitName: Loaded]
    /// What was on the host before turns took it over.
    package var originals: Originals
    /// Units that a person has in hand, each with who, until when and why.
    package var holds: [UnitName: String] = [:]

    package init(
        label: String? = nil, resources: [Address: ContentDigest] = [:],
        inventory: Set<Address> = [], made: [UnitName: Set<HostPath>] = [:],
        loaded: [UnitName: Loaded] = [:], originals: Originals = Originals()
    ) {
        self.label = label
        self.resources = resources
        self.inventory = inventory
        self.made = made
        self.loaded = loaded
        self.originals = originals
    }
}

/// What lies in a whole tree of a commit, and the commit does not know.
package struct Strangers: Hashable, Sendable {
    /// Most of them that are named.
    package static let namedMax = 5

    /// The first of them, sorted; what lies below such a folder is not looked at. One whose name
    /// cannot be shown is only counted.
    package var named: [HostPath] = []
    /// How many there are, with those that are not named.
    package var count = 0

    package init() {}

    /// Adds some more of them.
    package mutating func add(_ paths: [HostPath]) {
        count += paths.count
        named = Array((named + paths).sorted().prefix(Self.namedMax))
    }
}

/// What lies in the folder of unit files, by names.
package struct UnitFolder: Hashable, Sendable {
    /// Files and links, also those that are no units.
    package var files: Set<String>
    /// Folders of drop-ins, each with the files in it that a service manager reads, sorted.
    package var dropIns: [UnitName: [String]]
    /// Units in place of whose folder of drop-ins is something else, such as a link to another.
    package var blockedDropIns: Set<UnitName> = []
    /// By unit, the folders that hold a link to it: `multi-user.target.wants`.
    package var links: [UnitName: Set<String>]
    /// Links called as units of ours are that are only other names of a unit.
    package var aliases: Set<UnitName>
    /// Units called as ours are that such a link names and that no folder of unit files has.
    package var missing: Set<UnitName>

    package init(
        files: Set<String> = [], dropIns: [UnitName: [String]] = [:],
        links: [UnitName: Set<String>] = [:], aliases: Set<UnitName> = [],
        missing: Set<UnitName> = []
    ) {
        self.files = files
        self.dropIns = dropIns
        self.links = links
        self.aliases = aliases
        self.missing = missing
    }
}
