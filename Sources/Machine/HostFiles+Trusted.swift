import CLinux
package import Facts
import Glibc

extension HostFiles {
    /// Reads a file that nobody but root can have written.
    ///
    /// Where owners count, the file and every folder on the way have to be root's, and writable by
    /// nobody else: judged by what is open, so that nothing can be put in their place meanwhile.
    /// Where they do not count, the file only may not be writable by everybody.
    package func readTrusted(
        _ path: HostPath, bytesMax: Int = 16 << 20
    ) throws(MachineError) -> [UInt8] {
        let tried = "trust"
        var folder = try open(relative: ".", O_RDONLY | O_DIRECTORY, tried, root)
        try demandRoots(folder, "/", path, isFile: false)
        var opened = ""
        for component in path.parent?.relative.split(separator: "/") ?? [] {
            let above = folder.number
            folder = Descriptor(
                try checkedDescriptor(tried, outside(path)) {
                    Int(
                        v6_open_beneath(
                            above, String(component), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
                })
            opened += "/" + component
            try demandRoots(folder, opened, path, isFile: false)
        }
        let above = folder.number
        let file = Descriptor(
            try checkedDescriptor(tried, outside(path)) {
                Int(
                    v6_open_beneath(
                        above, String(path.name),
                        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0))
            })
        try demandRoots(file, path.text, path, isFile: true)
        return try readAll(file, subject: outside(path), bytesMax: bytesMax)
    }

    private func demandRoots(
        _ opened: borrowing Descriptor, _ name: String, _ path: HostPath, isFile: Bool
    ) throws(MachineError) {
        var found = v6_found()
        let number = opened.number
        try checked("trust", outside(path)) { Int(v6_look(number, "", &found)) }
        func refuse(_ what: String) -> MachineError {
            MachineError("trust", outside(path), .found(what))
        }
        if isFile, Self.kind(of: found.mode) != .file {
            throw refuse("it is a \(Self.kind(of: found.mode).rawValue), not a file")
        }
        guard honoursOwners else {
            if isFile, found.mode & 0o002 != 0 { throw refuse("everybody may write it: chmod o-w") }
            return
        }
        if found.uid != 0 {
            throw refuse("\(name) belongs to \(Accounts().user(found.uid)): chown root \(name)")
        }
        if found.mode & 0o022 != 0 {
            throw refuse("others than root may write \(name): chmod go-w \(name)")
        }
    }
}
