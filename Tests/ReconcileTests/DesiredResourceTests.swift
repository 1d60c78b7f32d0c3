import Digest
import Facts
import JSON
import Reconcile
import TestKit
import Testing
import YAML

@Suite struct DesiredResourceTests {
    @Test func accountsAreReadAndTheGroupsOfUsersAreMadeToo() throws {
        let desired = try Commit(
            """
            users:
              v6-trading:
                home: /var/lib/v6/v6-trading
                groups: [v6, adm, v6-sync]
              v6-sync: {system: false, shell: /bin/bash}
            groups:
              v6: {}
              people: {system: false}
            """
        ).read()
        #expect(
            desired.users == [
                "v6-trading": DesiredUser(
                    home: hostPath("/var/lib/v6/v6-trading"), groups: ["adm", "v6", "v6-sync"]),
                "v6-sync": DesiredUser(isSystem: false, shell: "/bin/bash"),
            ])
        #expect(
            desired.groups == [
                "v6": DesiredGroup(), "adm": DesiredGroup(),
                "people": DesiredGroup(isSystem: false),
            ], "v6-sync is the group of a user")
    }

    @Test func linksAreReadAsTheyStand() throws {
        let desired = try Commit(
            "links: {/etc/v6/current: {to: /srv/models/default}, /srv/up: {to: ../x}}\n"
        ).read()
        #expect(
            desired.links == [
                hostPath("/etc/v6/current"): "/srv/models/default", hostPath("/srv/up"): "../x",
            ])
    }

    @Test func aTreeBringsEveryFileAndFolderBelowItsSource() throws {
        var commit = Commit(
            """
            directories:
              /srv/models:
                source: files/models
                recursive: true
                group: v6
                mode: "0750"
                file_mode: "0640"
              /srv/models/deep: {mode: "0700"}
            """)
        commit.files = [
            "models/one", "models/deep/er/two", "models/deep/three", "models-not/four", "models2",
        ]
        let desired = try commit.read()
        let folder = Ownership(owner: "root", group: "v6", mode: FileMode(bits: 0o750))
        #expect(
            desired.directories == [
                hostPath("/srv/models"): folder,
                hostPath("/srv/models/deep"): Ownership(
                    owner: "root", group: "root", mode: FileMode(bits: 0o700)),
                hostPath("/srv/models/deep/er"): folder,
            ])
        #expect(
            desired.files.mapValues(\.source.path) == [
                hostPath("/srv/models/one"): "desired/files/models/one",
                hostPath("/srv/models/deep/er/two"): "desired/files/models/deep/er/two",
                hostPath("/srv/models/deep/three"): "desired/files/models/deep/three",
            ])
        #expect(
            Set(desired.files.values.map(\.ownership)) == [
                Ownership(owner: "root", group: "v6", mode: FileMode(bits: 0o640))
            ])
    }

    @Test func aTreeIsWhatItsFilesListedOneByOneWouldBe() throws {
        let names = (0..<40).map { "models/d\($0 % 7)/f\($0)" }
        var tree = Commit("directories: {/srv/m: {source: files/models, recursive: true}}\n")
        tree.files = names
        let folders = (0..<7).map { "  /srv/m/d\($0): {}\n" }.joined()
        let files = names.map { "  /srv/m/\($0.dropFirst(7)): {source: files/\($0)}\n" }.joined()
        var list = Commit("directories:\n  /srv/m: {}\n\(folders)files:\n\(files)")
        list.files = names
        var fromTree = try tree.read()
        #expect(fromTree.trees.values.first?.count == 8, "its own folder and those in it")
        fromTree.trees = [:]
        #expect(try fromTree == list.read())
        #expect(try tree.read().contentDigest == list.read().contentDigest)
    }

    @Test func aUnitOfOthersTakesDropInsEnablementStateAndMask() throws {
        var commit = Commit(
            """
            services:
              ssh.service: {drop_ins: [systemd/ssh.service.d/10-v6.conf], state: running}
              cups.service: {masked: true}
              cron.service: {enabled: false, state: stopped}
            """)
        commit.units = ["ssh.service.d/10-v6.conf": "[Service]\nNice=5\n"]
        let desired = try commit.read()
        let ssh = try #require(desired.services[unitName("ssh.service")])
        #expect(ssh.unit == nil && ssh.state == .running && ssh.enabled == nil)
        #expect(ssh.dropIns.mapValues(\.path) == ["10-v6.conf": "systemd/ssh.service.d/10-v6.conf"])
        #expect(desired.services[unitName("cups.service")]?.isMasked == true)
        let cron = try #require(desired.services[unitName("cron.service")])
        #expect(cron.enabled == false && cron.state == .stopped && !cron.isMasked)
    }

    @Test func whatAUnitReadsIsRenderedWholeSortedAndForItsGroupAlone() throws {
        var commit = Commit(
            """
            dry_run: true
            config:
              logging: {level: debug, size_max: 1024KiB}
              ib:
                mode: paper
                port: 4002
                client_ids: {trading: 10, halt: 14}
                account: DU1234567
            health: {stable_for: 1m}
            services:
              v6-x.service:
                unit: systemd/v6-x.service
                reads: [dry_run, config.logging, config.ib.client_ids, health.stable_for]
            """)
        commit.units = ["v6-x.service": Commit.service("User=v6-x\nGroup=v6")]
        let desired = try commit.read()
        let configuration = try #require(
            desired.services[unitName("v6-x.service")]?.configuration)
        #expect(
            differenceFromKept(
                String(decoding: configuration.bytes, as: UTF8.self), "configuration.json") == nil)
        #expect(configuration.digest == .of(configuration.bytes))
        #expect(
            configuration.file
                == Ownership(owner: "root", group: "v6", mode: FileMode(bits: 0o640)))
        #expect(
            configuration.folder
                == Ownership(owner: "root", group: "v6", mode: FileMode(bits: 0o750)))
    }

    @Test(arguments: [
        ("User=v6-x\n", "", "v6-x"), ("", "", "root"), ("User=a\nGroup=b\n", "", "b"),
        ("User=a\nGroup=b\n", "Group=\n", "a"), ("User=a\n", "Group=c\n", "c"),
    ])
    func theGroupThatReadsIsTheOneThatTheUnitRunsAs(
        _ unit: String, _ dropIn: String, _ group: String
    ) throws {
        var commit = Commit(
            """
            dry_run: true
            services:
              v6-x.service:
                unit: systemd/v6-x.service
                drop_ins: [systemd/v6-x.service.d/10.conf]
                reads: [dry_run]
            """)
        commit.units = [
            "v6-x.service": Commit.service(unit), "v6-x.service.d/10.conf": "[Service]\n\(dropIn)",
        ]
        let service = try commit.read().services[unitName("v6-x.service")]
        #expect(service?.configuration?.file.group == group)
    }

    @Test func equalWishesAreRenderedToEqualBytes() throws {
        func bytes(_ text: String) throws -> [UInt8]? {
            var commit = Commit(
                text + """
                    services: {v6-x.service: {unit: systemd/v6-x.service, reads: [config, limits]}}
                    """)
            commit.units = ["v6-x.service": Commit.service()]
            return try commit.read().services[unitName("v6-x.service")]?.configuration?.bytes
        }
        let limits = """
            positions_max: 5, order_quantity_max: 1, orders_per_day_max: 50,
              symbol: {delta_max: 20, positions_max: 5}
            """
        let ib = "{port: 4002, mode: paper, account: DU1234567, heartbeat: "
        let one = try bytes(
            "config: {ib: \(ib)60s}}\nlimits: {\(limits), daily_loss_max: 1000 USD, "
                + "portfolio: {gamma_max: 10, delta_max: 0.30}}\n")
        let two = try bytes(
            "limits: {portfolio: {delta_max: 0.3, gamma_max: 10.0}, \(limits), "
                + "daily_loss_max: 1000.00 USD}\nconfig: {ib: \(ib)1m}}\n")
        #expect(one == two && one != nil)
    }

    @Test func driftPolicyIsRead() throws {
        let desired = try Commit(
            "drift: {stray_units: remove, stray_drop_ins: report}\n"
        ).read()
        #expect(desired.drift == DesiredDrift(strayUnits: .remove, strayDropIns: .report))
        #expect(try Commit("drift:\n").read().drift == DesiredDrift())
    }

    @Test func everyFaultOfResourcesIsToldAtOnce() {
        var commit = Commit(
            """
            users:
              root: {}
              v6-x: {home: relative, groups: [Bad], shel: /bin/sh}
            groups: {v6-x: {}}
            directories:
              /srv/tree: {source: files/none, recursive: true}
              /srv/half: {source: files/models}
              /srv/mode: {file_mode: "0640"}
              /srv/no: {recursive: true}
              /srv/own: {source: files/models, recursive: true, owner: v6-x}
              /srv/theirs: {owner: v6-x}
              /srv/theirs/below: {owner: v6-x}
              /etc/v6/v6-x: {}
              /srv/one: {source: files/models, recursive: true}
            files:
              /srv/theirs/file: {source: files/README}
              /srv/one/a: {source: files/README}
              /opt/v6/v6-x: {source: files/README}
              /etc/systemd/system/ssh.service.d/10.conf: {source: files/README}
            links:
              /srv/link: {to: ""}
              /srv/lonk: {}
              /srv/half: {to: /srv/tree}
              /srv/half/below: {to: x}
              /srv/lynk: {to: /x}
              /srv/lynk/file: {to: /y}
              /usr/bin/sh: {to: /bin/bash}
            services:
              v6-x.service:
                unit: systemd/v6-x.service
                release: true
                reads: [dry_runs, config.ib, files, limits.nothing, dry_run]
              v6-x.timer: {unit: systemd/v6-x.timer, reads: [environment]}
              ssh.service:
                drop_ins:
                  - systemd/ssh.service.d/10.conf
                  - systemd/other/10.conf
                  - systemd/ssh.service.d/10.txt
              cups.service: {masked: true, unit: systemd/v6-x.service, state: running}
              none.service: {}
              ours.service: {release: true}
              nobody.service: {unit: systemd/nobody.service, reads: [environment]}
            drift: {stray_units: keep}
            """)
        commit.files += ["models/a", "models/b/c"]
        commit.units = [
            "v6-x.service": Commit.service(), "v6-x.timer": "[Timer]\nOnBootSec=1\n",
            "ssh.service.d/10.conf": "", "other/10.conf": "", "ssh.service.d/10.txt": "",
            "nobody.service": Commit.service("DynamicUser=yes"),
        ]
        #expect(differenceFromKept(commit.complaint, "resource-faults.txt") == nil)
    }

    @Test func unitsThatWaitForEachOtherAreNamedAsAWhole() {
        var commit = Commit(
            """
            services:
              a.service: {unit: systemd/a.service}
              b.service: {unit: systemd/b.service, drop_ins: [systemd/b.service.d/1.conf]}
              c.service: {unit: systemd/c.service}
              d.timer: {unit: systemd/d.timer}
              d.service: {unit: systemd/d.service}
              e.service: {unit: systemd/e.service}
            """)
        commit.units = [
            "a.service": Commit.service(unit: "After=network.target b.service"),
            "b.service": Commit.service(), "b.service.d/1.conf": "[Unit]\nAfter=c.service\n",
            "c.service": Commit.service(unit: "Before=e.service\nAfter=a.service"),
            "d.timer": "[Unit]\nAfter=d.service\n[Timer]\nOnBootSec=1\n",
            "d.service": Commit.service(), "e.service": Commit.service(unit: "After=a.service"),
        ]
        #expect(differenceFromKept(commit.complaint, "cycles.txt") == nil)
        commit.units["b.service.d/1.conf"] = "[Unit]\n"
        commit.units["d.timer"] = "[Timer]\nOnBootSec=1\n"
        #expect(commit.complaint == "", "a chain is no cycle")
    }
}
