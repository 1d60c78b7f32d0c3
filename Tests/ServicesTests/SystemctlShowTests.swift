import Facts
import Services
import Testing

private let units = shownUnits.compactMap(UnitName.init)
private let bytes = Array(shownText.utf8)

private func statuses(_ bytes: [UInt8], _ units: [UnitName]) throws -> [UnitName: UnitStatus] {
    try SystemctlShow.statuses(in: bytes, of: units, epochUs: 1_000)
}

@Suite struct SystemctlShowTests {
    @Test func everyUnitOfRealOutputIsRead() throws {
        let found = try statuses(bytes, units)
        #expect(found.count == units.count)
        var running = UnitStatus(
            load: "loaded", active: "active", sub: "running", enablement: "enabled",
            invocation: "b555eedfdb26471d9d99ad77d6ca37f9", mainProcess: 118,
            startedUs: 1_679_053_821, restartPause: .seconds(90))
        running.fragment = "/etc/systemd/system/v6-cap-run.service"
        running.dropIns = [
            "/run/systemd/system/service.d/1.conf", "/etc/systemd/system/v6-.service.d/2.conf",
        ]
        #expect(found[units[0]] == running)
        #expect(
            found[units[1]]
                == UnitStatus(
                    load: "not-found", active: "inactive", sub: "dead",
                    restartPause: .milliseconds(100)))
        var waiting = UnitStatus(
            load: "loaded", active: "active", sub: "waiting", enablement: "enabled",
            invocation: "71b575a91a584d7286df0caa5424293e", startedUs: 1_679_056_497)
        waiting.fragment = "/etc/systemd/system/v6-cap-tick.timer"
        #expect(found[units[2]] == waiting)
        let failed = found[units[3]]
        #expect(failed?.active == "failed")
        #expect(failed?.result == "exit-code")
        #expect(failed?.exitStatus == 3)
        #expect(failed?.restarts == 5)
        #expect(found[units[4]]?.restartPause == SystemctlShow.pauseMax)
        #expect(found[units[5]]?.sub == "exited")
        #expect(found[units[6]]?.result == "start-limit-hit")
        #expect(found[units[7]]?.enablement == "static")
    }

    @Test func fileThatIsNewerThanWhatIsLoadedIsSeen() throws {
        guard let range = shownText.firstRange(of: "NeedDaemonReload=no") else {
            Issue.record("the text has changed")
            return
        }
        let text = shownText.replacingCharacters(in: range, with: "NeedDaemonReload=yes")
        let found = try statuses(Array(text.utf8), units)
        #expect(found[units[0]]?.needsReload == true)
        #expect(found[units[1]]?.needsReload == false)
    }

    @Test func outputCutAnywhereIsRefused() {
        for length in 0..<bytes.count {
            #expect(throws: BadShow.self, "cut at \(length)") {
                try statuses(Array(bytes[..<length]), units)
            }
        }
    }

    @Test func outputWithALineLostIsRefused() {
        let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        for index in lines.indices.dropLast() {
            var fewer = lines
            fewer.remove(at: index)
            #expect(throws: BadShow.self, "line \(index)") {
                try statuses(Array(fewer.joined(separator: [0x0a])), units)
            }
        }
    }

    @Test func answersForOtherUnitsAreRefused() throws {
        #expect(throws: BadShow.self) { try statuses(bytes, units.reversed()) }
        #expect(throws: BadShow.self) { try statuses(bytes, Array(units.dropLast())) }
        #expect(throws: BadShow.self) { try statuses(bytes, units + units.prefix(1)) }
    }

    @Test(arguments: [
        ("MainPID=118", "MainPID=-1"), ("MainPID=118", "MainPID=1e3"),
        ("NeedDaemonReload=no", "NeedDaemonReload=maybe"),
        ("ActiveState=active", "ActiveState=actve"), ("SubState=running", "SubState="),
        ("RestartUSec=1min 30s", "RestartUSec=a while"),
        ("InvocationID=b555", "InvocationID=x555"), ("NRestarts=0", "NRestarts=0\nNRestarts=0"),
        ("LoadState=loaded", "LoadState=loaded\nSpare=1"), ("Result=success", "Result"),
    ])
    func garbledOutputIsRefused(old: String, new: String) throws {
        guard let range = shownText.firstRange(of: old) else {
            Issue.record("\(old) is not in the text")
            return
        }
        let text = shownText.replacingCharacters(in: range, with: new)
        #expect(throws: BadShow.self) { try statuses(Array(text.utf8), units) }
    }

    @Test(arguments: [
        ("1.500000s", Duration.milliseconds(1_500)), ("3us", .microseconds(3)), ("0", .zero),
        ("1d 2h 3us", .seconds(93_600) + .microseconds(3)),
        ("1w", .seconds(604_800)), ("1y 2month", .seconds(31_557_600 + 2 * 2_629_800)),
    ])
    func pausesAsSystemdPrintsThemAreRead(text: String, pause: Duration) throws {
        let changed = shownText.replacing("RestartUSec=1min 30s", with: "RestartUSec=\(text)")
        let found = try statuses(Array(changed.utf8), units)
        #expect(found[units[0]]?.restartPause == pause)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with new: String) -> String
    {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
