import ScheduleKit
import Testing

/// A few seconds of what `schedules` does for hours, and the seeds that once found something.
struct ScheduleTests {
    @Test func whatHappensToAHostInAnyOrderKeepsThePromises() {
        var tally = Tally()
        for one in forEachSeed(from: 1, count: 8, at: 8, { Sequence.run(seed: $0, steps: 4) }) {
            tally.add(one)
        }
        #expect(tally.isGood, "\(tally.text)\n\(tally.violations)\n\(tally.broken)")
    }

    /// Each once ended otherwise than it must; what was mended stands beside it.
    @Test func seedsThatFailedOnceDoNotAnyMore() {
        let seeds: [(seed: UInt64, steps: Int)] = [
            // A unit that is masked and not to be enabled kept its links.
            (131, 2), (150, 1),
            // Half of a generation stayed when the turn that wrote it was killed.
            (179, 4),
        ]
        let tallies = forEachSeed(from: 0, count: seeds.count, at: seeds.count) { index in
            Sequence.run(seed: seeds[Int(index)].seed, steps: seeds[Int(index)].steps)
        }
        for tally in tallies {
            #expect(tally.violations.isEmpty && tally.broken.isEmpty, "\(tally.violations)")
        }
    }

    /// Seeds 1 and 3: a folder made in passing kept the mode that the failed commit had given it.
    @Test func theWayBackGivesTheHostAsItWas() {
        var outcome = Pairs.Outcome()
        for one in forEachSeed(from: 1, count: 4, at: 4, { Pairs.run(seed: $0, count: 2) }) {
            outcome.add(one)
        }
        #expect(outcome.isGood, "\(outcome.text)\n\(outcome.differing)\n\(outcome.broken)")
    }
}
