package import Digest
package import Facts
package import Reconcile

/// Where a host stands: which commit was tried, which was applied, which is healthy.
package struct Record: Hashable, Sendable {
    /// One commit, with all that is needed to come back to it.
    package struct Pointer: Hashable, Sendable {
        /// Name of its folder below `checkouts`.
        package var checkout: String
        /// As people say it.
        package var label: String
        /// What quarantine knows it by.
        package var content: ContentDigest
        package var environment: String
        package var release: String?
        /// Microseconds since 1970.
        package var atUs: Int64
        /// Who signed the commit; nil where nobody had to.
        package var signedBy: String?
        /// How it was judged, which the next commit may only make stricter; nil for one of before
        /// that was kept.
        package var health: DesiredHealth?

        /// Whether both are the same commit here, whenever that was, and whoever vouched for it.
        func isSame(as other: Pointer) -> Bool {
            var other = other
            other.atUs = atUs
            other.signedBy = signedBy
            other.health = health
            return self == other
        }
    }

    /// A content in the middle of which the host went down.
    package struct Interruption: Hashable, Sendable {
        /// `Desired.contentDigest`.
        package var content: ContentDigest
        /// From 1 on.
        package var count: Int
    }

    /// The turn that has begun to mutate and has not ended; after a kill the next one finds it.
    package var attempted: Pointer? {
        didSet { if attempted == nil { begun = nil } }
    }
    /// What that turn leaves for the next one; nil where none has begun, and for one that only
    /// mended files.
    package var begun: Begun?
    package var applied: Pointer?
    package var healthy: Pointer?
    /// What was healthy before, while a part of what is healthy now still waits: that part has not
    /// been judged yet. Nil when nothing waits, and where nothing was healthy before.
    package var provedBefore: Pointer?
    /// The number of healthy results so far.
    package var generation = 0
    /// What `applied` wanted of each thing.
    package var resources: [Address: ContentDigest] = [:]
    package var inventory: Set<Address> = []
    /// What of it belongs to each unit.
    package var made: [UnitName: Set<HostPath>] = [:]
    package var loaded: [UnitName: Live.Loaded] = [:]
    /// What was on the host before turns took it over.
    package var originals = Originals()
    /// The commit that a person rolled back to, while the host is held on it.
    package var pinned: Pin?
    /// What of account, dry run, limits and trading state was last proved or gone back to; nil
    /// before that was kept. Going back leaves it tighter than what is healthy says, until a
    /// person releases it.
    package var envelope: Envelope?
    /// How often the host went down in the middle of one content; nil for never.
    package var interrupted: Interruption?
    /// Where the journal ended when a turn last did; nil before there was one.
    package var journal: JournalHead?

    package init() {}

    /// What a planner needs of it.
    ///
    /// While what was applied last is not healthy, every difference is an intended one: the commit
    /// still has to answer for it, also after a kill.
    package var live: Live {
        var live = lastApplied
        if applied?.content != healthy?.content { live.resources = [:] }
        return live
    }

    /// The same for going back, where what differs from the applied commit is what it changed.
    var lastApplied: Live {
        Live(
            label: applied?.label, resources: resources, inventory: inventory, made: made,
            loaded: loaded, originals: originals)
    }

    /// What came by turns and is still there after one that ended well: what desired state wants,
    /// folders made in passing for it, and what is held back.
    /// Comes before `forget`: a folder that others had made is theirs again.
    mutating func keepInventory(for desired: Desired, held: [Address] = []) {
        let needed = desired.foldersAbove
        let folders = inventory.filter { address in
            if case .directory(let path) = address {
                needed.contains(path) && originals.places[path] == nil
            } else {
                false
            }
        }
        inventory = desired.addresses.union(folders).union(held)
        var made = desired.unitPlaces
        for name in desired.services.keys where desired.displacesDropIns(of: name) {
            made[name, default: []].formUnion(originals.displacedDropIns(of: name))
        }
        for case .unit(let name) in held {
            made[name, default: []].formUnion(self.made[name] ?? [])
        }
        self.made = made
    }

    /// Drops what is known of things that desired state says nothing of any more.
    mutating func forget(notIn desired: Desired, held: [Address] = []) {
        loaded = loaded.filter { desired.services[$0.key] != nil }
        originals.forget(notIn: desired, held: held)
    }
}
