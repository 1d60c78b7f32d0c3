import Facts
import Reconcile
import Testing

@Suite struct JudgeTests {
    private let unit = unitName("v6-x.service")
    private let up = UnitStatus(
        load: "loaded", active: "active", sub: "running", invocation: "a",
        restartPause: .milliseconds(100))

    private func judge(stableFor: Duration = .seconds(10), fresh: Bool = true) -> Judge {
        Judge(
            units: [unit], fresh: fresh ? [unit] : [], stableFor: stableFor, status: [unit: up])
    }

    /// The verdict on each status in turn, one second apart.
    private func verdicts(_ judge: Judge, _ samples: [Reading<UnitStatus>]) -> [Verdict] {
        var judge = judge
        return samples.enumerated().map { second, sample in
            let reading: Reading<[UnitName: UnitStatus]> =
                switch sample {
                case .present(let status): .present([unit: status])
                case .absent: .absent
                case .unreadable(let reason): .unreadable(reason: reason)
                }
            return judge.handle(reading, at: .seconds(second))
        }
    }

    @Test func unitThatStaysUpThroughTheWindowIsHealthyAndNotBefore() {
        let verdicts = verdicts(judge(), Array(repeating: .present(up), count: 11))
        #expect(verdicts.dropLast().allSatisfy { $0 == .waiting })
        #expect(verdicts.last == .healthy)
    }

    @Test func unitThatFailsIsUnhealthyAtOnceWithItsExitStatus() {
        var failed = up
        failed.active = "failed"
        failed.result = "exit-code"
        failed.exitStatus = 3
        #expect(
            verdicts(judge(), [.present(up), .present(failed)]).last
                == .unhealthy("v6-x.service failed (exit-code, status 3)"))
    }

    @Test func unitThatIsStoppedIsUnhealthy() {
        var stopped = up
        stopped.active = "inactive"
        #expect(
            verdicts(judge(), [.present(stopped)]) == [.unhealthy("v6-x.service is inactive")])
    }

    @Test func unitBetweenTwoAutomaticRestartsIsUnhealthy() {
        var waiting = up
        waiting.active = "activating"
        waiting.sub = "auto-restart"
        waiting.result = "signal"
        #expect(
            verdicts(judge(), [.present(waiting)])
                == [.unhealthy("v6-x.service ended (signal) and is being restarted")])
    }

    @Test func anotherRunInsideTheWindowIsUnhealthy() {
        var again = up
        again.invocation = "b"
        #expect(
            verdicts(judge(), [.present(up), .present(again)]).last
                == .unhealthy("v6-x.service did not stay up: it was restarted"))
    }

    @Test func automaticRestartBeforeTheFirstLookCountsForAUnitThatTheTurnStarted() {
        var again = up
        again.restarts = 1
        #expect(
            verdicts(judge(), [.present(again)])
                == [.unhealthy("v6-x.service did not stay up: restarted 1 times since its start")])
        #expect(verdicts(judge(fresh: false), [.present(again)]) == [.waiting])
    }

    @Test func windowBeginsWhenTheUnitIsUp() {
        var starting = up
        starting.active = "activating"
        starting.sub = "start"
        let samples: [Reading<UnitStatus>] =
            Array(repeating: .present(starting), count: 5)
            + Array(repeating: .present(up), count: 11)
        let verdicts = verdicts(judge(), samples)
        #expect(verdicts.dropLast().allSatisfy { $0 == .waiting })
        #expect(verdicts.last == .healthy)
    }

    @Test func unitThatNeverComesUpIsUnhealthyInTheEnd() {
        var starting = up
        starting.active = "activating"
        starting.sub = "start"
        let verdicts = verdicts(judge(), Array(repeating: .present(starting), count: 122))
        #expect(verdicts[120] == .waiting)
        #expect(verdicts[121] == .unhealthy("not up after 120.0 seconds"))
    }

    @Test func managerThatDoesNotAnswerIsNoFailureAndNoPartOfTheWindow() {
        let samples: [Reading<UnitStatus>] =
            [.present(up), .unreadable(reason: "no answer")]
            + Array(repeating: .present(up), count: 11)
        let verdicts = verdicts(judge(), samples)
        #expect(verdicts.dropLast().allSatisfy { $0 == .waiting })
        #expect(verdicts.last == .healthy)
    }

    @Test func managerThatNeverAnswersLeavesItUnknown() {
        let samples = Array(repeating: Reading<UnitStatus>.unreadable(reason: "none"), count: 122)
        let verdicts = verdicts(judge(), samples)
        #expect(verdicts.dropLast().allSatisfy { $0 == .waiting })
        #expect(verdicts.last == .unknown("the state of the units cannot be read"))
    }

    @Test func windowOutlastsTheSlowestAutomaticRestart() {
        var slow = up
        slow.restartPause = .seconds(30)
        let judge = Judge(
            units: [unit], fresh: [], stableFor: .seconds(10), status: [unit: slow])
        #expect(judge.window == .seconds(31))
        #expect(self.judge().window == .seconds(10))
    }

    @Test func timeInWhichNobodyKnowsIsNoTimeInWhichAUnitIsDown() {
        var starting = up
        starting.active = "activating"
        var judge = judge()
        #expect(judge.handle(.present([unit: starting]), at: .zero) == .waiting)
        #expect(judge.notUpFor(at: .seconds(5)) == .seconds(5))
        #expect(judge.handle(.unreadable(reason: "x"), at: .seconds(6)) == .waiting)
        #expect(judge.notUpFor(at: .seconds(119)) == nil, "nobody knows")
        #expect(judge.handle(.present([unit: starting]), at: .seconds(121)) == .waiting)
        #expect(judge.notUpFor(at: .seconds(125)) == .seconds(4))
        #expect(judge.handle(.present([unit: up]), at: .seconds(126)) == .waiting)
    }
}
