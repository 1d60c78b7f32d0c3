import Digest
import Facts
import Glibc
import Machine
import TestKit
import Testing

/// What is known of files, so that they need not be read again.
struct FileIndexTests {
    /// The host's clock, some time from now.
    private struct ShiftedClock: HostClock {
        let aheadUs: Int64

        func sinceBoot() -> Duration { RealClock().sinceBoot() }
        func wallUs() -> Int64 { RealClock().wallUs() + aheadUs }
        func wait(_ duration: Duration) {}
    }

    private let scratch = ScratchFolder()
    private let files: HostFiles
    private let later = ShiftedClock(aheadUs: 60_000_000)
    private let wanted = Array("wanted bytes".utf8)

    init() throws {
        scratch.write("host/file", "wanted bytes")
        files = try HostFiles(root: scratch.path + "/host", honoursOwners: false)
    }

    /// One look at the file, as a turn has it: with the index that the one before kept.
    private func content(
        _ index: FileIndex?, _ bytes: [UInt8], digest: ContentDigest? = nil,
        clock: (any HostClock)? = nil
    ) throws -> FileContent? {
        HostLook(files, accounts: Accounts(), index: index, clock: clock ?? later).status(
            of: try HostPath("/file"),
            comparedWith: ExpectedBytes(bytes, digest: digest ?? .of(bytes))
        ).value?.content
    }

    /// The index after one full reading.
    private func learnt() throws -> [UInt8] {
        let index = FileIndex(fullReadAtUs: later.wallUs())
        #expect(try content(index, wanted) == .same)
        return try #require(index.bytes())
    }

    @Test func fileThatIsKnownIsNotReadAgain() throws {
        let index = try #require(FileIndex(try learnt(), nowUs: later.wallUs()))
        // The index is asked by digest, so bytes that lie under that digest are never looked at.
        let lie = Array("other  bytes".utf8)
        #expect(try content(index, lie, digest: .of(wanted)) == .same)
        #expect(try content(index, lie) == .different(size: 12))
        #expect(index.bytes() == nil, "nothing was learnt, so nothing is written")
    }

    @Test func everyChangeIsReadWhateverItsTimeSays() throws {
        let kept = try learnt()
        let path = scratch.path + "/host/file"
        var before = stat()
        stat(path, &before)
        func putTimeBack() {
            var times = [before.st_atim, before.st_mtim]
            utimensat(AT_FDCWD, path, &times, 0)
        }
        let changes: [() -> Void] = [
            {
                scratch.write("host/file", "others bytes")
                putTimeBack()
            },
            {
                scratch.write("host/other", "others bytes")
                rename(scratch.path + "/host/other", path)
                putTimeBack()
            },
        ]
        for change in changes {
            change()
            let index = try #require(FileIndex(kept, nowUs: later.wallUs()))
            #expect(try content(index, wanted) == .different(size: 12))
        }
    }

    @Test func fileThatChangedJustNowIsNotKept() throws {
        let index = FileIndex(fullReadAtUs: 0)
        #expect(try content(index, wanted, clock: RealClock()) == .same)
        let bytes = try #require(index.bytes())
        let next = try #require(FileIndex(bytes, nowUs: 0))
        #expect(
            try content(next, Array("other  bytes".utf8), digest: .of(wanted))
                == .different(size: 12), "it is read")
    }

    @Test func whatWasSeenAheadIsComparedWithWhatIsWantedThen() throws {
        let index = try #require(FileIndex(try learnt(), nowUs: later.wallUs()))
        let look = HostLook(files, accounts: Accounts(), index: index, clock: later)
        let path = try HostPath("/file")
        look.lookAhead(at: [path, try HostPath("/gone")])
        func content(_ bytes: [UInt8]) -> FileContent? {
            look.status(
                of: path, comparedWith: ExpectedBytes(bytes, digest: .of(bytes))
            ).value?.content
        }
        #expect(content(wanted) == .same)
        #expect(content(Array("longer than it".utf8)) == .different(size: 12))
        #expect(content(Array("other  bytes".utf8)) == .different(size: 12), "it is read")
        #expect(look.status(of: path).value?.content == .notCompared)
        #expect(look.status(of: try HostPath("/gone")) == .absent)
    }

    @Test func whatWasSeenAheadWithoutAnIndexIsRead() throws {
        let look = HostLook(files, accounts: Accounts(), index: nil, clock: later)
        let path = try HostPath("/file")
        look.lookAhead(at: [path])
        scratch.write("host/file", "others bytes")
        let expected = ExpectedBytes(wanted, digest: .of(wanted))
        #expect(look.status(of: path, comparedWith: expected).value?.content != .same)
    }

    @Test func whatIsGoneIsForgotten() throws {
        let kept = try learnt()
        let index = try #require(FileIndex(kept, nowUs: later.wallUs()))
        #expect(try #require(index.bytes()).count < kept.count)
    }

    @Test func damageOfAnyByteIsNoticed() throws {
        let kept = try learnt()
        #expect(FileIndex(kept, nowUs: later.wallUs()) != nil)
        for position in kept.indices {
            var damaged = kept
            damaged[position] ^= 1
            #expect(FileIndex(damaged, nowUs: later.wallUs()) == nil, "byte \(position)")
        }
        for count in 0..<kept.count {
            #expect(FileIndex(Array(kept[..<count]), nowUs: later.wallUs()) == nil)
        }
    }

    @Test func everythingIsReadOnceAnHourAndAfterAClockWasSetBack() throws {
        let kept = try learnt()
        let now = later.wallUs()
        #expect(FileIndex(kept, nowUs: now + FileIndex.fullReadEveryUs - 1_000_000) != nil)
        #expect(FileIndex(kept, nowUs: now + FileIndex.fullReadEveryUs) == nil)
        #expect(FileIndex(kept, nowUs: now - 120_000_000) == nil)
    }
}
