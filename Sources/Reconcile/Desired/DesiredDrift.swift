/// What becomes of things on the host that no commit knows.
package struct DesiredDrift: Hashable, Sendable {
    /// Shown and left, or removed with a copy kept.
    package enum Policy: String, Hashable, Sendable, CaseIterable { case report, remove }

    /// Units called `v6-*` that neither desired state nor an earlier turn knows.
    package var strayUnits: Policy
    /// Drop-ins of units that desired state gives a unit file.
    package var strayDropIns: Policy

    package init(strayUnits: Policy = .report, strayDropIns: Policy = .remove) {
        self.strayUnits = strayUnits
        self.strayDropIns = strayDropIns
    }
}
