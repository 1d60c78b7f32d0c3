import Digest
import JSON
import Reconcile
import Testing

/// A journal as a walk along it sees it: each line sealed and chained, the end remembered.
struct JournalChainTests {
    private static let events = ["turn", "step", "applied", "healthy"]

    /// The bytes of a journal of these events, and where it ends.
    private func journal(_ events: [String] = events) -> (bytes: [UInt8], head: JournalHead?) {
        var bytes: [UInt8] = []
        var head: JournalHead?
        for event in events {
            let number = (head?.number ?? 0) + 1
            let line = JournalLine.sealed([
                "n": .integer(number), "at_us": 5, "event": .string(event), "text": "é \" \n",
                "previous": .string("\(head?.digest ?? JournalLine.beginning)"),
            ])
            head = JournalHead(number: number, digest: .of(line))
            bytes += line + [UInt8(ascii: "\n")]
        }
        return (bytes, head)
    }

    private func walk(_ bytes: [UInt8], remembered: JournalHead?) -> JournalChain {
        var chain = JournalChain(remembered: remembered)
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let half = lines.popLast() ?? []
        for line in lines { chain.add(Array(line)) }
        chain.end(halfLine: Array(half))
        return chain
    }

    @Test func wholeJournalHasNoFault() {
        let (bytes, head) = journal()
        for remembered in [head, nil, JournalHead(number: 1, digest: digest(of: 1, in: bytes))] {
            let chain = walk(bytes, remembered: remembered)
            #expect(chain.fault == nil)
            #expect(chain.count == 4 && chain.halfLineBytes == 0)
        }
        #expect(walk([], remembered: nil).fault == nil)
    }

    private func digest(of line: Int, in bytes: [UInt8]) -> ContentDigest {
        .of(Array(bytes.split(separator: UInt8(ascii: "\n"))[line - 1]))
    }

    /// Every bit of every byte, the last newline among them; also of a journal whose end nobody
    /// remembers yet, as after a kill.
    @Test(arguments: [true, false])
    func anyChangedByteIsFoundInItsLine(isRemembered: Bool) {
        let (bytes, head) = journal()
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                let chain = walk(changed, remembered: isRemembered ? head : nil)
                let line = bytes[..<index].count { $0 == UInt8(ascii: "\n") } + 1
                // A last line without its newline is taken for half a line that a kill left:
                // it is missed by what the state remembers alone.
                let isLost = chain.fault == nil && !isRemembered && index == bytes.count - 1
                let isFound = chain.fault.map { (line...(line + 1)).contains(Int($0.line)) }
                #expect(isFound == true || isLost, "byte \(index) bit \(bit)")
            }
        }
    }

    @Test func cutOffLinesAreMissed() {
        let (bytes, head) = journal()
        let cuts = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        for (index, cut) in ([-1] + cuts.dropLast()).enumerated() {
            let chain = walk(Array(bytes[..<(cut + 1)]), remembered: head)
            #expect(chain.fault?.line == Int64(index + 1))
            #expect(chain.fault?.reason == "it is missing: the state remembers 4 lines")
        }
    }

    @Test func takenOutAndPutInLinesAreFound() {
        let (bytes, head) = journal()
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) + [0x0a] }
        for index in lines.indices {
            var fewer = lines
            fewer.remove(at: index)
            #expect(walk(Array(fewer.joined()), remembered: head).fault != nil)
            var more = lines
            more.insert(lines[index], at: index)
            #expect(walk(Array(more.joined()), remembered: head).fault?.line == Int64(index + 2))
        }
    }

    /// One that wrote its own journal from the beginning has another end than the state knows.
    @Test func otherJournalThatIsWholeInItselfIsNotTheRememberedOne() {
        let (_, head) = journal()
        let (other, _) = journal(["turn", "step", "applied", "stuck"])
        #expect(walk(other, remembered: nil).fault == nil)
        #expect(
            walk(other, remembered: head).fault?.reason
                == "it is not the one that the state remembers")
    }

    @Test func halfALineAtTheEndIsNoEntryAndNoFault() {
        let (bytes, head) = journal()
        let chain = walk(bytes + Array("{\"n\":5,\"at".utf8), remembered: head)
        #expect(chain.fault == nil)
        #expect(chain.halfLineBytes == 10)
    }

    /// Lines as they were before there were seals, then sealed ones; never the other way round.
    @Test func journalsOfTheFormatBeforeAreReadAndTheirChangesFound() {
        var old: [UInt8] = []
        var previous = JournalLine.beginning
        for number in 1...3 {
            let line = JSONValue.object([
                "n": .integer(Int64(number)), "event": "turn", "previous": .string("\(previous)"),
            ]).text()
            previous = .of(line)
            old += Array((line + "\n").utf8)
        }
        let sealed = JournalLine.sealed([
            "n": 4, "event": "turn", "previous": .string("\(previous)"),
        ])
        let bytes = old + sealed + [0x0a]
        let head = JournalHead(number: 4, digest: .of(sealed))
        #expect(walk(bytes, remembered: head).fault == nil)
        #expect(walk(old, remembered: nil).fault == nil)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 4
            #expect(walk(changed, remembered: head).fault != nil, "byte \(index)")
        }
        let unsealed = JSONValue.object([
            "n": 5, "event": "turn", "previous": .string("\(head.digest)"),
        ]).text()
        let chain = walk(bytes + Array((unsealed + "\n").utf8), remembered: head)
        #expect(chain.fault?.reason == "its own digest is gone")
    }
}
