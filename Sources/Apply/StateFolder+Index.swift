package import Machine

extension StateFolder {
    private static let indexName = "index"

    /// What is known of the managed files; nothing where it was lost, is damaged, or when a full
    /// reading is due.
    ///
    /// `readsAll`: a full reading is asked for.
    package func fileIndex(nowUs: Int64, readsAll: Bool) -> FileIndex {
        if !readsAll, let bytes = indexBytes(), let index = FileIndex(bytes, nowUs: nowUs) {
            return index
        }
        return FileIndex(fullReadAtUs: nowUs)
    }

    /// Keeps what was learnt. It is a cache, so nothing waits for the disk: a torn one is noticed.
    func keep(_ index: FileIndex) throws(MachineError) {
        guard let bytes = index.bytes() else { return }
        try files.replaceCache(try path(Self.indexName), with: bytes)
    }

    private func indexBytes() -> [UInt8]? {
        do throws(MachineError) {
            return try files.read(try path(Self.indexName), bytesMax: 256 << 20)
        } catch {
            // Whatever the reason: then everything is read, which is always right.
            return nil
        }
    }
}
