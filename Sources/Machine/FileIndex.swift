import CLinux
import Digest
import Synchronization

/// Which files were found to hold which bytes, so that they need not be read again while the
/// kernel says that they are the same: device, inode, size, and the nanoseconds at which bytes
/// and status last changed.
///
/// It is a cache: what it does not know for sure is read. A file that changed within `settleNs`
/// of its reading is not kept, since a second change could carry the same stamps. A change that
/// leaves no stamp, through a mapping of memory or below the file system, is found by the full
/// reading that comes on a schedule: `fullReadEveryUs`.
package final class FileIndex: Sendable {
    /// Coarsest stamps of a file system in use (FAT: 2 s).
    package static let settleNs: Int64 = 2_000_000_000
    /// After this long without one, everything is read in full.
    package static let fullReadEveryUs: Int64 = 3_600_000_000

    /// What tells that a file was not changed.
    struct Stamp: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
        let size: UInt64
        let modifiedNs: Int64
        let changedNs: Int64

        init(_ found: v6_found) {
            device = found.device
            inode = found.inode
            size = found.size
            modifiedNs = found.modified_ns
            changedNs = found.changed_ns
        }

        fileprivate init(_ words: ArraySlice<UInt64>) {
            let first = words.startIndex
            device = words[first]
            inode = words[first + 1]
            size = words[first + 2]
            modifiedNs = Int64(bitPattern: words[first + 3])
            changedNs = Int64(bitPattern: words[first + 4])
        }

        fileprivate var words: [UInt64] {
            [device, inode, size, UInt64(bitPattern: modifiedNs), UInt64(bitPattern: changedNs)]
        }
    }

    private struct Name: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private struct Known {
        let stamp: Stamp
        let digest: ContentDigest
    }

    private struct State {
        /// From the last turn.
        var known: [Name: Known] = [:]
        /// Met in this one: all that is kept.
        var met: [Name: Known] = [:]
        var isChanged = false
    }

    /// When everything was last read in full, in microseconds since 1970; 0 for never.
    package let fullReadUs: Int64
    private let state: Mutex<State>

    /// An index that knows nothing: all is read.
    ///
    /// `nowUs`: by the host's clock.
    package init(fullReadAtUs nowUs: Int64) {
        fullReadUs = nowUs
        state = Mutex(State(isChanged: true))
    }

    /// Reads what `bytes` wrote; nil when it is damaged, of another version, or due for a full
    /// reading, also when the clock was set back.
    package init?(_ bytes: [UInt8], nowUs: Int64) {
        guard let words = Self.words(bytes), words.count >= 3, words[0] == Self.version,
            words.last == Self.checksum(words.dropLast())
        else { return nil }
        let full = Int64(bitPattern: words[1])
        guard nowUs >= full, nowUs - full < Self.fullReadEveryUs else { return nil }
        let body = words[2..<(words.count - 1)]
        guard body.count % Self.recordWords == 0 else { return nil }
        var state = State()
        state.known.reserveCapacity(body.count / Self.recordWords)
        state.met.reserveCapacity(body.count / Self.recordWords)
        for start in stride(from: body.startIndex, to: body.endIndex, by: Self.recordWords) {
            let stamp = Stamp(body[start..<start + 5])
            let digest = ContentDigest(words: Array(body[start + 5..<start + 9]))
            state.known[Name(device: stamp.device, inode: stamp.inode)] = Known(
                stamp: stamp, digest: digest)
        }
        fullReadUs = full
        self.state = Mutex(state)
    }

    /// What was learnt, as a file keeps it; nil when that file already says so.
    package func bytes() -> [UInt8]? {
        state.withLock { state in
            guard state.isChanged || state.met.count != state.known.count else { return nil }
            var words = [Self.version, UInt64(bitPattern: fullReadUs)]
            words.reserveCapacity(3 + state.met.count * Self.recordWords)
            for known in state.met.values {
                words += known.stamp.words
                words += known.digest.fourWords
            }
            words.append(Self.checksum(words[...]))
            return words.withUnsafeBytes { Array($0) }
        }
    }

    /// The bytes that this very file was found to hold; nil where that is not known.
    func digest(of stamp: Stamp) -> ContentDigest? {
        state.withLock { state in
            let name = Name(device: stamp.device, inode: stamp.inode)
            guard let known = state.known[name], known.stamp == stamp else { return nil }
            state.met[name] = known
            return known.digest
        }
    }

    /// Whether this very file was found to hold these bytes.
    func knows(_ stamp: Stamp, holds digest: ContentDigest) -> Bool {
        self.digest(of: stamp) == digest
    }

    /// Notes that a file was read and held these bytes; `readNs` is when its reading began, by the
    /// host's clock.
    func note(_ stamp: Stamp, holds digest: ContentDigest, readNs: Int64) {
        guard stamp.changedNs <= readNs - Self.settleNs else { return }
        state.withLock { state in
            state.met[Name(device: stamp.device, inode: stamp.inode)] = Known(
                stamp: stamp, digest: digest)
            state.isChanged = true
        }
    }

    /// Spells `v6index1`.
    private static let version: UInt64 = 0x7636_696e_6465_7831
    private static let recordWords = 9

    private static func words(_ bytes: [UInt8]) -> [UInt64]? {
        guard bytes.count % 8 == 0 else { return nil }
        return bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: 8).map {
                buffer.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
            }
        }
    }

    /// FNV-1a over whole words: it finds a torn or damaged file, and is no defence against malice,
    /// from which the folder's mode protects.
    private static func checksum(_ words: ArraySlice<UInt64>) -> UInt64 {
        words.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
    }
}
