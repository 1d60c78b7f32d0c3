import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Somebody with a folder of his own below a managed root: design, promise 15.
    @Suite(.serialized) struct Foe {
        /// A file is wanted below the foe's folder, and everything that it would harm is described.
        private func road() throws -> RoadHost {
            let road = try RoadHost.healthy()
            try road.must(
                """
                useradd -r -s /bin/sh v6-foe
                mkdir -p /srv/managed/foe/sub /srv/outside/deep
                echo theirs > /srv/outside/file
                chown -R daemon /srv/outside; chmod 0600 /srv/outside/file
                """)
            try road.push(
                "a file below",
                "sed -i 's#^files:#files:\\n  /srv/managed/foe/sub/file: {source: files/README}#' "
                    + "desired/common.yaml")
            return road
        }

        private func end(_ road: RoadHost) throws {
            try road.must(
                "rm -rf /srv/managed/foe; mkdir -p /srv/managed/foe; chmod 0755 /srv/managed/foe")
            let turn = try road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
            try road.must("userdel v6-foe; rm -rf /srv/managed/foe /srv/outside")
        }

        private func outside(_ road: RoadHost) throws -> String {
            try road.host.shell(
                "find /srv/outside -printf '%p %y %m %u %g %n %s %C@\\n' | sort;"
                    + " cat /srv/outside/file"
            ).outputText
        }

        @Test func folderOfSomebodyElseIsNamedBeforeAnythingChanges() throws {
            let road = try road()
            try road.must("chown -R v6-foe /srv/managed/foe")
            let before = try road.host.shell("find /srv/managed -printf '%p %m %u %C@\\n'")
                .outputText
            let turn = try road.turn()
            #expect(turn.ending == .exited(1), "\(turn.outputText)")
            #expect(
                turn.errorText.contains(
                    "folder /srv/managed/foe/sub belongs to v6-foe, and root changes nothing"),
                "\(turn.errorText)")
            let after = try road.host.shell("find /srv/managed -printf '%p %m %u %C@\\n'")
                .outputText
            #expect(before == after)
            try end(road)
        }

        /// The folder is root's at one moment and the foe's at the next, who swaps what is in it.
        @Test func racingFoeGetsNothingWrittenElsewhere() throws {
            let road = try road()
            let before = try outside(road)
            try road.host.write(
                "/srv/foe.sh",
                """
                cd /srv/managed/foe
                while :; do
                    rm -rf sub; ln -s /srv/outside sub; rm -f sub
                    mkdir sub; ln -s /srv/outside/file sub/file; ln -s /srv/outside/file \\
                        sub/.file.v6-new; rm -rf sub; ln -s /srv/outside/deep sub; rm -f sub
                    mkdir sub
                done 2>/dev/null

                """)
            try road.host.write(
                "/srv/flip.sh",
                """
                while :; do
                    chown -h v6-foe /srv/managed/foe; chown -h root /srv/managed/foe
                done 2>/dev/null

                """)
            try road.must(
                """
                systemd-run -q --unit try-foe --uid v6-foe /bin/sh /srv/foe.sh
                systemd-run -q --unit try-flip /bin/sh /srv/flip.sh
                """)
            var ends: [String: Int] = [:]
            for _ in 0..<25 {
                let turn = try road.turn()
                ends["\(turn.ending)", default: 0] += 1
                #expect(
                    [.exited(0), .exited(1), .exited(5)].contains(turn.ending),
                    "\(turn.outputText)\(turn.errorText)")
                #expect(try outside(road) == before, "\(turn.outputText)\(turn.errorText)")
            }
            try road.must(
                "systemctl stop try-foe.service try-flip.service; rm /srv/foe.sh /srv/flip.sh")
            #expect(try outside(road) == before)
            #expect(ends.values.reduce(0, +) == 25, "\(ends)")
            try end(road)
        }
    }
}
