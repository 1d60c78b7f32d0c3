import Facts
import Machine
import SandboxKit
import TestKit
import Testing

/// Drop-ins, masks and rendered configuration, as far as the embedded supervisor knows them.
struct UnitPartsTests {
    /// A unit that writes down what it was started with.
    private func addUnit(_ box: Sandbox) throws {
        box.scratch.write(
            "tree/systemd/more.service",
            """
            [Service]
            ExecStart=/bin/sh -c 'echo $WORD >> srv/words; exec sleep 1000'
            Environment=WORD=file
            [Install]
            WantedBy=multi-user.target

            """)
        box.scratch.write(
            "tree/systemd/more.service.d/10-word.conf", "[Service]\nEnvironment=WORD=drop-in\n")
        try box.wanted(
            "services",
            "more.service: {unit: systemd/more.service, drop_ins: "
                + "[systemd/more.service.d/10-word.conf], enabled: true, state: running, "
                + "reads: [config.logging]}")
        try box.shell("printf '\\nconfig: {logging: {level: info}}\\n' >> desired/sandbox.yaml")
        try box.shell("mkdir -p \"$HOST/srv\"")
        try box.push("a unit in parts")
    }

    private func words(_ box: Sandbox) -> String? { box.scratch.read("host/srv/words") }

    @Test func dropInIsReadOverTheUnitAndHealedWithoutARestart() throws {
        try Sandbox.healthy { box in
            try addUnit(box)
            #expect(try box.turn().ending == .exited(0))
            #expect(words(box) == "drop-in\n")
            #expect(try box.turn().outputText.hasPrefix("No changes."))
            let before = try box.look()
            try box.shell(
                """
                cd "$HOST/etc/systemd/system/more.service.d"
                echo 'Environment=WORD=hand' >> 10-word.conf
                printf '[Service]\\nEnvironment=WORD=stray\\n' > 99-stray.conf
                echo '{}' > "$HOST/etc/v6/more/config.json"
                """)
            let plan = try box.turn(["--plan"])
            #expect(differenceFromKept(try box.tidied(plan), "unit-parts.txt") == nil)
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try box.look() == before)
            #expect(words(box) == "drop-in\n", "its run had loaded what it should")
            #expect(try box.turn().outputText.hasPrefix("No changes."))
        }
    }

    @Test func changedDropInOrConfigurationRestartsAndAllPartsGoWithTheUnit() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try addUnit(box)
            #expect(try box.turn().ending == .exited(0))
            box.scratch.write(
                "tree/systemd/more.service.d/10-word.conf",
                "[Service]\nEnvironment=WORD=changed\n")
            try box.push("another word")
            #expect(try box.turn().ending == .exited(0))
            #expect(words(box) == "drop-in\nchanged\n")
            try box.shell("sed -i 's/level: info/level: debug/' desired/sandbox.yaml")
            try box.push("louder")
            #expect(try box.turn().ending == .exited(0))
            #expect(words(box) == "drop-in\nchanged\nchanged\n")
            try box.shell("git revert --no-edit HEAD HEAD~1 HEAD~2 >/dev/null")
            try box.shell("git push -q ../v6.git main; rm -r \"$HOST/srv\"")
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.look() == before)
        }
    }

    @Test func maskedUnitIsStoppedAndComesBackUnmasked() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.shell(
                "sed -i '/^  feed.service:/,/state: /c\\  feed.service: {masked: true}' "
                    + "desired/sandbox.yaml")
            try box.push("nothing may start it")
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            let feed = try #require(try box.status("feed.service"))
            #expect(feed.load == "masked" && feed.active == "inactive")
            #expect(try box.turn().outputText.hasPrefix("No changes."))
            try box.pushRevert()
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.look() == before)
            try box.shell("ln -sf /dev/null \"$HOST/etc/systemd/system/feed.service\"")
            let plan = try box.turn(["--plan"])
            #expect(plan.outputText.contains("~ service/feed.service  drift     masked -> unit"))
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.look() == before)
        }
    }
}
