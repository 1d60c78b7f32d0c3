import Glibc
import Machine
import SandboxKit
import TestKit

/// A disk for the host of a sandbox whose power can be cut: an image that gets what is synced, and
/// nothing else for ten minutes.
///
/// A cut is a copy of the image, mounted in its place. The mounts are this process's own: it runs
/// in a mount namespace that `Tests/crash` made.
final class CutDisk {
    private let folder: String
    private var generation = 0

    private static let mebibytes = 96

    init(for box: Sandbox) throws {
        folder = box.scratch.path + "/disk"
        try Self.shell(
            """
            mkdir -p "$1"
            truncate -s \(Self.mebibytes)M "$1/0"
            mkfs.ext4 -q -F -O ^metadata_csum_seed "$1/0"
            mv "$2" "$2.before"
            mkdir "$2"
            mount -o loop,commit=600,noatime "$1/0" "$2"
            cp -a "$2.before/." "$2"
            sync -f "$2"
            """, folder, box.root)
    }

    /// Everything of the host ends at once, and what was not synced is gone.
    func cut(_ box: Sandbox) throws {
        let next = generation + 1
        // The copy first: nothing that ends may still write.
        try Self.shell(
            "cp --sparse=always \"$1/\(generation)\" \"$1/\(next)\"", folder, box.root)
        for process in box.processes() { kill(process.id, SIGKILL) }
        try Self.shell(
            """
            for _ in $(seq 100); do umount "$2" 2>/dev/null && break; sleep 0.02; done
            rm "$1/\(generation)"
            mount -o loop,commit=600,noatime "$1/\(next)" "$2"
            """, folder, box.root)
        generation = next
    }

    /// Gives the sandbox its ordinary folder back.
    func letGo(_ box: Sandbox) {
        do {
            _ = try box.turn(["--down"])
            try Self.shell(
                """
                cp -a "$2/." "$2.before" 2>/dev/null || true
                for _ in $(seq 100); do umount "$2" 2>/dev/null && break; sleep 0.02; done
                rmdir "$2"
                mv "$2.before" "$2"
                """, folder, box.root)
        } catch {
            print("warning: \(error)")
        }
    }

    private static func shell(_ script: String, _ folder: String, _ root: String) throws {
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", script, "sh", folder, root],
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], deadline: .seconds(60)))
        guard result.succeeded else { throw NotDone(script, result) }
    }
}
