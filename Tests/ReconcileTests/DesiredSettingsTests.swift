import Facts
import JSON
import Reconcile
import TestKit
import Testing
import YAML

@Suite struct DesiredSettingsTests {
    /// Every part of design.md, section 5, and every field of the original's configuration.
    private static let whole = """
        extends: common.yaml
        environment: paper
        dry_run: true
        config:
          ib:
            host: 127.0.0.1
            port: 4002
            mode: paper
            account: DU1234567
            client_ids: {trading: 10, position_sync: 11}
          logging: {level: info, file: /var/lib/v6/v6.log, size_max: 64MiB, files_max: 10}
          monitoring: {enabled: true, dashboard: "[::1]:8501"}
          health_check: {interval: 60s}
        limits:
          positions_max: 20
          order_quantity_max: 10
          orders_per_day_max: 50
          daily_loss_max: 1000 USD
          portfolio: {delta_max: 50, gamma_max: 0.25}
          symbol: {delta_max: 20, positions_max: 5}
        trading: {state: active}
        health:
          stable_for: 60s
          checks: {disk: {warn: 80%, fail: 90%}, memory: {warn: 80.5%}}
        windows:
          - kind: deny
            calendar: XNYS
            phase: [regular]
            pad: {before: 15m, after: 15m}
            risk: trading
          - {kind: allow, schedule: "0 18 * * 1-5", timezone: America/New_York, duration: 5h}
        release: {build: host}
        backup:
          folder: /var/backups/v6
          at: 17:00 America/New_York
          keep: {within: 30d, daily: 7}
          upload: {with: rclone, to: "remote:v6", credential: rclone}
        alerts:
          sinks:
            chat: {kind: slack, url: {credential: slack-webhook}}
            post: {kind: mail, to: ops@example.net, least: critical}
        """

    private func commit(_ text: String) -> Commit {
        var commit = Commit(text)
        commit.documents["common.yaml"] = "limits: {breaker: {failures: 4}, positions_max: 9}\n"
        return commit
    }

    @Test func everySettingHasItsPlaceAndEveryValueItsOrigin() throws {
        var commit = commit(Self.whole)
        commit.variables = "# of this host\nV6_LOG_LEVEL=debug\nV6_POSITIONS_MAX=3\n"
        #expect(commit.complaint == "")
        #expect(differenceFromKept(try commit.shown(), "shown.txt") == nil)
        let json = try commit.resolve().values.map(\.json)
        #expect(
            json.first { $0["path"]?.asString == "config.logging.level" } == [
                "path": "config.logging.level", "value": "debug",
                "origin": [
                    "kind": "variable", "name": "V6_LOG_LEVEL",
                    "file": "/etc/v6-reconcile/environment", "line": 2,
                ],
            ])
    }

    @Test func everyFaultOfSettingsIsToldAtOnce() {
        let commit = commit(
            """
            environment: paper
            ib_host: 127.0.0.1
            log_level: INFO
            max_log_size_mb: 100
            dry_run: yes
            config:
              ib:
                port: 70000
                mode: live
                account: DU1234567
                client_ids: {trading: 10, halt: 14, plan: 10, bad id: 3, zero: 0}
                client_id: 1
              logging: {level: INFO, max_size_mb: 5}
              health_check: {interval_seconds: 60}
              monitoring: {dashboard: 8501}
            limits:
              positions_max: 2.5
              daily_loss_max: 1000
              drawdown_max: 10
              portfolio: {delta_max: -1, gamma_max: 0.00001}
            trading: {state: on}
            health:
              stable_for: 11m
              checks: {disk: {warn: 97%}, clock: {warn: 2s, fail: 1500ms}, cpu: {}}
            windows:
              - {kind: deny}
              - {calendar: XNYS, schedule: "* * * * *"}
              - {kind: allow, schedule: "61 * * * *", phase: [regular]}
              - {kind: allow, calendar: XNYS, duration: 5h}
            release: {build: host, artifact: x.tar}
            backup: {at: 17:00, folder: relative, keep: {within: 30}}
            alerts:
              sinks:
                chat: {kind: slack}
                post: {kind: mail, to: ops@example.net, url: {credential: x}}
            """)
        #expect(differenceFromKept(commit.complaint, "setting-faults.txt") == nil)
    }

    @Test(arguments: [
        ("config: {ib: {mode: live, account: U1234567}}\n", "paper", "live in paper"),
        ("config: {ib: {mode: live, account: U1234567}}\n", "production", ""),
        ("config: {ib: {mode: paper, account: U1234567}}\n", "production", "no paper account"),
        ("config: {ib: {mode: paper, account: DF1234567}}\n", "production", ""),
        ("config: {ib: {account: 1234567}}\n", "paper", "not an account"),
        ("release: {build: host}\n", "paper", ""),
        ("release: {build: host}\n", "production", "nothing is built"),
        ("release: {artifact: /srv/v6.tar}\n", "production", "has no sha256"),
        (
            "release: {artifact: /srv/v6.tar, sha256: \(String(repeating: "a", count: 64))}\n",
            "production", ""
        ),
        ("release: {artifact: v6.tar, sha256: \(digest)}\n", "paper", "no place that one"),
        ("release: {artifact: http://a/b, sha256: \(digest)}\n", "paper", "no place that one"),
        ("release: {artifact: https://a/b, sha256: \(digest)}\n", "paper", ""),
        ("release: {artifact: 'file:///a b', sha256: \(digest)}\n", "paper", "no place that one"),
        ("release: {artifact: file:///srv/a, sha256: \(digest)}\n", "paper", ""),
        (ours, "paper", ""),
        (ours, "production", "production takes artifacts only"),
        (ours + "release: {artifact: /srv/a, sha256: \(digest)}\n", "production", ""),
    ])
    func whatContradictsItselfOrItsEnvironmentIsRefused(
        _ text: String, _ environment: String, _ words: String
    ) {
        var commit = Commit(text, environment: environment)
        commit.units = ["v6-x.service": Commit.service()]
        let complaint = commit.complaint
        #expect(words.isEmpty ? complaint.isEmpty : complaint.contains(words), "\(complaint)")
    }

    private static let digest = String(repeating: "a", count: 64)
    private static let ours =
        "services: {v6-x.service: {unit: systemd/v6-x.service, release: true}}\n"

    @Test func dryRunInProductionIsAWarningThere() throws {
        let text = "dry_run: true\n"
        #expect(
            try Commit(text, environment: "production").resolve().warnings.map(\.problem) == [
                "dry_run is true in production: no order is sent"
            ])
        #expect(try Commit(text).resolve().warnings.isEmpty)
    }

    @Test(arguments: [
        "positions_max", "order_quantity_max", "orders_per_day_max", "daily_loss_max",
        "portfolio.gamma_max", "symbol.delta_max",
    ])
    func aLimitThatNobodyWroteStopsWhatReadsIt(_ limit: String) {
        let limits = [
            "positions_max": "1", "order_quantity_max": "1", "orders_per_day_max": "1",
            "daily_loss_max": "1 USD", "portfolio.delta_max": "1", "portfolio.gamma_max": "1",
            "symbol.delta_max": "1", "symbol.positions_max": "1",
        ]
        func text(_ limits: [String: String]) -> String {
            func inner(_ prefix: String) -> String {
                limits.filter { $0.key.hasPrefix(prefix) }.map {
                    "\($0.key.dropFirst(prefix.count)): \($0.value)"
                }.joined(separator: ", ")
            }
            let flat = limits.filter { !$0.key.contains(".") }.map { "  \($0.key): \($0.value)\n" }
            return "limits:\n\(flat.joined())  portfolio: {\(inner("portfolio."))}\n"
                + "  symbol: {\(inner("symbol."))}\n"
                + "services: {x.service: {unit: systemd/x.service, reads: [limits]}}\n"
        }
        var commit = Commit(text(limits))
        commit.units = ["x.service": Commit.service()]
        #expect(commit.complaint == "")
        commit.documents["paper.yaml"] = text(limits.filter { $0.key != limit })
        #expect(
            commit.complaint.contains(": limits.\(limit) is missing, and x.service reads it"),
            "\(commit.complaint)")
    }

    @Test func anAccountIsNeededWhereTheBrokerIsReadButNotInTheSandbox() {
        let text = """
            config: {ib: {port: 4002}}
            services: {x.service: {unit: systemd/x.service, reads: [config]}}
            """
        var commit = Commit(text)
        commit.units = ["x.service": Commit.service()]
        #expect(commit.complaint.contains("config.ib.account is missing"))
        #expect(commit.complaint.contains("config.ib.mode is missing"))
        commit.environment = "sandbox"
        commit.documents = ["sandbox.yaml": text]
        #expect(commit.complaint == "")
    }

    @Test func orderOfKeysDoesNotMatter() throws {
        var whole = commit(Self.whole)
        whole.units = ["x.service": Commit.service()]
        whole.documents["paper.yaml"]? += """

            services: {x.service: {unit: systemd/x.service, reads: [config, limits, windows]}}
            files: {/etc/v6/a: {source: files/README}, /etc/v6/b: {source: files/README}}
            users: {a: {groups: [b, c]}, d: {}}
            """
        let first = try whole.read()
        let source = whole.checkout.sources.first { $0.name == "desired/paper.yaml" }
        let node = try #require(source).parse()
        for seed in 0..<200 {
            var dice = Dice(seed: UInt64(seed))
            whole.documents["paper.yaml"] = Self.flow(node, &dice)
            let desired = try whole.read()
            #expect(desired == first, "seed \(seed)")
            #expect(desired.contentDigest == first.contentDigest)
        }
    }

    /// The node in one line, keys in an order of chance.
    private static func flow(_ node: YAMLNode, _ dice: inout Dice) -> String {
        switch node.value {
        case .scalar(let scalar): return "\"\(scalar.text)\"".isPlainAgain(scalar)
        case .sequence(let items):
            return "[" + items.map { flow($0, &dice) }.joined(separator: ", ") + "]"
        case .mapping(var entries):
            var texts: [String] = []
            while !entries.isEmpty {
                let entry = entries.remove(at: dice.below(entries.count))
                texts.append("\"\(entry.key)\": " + flow(entry.value, &dice))
            }
            return "{" + texts.joined(separator: ", ") + "}"
        }
    }
}

extension String {
    /// Without quotes where the scalar had none.
    fileprivate func isPlainAgain(_ scalar: YAMLScalar) -> String {
        scalar.isPlain && !scalar.text.contains(":") ? scalar.text : self
    }
}
