import Facts
import Supervision
import TestKit
import Testing

private let tick = "[Service]\nType=oneshot\nExecStart=/bin/x\n"
private let service = Stage.unit("a.service")

@Suite struct TimerTests {
    @Test func timerElapsesAndStartsItsServiceAgainAndAgain() {
        var stage = Stage([
            "a.timer": "[Timer]\nOnActiveSec=5\nOnUnitActiveSec=20\n", "a.service": tick,
        ])
        #expect(stage.start("a.timer") == [.answer(request: 1, .done)])
        #expect(stage.words("a.timer") == "active/waiting (success)")
        #expect(stage.table.nextWake == .seconds(5))
        for (index, pause) in [Duration.seconds(5), .seconds(20), .seconds(20)].enumerated() {
            #expect(stage.wait(pause - .milliseconds(1)) == [])
            let actions = stage.wait(.milliseconds(1))
            #expect(actions.count == 1)
            #expect(stage.status("a.timer").sub == "running")
            stage.tell(.spawned(service, process: Int32(index) + 1))
            stage.tell(.ended(process: Int32(index) + 1, .exited(0)))
            #expect(stage.status("a.timer").sub == "waiting")
        }
        #expect(stage.stop("a.timer").count == 1)
        #expect(stage.table.nextWake == nil)
    }

    @Test func timeSinceTheServiceEndedCountsFromItsEnd() {
        var stage = Stage([
            "a.timer": "[Timer]\nOnBootSec=1\nOnUnitInactiveSec=10\nUnit=a.service\n",
            "a.service": tick,
        ])
        stage.now = .seconds(3)
        #expect(stage.start("a.timer").count == 2)
        stage.tell(.spawned(service, process: 1))
        stage.now = .seconds(60)
        stage.tell(.ended(process: 1, .exited(0)))
        #expect(stage.table.nextWake == .seconds(70))
    }

    @Test func timerDoesNotRestartARunningService() {
        var stage = Stage([
            "a.timer": "[Timer]\nOnActiveSec=5\n", "a.service": "[Service]\nExecStart=/bin/x\n",
        ])
        stage.run("a.service", process: 1)
        stage.start("a.timer")
        #expect(stage.wait(.seconds(60)) == [])
        #expect(stage.status("a.service").mainProcess == 1)
    }

    @Test func timerWithoutAnyTimeLeftHasElapsed() {
        var stage = Stage(["a.timer": "[Timer]\nOnActiveSec=5\n", "a.service": tick])
        stage.start("a.timer")
        stage.wait(.seconds(5))
        stage.tell(.spawned(service, process: 1))
        stage.tell(.ended(process: 1, .exited(0)))
        #expect(stage.words("a.timer") == "active/elapsed (success)")
        #expect(stage.table.nextWake == nil)
    }

    @Test func calendarTimerWaitsForEver() {
        var stage = Stage(["a.timer": "[Timer]\nOnCalendar=daily\n", "a.service": tick])
        stage.start("a.timer")
        #expect(stage.words("a.timer") == "active/waiting (success)")
        #expect(stage.table.nextWake == nil)
    }

    @Test func timerOfAMissingServiceDoesNotSpin() {
        var stage = Stage(["a.timer": "[Timer]\nOnActiveSec=5\nOnUnitActiveSec=5\n"])
        stage.start("a.timer")
        #expect(stage.wait(.seconds(5)) == [])
        #expect(stage.table.nextWake == .seconds(10))
        #expect(stage.wait(.seconds(1)) == [])
    }

    @Test func anyRunOfEventsKeepsTheTablesPromises() {
        let files = [
            "a.service": "[Service]\nExecStart=/bin/x\nRestart=always\n",
            "b.service": "[Service]\nType=notify\nExecStartPre=/bin/p\nExecStart=/bin/x\n",
            "c.service": tick, "c.timer": "[Timer]\nOnActiveSec=1\nOnUnitInactiveSec=2\n",
        ]
        for seed in UInt64(1)...200 {
            var random = Dice(seed: seed)
            var driver = RandomDriver(Stage(files))
            for _ in 0..<200 { driver.step(&random) }
            driver.shutDown(&random)
            #expect(driver.alive.isEmpty, "seed \(seed)")
            #expect(driver.unanswered.isEmpty, "seed \(seed)")
            #expect(driver.hasEnded, "seed \(seed)")
        }
    }
}

/// Does what the table says, and lets processes end and time pass as chance will have it.
private struct RandomDriver {
    var stage: Stage
    var alive: Set<Int32> = []
    var unanswered: Set<Int> = []
    var hasEnded = false
    private var processes: Int32 = 0
    private var requests = 0

    init(_ stage: Stage) { self.stage = stage }

    mutating func step(_ random: inout Dice) {
        let units = ["a.service", "b.service", "c.service", "c.timer"].map(Stage.unit)
        guard let unit = units.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<7, using: &random) {
        case 0: tell(.startAsked(unit, request: ask()))
        case 1: tell(.stopAsked(unit, request: ask()))
        case 2: tell(.restartAsked(unit, request: ask()))
        case 3, 4: endOne(&random)
        case 5:
            if let process = alive.sorted().randomElement(using: &random) {
                tell(.notified(sender: process, session: process, fields: ["READY": "1"]))
            }
        default:
            stage.now += .milliseconds(Int.random(in: 1...30_000, using: &random))
            tell(.timePassed)
        }
    }

    mutating func shutDown(_ random: inout Dice) {
        tell(.shutDownAsked(request: ask()))
        for _ in 0..<20 where !hasEnded {
            endOne(&random)
            stage.now += .seconds(100)
            tell(.timePassed)
        }
    }

    private mutating func ask() -> Int {
        requests += 1
        unanswered.insert(requests)
        return requests
    }

    private mutating func endOne(_ random: inout Dice) {
        guard let process = alive.sorted().randomElement(using: &random) else { return }
        alive.remove(process)
        tell(.ended(process: process, .exited(Bool.random(using: &random) ? 0 : 1)))
    }

    private mutating func tell(_ event: SupervisorEvent) {
        var events = [event]
        while !events.isEmpty {
            for action in stage.tell(events.removeFirst()) {
                switch action {
                case .spawn(let unit, _):
                    processes += 1
                    alive.insert(processes)
                    events.append(.spawned(unit, process: processes))
                case .signal(let process, .kill, _):
                    if alive.remove(process) != nil {
                        events.append(
                            .ended(process: process, .signalled(9, dumpedCore: false)))
                    }
                case .signal: break
                case .answer(let request, _):
                    #expect(unanswered.remove(request) != nil)
                case .end: hasEnded = true
                }
            }
        }
    }
}
