import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// The text of the journal of orders.
@Suite struct JournalTextTests {
    private let records: [OrderRecord] = [
        .intent(
            reference: "one two", orderID: 7, at: 1_800_000_000,
            TextCodec.bytes(of: .place(spy, limitOrder("one two"))) ?? []),
        .acknowledged(reference: "one two", permanentID: 9_001),
        .change(reference: "one two", [0, 0x20, 0x25, 0x7c, 0x0a, 0xff]),
        .resolved(reference: "one two", .rejected(code: 201, "no | 5%\nmargin")),
        .resolved(reference: "a", .filled), .resolved(reference: "b", .cancelled),
        .resolved(reference: "c", .absent), .resolved(reference: "d", .gone),
        .resolved(reference: "e", .ended("Inactive")), .resolved(reference: "f", .settled),
        .resolved(reference: "g", .notSent("")),
    ]

    @Test func everyRecordIsReadAsItWasWritten() throws {
        let bytes = records.flatMap(\.line)
        let read = try OrderJournalText.read(bytes)
        #expect(read.records == records)
        #expect(read.wholeBytes == bytes.count)
        #expect(bytes.count { $0 == 0x0a } == records.count)
    }

    @Test func journalTornAtEveryByteIsReadUpToItsLastWholeLine() throws {
        let lines = records.map(\.line)
        let bytes = lines.flatMap { $0 }
        for cut in bytes.indices {
            let read = try OrderJournalText.read(Array(bytes[..<cut]))
            var (whole, length) = (0, 0)
            while length + lines[whole].count <= cut {
                length += lines[whole].count
                whole += 1
            }
            #expect(read.records == Array(records[..<whole]))
            #expect(read.wholeBytes == length)
        }
    }

    @Test func anyByteThatIsChangedBeforeTheLastLineIsDamage() {
        let bytes = records.prefix(3).flatMap(\.line)
        let last = bytes.count - records[2].line.count
        for place in 0..<(last - 1) {
            var damaged = bytes
            damaged[place] ^= 0x01
            #expect(throws: JournalDamage.self) { try OrderJournalText.read(damaged) }
        }
    }

    @Test func logFromTheJournalHasTheOrdersAndTheHighestID() {
        var bench = Bench(Array(records.prefix(2)))
        #expect(bench.machine.log.state(of: "one two") == .acknowledged)
        #expect(bench.machine.log.live["one two"]?.order.limitPrice == Price(4))
        #expect(bench.machine.log.live["one two"]?.contract == spy)
        bench.open()
        bench.ask(.place(spy, limitOrder("next")))
        #expect(bench.gateway.placed.map(\.id) == [8])
    }
}
