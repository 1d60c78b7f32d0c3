import Broker
import BrokerKit
import Brokerage
import Numbers
import Synchronization
import TWS
import TestKit
import Testing

/// The journal on a real disk, and a program that ended in between.
@Suite struct CrashTests {
    private let name = "orders-10.journal"

    private func intent(_ reference: String, _ orderID: Int) -> OrderRecord {
        // As the model gateway's day: written now.
        .intent(
            reference: reference, orderID: orderID, at: now(),
            TextCodec.bytes(of: .place(spy, limitOrder(reference))) ?? [])
    }

    private func write(_ records: [OrderRecord], torn: String = "", in folder: ScratchFolder) {
        folder.write(name, String(decoding: records.flatMap(\.line), as: UTF8.self) + torn)
    }

    @Test func orderIsInTheJournalWhenTheGatewayHearsOfIt() async throws {
        let stage = try Stage()
        defer { stage.end() }
        let (folder, name) = (stage.folder, name)
        let found = Mutex("")
        stage.server.manners.withLock { manners in
            manners.dropsAt = { request in
                if case .place = request { found.withLock { $0 = folder.read(name) ?? "" } }
                return false
            }
        }
        _ = await stage.client.snapshot()
        _ = await stage.client.place(spy, limitOrder("first"))
        let text = found.withLock { $0 }
        #expect(text.hasPrefix("intent first 1 "), "\(text)")
    }

    @Test func orderThatWasSentAndNotAnsweredIsFoundByTheNextProgram() async throws {
        let folder = ScratchFolder()
        let first = try Stage(folder: folder) { $0.machine.acknowledgeMax = .milliseconds(50) }
        _ = await first.client.snapshot()
        first.server.model.withLock { $0.acknowledges = false }
        let answer = await first.client.place(spy, limitOrder("one"))
        guard case .doubtful(reference: "one", _) = answer else { return fail("\(answer)") }
        let left = first.server.model.withLock { $0 }
        first.end()
        let second = try Stage(left, folder: folder)
        defer { second.end() }
        let updates = second.client.updates
        _ = await second.client.snapshot()
        let again = await second.client.place(spy, limitOrder("one"))
        #expect(again == .refused("the reference one was used before"))
        _ = updates
        let cancelled = await second.client.cancel(.reference("one"))
        #expect(cancelled == .done)
        #expect(second.server.model.withLock { $0.placed.count } == 1)
    }

    @Test func orderThatWasWrittenAndNotSentIsNotSentByTheNextProgram() async throws {
        let folder = ScratchFolder()
        write([intent("one", 7)], in: folder)
        let stage = try Stage(folder: folder) { $0.machine.doubtAgain = .milliseconds(20) }
        defer { stage.end() }
        let updates = stage.client.updates
        let resolved = await updates.first { $0 == .intent(reference: "one", .resolved(.absent)) }
        #expect(resolved != nil)
        let next = await stage.client.place(spy, limitOrder("two"))
        #expect(next == .acknowledged(reference: "two", permanentID: 9_001))
        #expect(stage.server.model.withLock { $0.placed.map(\.id) } == [8])
    }

    @Test func lineThatWasTornIsCutOffAndTheRestIsRead() async throws {
        let folder = ScratchFolder()
        let records = [intent("one", 7), .resolved(reference: "one", .cancelled)]
        write(records, torn: "intent two 8 18000", in: folder)
        let stage = try Stage(folder: folder)
        defer { stage.end() }
        _ = await stage.client.snapshot()
        _ = await stage.client.place(spy, limitOrder("two"))
        stage.client.close()
        let read = try OrderJournalText.read(Array((folder.read(name) ?? "").utf8))
        #expect(Array(read.records.prefix(2)) == records)
        #expect(read.records.count >= 4)
        #expect(stage.server.model.withLock { $0.placed.map(\.id) } == [8])
    }

    @Test func journalThatIsDamagedStartsNothing() throws {
        let folder = ScratchFolder()
        let lines = [intent("one", 7), intent("two", 8)].map(\.line)
        let damaged = "x" + String(decoding: lines[0].dropFirst() + lines[1], as: UTF8.self)
        folder.write(name, damaged)
        #expect(
            throws: BrokerError.journalDamaged(
                path: folder.path + "/" + name, JournalDamage(line: 1))
        ) {
            let client = try IBClient(Stage.settings(1, folder))
            try client.start()
        }
    }

    @Test func journalBelongsToOneClient() throws {
        let stage = try Stage()
        defer { stage.end() }
        let path = stage.folder.path + "/" + name
        #expect(throws: BrokerError.journalTaken(path: path)) {
            let client = try IBClient(Stage.settings(1, stage.folder))
            try client.start()
        }
    }

    @Test func clientWithoutAJournalPlacesNothing() async throws {
        let stage = try Stage { $0.journal = nil }
        defer { stage.end() }
        _ = await stage.client.snapshot()
        let answer = await stage.client.place(spy, limitOrder("one"))
        let words = "the journal of orders cannot be written: this client keeps none"
        #expect(answer == .refused(words))
    }

    @Test func nothingIsSentTwiceOverRealLostLinks() async throws {
        let stage = try Stage {
            $0.machine.acknowledgeMax = .seconds(20)
            $0.machine.doubtAgain = .milliseconds(20)
            $0.machine.steadyMin = .zero
        }
        defer { stage.end() }
        _ = await stage.client.snapshot()
        let updates = stage.client.updates
        let iterator = updates.makeAsyncIterator()
        let count = Mutex(0)
        stage.server.manners.withLock { manners in
            manners.dropsAt = { request in
                guard case .place = request else { return false }
                return count.withLock { count in
                    count += 1
                    return count % 2 == 1
                }
            }
        }
        for round in 0..<6 {
            while round > 0, let update = await iterator.next(), update != .link(.ready) {}
            let answer = await stage.client.place(spy, limitOrder("order-\(round)"))
            #expect(
                answer
                    == .acknowledged(reference: "order-\(round)", permanentID: 9_001 + Int64(round))
            )
            if round % 2 == 1 { stage.server.drop() }
        }
        let references = stage.server.model.withLock { $0.placed.map(\.reference) }
        #expect(references == (0..<6).map { "order-\($0)" })
    }
}
