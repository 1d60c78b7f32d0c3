import Facts
import Supervision
import Testing
import UnitFile

private let plain = "[Service]\nExecStart=/bin/x\n"

@Suite struct DefinitionTests {
    @Test func fileThatChangedSinceItWasLoadedNeedsAReload() {
        var stage = Stage(["a.service": plain])
        stage.run("a.service", process: 7)
        #expect(!stage.status("a.service").needsReload)
        let newer = plain + "# newer\n"
        #expect(stage.status("a.service", file: newer).needsReload)
        stage.tell(.filesLoaded(Stage.definitions(["a.service": newer])))
        #expect(!stage.status("a.service", file: newer).needsReload)
        #expect(stage.words("a.service") == "active/running (success)")
    }

    @Test func unitWhoseFileWentRunsOnButIsNotStartedAgain() {
        var stage = Stage(["a.service": plain + "Restart=always\n"])
        stage.run("a.service", process: 7)
        stage.tell(.filesLoaded([:]))
        #expect(stage.status("a.service").load == "not-found")
        #expect(stage.status("a.service").mainProcess == 7)
        stage.tell(.ended(process: 7, .exited(1)))
        #expect(stage.wait(.seconds(1)) == [])
        #expect(stage.words("a.service") == "failed/failed (resources)")
    }

    @Test func changedFileWithFewerCommandsDoesNotDisturbARun() {
        var stage = Stage([
            "a.service":
                "[Service]\nType=oneshot\nExecStartPre=/bin/p\nExecStartPre=/bin/q\n"
                + "ExecStart=/bin/x\n"
        ])
        let unit = Stage.unit("a.service")
        stage.run("a.service", process: 1)
        stage.tell(.ended(process: 1, .exited(0)))
        stage.tell(.spawned(unit, process: 2))
        stage.tell(.filesLoaded(Stage.definitions(["a.service": plain])))
        #expect(stage.tell(.ended(process: 2, .exited(0))).count == 1)
        #expect(
            stage.tell(.spawned(unit, process: 3)) == [.answer(request: 1, .done)])
        #expect(stage.words("a.service") == "active/running (success)")
    }

    @Test func dropInsCountForWhatIsReadAndForWhatNeedsAReload() {
        let unit = Stage.unit("a.service")
        let file = Array(plain.utf8)
        let dropIn = Array("[Service]\nExecStart=\nExecStart=/bin/y\n".utf8)
        let definition = UnitDefinition(unit, bytes: file, dropIns: [dropIn])
        guard case .service(let settings) = definition.content else {
            Issue.record("it is no service")
            return
        }
        #expect(settings.commands.map(\.program) == ["/bin/y"])
        var stage = Stage([:])
        stage.tell(.filesLoaded([unit: definition]))
        stage.run("a.service", process: 7)
        let with = UnitOnDisk(file: .present(file), dropIns: [dropIn], isLinked: false)
        let without = UnitOnDisk(file: .present(file), isLinked: false)
        func status(_ disk: UnitOnDisk) -> UnitStatus? {
            stage.table.statuses(of: [unit], disk: [unit: disk], epochUs: 0)[unit]
        }
        #expect(status(with)?.needsReload == false)
        #expect(status(without)?.needsReload == true)
    }

    @Test func maskedUnitIsNotStarted() {
        let unit = Stage.unit("a.service")
        var stage = Stage([:])
        stage.tell(.filesLoaded([unit: UnitDefinition(masked: unit)]))
        #expect(
            stage.tell(.startAsked(unit, request: 1)) == [
                .answer(request: 1, .failed("Unit a.service is masked."))
            ])
        let disk = UnitOnDisk(file: .absent, isMasked: true, isLinked: true)
        let status = stage.table.statuses(of: [unit], disk: [unit: disk], epochUs: 0)[unit]
        #expect(status?.load == "masked" && status?.enablement == "masked")
    }

    @Test func enablementIsReadFromLinksAndTheInstallSection() {
        let stage = Stage(["a.service": plain + "[Install]\nWantedBy=multi-user.target\n"])
        #expect(stage.status("a.service").enablement == "disabled")
        #expect(stage.status("a.service", isLinked: true).enablement == "enabled")
        #expect(Stage(["a.service": plain]).status("a.service").enablement == "static")
        #expect(Stage([:]).status("a.service").enablement == "")
        #expect(Stage([:]).status("a.service").load == "not-found")
    }

    @Test(arguments: [
        ("[Service]\nType=simple\n", "a.service: [Service] has no ExecStart"),
        ("[Service]\nType=banana\nExecStart=/bin/x\n", "a.service:2: Type=banana is not supported"),
        (
            "[Service]\nExecStart=true\n",
            "a.service:2: ExecStart=true: the program's path is not absolute"
        ),
        ("[Service]\nExecStart=/bin/x\nRestart=maybe\n", "a.service:3: Restart=maybe is unknown"),
        (
            "[Service]\nExecStart=/bin/x\nRestartSec=soon\n",
            "a.service:3: RestartSec=soon is no time span"
        ),
        (
            "[Service]\nExecStart=/bin/x\nExecStart=/bin/y\n",
            "a.service:3: more than one ExecStart= is for Type=oneshot only"
        ),
    ])
    func faultyUnitIsRefusedWithItsReason(text: String, reason: String) {
        var stage = Stage(["a.service": text])
        #expect(stage.status("a.service").load == "bad-setting")
        guard case .answer(_, .failed(let words))? = stage.start("a.service").first else {
            Issue.record("it was started")
            return
        }
        #expect(words.hasPrefix(reason.split(separator: ":")[0]))
        #expect(words.contains(reason.split(separator: ": ").last ?? "?"))
    }

    @Test func settingsThatAreNotHonouredAreNamed() {
        let text = """
            [Unit]
            Description=x
            After=network.target
            Requires=y.service
            [Service]
            User=v6
            ProtectSystem=strict
            ExecStop=/bin/x
            ExecStart=/bin/x
            [Install]
            WantedBy=multi-user.target
            """
        let definition = UnitDefinition(Stage.unit("a.service"), bytes: Array(text.utf8))
        #expect(definition.notHonoured == ["ExecStop=", "ProtectSystem=", "Requires=", "User="])
        #expect(definition.enablingFolders == ["multi-user.target.wants"])
    }

    @Test func timesOfServicesAreReadWithTheirDefaults() {
        func settings(_ lines: String) -> ServiceSettings? {
            let unit = UnitDefinition(Stage.unit("a.service"), bytes: Array((plain + lines).utf8))
            guard case .service(let settings) = unit.content else { return nil }
            return settings
        }
        #expect(settings("")?.startTimeout == .seconds(90))
        #expect(settings("")?.stopTimeout == .seconds(90))
        #expect(settings("")?.restartPause == .milliseconds(100))
        #expect(settings("Type=oneshot\n")?.startTimeout == .some(nil))
        #expect(settings("TimeoutSec=1min 5s\n")?.stopTimeout == .seconds(65))
        #expect(settings("TimeoutStopSec=infinity\n")?.stopTimeout == .some(nil))
        #expect(settings("TimeoutStartSec=0\n")?.startTimeout == .some(nil))
    }
}
