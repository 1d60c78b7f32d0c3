import Digest
import Facts
import JSON
import Reconcile
import Testing

/// What a saved plan is bound to, and what makes it stale.
struct SavedPlanTests {
    private let path = hostPath("/etc/v6/README")
    private let bytes = [hostPath("/etc/v6/README"): ContentDigest.of("drifted")]

    /// A small host that is as desired but for one file.
    private func observed(_ change: (inout Observed) -> Void = { _ in }) -> Observed {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        turns.host.things[path]?.content = .of("drifted")
        var observed = turns.host.observe(Scene.small(), turns.live.inventory)
        change(&observed)
        return observed
    }

    private func binding(
        _ observed: Observed, commit: String = "aaaaaaa0", plan: String = "p",
        machine: String = "m", bytes: [HostPath: ContentDigest]? = nil
    ) -> PlanBinding {
        PlanBinding(
            commit: commit,
            host: HostPicture(of: observed, for: Scene.small(), bytes: bytes ?? self.bytes),
            plan: .of(plan), machine: .of(machine), expiresAt: WallTime(seconds: 1_000))
    }

    @Test func theSameHostAgainIsNoChange() {
        #expect(binding(observed()).changes(to: binding(observed())) == [])
    }

    @Test func timesAloneAreNoChange() {
        let later = observed {
            for (path, reading) in $0.files {
                guard var status = reading.value else { continue }
                status.modifiedUs += 1_000_000
                $0.files[path] = .present(status)
            }
            if var units = $0.units.value {
                for name in units.keys { units[name]?.startedUs += 5 }
                $0.units = .present(units)
            }
        }
        #expect(binding(observed()).changes(to: binding(later)) == [])
    }

    private func changes(_ change: (inout FileStatus) -> Void) -> [String] {
        let now = observed {
            guard var status = $0.files[path]?.value else { return }
            change(&status)
            $0.files[path] = .present(status)
        }
        return binding(observed()).changes(to: binding(now))
    }

    @Test func everyPartOfAFileCounts() {
        let named = ["host: /etc/v6/README has changed"]
        #expect(changes { $0.mode = FileMode(bits: 0o666) } == named)
        #expect(changes { $0.owner = "nobody" } == named)
        #expect(changes { $0.group = "nobody" } == named)
        #expect(changes { $0.content = .same } == named)
        #expect(changes { $0.content = .different(size: 99) } == named)
        #expect(changes { $0.kind = .link } == named)
        #expect(changes { $0.linkTarget = "/elsewhere" } == named)
        #expect(changes { _ in } == [])
        let gone = observed { $0.files[path] = .absent }
        #expect(binding(observed()).changes(to: binding(gone)) == named)
        let unread = observed { $0.files[path] = .unreadable(reason: "x") }
        #expect(binding(observed()).changes(to: binding(unread)) == named)
    }

    /// A file that differs from the desired one, edited again to other bytes of the same length.
    @Test func otherBytesOfTheSameLengthCount() {
        let now = binding(observed(), bytes: [path: .of("Drifted")])
        #expect(binding(observed()).changes(to: now) == ["host: /etc/v6/README has changed"])
    }

    private func changes(of unit: String, _ change: (inout UnitStatus) -> Void) -> [String] {
        func status(_ body: (inout UnitStatus) -> Void) -> Observed {
            observed {
                var status = UnitStatus(
                    load: "loaded", active: "active", sub: "running", enablement: "enabled",
                    invocation: "1")
                body(&status)
                $0.units = .present([unitName(unit): status])
            }
        }
        var desired = Scene.small()
        desired.services[unitName("v6-free.service")] = Scene.service(
            "v6-free.service", state: nil)
        func binding(_ observed: Observed) -> PlanBinding {
            PlanBinding(
                commit: "c", host: HostPicture(of: observed, for: desired, bytes: [:]),
                plan: .of("p"), machine: .of("m"), expiresAt: WallTime(seconds: 1_000))
        }
        return binding(status { _ in }).changes(to: binding(status(change)))
    }

    @Test func everyPartOfAUnitCountsThatSomebodyWantsUp() {
        let named = ["host: v6-trading.service has changed"]
        #expect(changes(of: "v6-trading.service") { $0.invocation = "2" } == named)
        #expect(changes(of: "v6-trading.service") { $0.active = "failed" } == named)
        #expect(changes(of: "v6-trading.service") { $0.enablement = "disabled" } == named)
        #expect(changes(of: "v6-trading.service") { $0.load = "masked" } == named)
        #expect(changes(of: "v6-trading.service") { $0.restarts = 3 } == [])
    }

    /// Its timer may start it at any moment: that makes no plan stale.
    @Test func runsOfAUnitThatOnlyItsTimerStartsDoNotCount() {
        #expect(changes(of: "v6-free.service") { $0.invocation = "2" } == [])
        #expect(changes(of: "v6-free.service") { $0.active = "activating" } == [])
        #expect(
            changes(of: "v6-free.service") { $0.enablement = "masked" }
                == ["host: v6-free.service has changed"])
        #expect(
            changes(of: "v6-gone.service") { $0.active = "inactive" }
                == ["host: v6-gone.service has changed"], "one that desired does not know")
    }

    @Test func otherCommitMachineAndPlanAreNamed() {
        let saved = binding(observed())
        #expect(
            saved.changes(to: binding(observed(), commit: "bbbbbbb1"))
                == ["commit: it is bbbbbbb, the plan is for aaaaaaa"])
        #expect(
            saved.changes(to: binding(observed(), machine: "n"))
                == ["machine: it was made for another one"])
        #expect(
            saved.changes(to: binding(observed(), plan: "q"))
                == ["plan: the same host and commit would be planned otherwise now"])
    }

    private let shown: JSONValue = ["format_version": .string(Plan.formatVersion), "binding": nil]

    private func document() -> JSONValue {
        let binding = binding(observed())
        var fields = shown.asObject ?? [:]
        fields["binding"] = binding.json
        return SavedPlan(binding).document(.object(fields))
    }

    @Test func documentComesBackAsItWasWritten() throws {
        let read = try SavedPlan(try JSONValue.parse(Array(document().text(pretty: true).utf8)))
        #expect(read == SavedPlan(binding(observed())))
    }

    @Test func changedDocumentIsRefused() throws {
        let members = try #require(document().asObject)
        for key in ["saved", "format_version", "binding", "host"] {
            for value: JSONValue? in [nil, "x", [:], ["/etc/v6/README": "x"]] {
                var changed = members
                changed[key] = value
                #expect(throws: SavedPlanFault.self, "\(key)") {
                    try SavedPlan(.object(changed))
                }
            }
        }
        var host = try #require(members["host"]?.asObject)
        host.members.removeFirst()
        var changed = members
        changed["host"] = .object(host)
        #expect(throws: SavedPlanFault.self) { try SavedPlan(.object(changed)) }
    }

    /// Each part of a plan counts in its digest.
    @Test func digestSeesWhatWouldBeDone() {
        let path = hostPath("/etc/v6/a")
        let change = Change(
            .file(path), .change, .drift, details: ["content"], steps: [.remove(path)])
        let plan = Plan(changes: [change])
        let other = Plan(changes: [
            Change(.file(path), .change, .intended, details: ["content"], steps: [.remove(path)])
        ])
        let longer = Plan(changes: [change], held: [Held(.file(path), gate: "g", reason: "r")])
        let content = ContentDigest.of("c")
        let digests = [plan, other, longer, Plan()].map { $0.digest(content) }
        #expect(Set(digests + [plan.digest(.of("d"))]).count == 5)
        #expect(plan.digest(content) == digests[0])
    }
}
