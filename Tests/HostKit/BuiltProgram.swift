import Glibc
import Machine

/// The path of a program that this package built.
///
/// Looked for in the folder that `V6_PROGRAMS` names, else beside the running tests, where
/// `swift test` builds everything.
///
/// - Throws: `HostError` naming the places that were looked at.
package func builtProgram(_ name: String) throws -> String {
    let folder = try programsFolder()
    let path = folder + "/" + name
    guard access(path, X_OK) == 0 else {
        throw HostError("find program \(name)", "it is not in \(folder); build it first")
    }
    return path
}

/// The path of a program that runs where no Swift is.
///
/// - Throws: `HostError` when the program needs Swift's libraries, as the debug build does.
package func releasedProgram(_ name: String) throws -> String {
    let path = try builtProgram(name)
    let needed = try SpawnedCommands().run(
        Command("/usr/bin/ldd", [path], environment: plainEnvironment()))
    guard needed.succeeded, !needed.outputText.contains("libswift") else {
        throw HostError(
            "release program \(name)",
            "\(path) needs Swift on the host; build with -c release --static-swift-stdlib and "
                + "name the folder in V6_PROGRAMS (Tests/all does both)")
    }
    return path
}

private func programsFolder() throws -> String {
    if let named = getenv("V6_PROGRAMS") { return String(cString: named) }
    guard let path = realpath("/proc/self/exe", nil) else {
        throw HostError("find the programs", String(cString: strerror(errno)))
    }
    defer { free(path) }
    let own = String(cString: path)
    return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
}
