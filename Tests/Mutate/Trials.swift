import Machine

/// What became of one mutation.
enum Outcome: Hashable, Sendable {
    case killed
    /// Its test passes all the same: the test cannot see whether the feature is there.
    case survived
    /// Nothing was learnt of it.
    case broken(String)
}

/// Tries mutations one after another on one workbench.
struct Trials {
    let workbench: Workbench
    /// Where the patches lie.
    let folder: String
    let report: (String) -> Void

    /// Tries them all.
    ///
    /// - Returns: what became of each.
    func run(_ mutations: [Mutation]) throws(WorkbenchError) -> [Outcome] {
        let unfit = try testsThatDoNotPass(mutations)
        var outcomes: [Outcome] = []
        for mutation in mutations {
            let begin = ContinuousClock.now
            let outcome =
                if let reason = unfit[mutation.killer] {
                    Outcome.broken("unmutated: \(reason)")
                } else {
                    try outcome(of: mutation)
                }
            outcomes.append(outcome)
            report(line(mutation, outcome, ContinuousClock.now - begin))
        }
        return outcomes
    }

    /// Builds the copy as it is, and runs every test that is named: only what passes can fail.
    private func testsThatDoNotPass(
        _ mutations: [Mutation]
    ) throws(WorkbenchError) -> [TestName: String] {
        let begin = ContinuousClock.now
        try workbench.copyCheckout()
        let tests = Set(mutations.map(\.killer)).sorted { $0.description < $1.description }
        for test in tests where test == tests.first || test.needsHost {
            if let fault = try workbench.build(for: test) {
                throw WorkbenchError(reason: "unmutated: \(fault)")
            }
            if test.needsHost { break }
        }
        var unfit: [TestName: String] = [:]
        for test in tests {
            switch try workbench.end(of: test) {
            case .passed: break
            case .failed: unfit[test] = "\(test) fails"
            case .unanswered(let reason): unfit[test] = "\(test): \(reason)"
            }
        }
        let passing = tests.count - unfit.count
        report(
            "unmutated: \(passing) of \(tests.count) named tests pass, "
                + "\(seconds(ContinuousClock.now - begin)) s with copy and build")
        return unfit
    }

    private func outcome(of mutation: Mutation) throws(WorkbenchError) -> Outcome {
        let patch = "\(folder)/\(mutation.name).patch"
        if let reason = try workbench.apply(patch) {
            return .broken("the patch does not apply: \(reason)")
        }
        let outcome = try judged(mutation)
        if let reason = try workbench.apply(patch, takingOff: true) {
            throw WorkbenchError(reason: "\(mutation.name) cannot be taken off: \(reason)")
        }
        return outcome
    }

    private func judged(_ mutation: Mutation) throws(WorkbenchError) -> Outcome {
        if let fault = try workbench.build(for: mutation.killer, sources: mutation.sources) {
            return .broken(fault)
        }
        return switch try workbench.end(of: mutation.killer) {
        case .failed: .killed
        case .passed: .survived
        case .unanswered(let reason): .broken("\(mutation.killer): \(reason)")
        }
    }

    private func line(_ mutation: Mutation, _ outcome: Outcome, _ took: Duration) -> String {
        let padding = String(repeating: " ", count: max(1, 40 - mutation.name.count))
        let head = "\(mutation.name)\(padding)"
        let tail = "\(seconds(took)) s"
        return switch outcome {
        case .killed: "\(head)killed    \(tail)"
        case .survived:
            "\(head)SURVIVED  \(tail)  \(mutation.killer) does not see: \(mutation.takesOut)"
        case .broken(let reason): "\(head)BROKEN    \(tail)  \(reason)"
        }
    }
}

/// Whole seconds.
func seconds(_ duration: Duration) -> Int64 {
    duration.components.seconds
        + (duration.components.attoseconds >= 500_000_000_000_000_000 ? 1 : 0)
}
