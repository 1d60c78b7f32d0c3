import Glibc

/// Compares a text with the kept file `Kept/NAME` beside the test that asks.
///
/// `RECORD=1` writes the file anew, and still answers with a difference: a recording is no pass.
///
/// - Returns: nil when they are equal, else what differs, for the test's failure.
package func differenceFromKept(
    _ text: String, _ name: String, beside test: StaticString = #filePath
) -> String? {
    let folder = "\(test)".split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Kept"
    // A name may lead out of a folder that need not be there.
    var parts = folder.split(separator: "/")
    for part in name.split(separator: "/") {
        if part == ".." { parts.removeLast() } else { parts.append(part) }
    }
    let path = "/" + parts.joined(separator: "/")
    if getenv("RECORD") != nil {
        mkdir(folder, 0o755)
        guard let file = fopen(path, "w") else { return "cannot write \(path)" }
        let bytes = Array(text.utf8)
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        return "recorded \(name): look at the difference, then run again without RECORD"
    }
    guard let kept = textOfFile(path) else { return "no kept file \(name); RECORD=1 makes it" }
    if kept == text { return nil }
    return "differs from Kept/\(name)\n--- kept\n\(kept)\n--- now\n\(text)"
}
