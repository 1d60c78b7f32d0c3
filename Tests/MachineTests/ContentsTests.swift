import Digest
import Facts
import Glibc
import Machine
import TestKit
import Testing

/// Bytes of many files in one, and many files written at once.
struct ContentsTests {
    private let scratch = ScratchFolder()
    private let files: HostFiles
    private let plain = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o640))

    init() throws {
        scratch.makeFolder("host")
        files = try HostFiles(root: scratch.path + "/host", honoursOwners: false)
    }

    /// The same bytes, in memory and in a file.
    private func both(_ text: String) throws -> [Contents] {
        scratch.write("host/contents", text)
        return [
            Contents(Array(text.utf8)), try Contents(try HostPath("/contents"), in: files),
        ]
    }

    @Test func aPartIsReadExactlyOrNotAtAll() throws {
        for contents in try both("onetwothree") {
            #expect(try contents.read(at: 3, count: 3) == Array("two".utf8))
            #expect(try contents.read(at: 11, count: 0) == [])
            #expect(throws: MachineError.self) { try contents.read(at: 6, count: 6) }
        }
    }

    @Test(arguments: ["two", "tw", "twoo", "twx", ""])
    func aFileIsComparedWithItsPartAlone(_ text: String) throws {
        scratch.write("host/file", text)
        for contents in try both("onetwothree") {
            let expected = ExpectedBytes(contents, offset: 3, size: 3, digest: .of("two"))
            let found = files.status(
                of: try HostPath("/file"), comparedWith: expected, accounts: Accounts())
            #expect(
                found.value?.content == (text == "two" ? .same : .different(size: text.utf8.count)))
        }
    }

    @Test func bytesThatEndTooEarlyAreNotEqualToAnything() throws {
        scratch.write("host/file", "two")
        for contents in try both("onetw") {
            let expected = ExpectedBytes(contents, offset: 3, size: 3, digest: .of("two"))
            let found = files.status(
                of: try HostPath("/file"), comparedWith: expected, accounts: Accounts())
            #expect(found.value?.content == .different(size: 3))
        }
    }

    private func bytes(_ text: String) -> ExpectedBytes {
        ExpectedBytes(Array(text.utf8), digest: .of(text))
    }

    private func many(_ count: Int) throws -> [FileToWrite] {
        try (0..<count).map {
            FileToWrite(try HostPath("/a/\($0 % 3)/\($0)"), bytes("text \($0)"), plain)
        }
    }

    @Test func manyFilesGetTheirBytesAndModes() throws {
        scratch.write("host/a/0/0", "before")
        scratch.write("host/a/0/.3.v6-new", "what a killed turn left")
        try files.replaceMany(try many(50), accounts: Accounts())
        for number in 0..<50 {
            let path = "host/a/\(number % 3)/\(number)"
            #expect(scratch.read(path) == "text \(number)")
            var found = stat()
            lstat(scratch.path + "/" + path, &found)
            #expect(found.st_mode & 0o7777 == 0o640)
        }
        #expect(try files.list(try HostPath("/a/0"))?.contains { $0.hasPrefix(".") } == false)
    }

    @Test func oneThatCannotBeWrittenLeavesAllAsTheyWere() throws {
        scratch.write("host/a/0/0", "before")
        scratch.write("host/in-the-way", "a file")
        var all = try many(9)
        all.insert(FileToWrite(try HostPath("/in-the-way/x"), bytes(""), plain), at: 5)
        let error = #expect(throws: WriteManyError.self) {
            try files.replaceMany(all, accounts: Accounts())
        }
        #expect(error?.finished == 0 && error?.index == 5)
        #expect(error?.cause.ending == .errno(ENOTDIR))
        #expect(scratch.read("host/a/0/0") == "before")
        #expect(try files.list(try HostPath("/a/0")) == ["0"])
    }

    @Test func oneThatCannotBeNamedEndsThereAndLeavesNoTemporaries() throws {
        scratch.makeFolder("host/a/1/4/full")
        let error = #expect(throws: WriteManyError.self) {
            try files.replaceMany(try many(9), accounts: Accounts())
        }
        #expect(error?.finished == 4 && error?.index == 4)
        #expect(error?.cause.ending == .errno(EISDIR))
        #expect(scratch.read("host/a/0/3") == "text 3" && scratch.read("host/a/2/5") == nil)
        #expect(try files.list(try HostPath("/a/2")) == ["2"])
    }
}
