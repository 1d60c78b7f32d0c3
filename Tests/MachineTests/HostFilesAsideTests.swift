import Facts
import Glibc
import Machine
import TestKit
import Testing

/// Things that make room, and folders that are not root's.
struct HostFilesAsideTests {
    private let scratch = ScratchFolder()
    private let files: HostFiles
    private let accounts = Accounts()
    private let mode = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o644))

    init() throws { files = try HostFiles(root: scratch.path, honoursOwners: false) }

    private func path(_ text: String) throws -> HostPath { try HostPath(text) }

    @Test func folderIsPutBesideWithAllThatItHoldsAndComesBack() throws {
        scratch.write("srv/thing/deep/file", "kept")
        let (place, spare) = (try path("/srv/thing"), try path("/srv/.thing.v6-displaced"))
        #expect(try files.spareName(beside: place) == spare)
        try files.displace(place, to: spare)
        #expect(scratch.read("srv/thing/deep/file") == nil)
        #expect(scratch.read("srv/.thing.v6-displaced/deep/file") == "kept")
        #expect(try files.spareName(beside: place)?.name == ".thing.v6-displaced.2")
        try files.bringBack(place, from: spare)
        #expect(scratch.read("srv/thing/deep/file") == "kept")
        #expect(try files.list(try path("/srv")) == ["thing"])
    }

    @Test func nameThatIsTakenIsNeverWrittenOver() throws {
        scratch.write("srv/thing", "new")
        scratch.write("srv/.thing.v6-displaced", "old")
        let (place, spare) = (try path("/srv/thing"), try path("/srv/.thing.v6-displaced"))
        #expect(throws: MachineError.self) { try files.displace(place, to: spare) }
        #expect(throws: MachineError.self) { try files.keepBeside(place, as: spare) }
        #expect(scratch.read("srv/thing") == "new")
        #expect(scratch.read("srv/.thing.v6-displaced") == "old")
        try files.displace(try path("/srv/nothing"), to: try path("/srv/.nothing.v6-displaced"))
    }

    @Test func fileThatIsKeptBesideOutlivesWhatIsWrittenOverItAndComesBackAsItself() throws {
        scratch.write("srv/file", "theirs")
        let (place, spare) = (try path("/srv/file"), try path("/srv/.file.v6-displaced"))
        let before = inode("srv/file")
        try files.keepBeside(place, as: spare)
        try files.replace(place, with: Array("ours".utf8), mode, accounts: accounts)
        #expect(scratch.read("srv/.file.v6-displaced") == "theirs")
        try files.bringBack(place, from: spare)
        #expect(scratch.read("srv/file") == "theirs")
        #expect(inode("srv/file") == before)
        #expect(try files.list(try path("/srv")) == ["file"])
        // Killed before anything was written over it: both names are of one file.
        try files.keepBeside(place, as: spare)
        try files.bringBack(place, from: spare)
        #expect(try files.list(try path("/srv")) == ["file"])
        #expect(scratch.read("srv/file") == "theirs")
    }

    private func inode(_ name: String) -> UInt64 {
        var found = stat()
        stat(scratch.path + "/" + name, &found)
        return UInt64(found.st_ino)
    }

    @Test func modeIsNeverSetThroughAnotherNameOfTheSameBytes() throws {
        scratch.write("srv/file", "shared")
        #expect(link(scratch.path + "/srv/file", scratch.path + "/other") == 0)
        let place = try path("/srv/file")
        #expect(files.status(of: place, accounts: accounts).value?.names == 2)
        let error = #expect(throws: MachineError.self) {
            try files.setOwnership(of: place, mode, accounts: accounts)
        }
        #expect(error?.description.contains("its bytes have 2 names") == true)
    }

    @Test func longNameFindsAShorterOneBeside() throws {
        let name = String(repeating: "n", count: 255)
        scratch.write("srv/\(name)", "long")
        let place = try path("/srv/\(name)")
        let spare = try #require(try files.spareName(beside: place))
        #expect(spare.name.utf8.count == 255)
        try files.displace(place, to: spare)
        #expect(try files.list(try path("/srv")) == [String(spare.name)])
    }

    /// Only root can give a folder to somebody; the tests run as root wherever hosts are booted.
    @Test(.enabled(if: geteuid() == 0)) func nothingIsChangedInAFolderThatIsNotRoots() throws {
        let own = try HostFiles(root: scratch.path, honoursOwners: true)
        scratch.write("srv/foe/sub/file", "theirs")
        scratch.makeFolder("srv/foe/empty")
        #expect(chown(scratch.path + "/srv/foe", 1, 1) == 0)
        let (file, spare) = (try path("/srv/foe/sub/file"), try path("/srv/foe/sub/.spare"))
        let doings: [() throws -> Void] = [
            { try own.replace(file, with: [1], mode, accounts: accounts) },
            { try own.makeDirectories(try path("/srv/foe/sub/new")) },
            { try own.makeDirectory(try path("/srv/foe/new"), mode, accounts: accounts) },
            { try own.setOwnership(of: file, mode, accounts: accounts) },
            { try own.remove(file) },
            { _ = try own.removeDirectory(try path("/srv/foe/empty")) },
            { try own.switchLink(file, to: "/etc") },
            { try own.displace(file, to: spare) },
            { try own.keepBeside(file, as: spare) },
            { try own.bringBack(spare, from: file) },
            { try own.move(try path("/srv/mine"), to: file) },
            { try own.append(file, [1]) },
        ]
        scratch.write("srv/mine", "mine")
        for (number, doing) in doings.enumerated() {
            let error = #expect(throws: MachineError.self, "\(number)") { try doing() }
            let reason = "folder /srv/foe belongs to daemon, and root changes nothing in it"
            #expect(error?.reason == reason, "\(number)")
        }
        #expect(scratch.read("srv/foe/sub/file") == "theirs")
        #expect(try own.list(try path("/srv/foe/sub")) == ["file"])
        let look = HostLook(own, accounts: accounts)
        #expect(look.status(of: file).value?.kind == .file, "it may be looked at")
        #expect(look.foreignFolders == [try path("/srv/foe"): "daemon"])
        // The folder itself lies in root's.
        try own.setOwnership(of: try path("/srv/foe"), mode, accounts: accounts)
    }
}
