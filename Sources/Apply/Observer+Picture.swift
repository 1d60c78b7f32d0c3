package import Digest
package import Facts
package import Machine
package import Reconcile

extension Observer {
    /// Largest file whose bytes count for a saved plan; of a larger one its size does.
    private static let fileBytesMax = 256 << 20

    /// Over the bytes of each file that was found and is not as desired.
    package func bytes(of observed: Observed) -> [HostPath: ContentDigest] {
        var bytes: [HostPath: ContentDigest] = [:]
        for (path, reading) in observed.files {
            guard let status = reading.value, status.kind == .file, status.content != .same else {
                continue
            }
            do throws(MachineError) {
                bytes[path] = .of(try files.read(path, bytesMax: Self.fileBytesMax))
            } catch {
                bytes[path] = .of("unreadable")
            }
        }
        return bytes
    }

    /// What this machine is known by in a saved plan, without saying its machine-id: over the id
    /// and the root that is planned for. A sandbox has no id of its own.
    package func machine() throws(MachineError) -> ContentDigest {
        var id = "sandbox"
        if files.honoursOwners {
            let bytes = try files.read(try StateFolder.hostPath("/etc/machine-id"))
            id = String(decoding: bytes, as: UTF8.self)
        }
        return .of("v6 machine\0\(id)\0\(files.root)")
    }
}

/// A plan with all that it was made from.
package struct MadePlan: Sendable {
    /// The steps, and what is held.
    package let plan: Plan
    /// What was wanted and what was found.
    package let sides: PlanSides
    /// What it may be applied to.
    package let binding: PlanBinding

    /// `now`: by the wall clock, in microseconds since 1970.
    package init(
        _ plan: Plan, for target: Target, _ observed: Observed, by observer: Observer,
        nowUs: Int64, lifetime: Duration = PlanBinding.lifetimeDefault
    ) throws(MachineError) {
        let bytes = observer.bytes(of: observed)
        let desired = target.desired
        self.plan = plan
        sides = PlanSides(desired: desired, observed: observed, bytes: bytes)
        binding = PlanBinding(
            commit: target.checkout,
            host: HostPicture(of: observed, for: desired, bytes: bytes),
            plan: plan.digest(target.content), machine: try observer.machine(),
            expiresAt: WallTime(us: nowUs).adding(lifetime))
    }
}
