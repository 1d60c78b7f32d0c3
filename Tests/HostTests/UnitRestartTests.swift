import HostKit
import JSON
import Machine
import TestKit
import Testing

extension HostTests {
    /// What is restarted, what is only loaded, in which order, and what waits.
    @Suite(.serialized) struct UnitRestarts {
        @Test func changeOfWordsWritesAndLoadsAndRestartsNothing() throws {
            let units = try UnitHost.healthy()
            let run = try units.run()
            _ = try units.apply(
                "words",
                "sed -i 's/Description=.*/Description=other words/' systemd/try-full.service")
            #expect(try units.run() == run)
            #expect(try units.show("Description", "try-full.service") == "other words")
            #expect(try units.show("NeedDaemonReload", "try-full.service") == "no")
            try units.revert()
            #expect(try units.run() == run)
        }

        @Test func otherTriggersReloadAndOtherInstallLinksAnew() throws {
            let units = try UnitHost.healthy()
            let run = try units.run()
            try units.road.must("rm -f /run/try-full.reloads")
            _ = try units.apply(
                "reload and links",
                """
                sed -i -e 's/Triggers=one/Triggers=two/' \
                    -e 's/^WantedBy=.*/WantedBy=rescue.target/' systemd/try-full.service
                """)
            #expect(try units.run() == run)
            #expect(try units.host.read("/run/try-full.reloads") == "reloaded\n")
            let links = "cd /etc/systemd/system; ls -d */try-full.service"
            #expect(
                try units.host.shell(links).outputText
                    == "rescue.target.wants/try-full.service\n")
            #expect(try units.road.turn().outputText.hasPrefix("No changes."))
            try units.revert()
            #expect(
                try units.host.shell(links).outputText
                    == "multi-user.target.wants/try-full.service\n")
        }

        @Test func changeOfConfigurationOrDropInRestarts() throws {
            let units = try UnitHost.healthy()
            var runs = [try units.run()]
            _ = try units.apply(
                "louder", "sed -i 's/level: info/level: debug/' desired/common.yaml")
            runs.append(try units.run())
            _ = try units.apply(
                "nicer", "sed -i 's/Nice=1/Nice=2/' systemd/try-full.service.d/10-nice.conf")
            runs.append(try units.run())
            #expect(Set(runs).count == 3)
            #expect(
                try units.host.read("/etc/v6/try-full/config.json")?.contains("debug") == true)
            #expect(try units.show("Nice", "try-full.service") == "2")
            try units.road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 >/dev/null")
            try units.road.must("cd /srv/tree; git push -q origin main")
            #expect(try units.road.turn().ending == .exited(0))
        }

        @Test func restartByAPersonIsJudgedOnceAndRemembered() throws {
            let units = try UnitHost.healthy()
            try units.road.must("sleep 0.1; systemctl restart try-full.service")
            let run = try units.run()
            let state = "stat -c '%i %Y' /var/lib/v6-reconcile/state.json"
            #expect(try units.road.turn().outputText.hasPrefix("No changes."))
            let noted = try units.host.shell(state).outputText
            #expect(try units.road.turn().outputText.hasPrefix("No changes."))
            #expect(try units.host.shell(state).outputText == noted, "nothing new was learnt")
            _ = try units.apply("a comment", "echo '# a comment' >> systemd/try-full.service")
            #expect(try units.run() == run)
            try units.revert()
            #expect(try units.run() == run)
        }

        @Test func whatWaitsForAGateIsNotOnTheDiskWhenTheUnitIsKilled() throws {
            let units = try UnitHost.healthy()
            _ = try units.apply(
                "drained only",
                "sed -i '/^  try-full.service:/a\\    restart: drained' desired/common.yaml")
            let look = """
                cat /etc/systemd/system/try-full.service /etc/systemd/system/try-full.service.d/*
                cat /etc/v6/try-full/config.json
                """
            let before = try units.host.shell(look).outputText
            let plan = try units.apply(
                "all of it changes",
                """
                sed -i 's/sleep 1001/sleep 1111/' systemd/try-full.service
                sed -i 's/Nice=1/Nice=3/' systemd/try-full.service.d/10-nice.conf
                sed -i 's/level: info/level: debug/' desired/common.yaml
                """, exit: 3)
            #expect(plan.outputText.contains("= service/try-full.service  drained: "))
            let run = try units.run()
            try units.road.must(
                """
                kill -9 $(systemctl show -P MainPID try-full.service)
                for try in $(seq 100); do
                    sleep 0.1
                    [ "$(systemctl show -P InvocationID try-full.service)" = \(run) ] || break
                done
                sleep 0.2
                """)
            #expect(try units.run() != run)
            let command = try units.host.shell(
                "tr '\\0' ' ' < /proc/$(systemctl show -P MainPID try-full.service)/cmdline")
            #expect(command.outputText == "/bin/sleep 1001 ")
            #expect(try units.show("Nice", "try-full.service") == "1")
            #expect(try units.host.shell(look).outputText == before)
            #expect(try units.road.turn().ending == .exited(3), "it still waits")
            try units.road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 >/dev/null")
            try units.road.must("cd /srv/tree; git push -q origin main")
            #expect(try units.road.turn().ending == .exited(0))
        }

        @Test func runIsJudgedByTheTimeThatCopyingKeepsNobodyFromSeeing() throws {
            let units = try UnitHost.healthy()
            let file = "/etc/systemd/system/try-full.service"
            try units.road.must(
                """
                cp -p \(file) /run/kept
                sed -i 's/sleep 1001/sleep 1999/' \(file)
                systemctl daemon-reload
                systemctl restart try-full.service
                cp -p /run/kept \(file)
                systemctl daemon-reload
                rm /run/kept
                """)
            let run = try units.run()
            let turn = try units.road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try units.run() != run, "it runs what the file said before")
            let judged = try units.run()
            try units.road.must("chmod 0600 \(file); chmod 0644 \(file)")
            #expect(try units.road.turn().outputText.hasPrefix("No changes."))
            #expect(try units.run() == judged, "a known run is not judged by time")
        }

        @Test func stepsStandInTheJournalUnitByUnitInTheirOrder() throws {
            let units = try UnitHost.healthy()
            try units.road.must(
                ": > /run/lines; wc -l < /var/lib/v6-reconcile/journal.jsonl > /run/lines")
            _ = try units.apply(
                "all of them",
                """
                sed -i 's/sleep 1001/sleep 1201/' systemd/try-full.service
                sed -i 's/Nice=1/Nice=2/' systemd/try-full.service.d/10-nice.conf
                sed -i 's/sleep 1002/sleep 1202/' systemd/try-late.service
                sed -i 's/=1d/=2d/' systemd/try-tick.timer
                """)
            let lines = try units.host.shell(
                "tail -n +$(($(cat /run/lines) + 1)) /var/lib/v6-reconcile/journal.jsonl")
            let steps = try lines.outputText.split(separator: "\n").compactMap { line in
                try JSONValue.parse(Array(line.utf8))["step"]?.asString
            }
            let text = steps.joined(separator: "\n") + "\n"
            #expect(differenceFromKept(text, "unit-steps.txt") == nil)
            try units.revert()
        }

        @Test func missingProgramAndAccountAreNamedBeforeAnythingChanges() throws {
            let units = try UnitHost.healthy()
            let before = try units.road.digest()
            try units.road.push(
                "what the host lacks",
                """
                sed -i 's#/bin/sleep 1002#/srv/no/program#' systemd/try-late.service
                sed -i 's#^files:#files:\\n  /srv/managed/x: \
                {source: files/README, owner: nobody-here}#' desired/common.yaml
                """)
            let turn = try units.road.turn()
            #expect(turn.ending == .exited(1), "\(turn.outputText)")
            #expect(turn.errorText.contains("! user nobody-here: "), "\(turn.errorText)")
            #expect(
                turn.errorText.contains(
                    "! service/try-late.service: there is no program to run at /srv/no/program"))
            #expect(try units.road.digest() == before)
            try units.revert()
        }

        @Test func programThatTheSameCommitBringsIsNoneThatIsMissing() throws {
            let units = try UnitHost.healthy()
            _ = try units.apply(
                "a program of its own",
                """
                printf '#!/bin/sh\\nexec sleep 1302\\n' > desired/files/program
                sed -i 's#/bin/sleep 1002#/srv/managed/program#' systemd/try-late.service
                sed -i 's#^files:#files:\\n  /srv/managed/program: \
                {source: files/program, mode: "0755"}#' desired/common.yaml
                """)
            #expect(try units.show("ActiveState", "try-late.service") == "active")
            try units.revert()
        }
    }
}
