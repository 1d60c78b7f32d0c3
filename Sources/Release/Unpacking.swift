package import Facts
package import Machine

/// Unpacks an archive of a release, after its listing was judged.
package struct Unpacking: Sendable {
    /// For tar(1), each of the two times that it runs.
    private static let deadline: Duration = .seconds(120)

    private let commands: any CommandRunner
    private let files: HostFiles
    private let tar: String

    /// `files`: whose root the archive and the folder lie below.
    package init(commands: any CommandRunner, files: HostFiles, tar: String = "/usr/bin/tar") {
        self.commands = commands
        self.files = files
        self.tar = tar
    }

    /// Unpacks into an empty folder that is root's own.
    ///
    /// - Returns: what it holds.
    /// - Throws: `MachineError` that names what is wrong with the archive; then nothing of it is
    ///   in the folder, unless tar itself failed half-way.
    package func unpack(
        _ archive: HostPath, into folder: HostPath
    ) throws(MachineError) -> ArchiveListing {
        let file = files.outside(archive)
        let text = try run(
            [
                "--list", "--verbose", "--numeric-owner", "--full-time", "--quoting-style=escape",
                "--absolute-names", "--gzip", "--file", file,
            ])
        let listing: ArchiveListing
        do throws(ArchiveListing.Refusal) {
            listing = try ArchiveListing(text)
        } catch {
            throw MachineError("unpack", "it", .found(error.reason))
        }
        _ = try run(
            [
                "--extract", "--no-same-owner", "--no-same-permissions", "--gzip", "--file", file,
                "--directory", files.outside(folder),
            ])
        return listing
    }

    private func run(_ arguments: [String]) throws(MachineError) -> String {
        let result = try commands.run(
            Command(
                tar, arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"],
                deadline: Self.deadline, outputBytesMax: 1 << 20))
        if result.succeeded { return result.outputText }
        let line = result.errorText.split(separator: "\n").first.map(String.init)
        let reason =
            switch result.ending {
            case .exited, .signalled: line ?? "tar failed and said nothing"
            case .hung: "tar did not end within \(Self.deadline)"
            case .flooded: "it has too many members"
            }
        throw MachineError("unpack", "it", .found(reason))
    }
}
