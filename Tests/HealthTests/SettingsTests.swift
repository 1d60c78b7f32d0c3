import Facts
import Health
import JSON
import Testing

/// What a turn renders for the health check.
@Suite struct SettingsTests {
    private func settings(_ text: String) throws -> (HealthSettings, [String]) {
        var settings = HealthSettings()
        let problems = settings.take(try JSONValue.parse(Array(text.utf8)))
        return (settings, problems)
    }

    @Test func renderedConfigurationIsTakenOver() throws {
        let (found, problems) = try settings(
            """
            {"health": {"stable_for": "60s", "checks": {
              "disk": {"warn": "80%", "fail": "85.5%", "folders": ["/", "/srv", "/srv"]},
              "inodes": {"warn": "70%"}, "memory": null,
              "load": {"warn": 2, "fail": "4.5"}, "clock": {"warn": "10ms", "fail": "2s"},
              "drift": {"warn": "5m", "fail": "1d"}, "last_turn": {"warn": "20m"},
              "units": {"critical": ["a.service"], "ignored": ["b.timer"]},
              "sync": {"warn": "300s", "fail": "600s"}},
              "hysteresis": {"bad": 1, "good": 5}},
             "config": {"health_check": {"interval": "60s"}}}
            """)
        #expect(problems == [])
        var wanted = HealthSettings()
        wanted.disk = try thresholds(.percent(80), Amount(thousandths: 85_500, .percent))
        wanted.inodes = try thresholds(.percent(70), .percent(95))
        wanted.load = try thresholds(.count(2), Amount(thousandths: 4_500, .count))
        wanted.clock = try thresholds(.milliseconds(10), .milliseconds(2_000))
        wanted.drift = try thresholds(.milliseconds(300_000), .milliseconds(86_400_000))
        wanted.lastTurn = try thresholds(.milliseconds(1_200_000), .milliseconds(3_600_000))
        wanted.folders = ["/", "/srv"]
        wanted.criticalUnits = [try #require(UnitName("a.service"))]
        wanted.ignoredUnits = [try #require(UnitName("b.timer"))]
        wanted.steadiness = Steadiness(bad: 1, good: 5)
        #expect(found == wanted)
    }

    @Test func configurationThatSaysNothingChangesNothing() throws {
        for text in ["{}", #"{"health": {}}"#, #"{"health": {"checks": {}}, "config": {}}"#] {
            let (found, problems) = try settings(text)
            #expect(problems == [])
            #expect(found == HealthSettings())
        }
    }

    @Test(arguments: [
        "[]", #"{"health": {"checks": {"disk": {"warn": "80"}}}}"#,
        #"{"health": {"checks": {"disk": {"warn": "96%"}}}}"#,
        #"{"health": {"checks": {"disk": {"folders": "/srv"}}}}"#,
        #"{"health": {"checks": {"disk": {"folders": ["srv"]}}}}"#,
        #"{"health": {"checks": {"load": {"fail": true}}}}"#,
        #"{"health": {"checks": {"last_turn": {"fail": "soon"}}}}"#,
        #"{"health": {"checks": {"units": {"critical": "a.service"}}}}"#,
        #"{"health": {"checks": {"units": {"ignored": ["nothing"]}}}}"#,
        #"{"health": {"hysteresis": {"bad": 0}}}"#,
    ])
    func configurationThatMakesNoSenseIsNamedAndNothingOfItIsTaken(text: String) throws {
        let (found, problems) = try settings(text)
        #expect(problems.count == 1, "\(problems)")
        #expect(found == HealthSettings())
    }

    private func thresholds(_ warn: Amount, _ fail: Amount) throws -> Thresholds {
        try #require(Thresholds(warn: warn, fail: fail))
    }
}
