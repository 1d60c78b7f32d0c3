import Brokerage

extension FuzzTarget {
    /// What may stand in the journal of orders: a disk may have done anything to it.
    ///
    /// What is read is put down again as it was, byte for byte; a log takes it without a crash.
    func runOrders(_ bytes: [UInt8]) {
        do throws(JournalDamage) {
            let read = try OrderJournalText.read(bytes)
            let again = try OrderJournalText.read(read.records.flatMap(\.line))
            guard again.records == read.records, read.wholeBytes <= bytes.count else {
                fatalError("read \(read.records), again \(again.records)")
            }
            _ = IntentLog(clientID: 1, read.records).doubtful
        } catch {
            precondition(error.line > 0, "damage is in a line")
        }
    }
}
