import Reconcile
import TestKit
import Testing
import YAML

@Suite struct HostVariablesTests {
    private static let desired = """
        dry_run: true
        trading: {state: reducing}
        limits: {positions_max: 5, daily_loss_max: 1000 USD}
        config: {logging: {level: info}, health_check: {interval: 1m}}
        """

    private func commit(_ variables: String) -> Commit {
        var commit = Commit(Self.desired)
        commit.variables = variables
        return commit
    }

    @Test(arguments: [
        ("V6_LOG_LEVEL=debug", "config.logging.level = debug"),
        ("V6_DRY_RUN=true", "dry_run = true"),
        ("V6_TRADING_STATE=halted", "trading.state = halted"),
        ("V6_TRADING_STATE=reducing", "trading.state = reducing"),
        ("V6_POSITIONS_MAX=4", "limits.positions_max = 4"),
        ("V6_DAILY_LOSS_MAX=999.50 USD", "limits.daily_loss_max = 999.5 USD"),
        ("V6_ORDERS_PER_DAY_MAX=7", "limits.orders_per_day_max = 7"),
        ("V6_HEALTH_CHECK_INTERVAL=60s", "config.health_check.interval = 1m"),
        ("V6_IB_PORT=4001", "config.ib.port = 4001"),
        ("V6_BACKUP_FOLDER=/mnt/backup", "backup.folder = /mnt/backup"),
    ])
    func aVariableStandsForTheValue(_ line: String, _ value: String) throws {
        let name = line.prefix { $0 != "=" }
        let shown = try commit("\n# mine\n\(line)\n").shown()
        let expected = "\(value)  # \(name), /etc/v6-reconcile/environment:3\n"
        #expect(shown.contains("\n\(expected)") || shown.hasPrefix(expected), "\(shown)")
    }

    @Test func whatIsUnknownBrokenOrRaisesRiskIsToldAtOnce() {
        let commit = commit(
            """
            V6_DRY_RUN=false
            V6_TRADING_STATE=active
            V6_POSITIONS_MAX=6
            V6_DAILY_LOSS_MAX=900 EUR
            V6_HEALTH_CHECK_INTERVAL=61s
            V6_LOG_LEVL=debug
            PATH=/usr/bin
            V6_LOG_LEVEL="debug"
            V6_IB_HOST=
            V6_LOG_FILE=null
            V6_MONITORING_ENABLED=no
            export V6_DRY_RUN=true
            what
            V6_POSITIONS_MAX=1
            """)
        #expect(differenceFromKept(commit.complaint, "variable-faults.txt") == nil)
    }

    @Test func withoutAStateToCompareNothingIsMadeActive() {
        var commit = Commit("dry_run: true\n")
        commit.variables = "V6_TRADING_STATE=active\n"
        #expect(commit.complaint.contains("V6_TRADING_STATE is active"))
        commit.variables = "V6_TRADING_STATE=halted\n"
        #expect(commit.complaint == "")
    }

    @Test func whereNothingIsWrittenTheStandardIsWhatAVariableMustNotExceed() {
        var commit = Commit("environment: paper\n")
        commit.variables = "V6_HEALTH_CHECK_INTERVAL=61s\n"
        #expect(commit.complaint.contains("above config.health_check.interval, which is 60s"))
    }

    @Test func aHostCanGoBackToLimitsThatAreTighterThanItsVariable() throws {
        let commit = commit("V6_POSITIONS_MAX=6\nV6_LOG_LEVEL=debug\n")
        #expect(commit.complaint.contains("V6_POSITIONS_MAX is 6"))
        let values = try commit.resolve(isRecorded: true).values.map(\.text)
        #expect(values.contains("limits.positions_max = 5"))
        #expect(values.contains("config.logging.level = debug"))
    }

    @Test func aVariableReachesWhatUnitsRead() throws {
        var commit = commit("V6_LOG_LEVEL=debug\n")
        commit.documents["paper.yaml"]? +=
            "\nservices: {x.service: {unit: systemd/x.service, reads: [config.logging]}}\n"
        commit.units = ["x.service": Commit.service()]
        let with = try commit.read()
        commit.variables = nil
        let without = try commit.read()
        let bytes = with.services[unitName("x.service")]?.configuration?.bytes ?? []
        #expect(String(decoding: bytes, as: UTF8.self).contains("\"level\": \"debug\""))
        #expect(with.contentDigest != without.contentDigest, "quarantine tells them apart")
    }

    @Test func everyVariableStandsForAValueThatThereIs() throws {
        #expect(Set(HostVariables.table.map(\.name)).count == HostVariables.table.count)
        #expect(Set(HostVariables.table.map(\.place)).count == HostVariables.table.count)
        for row in HostVariables.table {
            var commit = Commit("environment: paper\n")
            commit.variables = "\(row.name)=?\n"
            #expect(
                commit.complaint.hasPrefix(
                    "/etc/v6-reconcile/environment:1:1: \(row.place) is "),
                "\(commit.complaint)")
        }
    }
}
