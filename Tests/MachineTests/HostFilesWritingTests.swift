import Digest
import Facts
import Glibc
import Machine
import TestKit
import Testing

/// Files below a root: never through a link, never out of it, and whole or not at all.
struct HostFilesWritingTests {
    private let scratch = ScratchFolder()
    private let accounts = Accounts()
    private let files: HostFiles
    private let plain = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o640))

    init() throws {
        scratch.makeFolder("host")
        files = try HostFiles(root: scratch.path + "/host", honoursOwners: false)
    }

    private func path(_ text: String) throws -> HostPath { try HostPath(text) }

    private func write(_ text: String, _ bytes: String) throws {
        try files.replace(path(text), with: Array(bytes.utf8), plain, accounts: accounts)
    }

    private func mode(_ name: String) -> mode_t {
        var found = stat()
        return lstat(scratch.path + "/host/" + name, &found) == 0 ? found.st_mode & 0o7777 : 0
    }

    @Test(arguments: ["/link/file", "/a/link/file", "/a/b/link"])
    func linkInTheWayIsRefusedAtEveryComponent(_ text: String) throws {
        scratch.write("outside/file", "theirs")
        scratch.makeFolder("host/a/b")
        let link = text.hasSuffix("link") ? text : String(text.dropLast("/file".count))
        symlink(scratch.path + "/outside", scratch.path + "/host" + link)
        let place = try path(text.hasSuffix("link") ? text + "/file" : text)
        let refused = { (tried: String, subject: String) in
            MachineError(tried, scratch.path + "/host" + subject, .errno(ELOOP))
        }
        let above = try #require(place.parent)
        #expect(throws: refused("read", place.text)) { try files.read(place) }
        #expect(throws: refused("write", above.text)) { try write(place.text, "ours") }
        #expect(throws: MachineError.self) { try files.remove(place) }
        #expect(throws: MachineError.self) { try files.append(place, [1]) }
        #expect(throws: MachineError.self) { try files.switchLink(place, to: "/x") }
        #expect(throws: MachineError.self) {
            try files.makeDirectory(place, plain, accounts: accounts)
        }
        #expect(throws: MachineError.self) {
            try files.setOwnership(of: place, plain, accounts: accounts)
        }
        if case .unreadable(let reason) = files.status(of: place, accounts: accounts) {
            #expect(reason.hasSuffix("a link is in the way"))
        } else {
            Issue.record("a link was followed")
        }
        #expect(scratch.read("outside/file") == "theirs")
    }

    @Test func linkAtTheEndIsSeenReplacedAndRemovedButNeverFollowed() throws {
        scratch.write("outside", "theirs")
        symlink("../outside", scratch.path + "/host/link")
        let place = try path("/link")
        #expect(files.status(of: place, accounts: accounts).value?.linkTarget == "../outside")
        #expect(try files.readLink(place) == "../outside")
        #expect(throws: MachineError.self) { try files.read(place) }
        #expect(throws: MachineError.self) { try files.append(place, [1]) }
        #expect(throws: MachineError.self) {
            try files.setOwnership(of: place, plain, accounts: accounts)
        }
        try files.switchLink(place, to: "/elsewhere")
        #expect(try files.readLink(place) == "/elsewhere")
        try write("/link", "ours")
        #expect(scratch.read("host/link") == "ours")
        #expect(scratch.read("outside") == "theirs")
    }

    @Test func timeThatWasSetBackDoesNotMakeBytesOld() throws {
        let before = RealClock().wallUs() - 10_000_000
        scratch.write("host/copied", "new")
        var old = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        try #require(utimensat(AT_FDCWD, scratch.path + "/host/copied", &old, 0) == 0)
        let status = files.status(of: try HostPath("/copied"), accounts: Accounts()).value
        #expect(try #require(status).modifiedUs > before)
    }

    @Test func absoluteLinkDoesNotLeaveTheRootEither() throws {
        symlink("/etc", scratch.path + "/host/etc")
        #expect(throws: MachineError.self) { try files.read(path("/etc/passwd")) }
        #expect(throws: BadPath.self) { try HostPath("/a/../../etc/passwd") }
    }

    @Test func replacingGivesBytesAndModeAtOnceAndLeavesNothingBeside() throws {
        try write("/file", "one")
        #expect(mode("file") == 0o640)
        try files.replace(
            path("/file"), with: Array("two".utf8),
            Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o4755)),
            accounts: accounts)
        #expect(scratch.read("host/file") == "two")
        #expect(mode("file") == 0o4755)
        #expect(try files.listRoot() == ["file"])
    }

    /// Errors name the file that the operating system has, below the root.
    private func outside(_ path: String) -> String { scratch.path + "/host" + path }

    @Test func whatCannotBeReplacedStaysAndNothingIsLeftBeside() throws {
        scratch.write("host/folder/inside", "kept")
        #expect(throws: MachineError("replace", outside("/folder"), .errno(EISDIR))) {
            try write("/folder", "ours")
        }
        #expect(scratch.read("host/folder/inside") == "kept")
        #expect(try files.listRoot() == ["folder"])
        #expect(throws: MachineError("write", outside("/none"), .errno(ENOENT))) {
            try write("/none/file", "ours")
        }
    }

    @Test func leftoverOfAKilledWriteIsReplacedOrRemoved() throws {
        scratch.write("host/.file.v6-new", "half")
        try files.removeLeftover(of: path("/file"))
        #expect(try files.listRoot() == [])
        try files.removeLeftover(of: path("/nowhere/file"))
        scratch.write("host/.file.v6-new", "half")
        try write("/file", "whole")
        #expect(try files.listRoot() == ["file"])
        symlink("/etc/passwd", scratch.path + "/host/.file.v6-new")
        try write("/file", "again")
        #expect(scratch.read("host/file") == "again")
    }

    @Test func appendingAddsAndMakesTheFileWhereThereIsNone() throws {
        for line in ["a\n", "b\n"] { try files.append(path("/log"), Array(line.utf8)) }
        #expect(scratch.read("host/log") == "a\nb\n")
        #expect(mode("log") == 0o640)
    }

    @Test func foldersAreMadeWithTheirModeAndRemovedOnlyWhenEmpty() throws {
        try files.makeDirectories(path("/a/b/c"), mode: 0o700)
        #expect(mode("a/b") == 0o755 && mode("a/b/c") == 0o700)
        try files.makeDirectory(path("/a/b"), plain, accounts: accounts)
        #expect(mode("a/b") == 0o640, "one that is there is given the mode")
        #expect(try files.removeDirectory(path("/a")) == false)
        #expect(try files.removeDirectory(path("/a/b/c")))
        #expect(try files.removeDirectory(path("/a/b/c")), "gone already")
        try files.remove(path("/a/none"))
        #expect(try files.list(path("/a/none")) == nil)
    }

    @Test func removingATreeFollowsNothing() throws {
        scratch.write("outside/kept", "kept")
        scratch.write("host/tree/a/b/file", "")
        symlink(scratch.path + "/outside", scratch.path + "/host/tree/link")
        symlink("..", scratch.path + "/host/tree/a/up")
        try files.removeTree(path("/tree"))
        #expect(try files.listRoot() == [])
        #expect(scratch.read("outside/kept") == "kept")
        try files.removeTree(path("/tree"))
    }

    @Test func lookTellsKindModeAndWhetherTheBytesAreTheWantedOnes() throws {
        try write("/file", "some bytes")
        mkfifo(scratch.path + "/host/pipe", 0o600)
        func content(_ wanted: String) throws -> FileContent? {
            let bytes = Array(wanted.utf8)
            return files.status(
                of: try path("/file"),
                comparedWith: ExpectedBytes(bytes, digest: .of(bytes)), accounts: accounts
            ).value?.content
        }
        #expect(try content("some bytes") == .same)
        #expect(try content("same size!") == .different(size: 10))
        #expect(try content("some bytes!") == .different(size: 10))
        #expect(files.status(of: try path("/pipe"), accounts: accounts).value?.kind == .other)
        #expect(throws: MachineError.self) { try files.read(path("/pipe")) }
        #expect(throws: MachineError("read", outside("/file"), .found("it is over 9 bytes"))) {
            try files.read(path("/file"), bytesMax: 9)
        }
        #expect(files.status(of: try path("/none"), accounts: accounts) == .absent)
    }
}
