package import Facts

/// What the wanted build and the healthy one do to the durable stores that both of them use.
package struct ReleaseFormats: Hashable, Sendable {
    /// Absent while the build is not here yet: it is judged when it is.
    package var wanted: Reading<Formats>
    package var healthy: Reading<Formats>

    package init(wanted: Reading<Formats>, healthy: Reading<Formats>) {
        self.wanted = wanted
        self.healthy = healthy
    }

    /// Why the wanted build may not run; nil when it may. Not knowing lets nothing through.
    ///
    /// `hasNoWayBack`: desired state says that what it writes need not be read by the healthy one.
    /// What the wanted build itself could not read bars it all the same.
    package func bar(hasNoWayBack: Bool) -> String? {
        if case .absent = wanted { return nil }
        guard let new = wanted.value, let old = healthy.value else {
            return hasNoWayBack ? nil : unknown
        }
        for name in new.stores.keys.sorted() {
            guard let new = new.stores[name], let old = old.stores[name] else { continue }
            if !old.reads.contains(new.writes), !hasNoWayBack {
                return "it would write \(name) in format \(new.writes), which the healthy build "
                    + "cannot read (\(Self.list(old.reads))); "
                    + "release: {no_way_back: true} allows it"
            }
            if !new.reads.contains(old.writes) {
                return "it cannot read \(name) in format \(old.writes), which the healthy build "
                    + "writes (\(Self.list(new.reads)))"
            }
        }
        return nil
    }

    private var unknown: String {
        let which = wanted.value == nil ? "the wanted build" : "the healthy build"
        return "nobody knows which formats \(which) reads and writes"
    }

    private static func list(_ formats: Set<Int>) -> String {
        "it reads \(formats.sorted().map { "\($0)" }.joined(separator: ", "))"
    }
}
