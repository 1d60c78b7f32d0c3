package import Digest

/// What was healthy on this host, in the order in which it came, and which of it a rollback means.
///
/// `Name` stands for whatever names one result; two are the same when their contents are.
package struct ReleaseHistory<Name: Hashable & Sendable>: Hashable, Sendable {
    /// One healthy result.
    package struct Result: Hashable, Sendable {
        /// Whatever names it.
        package var name: Name
        /// Digest of all that it wanted.
        package var content: ContentDigest
        /// Whether a person rolled back to it.
        package var isRollback: Bool

        package init(name: Name, content: ContentDigest, isRollback: Bool) {
            self.name = name
            self.content = content
            self.isRollback = isRollback
        }
    }

    /// Oldest first.
    package var results: [Result]

    package init(_ results: [Result]) { self.results = results }

    /// What lies before the newest result. A rollback takes back what came after its target, so
    /// that the next one goes further back instead of forth again.
    ///
    /// - Returns: nil where there is nothing before.
    package var before: Result? {
        var line: [Result] = []
        for result in results {
            if result.isRollback,
                let place = line.lastIndex(where: { $0.content == result.content })
            {
                line.removeSubrange((place + 1)...)
                line[place] = result
            } else if line.last?.content == result.content {
                line[line.count - 1] = result
            } else {
                line.append(result)
            }
        }
        return line.dropLast().last
    }
}
