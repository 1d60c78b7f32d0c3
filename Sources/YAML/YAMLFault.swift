/// One thing wrong in a document.
///
/// The readers of desired state use it too, for what they find in the nodes.
package struct YAMLFault: Error, Hashable, Sendable, Comparable {
    /// Where.
    package let mark: YAMLMark
    /// What is wrong, as a clause: `unknown key 'serivces'`.
    package let problem: String
    /// A way out, as a clause that can follow a semicolon: `did you mean 'services'?`.
    package let suggestion: String?
    /// Whether the line must not be shown, because a secret stands in it.
    package let hidesLine: Bool

    package init(
        mark: YAMLMark, problem: String, suggestion: String? = nil, hidesLine: Bool = false
    ) {
        self.mark = mark
        self.problem = problem
        self.suggestion = suggestion
        self.hidesLine = hidesLine
    }

    /// By place; at the same place by text, so that the order is always the same.
    package static func < (left: YAMLFault, right: YAMLFault) -> Bool {
        if left.mark != right.mark { return left.mark < right.mark }
        return (left.problem, left.suggestion ?? "") < (right.problem, right.suggestion ?? "")
    }
}

/// All that is wrong in one or several documents; never empty.
package struct YAMLFaults: Error, Hashable, Sendable {
    /// In the order of their places.
    package let faults: [YAMLFault]

    package init(_ first: YAMLFault, _ more: [YAMLFault] = []) {
        faults = ([first] + more).sorted()
    }

    /// Nil when there is no fault.
    package init?(_ faults: [YAMLFault]) {
        if faults.isEmpty { return nil }
        self.faults = faults.sorted()
    }
}
