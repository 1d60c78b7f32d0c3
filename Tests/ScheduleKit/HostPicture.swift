import Glibc
import SandboxKit
import TestKit

/// What is seen of a host from outside: everything below its root but what the reconciler keeps for
/// itself, and the processes of its units. Nothing here asks the reconciler.
package struct HostPicture: Hashable, Sendable {
    enum Entry: Hashable, Sendable {
        case file(text: String, mode: Int)
        case folder(mode: Int)
        case link(to: String)
        case other
    }

    /// By path on the host.
    var entries: [String: Entry] = [:]
    /// The number in each `sleep` that runs here, sorted.
    var numbers: [Int] = []
    /// What units wrote down of the configuration that they loaded, by the unit's stem.
    var loaded: [String: String] = [:]
    /// Halves of writes, wherever they lie.
    var leftovers: [String] = []

    /// Looks at a host.
    init(of box: Sandbox) {
        walk(box.root, "")
        numbers = box.processes().compactMap { process in
            process.words.firstMatch(of: /^\/bin\/sleep (\d{6}) $/).flatMap { Int($0.output.1) }
        }.sorted()
        for stem in ["reader", "feed", "more", "bad", "last"] {
            loaded[stem] = box.scratch.read("host/run/\(stem).loaded")
        }
    }

    private static let apart = ["/var", "/run", "/etc/v6-reconcile"]

    private mutating func walk(_ root: String, _ folder: String) {
        guard let stream = opendir(root + folder) else { return }
        defer { closedir(stream) }
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let path = folder + "/" + name
            if name.contains(".v6-new") { leftovers.append(path) }
            let entry = Self.entry(root + path)
            if !Self.apart.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) {
                entries[path] = entry
            }
            if case .folder = entry { walk(root, path) }
        }
    }

    private static func entry(_ path: String) -> Entry {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .other }
        let mode = Int(status.st_mode & 0o7777)
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(text: textOfFile(path) ?? "", mode: mode)
        case S_IFDIR: return .folder(mode: mode)
        case S_IFLNK:
            var bytes = [CChar](repeating: 0, count: 4_096)
            let count = readlink(path, &bytes, bytes.count)
            let text = bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
            return .link(to: String(decoding: text, as: UTF8.self))
        default: return .other
        }
    }

    /// The envelope that the reader's configuration shows; nil when it shows none.
    var bounds: Bounds? {
        guard case .file(let text, _)? = entries["/etc/v6/reader/config.json"] else { return nil }
        guard let positions = text.firstMatch(of: /"positions_max": (\d+),\n    "symbol"/),
            let quantity = text.firstMatch(of: /"order_quantity_max": (\d+)/),
            let dryRun = text.firstMatch(of: /"dry_run": (true|false)/),
            let state = text.firstMatch(of: /"state": "(\w+)"/),
            let trading = Bounds.Trading(rawValue: String(state.output.1))
        else { return nil }
        return Bounds(
            positionsMax: Int(positions.output.1) ?? 0, quantityMax: Int(quantity.output.1) ?? 0,
            dryRun: dryRun.output.1 == "true", trading: trading)
    }

    /// What is not the same in two pictures, a line each.
    func differences(from before: HostPicture, but isLeftOut: (String) -> Bool = { _ in false })
        -> [String]
    {
        var lines: [String] = []
        for path in Set(entries.keys).union(before.entries.keys).sorted()
        where entries[path] != before.entries[path] && !isLeftOut(path) {
            lines.append("\(path): \(said(before.entries[path])) -> \(said(entries[path]))")
        }
        if numbers != before.numbers { lines.append("running: \(before.numbers) -> \(numbers)") }
        return lines
    }
}

/// One entry in a few words.
func said(_ entry: HostPicture.Entry?) -> String {
    switch entry {
    case .file(let text, let mode): "file \(octal(mode)) '\(text.prefix(60))'"
    case .folder(let mode): "folder \(octal(mode))"
    case .link(let to): "link to \(to)"
    case .other: "something else"
    case nil: "nothing"
    }
}
