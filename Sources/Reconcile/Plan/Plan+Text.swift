import Facts

extension Plan {
    /// The plan as an operator reads it, ending in a newline: design, section 6.
    package func text(_ context: PlanContext) -> String {
        guard !isEmpty || context.quarantine != nil else {
            return (noteLines + ["No changes. Host matches \(context.desired)."])
                .joined(separator: "\n") + "\n"
        }
        var lines: [String] = []
        if !obstacles.isEmpty {
            lines.append("v6-reconcile cannot plan (desired \(context.desired)):")
            lines.append("")
            lines += obstacles.map { "  ! \($0.subject): \($0.reason)" }
            lines.append("")
        }
        if !changes.isEmpty {
            lines.append(
                """
                v6-reconcile will perform these actions (desired \(context.desired), \
                live \(context.live ?? "none"), healthy \(context.healthy ?? "none")):
                """)
            lines.append("")
            lines += changeLines
            lines.append("")
        }
        lines += heldLines + noteLines
        lines.append(summary)
        let gates = gates(context)
        if !gates.isEmpty {
            let words = gates.map { "\($0.name) \($0.state.rawValue) (\($0.reason))" }
            lines.append("Gates: \(words.joined(separator: ", ")).")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var changeLines: [String] {
        let width = changes.map { "\($0.address)".count }.max() ?? 0
        return changes.map { change in
            let address = "\(change.address)"
            let pad = String(repeating: " ", count: width - address.count)
            let isPlain = change.cause == .intended && change.action != .change
            let cause = isPlain ? "        " : change.cause == .drift ? "drift   " : "intended"
            let line = "  \(change.sign) \(address)\(pad)  \(cause)  \(change.words)"
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private var heldLines: [String] {
        guard !held.isEmpty else { return [] }
        return ["Held back:", ""] + held.map { "  = \($0.address)  \($0.gate): \($0.reason)" } + [
            ""
        ]
    }

    private var noteLines: [String] {
        guard !notes.isEmpty else { return [] }
        return ["Noted:", ""] + notes.map { "  ? \($0.address)  \($0.reason)" } + [""]
    }

    /// `Plan: 1 to add, 3 to change, 1 to remove. 1 restart.`
    package var summary: String {
        func count(_ action: Change.Action) -> Int { changes.filter { $0.action == action }.count }
        let restarts = changes.filter { $0.effect == .restart }.count
        let tail = restarts == 0 ? "" : " \(restarts) restart\(restarts == 1 ? "" : "s")."
        return "Plan: \(count(.add)) to add, \(count(.change)) to change, "
            + "\(count(.remove)) to remove.\(tail)"
    }
}

extension Change {
    var sign: String {
        switch action {
        case .add: "+"
        case .change: "~"
        case .remove: "-"
        }
    }

    /// What is done, in a few words.
    var words: String {
        if cause == .drift, action == .add { return "was removed" }
        return details.joined(separator: ", ")
    }
}
