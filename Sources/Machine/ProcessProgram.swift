import CLinux
package import Facts
import Glibc

/// The program that a process runs, as proc(5) shows it behind `/proc/PID/exe`: a path, ending in
/// ` (deleted)` when that file is gone; absent when there is no such process any more.
package func runningProgram(of process: Int32) -> Reading<String> {
    var name = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/\(process)/exe", &name, name.count)
    if count >= 0 {
        return .present(
            String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    let code = errno
    if code == ENOENT || code == ESRCH { return .absent }
    return .unreadable(reason: String(cString: strerror(code)))
}

extension HostFiles {
    /// Where a path really lies as the operating system sees it, with links followed as if the root
    /// were `/`; a path that leads nowhere is where it would lie.
    package func place(of path: HostPath) -> String {
        if root == "/" { return path.text }
        let number = v6_open_in_root(directory, String(path.relative), v6_O_PATH | O_CLOEXEC)
        guard number >= 0 else { return outside(path) }
        defer { close(number) }
        var name = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/fd/\(number)", &name, name.count)
        guard count >= 0 else { return outside(path) }
        return String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Whether this process could start a program by this path, as the operating system sees it.
package func canStart(_ program: String) -> Bool { access(program, X_OK) == 0 }

/// The programs below a folder that processes run now, as paths; one that was deleted since ends
/// in ` (deleted)`.
///
/// `demandsAll`: nil is returned when a process may not be looked at; else it is passed over, as
/// no process of ours.
package func runningPrograms(below folder: String, demandsAll: Bool) -> Set<String>? {
    guard let processes = opendir("/proc") else { return nil }
    defer { closedir(processes) }
    var found: Set<String> = []
    while let entry = readdir(processes) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let process = Int32(name) else { continue }
        switch runningProgram(of: process) {
        case .present(let program): if program.hasPrefix(folder) { found.insert(program) }
        case .absent: continue
        case .unreadable: if demandsAll { return nil }
        }
    }
    return found
}
