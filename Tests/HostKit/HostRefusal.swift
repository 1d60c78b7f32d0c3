import Glibc

/// Says why a folder may not become the root of a booted host; nil when it may.
///
/// systemd's boot rules empty /tmp and rewrite /etc: were the folder the machine's own root, or
/// the root of the machine's PID 1, under whatever name, the machine would be harmed. A host's
/// root is an overlay, so it is on a file system of its own.
package func refusal(ofRoot folder: String) -> String? {
    guard let asked = identity(of: folder) else { return "\(folder) is no folder" }
    // PID 1's root cannot be looked at in some sandboxes; then `/` alone is the machine.
    for machine in [identity(of: "/"), identity(of: "/proc/1/root/")].compactMap({ $0 }) {
        if asked == machine { return "\(folder) is the machine's own root" }
        if asked.device == machine.device {
            return "\(folder) is on the file system of the machine's own root"
        }
    }
    return nil
}

/// Says what this machine lacks to boot hosts, and how to get it; nil when nothing is missing.
package func missingForHosts() -> String? {
    guard geteuid() == 0 else {
        return "this needs root; run the tests as root, or leave them out by V6_HOST_TESTS=off"
    }
    for program in ["/usr/bin/systemd-nspawn", "/usr/bin/nsenter", "/lib/systemd/systemd"]
    where access(program, X_OK) != 0 {
        return "\(program) is missing; Tests/prepare installs it (package systemd-container)"
    }
    return nil
}

/// What the kernel tells a folder from any other by.
private struct FolderIdentity: Hashable {
    let device: dev_t
    let inode: ino_t
}

private func identity(of folder: String) -> FolderIdentity? {
    var found = stat()
    guard stat(folder, &found) == 0, found.st_mode & S_IFMT == S_IFDIR else { return nil }
    return FolderIdentity(device: found.st_dev, inode: found.st_ino)
}
