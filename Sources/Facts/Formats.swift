/// What the programs of one build do with one durable store.
package struct StoreFormats: Hashable, Sendable {
    /// Versions of its format that they can read.
    package var reads: Set<Int>
    /// The version that they write.
    package var writes: Int

    package init(reads: Set<Int>, writes: Int) {
        self.reads = reads
        self.writes = writes
    }
}

/// The formats of durable stores that one build reads and writes, by the name of the store: data
/// outlives code, so a build has to say what it does to it.
package struct Formats: Hashable, Sendable {
    /// A store that is not in it is neither read nor written.
    package var stores: [String: StoreFormats]

    package init(_ stores: [String: StoreFormats]) { self.stores = stores }
}
