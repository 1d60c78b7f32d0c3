import CLinux
import Facts
import Glibc

/// What runs as a user: units by name, and processes outside of them by number, sorted.
func runningParts(ofUser id: uid_t) -> [String] {
    var found: Set<String> = []
    guard let folder = opendir("/proc") else { return ["nobody knows what, /proc is not there"] }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard let process = Int32(name), users(of: process).contains(id) else { continue }
        found.insert(unit(of: process) ?? "process \(process)")
    }
    return found.sorted()
}

/// The four user ids that a process runs by; empty when it has ended.
private func users(of process: Int32) -> [uid_t] {
    let line = text("/proc/\(process)/status").split(separator: "\n").first {
        $0.hasPrefix("Uid:")
    }
    return line?.split(separator: "\t").compactMap { uid_t($0) } ?? []
}

/// The unit whose control group a process is in; nil when it is in none.
private func unit(of process: Int32) -> String? {
    let lines = text("/proc/\(process)/cgroup").split(separator: "\n")
    for line in lines where line.hasPrefix("0::") || line.contains(":name=systemd:") {
        for part in line.split(separator: "/").reversed() {
            if let unit = UnitName(String(part)), unit.kind == .service { return unit.text }
        }
    }
    return nil
}

/// A small file of /proc; empty when the process has ended.
private func text(_ path: String) -> String {
    let number = v6_openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
    guard number >= 0 else { return "" }
    let file = Descriptor(number)
    return withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 16) { buffer in
        let count = read(file.number, buffer.baseAddress, buffer.count)
        return count <= 0 ? "" : String(decoding: buffer[..<count], as: UTF8.self)
    }
}
