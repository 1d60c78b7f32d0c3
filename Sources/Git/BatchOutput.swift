import Facts

/// What `git cat-file --batch` prints: for each object a line `ID KIND SIZE`, its bytes, a newline.
///
/// Source: git-cat-file(1), BATCH OUTPUT.
struct BatchOutput {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: `GitError` when the output is not exactly that many objects.
    func blobs(count: Int) throws(GitError) -> [[UInt8]] {
        try objects("blob", count: count).map(\.bytes)
    }

    /// The commits of these ids, in this order.
    ///
    /// - Throws: `GitError` when the output is anything else.
    func commits(_ ids: [CommitID]) throws(GitError) -> [[UInt8]] {
        let found = try objects("commit", count: ids.count)
        guard zip(found, ids).allSatisfy({ $0.id == $1.text }) else {
            throw broken("names other commits than were asked for")
        }
        return found.map(\.bytes)
    }

    private func objects(
        _ kind: String, count: Int
    ) throws(GitError) -> [(id: String, bytes: [UInt8])] {
        var objects: [(id: String, bytes: [UInt8])] = []
        var position = 0
        while objects.count < count {
            guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
                throw broken("is cut off")
            }
            let header = String(decoding: bytes[position..<end], as: UTF8.self)
            let words = header.split(separator: " ")
            guard words.count == 3, words[1] == kind, let size = Int(words[2]), size >= 0 else {
                throw broken("says '\(header.prefix(80))'")
            }
            let start = end + 1
            guard size < bytes.count - start, bytes[start + size] == UInt8(ascii: "\n") else {
                throw broken("is cut off")
            }
            objects.append((String(words[0]), Array(bytes[start..<start + size])))
            position = start + size + 1
        }
        guard position == bytes.count else { throw broken("is longer than asked for") }
        return objects
    }

    private func broken(_ how: String) -> GitError {
        GitError("read", "objects of the mirror", "git's answer \(how)")
    }
}
