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
    /// Whether a program can be started by this absolute path, below the root or, in a sandbox, on
    /// the machine itself; links are followed.
    package func hasProgram(_ path: HostPath) -> Bool {
        if root == "/" { return access(path.text, X_OK) == 0 }
        let found = v6_open_in_root(directory, String(path.relative), v6_O_PATH | O_CLOEXEC)
        if found >= 0 {
            close(found)
            return true
        }
        return access(path.text, X_OK) == 0
    }
}
