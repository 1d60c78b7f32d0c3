import Facts
import YAML

/// A folder of the commit that belongs on the host as it is.
struct Tree {
    let path: HostPath
    /// From the top of the commit.
    let source: String
    /// Of the folders in it; the tree's own is among the directories already.
    let folder: Ownership
    /// Of the files in it.
    let file: Ownership
    let mark: YAMLMark
    let sourceMark: YAMLMark
}

extension DesiredReader {
    /// Makes files and folders of trees, in one pass over the commit's files however many trees
    /// there are.
    mutating func expand(_ trees: [Tree]) {
        guard !trees.isEmpty else { return }
        for tree in trees { desired.trees[tree.path] = [tree.path] }
        let bySource = Dictionary(grouping: trees, by: \.source)
        let lengths = Set(bySource.keys.map(\.utf8.count)).sorted()
        var filled: Set<HostPath> = []
        for (path, entry) in checkout.entries {
            for length in lengths where Self.hasSlash(path, at: length) {
                let cut = path.utf8.index(path.utf8.startIndex, offsetBy: length)
                for tree in bySource[String(path[..<cut])] ?? [] {
                    filled.insert(tree.path)
                    add(path, entry, suffix: path[cut...], to: tree)
                }
            }
        }
        for tree in trees where !filled.contains(tree.path) {
            fault(
                tree.sourceMark,
                "directories.\(tree.path): the commit has no file below \(tree.source)")
        }
    }

    private static func hasSlash(_ path: String, at offset: Int) -> Bool {
        guard path.utf8.count > offset else { return false }
        return path.utf8[path.utf8.index(path.utf8.startIndex, offsetBy: offset)]
            == UInt8(ascii: "/")
    }

    /// `suffix`: from the slash behind the source on.
    private mutating func add(
        _ source: String, _ entry: Checkout.Entry, suffix: Substring, to tree: Tree
    ) {
        do throws(BadPath) {
            let path = try HostPath(tree.path.text + suffix)
            let file = DesiredFile(
                source: SourceFile(
                    path: source, digest: entry.digest, size: entry.size, offset: entry.offset),
                ownership: tree.file)
            if desired.files.updateValue(file, forKey: path) != nil { claimTwice(path, tree) }
            addFolders(above: path, of: tree)
        } catch {
            fault(tree.mark, "directories.\(tree.path): \(error.description)")
        }
    }

    /// A folder that is listed by itself keeps what the list says.
    private mutating func addFolders(above path: HostPath, of tree: Tree) {
        var above = path.parent
        while let folder = above, folder.text.utf8.count > tree.path.text.utf8.count {
            above = folder.parent
            if listed.contains(folder) {
                desired.trees[tree.path]?.insert(folder)
                continue
            }
            if let there = desired.directories.updateValue(tree.folder, forKey: folder) {
                if there != tree.folder { claimTwice(folder, tree) }
                return
            }
            desired.trees[tree.path]?.insert(folder)
        }
    }

    private mutating func claimTwice(_ path: HostPath, _ tree: Tree) {
        fault(
            tree.mark, "\(path) comes from the tree \(tree.path) and from elsewhere too",
            "take it out of one of them")
    }
}
