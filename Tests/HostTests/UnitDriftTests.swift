import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Somebody's hand on units: found, told, and undone.
    @Suite(.serialized) struct UnitDrift {
        struct Hand: Sendable, CustomTestStringConvertible {
            let name: String
            let script: String
            var testDescription: String { name }
        }

        static let hands = [
            Hand(
                name: "drop-in-edited",
                script: "echo Nice=9 >> /etc/systemd/system/try-full.service.d/10-nice.conf"),
            Hand(
                name: "drop-in-removed",
                script: "rm -r /etc/systemd/system/try-full.service.d"),
            Hand(
                name: "drop-in-stray",
                script: """
                    printf '[Service]\\nUser=daemon\\n' \
                        > /etc/systemd/system/try-full.service.d/99-mine.conf
                    """),
            Hand(
                name: "drop-in-folder-linked",
                script: """
                    mkdir -p /etc/mine
                    cd /etc/systemd/system
                    rm -rf /etc/mine/drop-ins
                    mv try-full.service.d /etc/mine/drop-ins
                    printf '[Service]\\nUser=daemon\\n' > /etc/mine/drop-ins/99-mine.conf
                    ln -s /etc/mine/drop-ins try-full.service.d
                    """),
            Hand(
                name: "masked",
                script: """
                    ln -sf /dev/null /etc/systemd/system/try-full.service
                    systemctl daemon-reload
                    systemctl stop try-full.service
                    """),
            Hand(
                name: "masked-runtime",
                script: """
                    systemctl stop try-foreign.service
                    systemctl mask -q --runtime try-foreign.service
                    """),
            Hand(name: "masked-foreign", script: "systemctl mask -q --now try-foreign.service"),
            Hand(
                name: "unmasked",
                script: """
                    systemctl unmask -q try-masked.service
                    """),
            Hand(
                name: "enabled-elsewhere",
                script: "systemctl add-wants -q rescue.target try-full.service"),
            Hand(
                name: "enabled-runtime",
                script: """
                    systemctl disable -q try-foreign.service
                    systemctl enable -q --runtime try-foreign.service
                    """),
            Hand(name: "disabled", script: "systemctl disable -q try-full.service"),
            Hand(
                name: "configuration-edited", script: "echo {} > /etc/v6/try-full/config.json"),
            Hand(
                name: "configuration-mode",
                script: "chmod 0666 /etc/v6/try-full/config.json; chmod 0777 /etc/v6/try-full"),
            Hand(
                name: "hard-links",
                script: """
                    mkdir -p /etc/mine
                    ln -f /etc/systemd/system/try-late.service /etc/mine/late
                    ln -f /etc/systemd/system/try-full.service.d/10-nice.conf /etc/mine/nice
                    ln -f /etc/v6/try-full/config.json /etc/mine/config
                    """),
            Hand(
                name: "link-to-equal-bytes",
                script: """
                    mkdir -p /etc/mine
                    cd /etc/systemd/system
                    cp -p try-late.service /etc/mine/late
                    ln -sf /etc/mine/late try-late.service
                    cp -p /etc/v6/try-full/config.json /etc/mine/config
                    ln -sf /etc/mine/config /etc/v6/try-full/config.json
                    """),
            Hand(
                name: "stopped",
                script: "systemctl stop try-full.service try-tick.timer try-foreign.service"),
        ]

        @Test(arguments: hands)
        func eachIsToldAndHealed(_ hand: Hand) throws {
            let units = try UnitHost.healthy()
            let before = try units.road.digest()
            try units.road.must(hand.script)
            let plan = try units.road.turn(["--plan"])
            #expect(plan.ending == .exited(2), "\(plan.outputText)\(plan.errorText)")
            let text = plan.outputText.replacing(try units.road.tip(), with: "COMMIT1")
            #expect(differenceFromKept(text, "unit-\(hand.name).txt") == nil)
            let turn = try units.road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try units.road.digest() == before)
            let states = try units.host.shell(
                "systemctl is-active try-full.service try-tick.timer try-foreign.service")
            #expect(states.outputText == "active\nactive\nactive\n")
            #expect(try units.show("LoadState", "try-masked.service") == "masked")
            let second = try units.road.turn()
            #expect(
                second.outputText == "No changes. Host matches \(try units.road.tip()).\n",
                "\(second.errorText)")
        }

        @Test func dropInsFromElsewhereAreToldAndLeft() throws {
            let units = try UnitHost.healthy()
            let places = [
                "/run/systemd/system/try-full.service.d/50-run.conf",
                "/etc/systemd/system/service.d/50-all.conf",
                "/etc/systemd/system/try-.service.d/50-prefix.conf",
            ]
            for place in places {
                try units.road.must(
                    "mkdir -p $(dirname \(place)); printf '[Service]\\nNice=3\\n' > \(place)")
            }
            try units.road.must("systemctl daemon-reload")
            let plan = try units.road.turn(["--plan"])
            #expect(plan.ending == .exited(0), "\(plan.outputText)\(plan.errorText)")
            for place in places {
                let note = "? service/try-full.service  drop-in \(place) changes it, and"
                #expect(plan.outputText.contains(note), "\(plan.outputText)")
                try units.road.must("rm -r $(dirname \(place))")
            }
            try units.road.must("systemctl daemon-reload")
            #expect(try units.road.turn().outputText.hasPrefix("No changes."))
        }

        @Test func strayThatIsNoPlainFileGetsAHiddenNameBeside() throws {
            let units = try UnitHost.healthy()
            try units.road.must(
                """
                cd /etc/systemd/system
                mkdir v6-folder.service
                echo kept > v6-folder.service/inside
                head -c 17M /dev/zero > v6-large.service
                mkfifo v6-pipe.service
                """)
            _ = try units.apply(
                "strays go", "printf '\\ndrift: {stray_units: remove}\\n' >> desired/common.yaml")
            let left = try units.host.shell(
                """
                cd /etc/systemd/system
                ls -d v6-folder.service v6-large.service v6-pipe.service 2>/dev/null || true
                cat .v6-folder.service.v6-displaced/inside
                stat -c %s .v6-large.service.v6-displaced
                stat -c %F .v6-pipe.service.v6-displaced
                rm -r .v6-folder.service.v6-displaced .v6-large.service.v6-displaced
                rm .v6-pipe.service.v6-displaced
                """)
            #expect(left.outputText == "kept\n17825792\nfifo\n")
            try units.revert()
        }

        @Test func strayUnitIsReportedAndBySuchAPolicyRemovedWithACopyKept() throws {
            let units = try UnitHost.healthy()
            try units.road.must(
                """
                cat > /etc/systemd/system/v6-mine.service <<END
                [Service]
                ExecStart=/bin/sleep 4000
                [Install]
                WantedBy=multi-user.target
                END
                systemctl daemon-reload
                systemctl enable -q --now v6-mine.service
                ln -s /gone /etc/systemd/system/multi-user.target.wants/v6-gone.service
                """)
            let plan = try units.road.turn(["--plan"])
            #expect(plan.ending == .exited(0), "what is only noted changes no exit status")
            let text = plan.outputText.replacing(try units.road.tip(), with: "COMMIT1")
            #expect(differenceFromKept(text, "unit-strays.txt") == nil)
            let turn = try units.road.turn()
            #expect(turn.ending == .exited(0))
            #expect(turn.errorText.contains("v6-mine.service: no commit knows this unit"))
            #expect(try units.show("ActiveState", "v6-mine.service") == "active")
            _ = try units.apply(
                "strays go", "printf '\\ndrift: {stray_units: remove}\\n' >> desired/common.yaml")
            #expect(try units.show("LoadState", "v6-mine.service") == "not-found")
            let left = try units.host.shell(
                """
                ls /etc/systemd/system/multi-user.target.wants | grep v6- || true
                cat /var/lib/v6-reconcile/aside/*-v6-mine.service | head -2
                """)
            #expect(left.outputText == "[Service]\nExecStart=/bin/sleep 4000\n")
            try units.revert()
        }

        @Test func programThatWasReplacedUnderARunningUnitIsStale() throws {
            let units = try UnitHost.healthy()
            let program = "/opt/v6/try-long/bin/v6-reconcile"
            _ = try units.apply(
                "a unit that runs a release",
                """
                mkdir -p systemd
                printf '[Service]\\nExecStart=\(program) supervise --root /srv/box\\n' \
                    > systemd/try-long.service
                sed -i 's#^services:#services:\\n  try-long.service: \
                {unit: systemd/try-long.service, state: running, release: true}#' \
                    desired/common.yaml
                mkdir -p /srv/box
                """)
            let run = try units.show("InvocationID", "try-long.service")
            #expect(try units.road.turn(["--plan"]).ending == .exited(0))
            try units.road.must(
                "cp -p \(program) \(program).new; mv \(program).new \(program)")
            let plan = try units.road.turn(["--plan"]).outputText
            #expect(
                plan.contains("~ service/try-long.service  drift     stale process\n"), "\(plan)")
            #expect(try units.road.turn().ending == .exited(0))
            #expect(try units.show("InvocationID", "try-long.service") != run)
            #expect(try units.road.turn(["--plan"]).ending == .exited(0))
            try units.revert()
        }
    }
}
