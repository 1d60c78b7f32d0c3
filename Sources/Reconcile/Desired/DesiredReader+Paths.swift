import Facts
import YAML

extension DesiredReader {
    /// Directories, files and links as they are listed, then what whole trees bring.
    mutating func readPaths() {
        var trees: [Tree] = []
        for entry in node["directories"]?.entries ?? [] {
            guard let path = hostPath(entry.key) else { continue }
            desired.directories[path] = ownership(entry.value, modeDefault: 0o755)
            listed.insert(path)
            if let tree = tree(entry, path) { trees.append(tree) }
        }
        for entry in node["files"]?.entries ?? [] {
            guard let path = hostPath(entry.key), let source = entry.value["source"],
                let name = source.text,
                let file = sourceFile("desired/" + name, source.mark, "files.\(path)")
            else { continue }
            desired.files[path] = DesiredFile(
                source: file, ownership: ownership(entry.value, modeDefault: 0o644))
        }
        for entry in node["links"]?.entries ?? [] {
            guard let path = hostPath(entry.key) else { continue }
            desired.links[path] = entry.value["to"]?.text
        }
        expand(trees)
    }

    private func ownership(_ node: YAMLNode, modeDefault: UInt16) -> Ownership {
        Ownership(
            owner: node["owner"]?.text ?? "root", group: node["group"]?.text ?? "root",
            mode: node["mode"]?.text.flatMap { FileMode(octal: $0) } ?? FileMode(bits: modeDefault))
    }

    /// A whole tree, where the entry is one; a fault where it is half of one.
    private mutating func tree(_ entry: YAMLEntry, _ path: HostPath) -> Tree? {
        let (node, place) = (entry.value, "directories.\(path)")
        let isTree = node.truth("recursive") ?? false
        if let source = node["source"], !isTree {
            fault(source.mark, "\(place) has a source and is no tree", "write recursive: true")
        }
        guard isTree else {
            if let mode = node["file_mode"] {
                fault(mode.mark, "\(place) has a file_mode and is no tree", "remove it")
            }
            return nil
        }
        guard let source = node["source"]?.text else {
            if node["source"] == nil {
                fault(
                    node.mark, "\(place) is recursive without a source", "write source: files/NAME")
            }
            return nil
        }
        let folder = desired.directories[path] ?? ownership(node, modeDefault: 0o755)
        if folder.owner != "root" {
            fault(
                node["owner"]?.mark ?? node.mark,
                "\(place) is a tree that belongs to \(folder.owner): root writes into no folder "
                    + "of another account", "write owner: root, and give the group what it needs")
        }
        return Tree(
            path: path, source: "desired/" + source, folder: folder,
            file: Ownership(
                owner: folder.owner, group: folder.group,
                mode: node["file_mode"]?.text.flatMap { FileMode(octal: $0) }
                    ?? FileMode(bits: 0o644)),
            mark: entry.keyMark, sourceMark: node["source"]?.mark ?? node.mark)
    }
}
