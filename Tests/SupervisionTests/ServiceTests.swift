import Facts
import Supervision
import Testing

private let simple = "[Service]\nExecStart=/bin/x\nRestart=on-failure\nRestartSec=2\n"
private let notify = "[Service]\nType=notify\nExecStart=/bin/x\nTimeoutStartSec=30\n"
private let unit = Stage.unit("a.service")

@Suite struct ServiceTests {
    @Test func simpleServiceIsUpAsSoonAsItIsSpawned() {
        var stage = Stage(["a.service": simple])
        let asked = stage.start("a.service")
        #expect(
            asked == [
                .spawn(unit, ChildCommand(program: "/bin/x", environment: ["PATH": "/bin"]))
            ])
        #expect(stage.words("a.service") == "activating/start (success)")
        stage.now = .seconds(3)
        #expect(
            stage.tell(.spawned(unit, process: 7)) == [.answer(request: 1, .done)])
        let status = stage.status("a.service")
        #expect(stage.words("a.service") == "active/running (success)")
        #expect(status.mainProcess == 7)
        #expect(status.startedUs == 1_000_000)
        #expect(status.restartPause == .seconds(2))
        #expect(status.invocation.utf8.count == 32)
    }

    @Test func crashedServiceIsStartedAgainAfterItsPauseAndCounted() {
        var stage = Stage(["a.service": simple])
        stage.run("a.service", process: 7)
        let first = stage.status("a.service").invocation
        #expect(stage.tell(.ended(process: 7, .exited(3))) == [])
        #expect(stage.words("a.service") == "activating/auto-restart (exit-code)")
        #expect(stage.status("a.service").exitStatus == 3)
        #expect(stage.table.nextWake == .seconds(2))
        #expect(stage.wait(.milliseconds(1_999)) == [])
        #expect(stage.wait(.milliseconds(1)).count == 1)
        stage.tell(.spawned(unit, process: 8))
        #expect(stage.words("a.service") == "active/running (success)")
        #expect(stage.status("a.service").restarts == 1)
        #expect(stage.status("a.service").invocation != first)
    }

    @Test func cleanEndsAreNoFailure() {
        for ending in [ProcessEnding.exited(0), .signalled(15, dumpedCore: false)] {
            var stage = Stage(["a.service": simple])
            stage.run("a.service", process: 7)
            stage.tell(.ended(process: 7, ending))
            #expect(stage.words("a.service") == "inactive/dead (success)")
            #expect(stage.table.nextWake == nil)
        }
    }

    @Test(arguments: [
        ("no", false, false, false), ("always", true, true, true),
        ("on-failure", false, true, true), ("on-success", true, false, false),
        ("on-abnormal", false, false, true), ("on-abort", false, false, true),
    ])
    func restartFollowsItsPolicy(policy: String, clean: Bool, code: Bool, signal: Bool) {
        let text = "[Service]\nExecStart=/bin/x\nRestart=\(policy)\n"
        let endings: [(ProcessEnding, Bool)] = [
            (.exited(0), clean), (.exited(1), code), (.signalled(9, dumpedCore: false), signal),
        ]
        for (ending, restarts) in endings {
            var stage = Stage(["a.service": text])
            stage.run("a.service", process: 7)
            stage.tell(.ended(process: 7, ending))
            #expect((stage.status("a.service").sub == "auto-restart") == restarts)
        }
    }

    @Test func statusesThatCountAsSuccessOrAsFinalAreHonoured() {
        let text = simple + "SuccessExitStatus=143 SIGUSR1\nRestartPreventExitStatus=78\n"
        let expected: [(ProcessEnding, String)] = [
            (.exited(143), "inactive/dead (success)"),
            (.signalled(10, dumpedCore: false), "inactive/dead (success)"),
            (.exited(78), "failed/failed (exit-code)"),
            (.signalled(11, dumpedCore: true), "activating/auto-restart (core-dump)"),
        ]
        for (ending, words) in expected {
            var stage = Stage(["a.service": text])
            stage.run("a.service", process: 7)
            stage.tell(.ended(process: 7, ending))
            #expect(stage.words("a.service") == words)
        }
    }

    @Test func serviceThatCrashesTooOftenIsGivenUpUntilAPersonStartsIt() {
        var stage = Stage([
            "a.service": "[Service]\nExecStart=/bin/x\nRestart=always\n"
        ])
        stage.run("a.service", process: 1)
        for process in Int32(1)...4 {
            stage.tell(.ended(process: process, .exited(1)))
            #expect(stage.wait(.milliseconds(100)).count == 1)
            stage.tell(.spawned(unit, process: process + 1))
        }
        stage.tell(.ended(process: 5, .exited(1)))
        #expect(stage.wait(.milliseconds(100)) == [])
        #expect(stage.words("a.service") == "failed/failed (start-limit-hit)")
        #expect(stage.status("a.service").restarts == 5)
        #expect(stage.status("a.service").exitStatus == 1)

        #expect(stage.run("a.service", process: 6) == [.answer(request: 2, .done)])
        #expect(stage.words("a.service") == "active/running (success)")
        #expect(stage.status("a.service").restarts == 0)
    }

    @Test func startsThatAreFarApartDoNotCountForTheLimit() {
        var stage = Stage([
            "a.service":
                "[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=5\n"
                + "[Service]\nExecStart=/bin/x\nRestart=always\n"
        ])
        stage.run("a.service", process: 1)
        for process in Int32(1)...20 {
            stage.now += .seconds(5)
            stage.tell(.ended(process: process, .exited(1)))
            stage.wait(.milliseconds(100))
            stage.tell(.spawned(unit, process: process + 1))
        }
        #expect(stage.words("a.service") == "active/running (success)")
        #expect(stage.status("a.service").restarts == 20)
    }

    @Test func notifyServiceIsUpWhenItsMainProcessSaysSo() {
        var stage = Stage(["a.service": notify])
        #expect(stage.run("a.service", process: 7) == [])
        #expect(stage.words("a.service") == "activating/start (success)")
        let ready = ["READY": "1"]
        #expect(stage.tell(.notified(sender: 8, session: 7, fields: ready)) == [])
        #expect(
            stage.tell(.notified(sender: 7, session: 7, fields: ready))
                == [.answer(request: 1, .done)])
        #expect(stage.words("a.service") == "active/running (success)")
    }

    @Test func notifyAccessAllTakesAChildsWord() {
        var stage = Stage(["a.service": notify + "NotifyAccess=all\n"])
        stage.run("a.service", process: 7)
        stage.tell(.notified(sender: 8, session: 7, fields: ["READY": "1"]))
        #expect(stage.words("a.service") == "active/running (success)")
    }

    @Test func notifyServiceThatIsNeverReadyFailsByTimeout() {
        var stage = Stage(["a.service": notify])
        stage.run("a.service", process: 7)
        #expect(stage.wait(.seconds(29)) == [])
        #expect(
            stage.wait(.seconds(1)) == [.signal(process: 7, .terminate, wholeGroup: true)])
        #expect(
            stage.tell(.ended(process: 7, .exited(0)))
                == [.answer(request: 1, .failed("the unit failed (timeout, status 0)"))])
        #expect(stage.words("a.service") == "failed/failed (timeout)")
    }

    @Test func notifyServiceCanAskForMoreTime() {
        var stage = Stage(["a.service": notify + "NotifyAccess=main\n"])
        stage.run("a.service", process: 7)
        stage.now = .seconds(20)
        let more = ["EXTEND_TIMEOUT_USEC": "60000000"]
        stage.tell(.notified(sender: 7, session: 7, fields: more))
        #expect(stage.table.nextWake == .seconds(80))
    }

    @Test func notifyServiceThatEndsBeforeItIsReadyBrokeTheProtocol() {
        var stage = Stage(["a.service": notify])
        stage.run("a.service", process: 7)
        stage.tell(.ended(process: 7, .exited(0)))
        #expect(stage.words("a.service") == "failed/failed (protocol)")
    }

    @Test func programThatCannotBeExecutedFailsTheStart() {
        var stage = Stage(["a.service": "[Service]\nExecStart=/bin/x\n"])
        stage.start("a.service")
        #expect(
            stage.tell(.spawnFailed(unit))
                == [.answer(request: 1, .failed("the unit failed (exit-code, status 203)"))])
        #expect(stage.words("a.service") == "failed/failed (exit-code)")
    }

    @Test func stopEscalatesFromTermToKill() {
        var stage = Stage(["a.service": simple + "TimeoutStopSec=5\nKillMode=mixed\n"])
        stage.run("a.service", process: 7)
        #expect(
            stage.stop("a.service") == [.signal(process: 7, .terminate, wholeGroup: false)])
        #expect(stage.words("a.service") == "deactivating/stop-sigterm (success)")
        #expect(stage.wait(.seconds(4)) == [])
        #expect(stage.wait(.seconds(1)) == [.signal(process: 7, .kill, wholeGroup: true)])
        #expect(stage.status("a.service").sub == "stop-sigkill")
        #expect(
            stage.tell(.ended(process: 7, .signalled(9, dumpedCore: false)))
                == [.answer(request: 2, .done)])
        #expect(stage.words("a.service") == "failed/failed (timeout)")
        #expect(stage.table.nextWake == nil)
    }

    @Test func stoppedServiceIsNotStartedAgainByItself() {
        var stage = Stage(["a.service": "[Service]\nExecStart=/bin/x\nRestart=always\n"])
        stage.run("a.service", process: 7)
        stage.stop("a.service")
        stage.tell(.ended(process: 7, .exited(1)))
        #expect(stage.words("a.service") == "failed/failed (exit-code)")
        #expect(stage.table.nextWake == nil)
    }

    @Test func stopDuringThePauseCancelsTheRestart() {
        var stage = Stage(["a.service": simple])
        stage.run("a.service", process: 7)
        stage.tell(.ended(process: 7, .exited(1)))
        #expect(stage.stop("a.service") == [.answer(request: 2, .done)])
        #expect(stage.status("a.service").active == "inactive")
        #expect(stage.wait(.seconds(60)) == [])
    }

    @Test func restartStopsAndStartsAndAnswersOnce() {
        var stage = Stage(["a.service": simple])
        stage.run("a.service", process: 7)
        #expect(
            stage.tell(.restartAsked(unit, request: 9))
                == [.signal(process: 7, .terminate, wholeGroup: true)])
        let begun = stage.tell(.ended(process: 7, .signalled(15, dumpedCore: false)))
        #expect(begun.count == 1)
        #expect(stage.tell(.spawned(unit, process: 8)) == [.answer(request: 9, .done)])
        #expect(stage.status("a.service").restarts == 0)
        #expect(stage.status("a.service").mainProcess == 8)
    }

    @Test func stopMeanwhileFailsTheStart() {
        var stage = Stage(["a.service": notify])
        stage.run("a.service", process: 7)
        #expect(
            stage.stop("a.service") == [
                .answer(request: 1, .failed("it was stopped meanwhile")),
                .signal(process: 7, .terminate, wholeGroup: true),
            ])
        #expect(
            stage.tell(.ended(process: 7, .signalled(15, dumpedCore: false)))
                == [.answer(request: 2, .done)])
    }

    @Test func oneshotRunsItsCommandsInOrderAndAnswersAtTheEnd() {
        var stage = Stage([
            "a.service":
                "[Service]\nType=oneshot\nExecStartPre=/bin/p\nExecStart=/bin/x\nExecStart=/bin/y\n"
        ])
        var programs: [String] = []
        var actions = stage.start("a.service")
        for process in Int32(1)...3 {
            guard case .spawn(_, let command)? = actions.first else { break }
            programs.append(command.program)
            stage.tell(.spawned(unit, process: process))
            #expect(stage.status("a.service").mainProcess == (process == 1 ? 0 : process))
            actions = stage.tell(.ended(process: process, .exited(0)))
        }
        #expect(programs == ["/bin/p", "/bin/x", "/bin/y"])
        #expect(actions == [.answer(request: 1, .done)])
        #expect(stage.words("a.service") == "inactive/dead (success)")
    }

    @Test func oneshotThatRemainsStaysActiveUntilItIsStopped() {
        var stage = Stage([
            "a.service": "[Service]\nType=oneshot\nExecStart=/bin/x\nRemainAfterExit=yes\n"
        ])
        stage.run("a.service", process: 7)
        stage.tell(.ended(process: 7, .exited(0)))
        #expect(stage.words("a.service") == "active/exited (success)")
        stage.stop("a.service")
        #expect(stage.words("a.service") == "inactive/dead (success)")
    }

    @Test func failedPreparationFailsTheStartUnlessItIsForgiven() {
        for (prefix, words) in [
            ("", "failed/failed (exit-code)"), ("-", "activating/start (success)"),
        ] {
            var stage = Stage([
                "a.service": "[Service]\nExecStartPre=\(prefix)/bin/p\nExecStart=/bin/x\n"
            ])
            stage.run("a.service", process: 7)
            stage.tell(.ended(process: 7, .exited(1)))
            #expect(stage.words("a.service") == words)
        }
    }

    @Test func shutDownStopsTheLastStartedFirstAndThenEnds() {
        let text = "[Service]\nExecStart=/bin/x\nRestart=always\n"
        var stage = Stage(["a.service": text, "b.service": text, "c.service": text])
        stage.run("b.service", process: 2)
        stage.run("a.service", process: 1)
        stage.run("c.service", process: 3)
        stage.tell(.ended(process: 3, .exited(1)))
        #expect(
            stage.tell(.shutDownAsked(request: 9))
                == [.signal(process: 1, .terminate, wholeGroup: true)])
        #expect(
            stage.start("c.service")
                == [.answer(request: 4, .failed("the supervisor is ending"))])
        #expect(
            stage.tell(.ended(process: 1, .exited(0)))
                == [.signal(process: 2, .terminate, wholeGroup: true)])
        #expect(
            stage.tell(.ended(process: 2, .exited(0))) == [.answer(request: 9, .done), .end])
    }

    @Test func commandLinesAreExpandedAsSystemdDoes() {
        let text = """
            [Service]
            Environment="WORDS=one two" NAME=%N
            ExecStart=/bin/%p $WORDS ${WORDS} $$HOME $${X} 100%% %i ${NONE}
            """
        var stage = Stage(["v6@x.service": text])
        let name = Stage.unit("v6@x.service")
        #expect(
            stage.start("v6@x.service") == [
                .spawn(
                    name,
                    ChildCommand(
                        program: "/bin/v6",
                        arguments: ["one", "two", "one two", "$HOME", "${X}", "100%", "x", ""],
                        environment: ["PATH": "/bin", "WORDS": "one two", "NAME": "v6@x"]))
            ])
    }
}
