import HostKit
import Machine
import TestKit

/// An ext4 image on this machine's disk, mounted inside a host.
struct LoopDisk {
    private static let mebibytes = 4_096

    private let scratch: ScratchFolder

    init(in scratch: ScratchFolder) { self.scratch = scratch }

    /// Puts a folder of the disk over each of these, inside the host; the kernel lets the image go
    /// when the host ends.
    func mount(in host: TestHost, binding folders: [String]) throws {
        let device = try Self.outside(
            """
            truncate -s \(Self.mebibytes)M "$1/disk"
            mkfs.ext4 -q "$1/disk"
            losetup --find --show "$1/disk"
            """, scratch.path
        ).trimmed
        // From here on it is let go as soon as nothing has it mounted.
        defer { letGo(device) }
        let numbers = try Self.outside(
            "cat \"/sys/class/block/${1##*/}/dev\"", device
        ).trimmed.replacing(":", with: " ")
        let result = try host.shell(
            """
            mknod /dev/v6-disk b \(numbers)
            mkdir -p /mnt/disk
            mount /dev/v6-disk /mnt/disk
            for folder in \(folders.joined(separator: " ")); do
                mkdir -p $folder /mnt/disk$folder
                mount --bind /mnt/disk$folder $folder
            done
            """)
        guard result.succeeded else { throw DriveError(reason: "no disk: \(result.errorText)") }
    }

    private func letGo(_ device: String) {
        do {
            _ = try Self.outside("losetup --detach \"$1\"", device)
        } catch {
            print("warning: \(error)")
        }
    }

    private static func outside(_ script: String, _ argument: String) throws -> String {
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", script, "sh", argument],
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], deadline: .seconds(60)))
        guard result.succeeded else { throw DriveError(reason: "no disk: \(result.errorText)") }
        return result.outputText
    }
}

extension String {
    /// Without the newline that ends a command's answer.
    fileprivate var trimmed: String { String(split(separator: "\n").last ?? "") }
}
