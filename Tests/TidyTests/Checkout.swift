import Facts
import Glibc
import Machine
import TestKit

/// One file of the checkout.
struct SourceFile {
    /// From the top of the checkout: `Sources/JSON/JSONValue.swift`.
    let path: String
    /// The lines as they stand.
    let lines: [Substring]
    /// The lines with spaces in place of comments and of what stands in quotes.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = codeOnly(text).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The target that the file belongs to: the folder below `Sources` or `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var isInSources: Bool { path.hasPrefix("Sources/") }

    /// A violation at a line, counted from 0.
    func violation(_ line: Int, _ problem: String) -> String { "\(path):\(line + 1): \(problem)" }
}

/// The checkout that these tests were built from.
struct Checkout {
    let root: String

    init(of test: StaticString = #filePath) {
        root = "/" + "\(test)".split(separator: "/").dropLast(3).joined(separator: "/")
    }

    func text(_ path: String) -> String { textOfFile(root + "/" + path) ?? "" }

    /// Every Swift file below a folder, in the order of the paths.
    func swiftFiles(below folder: String) -> [SourceFile] {
        paths(below: folder).filter { $0.hasSuffix(".swift") }.sorted()
            .map { SourceFile(path: $0, text: text($0)) }
    }

    private func paths(below folder: String) -> [String] {
        names(in: folder).flatMap { name in
            let path = folder + "/" + name
            let isFolder = opendir(root + "/" + path).map { closedir($0) } != nil
            return isFolder ? paths(below: path) : [path]
        }
    }

    private func names(in folder: String) -> [String] {
        guard let directory = opendir(root + "/" + folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// The names at the top level that git keeps.
    func topLevel() throws -> Set<String> {
        let result = try SpawnedCommands().run(
            Command("/usr/bin/git", ["-c", "safe.directory=*", "-C", root, "ls-files", "-z"]))
        guard result.succeeded else { throw NotAsked(reason: result.errorText) }
        return Set(
            result.outputText.split(separator: "\0").compactMap { path in
                path.split(separator: "/").first.map(String.init)
            })
    }
}

/// git did not answer.
struct NotAsked: Error {
    let reason: String
}
