import Glibc

/// A private folder for one test, removed at its end. Its path goes through no link.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() {
        var template = Array("/var/tmp/v6-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no scratch folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { removeTree(path) }

    /// Writes a file below the folder, making the folders above it.
    package func write(_ name: String, _ text: String) {
        makeFolders(above: name)
        let file = fopen(path + "/" + name, "w")
        precondition(file != nil, "cannot write \(name)")
        let bytes = Array(text.utf8)
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// The text of a file below the folder; nil when it is not there.
    package func read(_ name: String) -> String? { textOfFile(path + "/" + name) }

    package func makeFolder(_ name: String) { makeFolders(above: name + "/x") }

    private func makeFolders(above name: String) {
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/" + part
            mkdir(folder, 0o755)
        }
    }
}

/// The text of a file; nil when it cannot be read.
package func textOfFile(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { break }
        bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Removes a folder with all below it, without following a link.
private func removeTree(_ path: String) {
    if let folder = opendir(path) {
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            if entry.pointee.d_type == 4 { removeTree(path + "/" + name) }
            unlink(path + "/" + name)
        }
        closedir(folder)
    }
    rmdir(path)
}
