package import Facts

extension Originals {
    /// Where things lie that made room, by the place that they belong to.
    package var moved: [HostPath: HostPath] {
        places.compactMapValues(\.displaced).merging(aside.mapValues(\.spare)) { _, latest in latest
        }
    }

    /// The places that a plan takes over: wanted, on the host, and made by no turn. Each with what
    /// is there, and where it lies now.
    ///
    /// `inventory`: what turns made so far.
    /// `made`: what of it belongs to units.
    package func takenOver(
        by plan: Plan, _ desired: Desired, _ observed: Observed, inventory: Set<Address>,
        made: [UnitName: Set<HostPath>]
    ) -> [HostPath: (status: FileStatus, at: HostPath)] {
        let ours = Set(inventory.flatMap(\.places)).union(made.values.joined())
        let waiting = Set(plan.toCome(inventory).flatMap { desired.places(of: $0) })
        var found: [HostPath: (status: FileStatus, at: HostPath)] = [:]
        for path in desired.places.union(plan.displacedDropIns.values.joined())
        where places[path] == nil && !ours.contains(path) && !waiting.contains(path) {
            if let status = observed.files[path]?.value {
                found[path] = (status, observed.elsewhere[path] ?? path)
            }
        }
        return found
    }

    /// Notes where a plan is about to put what stands in its way.
    package mutating func noteMoves(of plan: Plan, _ observed: Observed) {
        for step in plan.steps {
            switch step {
            case .displace(let path, let spare):
                note(path, spare, observed)
                noteOriginal(at: path, spare, observed)
            case .keepBeside(let path, let spare):
                if places[path] == nil { note(path, spare, observed) }
                noteOriginal(at: path, spare, observed)
            default: break
            }
        }
    }

    private mutating func note(_ path: HostPath, _ spare: HostPath, _ observed: Observed) {
        let kind = observed.files[path]?.value?.kind ?? .other
        aside[path] = Aside(spare: spare, kind: kind)
    }

    /// The original that lies at its own place is about to be called otherwise.
    private mutating func noteOriginal(
        at path: HostPath, _ spare: HostPath, _ observed: Observed
    ) {
        guard let original = places[path], original.isInPlace(observed),
            observed.files[path]?.value?.kind == original.kind
        else { return }
        places[path]?.displaced = spare
    }

    /// Forgets where things lay that are at their own places again.
    ///
    /// `before`: what was seen before the plan was carried out.
    package mutating func forgetPutBack(by plan: Plan, _ before: Observed) {
        var back: Set<HostPath> = []
        for step in plan.steps {
            if case .putBack(let path, let original) = step, original.displaced != nil {
                back.insert(path)
            }
        }
        let put = Set(
            plan.steps.compactMap { step -> HostPath? in
                if case .displace(let path, _) = step { path } else { nil }
            })
        for (path, original) in places {
            guard let spare = original.displaced, !put.contains(path) else { continue }
            if back.contains(path) || before.files[spare] == .absent {
                places[path]?.displaced = nil
            }
        }
    }
}

extension Plan {
    /// The name under which the thing itself is kept, by place.
    package var spares: [HostPath: HostPath] {
        var spares: [HostPath: HostPath] = [:]
        for step in steps {
            switch step {
            case .displace(let path, let spare), .keepBeside(let path, let spare):
                spares[path] = spare
            default: break
            }
        }
        return spares
    }

    /// Gates behind which nothing at all is touched yet.
    private static let leavesUntouched: Set<String> = ["immutable", Held.holdGate, "restart"]

    /// What is held and did not come by a turn: it is not ours yet.
    ///
    /// `inventory`: what turns made so far.
    package func toCome(_ inventory: Set<Address>) -> Set<Address> {
        Set(held.filter { Self.leavesUntouched.contains($0.gate) }.map(\.address))
            .subtracting(inventory)
    }
}

extension Original {
    /// Whether the thing itself lies at its own place: a folder that was only given another owner
    /// or mode, or what was brought back.
    func isInPlace(_ observed: Observed) -> Bool {
        guard let displaced else { return kind == .directory }
        return observed.files[displaced] == .absent
    }
}
