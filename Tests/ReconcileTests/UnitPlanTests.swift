import Facts
import Reconcile
import Testing

/// What a plan does to units: only what the difference asks for, and nothing in silence.
@Suite struct UnitPlanTests: OneUnitPlans {
    let name = unitName("v6-x.service")
    let key = ReleaseKey("aaaaaaa1")

    private func words(_ plan: Plan) -> [String] { plan.steps.map(\.description) }

    @Test func changeOfWordsIsWrittenAndLoadedAndNothingMore() {
        let plan = plan(
            Scene.service("v6-x.service", comment: "new"),
            converged(Scene.service("v6-x.service", comment: "old")))
        #expect(
            words(plan) == [
                "write /etc/systemd/system/v6-x.service from systemd/v6-x.service",
                "load unit files",
            ])
    }

    @Test func otherTriggersReloadAndAUnitThatCannotReloadIsRestarted() {
        var (old, new) = (
            Scene.service("v6-x.service", triggers: "1"),
            Scene.service("v6-x.service", triggers: "2")
        )
        let reload = plan(new, converged(old))
        #expect(reload.steps.last == .unit(.reload, name))
        #expect(reload.changes.map(\.effect) == [.reload])
        for text in ["1", "2"] {
            let file = Scene.text("[Unit]\nX-Reload-Triggers=\(text)\n[Service]\nExecStart=/a\n")
            let unit = DesiredService(
                unit: Scene.source("x", text), text: file, state: .running)
            (old, new) = (new, unit)
        }
        #expect(plan(new, converged(old)).steps.last == .unit(.restart, name))
    }

    @Test func reloadWaitsForTheGateTooAndWordsDoNot() {
        let old = Scene.service("v6-x.service", restart: .drained)
        let words = Scene.service("v6-x.service", restart: .drained, comment: "new")
        let reload = Scene.service("v6-x.service", restart: .drained, triggers: "new")
        #expect(plan(words, converged(old)).held.isEmpty)
        #expect(plan(reload, converged(old)).held.map(\.gate) == ["drained"])
        #expect(plan(reload, converged(old)).steps.isEmpty)
    }

    @Test func unitThatKeepsCrashingIsMendedWithoutAProofThatNothingRuns() {
        let turns = converged(Scene.service("v6-x.service", "1", restart: .drained))
        let new = Scene.service("v6-x.service", "2", restart: .drained)
        func planned(_ sub: String) -> Plan {
            plan(new, turns) { observed in
                guard case .present(var units) = observed.units else { return }
                units[name]?.active = "activating"
                units[name]?.sub = sub
                observed.units = .present(units)
            }
        }
        #expect(planned("auto-restart").steps.last == .unit(.restart, name))
        #expect(planned("start").held.map(\.gate) == ["drained"])
    }

    @Test func unitThatNobodyWantsUpOrDownHoldsBackWhatItsRunWouldLoad() {
        let old = Scene.service("v6-x.service", "1", state: nil, restart: .drained)
        let new = Scene.service("v6-x.service", "2", state: nil, restart: .drained)
        var turns = converged(old)
        #expect(plan(new, turns).held.isEmpty, "it is not up")
        turns.host.apply(.unit(.start, name))
        #expect(plan(new, turns).held.map(\.gate) == ["drained"])
    }

    @Test func configurationIsWrittenInTheUnitsGroupBeforeItsRestart() {
        var (old, new) = (Scene.service("v6-x.service"), Scene.service("v6-x.service"))
        old.configuration = Scene.configuration("{1}")
        new.configuration = Scene.configuration("{2}")
        #expect(
            words(plan(new, converged(old))) == [
                "write /etc/v6/v6-x/config.json from config", "restart v6-x.service",
            ])
        new.restart = .drained
        let held = plan(new, converged(old))
        #expect(held.steps.isEmpty, "nothing of a held unit is where it would load it")
        #expect(held.held.map(\.gate) == ["drained"])
    }

    @Test func hardLinkedPartsAreWrittenAnewAndLoadedWithoutARestart() {
        var service = Scene.service("v6-x.service")
        service.configuration = Scene.configuration("{1}")
        var turns = converged(service)
        for path in ["/etc/systemd/system/v6-x.service", "/etc/v6/v6-x/config.json"] {
            turns.host.things[hostPath(path)]?.names = 2
        }
        let plan = plan(service, turns)
        #expect(
            words(plan) == [
                "write /etc/systemd/system/v6-x.service from systemd/v6-x.service",
                "write /etc/v6/v6-x/config.json from config", "load unit files",
            ])
        #expect(plan.changes.first?.details.first == "unit file: hard link (2 names) -> file")
    }

    @Test func targetIsNeverRestarted() {
        let target = unitName("v6.target")
        func wish(_ text: String) -> Desired {
            let file = Scene.text("[Unit]\nWants=\(text)\n")
            return Desired(
                environment: "paper",
                services: [
                    target: DesiredService(
                        unit: Scene.source("t", text), text: file, state: .running)
                ])
        }
        var turns = ModelTurns()
        turns.converge(to: wish("a.service"))
        let plan = turns.converge(to: wish("b.service"))
        #expect(words(plan) == ["write /etc/systemd/system/v6.target from t", "load unit files"])
    }

    // MARK: The program that really runs

    private func seen(_ program: Reading<String>, isKnown: Bool = true) -> Plan {
        let file = Scene.text("[Service]\nExecStart=/opt/v6/v6-x/bin/v6-x\n")
        let service = DesiredService(
            unit: Scene.source("x", "x"), text: file, state: .running, runsRelease: true)
        var turns = converged(service)
        if !isKnown { turns.live.loaded = [:] }
        return plan(service, turns) { observed in
            guard case .present(var units) = observed.units else { return }
            units[name]?.program = program
            observed.units = .present(units)
        }
    }

    @Test func processOfAnotherReleaseOrOfAFileThatIsGoneIsStale() {
        #expect(seen(.present("/opt/v6/releases/aaaaaaa1/bin/v6-x")).isEmpty)
        #expect(seen(.absent).isEmpty)
        for program in [
            "/opt/v6/releases/aaaaaaa1/bin/v6-x (deleted)", "/opt/v6/releases/aaaaaaa10/bin/v6-x",
            "/opt/v6/releases/bbbbbbb2/bin/v6-x",
        ] {
            let plan = seen(.present(program))
            #expect(plan.changes.map(\.details) == [["stale process"]], "\(program)")
            #expect(plan.steps == [.unit(.restart, name)])
        }
    }

    @Test func programFromElsewhereIsStaleUnlessATurnStartedItSo() {
        #expect(seen(.present("/usr/bin/dash")).isEmpty, "a restart would change nothing")
        #expect(seen(.present("/tmp/mine"), isKnown: false).steps == [.unit(.restart, name)])
        #expect(seen(.present("/usr/lib/systemd/systemd"), isKnown: false).isEmpty)
    }

    @Test func programThatCannotBeSeenRestartsNothingAndIsNoted() {
        let plan = seen(.unreadable(reason: "Permission denied"))
        #expect(plan.steps.isEmpty)
        #expect(
            plan.notes == [
                Note(.unit(name), "what it runs cannot be seen: Permission denied")
            ])
    }

    // MARK: Judged by time, once

    @Test func whatWasJudgedStaleIsRestartedThoughTheClockJumpsBeforeTheNextTurn() {
        var turns = converged(Scene.service("v6-x.service", "1"))
        turns.host.apply(.unit(.restart, name))
        let new = desired(Scene.service("v6-x.service", "2"))
        turns.beKilled(onTheWayTo: new, after: 2)
        turns.host.units[name]?.startedUs = turns.host.nowUs * 2
        let plan = turns.converge(to: new)
        #expect(plan.steps == [.unit(.restart, name)])
    }

    @Test func whatWasJudgedFreshIsKnownWhenTheFileIsWrittenLater() {
        var turns = converged(Scene.service("v6-x.service", comment: "old"))
        turns.host.apply(.unit(.restart, name))
        turns.converge(to: desired(Scene.service("v6-x.service", comment: "new")))
        let new = Scene.service("v6-x.service", comment: "newer")
        #expect(words(plan(new, turns)).last == "load unit files")
        #expect(plan(new, turns).judged.isEmpty, "nothing new is learnt")
    }

    // MARK: What nobody asked for

    @Test func strayDropInIsRemovedOrReportedByPolicy() {
        var turns = converged(Scene.service("v6-x.service"))
        let stray = hostPath("/etc/systemd/system/v6-x.service.d/99.conf")
        turns.host.apply(
            .writeFile(stray, Scene.source("by hand", "[Service]\n"), Scene.root))
        turns.host.apply(.loadUnitFiles)
        let removed = plan(Scene.service("v6-x.service"), turns)
        #expect(removed.steps == [.setAside(stray), .loadUnitFiles])
        var desired = desired(Scene.service("v6-x.service"))
        desired.drift.strayDropIns = .report
        let reported = Reconcile.plan(
            desired: desired, observed: turns.observe(desired), live: turns.live)
        #expect(reported.isEmpty)
        #expect(
            reported.notes == [
                Note(.unit(name), "drop-in 99.conf is not in desired state; it is left")
            ])
        turns.converge(to: Desired(environment: "paper"))
        #expect(turns.host.things[stray] != nil, "it was never ours")
    }

    @Test func dropInFolderThatIsALinkIsSetAsideAndWhatBelongsInItWrittenAnew() {
        var service = Scene.service("v6-x.service")
        let text = "[Service]\nNice=1\n"
        service.dropIns["10.conf"] = Scene.source("systemd/v6-x.service.d/10.conf", text)
        service.dropInTexts["10.conf"] = Scene.text(text)
        let dropIn = hostPath("/etc/systemd/system/v6-x.service.d/10.conf")
        let plan = plan(service, converged(service)) { observed in
            observed.files[dropIn] = .unreadable(reason: "a link is in the way")
            observed.unitFolder.change {
                $0.blockedDropIns = [name]
                $0.dropIns = [:]
            }
        }
        #expect(plan.obstacles == [])
        #expect(
            words(plan) == [
                "set /etc/systemd/system/v6-x.service.d aside",
                "write \(dropIn) from systemd/v6-x.service.d/10.conf", "load unit files",
            ])
    }

    @Test func maskedUnitIsNotLoadedOverAndOverForDropInsThatItNeverLoads() {
        let masked = Scene.foreign(isMasked: true)
        let plan = plan(masked, converged(masked)) { observed in
            guard case .present(var units) = observed.units else { return }
            units[name]?.needsReload = true
            observed.units = .present(units)
        }
        #expect(plan.isEmpty, "\(plan.steps)")
    }

    @Test func whatIsLoadedFromElsewhereIsNotedAndLeft() {
        let service = Scene.service("v6-x.service")
        let plan = plan(service, converged(service)) { observed in
            guard case .present(var units) = observed.units else { return }
            units[name]?.dropIns = [
                "/etc/systemd/system/v6-x.service.d/1.conf",
                "/etc/systemd/system/service.d/2.conf",
            ]
            units[name]?.fragment = "/etc/systemd/system.control/v6-x.service"
            observed.units = .present(units)
        }
        #expect(plan.isEmpty)
        #expect(
            plan.notes.map(\.reason) == [
                "drop-in /etc/systemd/system/service.d/2.conf changes it, and no commit gives it; "
                    + "it is left",
                "it is loaded from /etc/systemd/system.control/v6-x.service, not from "
                    + "/etc/systemd/system/v6-x.service",
            ])
    }

    @Test func strayUnitsAreNotedAndBySuchAPolicyRemoved() {
        var turns = converged(Scene.service("v6-x.service"))
        turns.host.apply(
            .writeFile(
                hostPath("/etc/systemd/system/v6-mine.service"), Scene.source("by hand", ""),
                Scene.root))
        turns.host.apply(
            .writeFile(
                hostPath("/etc/systemd/system/mine.service"), Scene.source("by hand", ""),
                Scene.root))
        let noted = plan(Scene.service("v6-x.service"), turns)
        #expect(noted.isEmpty)
        #expect(noted.notes.map(\.address) == [.unit(unitName("v6-mine.service"))])
        var desired = desired(Scene.service("v6-x.service"))
        desired.drift.strayUnits = .remove
        var observed = turns.observe(desired)
        observed.unitFolder.change { $0.missing = [unitName("v6-gone.service")] }
        observed.unitFolder.change {
            $0.links[unitName("v6-gone.service")] = ["multi-user.target.wants"]
        }
        let removed = Reconcile.plan(desired: desired, observed: observed, live: turns.live)
        #expect(
            removed.steps.map(\.description) == [
                "remove /etc/systemd/system/multi-user.target.wants/v6-gone.service",
                "load unit files", "stop v6-mine.service",
                "set /etc/systemd/system/v6-mine.service aside", "load unit files",
            ])
    }

    @Test func otherNameOfAUnitIsNoStrayUnit() {
        let turns = converged(Scene.service("v6-x.service"))
        var desired = desired(Scene.service("v6-x.service"))
        desired.drift.strayUnits = .remove
        var observed = turns.observe(desired)
        let other = unitName("v6-other.service")
        observed.unitFolder.change {
            $0.files.insert(other.text)
            $0.aliases = [other]
        }
        let plan = Reconcile.plan(desired: desired, observed: observed, live: turns.live)
        #expect(plan.isEmpty, "stopping it would stop the unit itself")
        #expect(plan.notes.map(\.address) == [.unit(other)])
    }

    // MARK: What the host lacks

    @Test func unitOfOthersThatTheHostLacksIsNamed() {
        let plan = plan(Scene.foreign(state: .running), ModelTurns())
        #expect(
            plan.obstacles == [
                Obstacle(
                    "service/v6-x.service", "the host has no such unit, and desired gives none")
            ])
        #expect(self.plan(Scene.foreign(state: .stopped), ModelTurns()).isEmpty)
    }

    @Test func missingProgramStopsACommitAndHoldsADrift() {
        let service = Scene.service("v6-x.service")
        let intended = plan(service, ModelTurns()) { $0.missingPrograms = [name: ["/bin/1"]] }
        #expect(
            intended.obstacles == [
                Obstacle("service/v6-x.service", "there is no program to run at /bin/1")
            ])
        var turns = converged(service)
        #expect(plan(service, turns) { $0.missingPrograms = [name: ["/bin/1"]] }.isEmpty)
        turns.host.apply(.unit(.stop, name))
        let drift = plan(service, turns) { $0.missingPrograms = [name: ["/bin/1"]] }
        #expect(drift.held.map(\.gate) == ["program"])
        #expect(drift.steps.isEmpty)
    }

    @Test func folderOfUnitFilesThatCannotBeReadStopsTheTurn() {
        let turns = converged(Scene.service("v6-x.service"))
        let plan = plan(Scene.service("v6-x.service"), turns) {
            $0.unitFolder = .unreadable(reason: "Input/output error")
        }
        #expect(plan.obstacles.first == Obstacle("/etc/systemd/system", "Input/output error"))
    }

    @Test func maskedUnitIsStoppedAndItsFileGivesWay() {
        let service = Scene.service("v6-x.service")
        var turns = converged(service)
        let masked = plan(Scene.foreign(isMasked: true), turns)
        #expect(
            words(masked) == [
                "stop v6-x.service", "switch /etc/systemd/system/v6-x.service to /dev/null",
                "load unit files",
            ])
        turns.converge(to: desired(Scene.foreign(isMasked: true)))
        let back = plan(service, turns)
        #expect(back.changes.map(\.details) == [["masked -> unit file", "inactive -> running"]])
    }
}

extension Reading {
    fileprivate mutating func change(_ body: (inout Value) -> Void) {
        guard case .present(var value) = self else { return }
        body(&value)
        self = .present(value)
    }
}
