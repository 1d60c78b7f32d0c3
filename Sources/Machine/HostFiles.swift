import CLinux
package import Facts
import Glibc

/// The files below one root, reached without ever following a link or leaving the root.
///
/// Every path is opened by openat2(2) with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS. Writing is
/// durable: temp file, fsync, rename, fsync of the folder; owner and mode are right before the
/// name appears.
package final class HostFiles: Sendable {
    /// The folder that stands for `/`.
    package let root: String
    /// Whether owners can be set and are judged: true on a real host, false in a sandbox.
    package let honoursOwners: Bool
    let directory: Int32

    /// - Throws: `MachineError` when the root cannot be opened as a folder.
    package init(root: String, honoursOwners: Bool) throws(MachineError) {
        self.root = root
        self.honoursOwners = honoursOwners
        directory = Int32(
            try checked("open", root) {
                Int(v6_openat(AT_FDCWD, root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
            })
    }

    deinit { close(directory) }

    /// Where a path lies as the operating system sees it, for programs that are told paths.
    package func outside(_ path: HostPath) -> String {
        root == "/" ? path.text : root + path.text
    }

    /// Opens a path below the root, never through a link.
    func open(_ path: HostPath, _ flags: Int32, _ tried: String) throws(MachineError) -> Descriptor
    {
        try open(relative: path.relative, flags, tried, outside(path))
    }

    func open(
        relative: Substring, _ flags: Int32, _ tried: String, _ subject: String
    ) throws(MachineError) -> Descriptor {
        let name = String(relative)
        let number = try checked(tried, subject) {
            Int(v6_open_beneath(directory, name, flags | O_CLOEXEC, 0))
        }
        return Descriptor(Int32(number))
    }

    /// Opens the folder that holds a path in order to change what is in it.
    ///
    /// Where owners count, every folder on the way has to be root's, judged by its descriptor: what
    /// somebody swaps meanwhile is another folder, and is judged by its own (design, promise 15).
    func openParent(of path: HostPath, _ tried: String) throws(MachineError) -> Descriptor {
        let subject = path.parent.map(outside) ?? root
        guard honoursOwners else {
            return try open(
                relative: path.parent?.relative ?? ".", O_RDONLY | O_DIRECTORY, tried, subject)
        }
        var folder = try open(relative: ".", O_RDONLY | O_DIRECTORY, tried, subject)
        try demandOwn(folder, "/", tried, path)
        var opened = ""
        for component in path.parent?.relative.split(separator: "/") ?? [] {
            let above = folder.number
            folder = Descriptor(
                try checkedDescriptor(tried, subject) {
                    Int(
                        v6_open_beneath(
                            above, String(component), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
                })
            opened += "/" + component
            try demandOwn(folder, opened, tried, path)
        }
        return folder
    }

    private func demandOwn(
        _ folder: borrowing Descriptor, _ name: String, _ tried: String, _ path: HostPath
    ) throws(MachineError) {
        var found = v6_found()
        let number = folder.number
        try checked(tried, outside(path)) { Int(v6_look(number, "", &found)) }
        guard found.uid != 0 else { return }
        let owner = Accounts().user(found.uid)
        throw MachineError(
            tried, outside(path),
            .found("folder \(name) belongs to \(owner), and root changes nothing in it"))
    }
}
