import Facts
import Glibc
import Machine
import TestKit
import Testing

@Suite struct HostFilesTests {
    private let scratch = ScratchFolder()
    private let accounts = Accounts()
    private let plain = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o640))

    private func files() throws -> HostFiles {
        try HostFiles(root: scratch.path, honoursOwners: false)
    }

    private func status(_ path: String) throws -> Reading<FileStatus> {
        try files().status(of: try HostPath(path), accounts: accounts)
    }

    private func names(in folder: String) throws -> [String]? {
        try files().list(try HostPath(folder))
    }

    @Test func replacedFileHasTheBytesAndTheModeAndLeavesNothingBeside() throws {
        scratch.write("etc/v6/README", "old and longer than the new one")
        try files().replace(
            try HostPath("/etc/v6/README"), with: Array("new".utf8), plain, accounts: accounts)
        #expect(scratch.read("etc/v6/README") == "new")
        #expect(try status("/etc/v6/README").value?.mode == plain.mode)
        #expect(try names(in: "/etc/v6") == ["README"])
    }

    @Test func leftoverOfAKilledWriteIsReplacedByTheNextAndRemovedWhereThereIsNone() throws {
        let path = try HostPath("/etc/README")
        let temporary = "etc/" + HostFiles.temporaryName(for: path)
        scratch.write(temporary, "half of wh")
        try files().replace(path, with: Array("whole".utf8), plain, accounts: accounts)
        #expect(scratch.read("etc/README") == "whole")
        scratch.write(temporary, "half of wh")
        try files().removeLeftover(of: path)
        #expect(try names(in: "/etc") == ["README"])
        try files().removeLeftover(of: try HostPath("/no/such/folder"))
    }

    @Test func linkInAPathIsNeverFollowedWhateverIsDone() throws {
        scratch.write("away/secret", "untouched")
        try #require(symlink(scratch.path + "/away", scratch.path + "/etc") == 0)
        try #require(symlink("secret", scratch.path + "/away/last") == 0)
        let refusal = MachineError("read", "/etc/secret", .errno(ELOOP))
        #expect(throws: refusal) { try files().read(try HostPath("/etc/secret")) }
        #expect(throws: MachineError("read", "/away/last", .errno(ELOOP))) {
            try files().read(try HostPath("/away/last"))
        }
        #expect(throws: MachineError("write", "/etc", .errno(ELOOP))) {
            try files().replace(
                try HostPath("/etc/secret"), with: [1], plain, accounts: accounts)
        }
        #expect(throws: MachineError("remove", "/etc", .errno(ELOOP))) {
            try files().remove(try HostPath("/etc/secret"))
        }
        #expect(scratch.read("away/secret") == "untouched")
        let reason = "cannot look at /etc/secret: a link is in the way"
        #expect(try status("/etc/secret") == .unreadable(reason: reason))
    }

    @Test func linkItselfIsSeenAndReplacedByAFile() throws {
        scratch.write("secret", "untouched")
        try #require(symlink("secret", scratch.path + "/README") == 0)
        #expect(try status("/README").value?.kind == .link)
        #expect(try status("/README").value?.linkTarget == "secret")
        try files().replace(
            try HostPath("/README"), with: Array("file".utf8), plain, accounts: accounts)
        #expect(try status("/README").value?.kind == .file)
        #expect(scratch.read("secret") == "untouched")
    }
}
