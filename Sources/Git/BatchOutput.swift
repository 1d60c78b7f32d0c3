/// What `git cat-file --batch` prints: for each object a line `ID blob SIZE`, its bytes, a newline.
///
/// Source: git-cat-file(1), BATCH OUTPUT.
struct BatchOutput {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: `GitError` when the output is not exactly that many objects.
    func blobs(count: Int) throws(GitError) -> [[UInt8]] {
        var blobs: [[UInt8]] = []
        var position = 0
        while blobs.count < count {
            guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
                throw broken("is cut off")
            }
            let header = String(decoding: bytes[position..<end], as: UTF8.self)
            let words = header.split(separator: " ")
            guard words.count == 3, words[1] == "blob", let size = Int(words[2]), size >= 0 else {
                throw broken("says '\(header.prefix(80))'")
            }
            let start = end + 1
            guard size < bytes.count - start, bytes[start + size] == UInt8(ascii: "\n") else {
                throw broken("is cut off")
            }
            blobs.append(Array(bytes[start..<start + size]))
            position = start + size + 1
        }
        guard position == bytes.count else { throw broken("is longer than asked for") }
        return blobs
    }

    private func broken(_ how: String) -> GitError {
        GitError("read", "files of the commit", "git's answer \(how)")
    }
}
