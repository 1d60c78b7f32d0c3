import Facts
import Machine
import Reconcile

extension Judges {
    /// Longer than this a plan has hung.
    static let planDeadline: Duration = .seconds(60)

    /// Has a reconciler that a commit brought plan for this host: what cannot plan could not go
    /// back either, so it never becomes healthy.
    ///
    /// `arguments`: that say which host and which commit.
    /// Returns why it does not prove itself; nil when it does.
    func failureOfReconciler(_ arguments: [String]) -> String? {
        let path = Layout.reconcilerLink + "/bin/v6-reconcile"
        do throws(MachineError) {
            let program = files.outside(try StateFolder.hostPath(path))
            let result = try commands.run(
                Command(
                    program, arguments + ["--plan"],
                    environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"],
                    deadline: Self.planDeadline))
            // Nothing to do, something to do, or something that waits for a gate.
            if [.exited(0), .exited(2), .exited(3)].contains(result.ending) { return nil }
            return "the new v6-reconcile makes no plan here: "
                + result.failureWords(deadline: Self.planDeadline)
        } catch {
            return "the new v6-reconcile cannot be run: \(error)"
        }
    }
}

extension Attempt {
    /// Whether it lets another reconciler run from now on.
    var bringsReconciler: Bool {
        plan.steps.contains { step in
            if case .switchLink(let path, _) = step {
                path.text == Layout.reconcilerLink
            } else {
                false
            }
        }
    }
}
