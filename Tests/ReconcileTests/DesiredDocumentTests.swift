import Facts
import Reconcile
import TestKit
import Testing
import YAML

/// Whole documents: the one of design.md, and what is left of it after damage.
@Suite struct DesiredDocumentTests {
    /// Design, section 5, with what it leaves open by `…` filled in.
    private static let design = """
        # desired/paper.yaml
        extends: common.yaml
        environment: paper

        dry_run: true                     # no order leaves the host while true

        config:
          ib:
            host: 127.0.0.1
            port: 4002
            mode: paper
            account: DU1234567
            client_ids: {trading: 10, position_sync: 11, reconcile: 12, plan: 13, halt: 14}
          logging: {level: info}
          monitoring: {dashboard: 127.0.0.1:8501}
          health_check: {interval: 60s}

        limits:
          positions_max: 20
          order_quantity_max: 10
          orders_per_day_max: 50
          daily_loss_max: 1000 USD
          portfolio: {delta_max: 50, gamma_max: 10}
          symbol: {delta_max: 20, positions_max: 5}

        trading: {state: active}          # active | reducing | halted

        users:
          v6-trading: {system: true, home: /var/lib/v6/v6-trading, groups: [v6]}

        directories:
          /var/lib/v6: {owner: root, group: v6, mode: "0750"}
          /srv/models:
            {source: files/models, recursive: true, owner: root, group: v6, mode: "0750",
             file_mode: "0640"}

        files:
          /etc/v6/logrotate.conf:
            {source: files/logrotate.conf, owner: root, group: v6, mode: "0640"}

        links:
          /etc/v6/current-model: {to: /srv/models/default}

        services:
          v6-trading.service:
            unit: systemd/v6-trading.service
            enabled: true
            state: running
            restart: drained
            reads: [config.ib, config.logging, limits, dry_run, trading]
            release: true
          v6-health-check.timer:
            {unit: systemd/v6-health-check.timer, enabled: true, state: running}

        health:
          stable_for: 60s
          checks: {disk: {warn: 80%, fail: 90%}}

        windows:
          - {kind: deny, calendar: XNYS, phase: [regular], pad: {before: 15m, after: 15m},
             risk: trading}
        release: {build: host}
        """

    private static func commit() -> Commit {
        var commit = Commit(design)
        commit.documents["common.yaml"] = "drift: {stray_units: report}\n"
        commit.files = ["logrotate.conf", "models/default", "models/deep/other"]
        commit.units = [
            "v6-trading.service": Commit.service("User=v6-trading"),
            "v6-health-check.timer": "[Timer]\nOnBootSec=1\n[Install]\nWantedBy=timers.target\n",
        ]
        return commit
    }

    @Test func theExampleOfTheDesignIsValid() throws {
        let commit = Self.commit()
        #expect(commit.complaint == "")
        let desired = try commit.read()
        #expect(desired.files.count == 3 && desired.directories.count == 3)
        #expect(desired.groups["v6"] != nil)
        let trading = try #require(desired.services[unitName("v6-trading.service")])
        #expect(trading.configuration?.file.group == "v6-trading")
        #expect(
            differenceFromKept(
                String(decoding: trading.configuration?.bytes ?? [], as: UTF8.self),
                "trading-configuration.json") == nil)
    }

    @Test func noDamageToADocumentTrapsTheReaderOrGoesUntold() throws {
        var commit = Self.commit()
        let source = YAMLSource(name: "d", bytes: Array(Self.design.utf8))
        let node = try source.parse()
        var refused = 0
        for seed in 0..<1_500 {
            var dice = Dice(seed: UInt64(seed))
            var places = 1 + dice.below(60)
            commit.documents["paper.yaml"] = Self.text(node, &places, &dice)
            do throws(YAMLFaults) {
                let resolution = try commit.resolve()
                #expect(!resolution.values.isEmpty)
            } catch {
                refused += 1
                for fault in error.faults {
                    #expect(fault.mark.line >= 1, "\(fault)")
                    #expect(!describe(fault, in: commit.checkout.sources).isEmpty)
                }
            }
        }
        #expect((500..<1_500).contains(refused), "\(refused)")
    }

    private static let oddities = [
        "null", "~", "[]", "{}", "[[]]", "{a: {b: c}}", "-1", "1e9", "yes", "\"\"", "/", "/etc",
        "\"\\u0000\"", "99999999999999999999", "💥", "{credential: x}", "0x10", "!",
        "/etc/v6/../x", "[/etc/v6]", "12 USD", "5m", "4294967296d", "' '", "root", "x.service",
    ]

    /// The node in one line, with one of its values replaced.
    private static func text(_ node: YAMLNode, _ places: inout Int, _ dice: inout Dice) -> String {
        places -= 1
        if places == 0 { return oddities[dice.below(oddities.count)] }
        switch node.value {
        case .scalar(let scalar):
            return scalar.isPlain && !scalar.text.contains(":") ? scalar.text : "\"\(scalar.text)\""
        case .sequence(let items):
            var texts: [String] = []
            for item in items { texts.append(text(item, &places, &dice)) }
            return "[\(texts.joined(separator: ", "))]"
        case .mapping(let entries):
            var texts: [String] = []
            for entry in entries {
                texts.append("\"\(entry.key)\": \(text(entry.value, &places, &dice))")
            }
            return "{\(texts.joined(separator: ", "))}"
        }
    }
}
