import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Each kind of drift of files, folders, links and accounts, made by a shell command: told by
    /// the plan, healed by a turn, and nothing lost that stood in the way.
    @Suite(.serialized) struct FileDrift {
        /// What somebody does to the host, and a line that the plan then says of it.
        struct Kind: Sendable, CustomTestStringConvertible {
            let name: String
            let damage: String
            let line: String
            /// What is kept beside, and its bytes; nil where nothing stood in the way.
            var kept: String?

            var testDescription: String { name }
        }

        static let file = "/srv/managed/file"
        static let folder = "/srv/managed/folder"
        static let link = "/srv/managed/link"

        static let kinds: [Kind] = [
            Kind(
                name: "content", damage: "echo more >> \(file)",
                line: "file\(file)  drift     content"),
            Kind(
                name: "same size, same time",
                damage: "touch -r \(file) /srv/t;"
                    + " printf X | dd of=\(file) conv=notrunc status=none;"
                    + " touch -r /srv/t \(file)",
                line: "file\(file)  drift     content"),
            Kind(
                name: "mode", damage: "chmod 0666 \(file)",
                line: "file\(file)  drift     mode 0666 -> 0640"),
            Kind(
                name: "owner and group", damage: "chown daemon:daemon \(file)",
                line: "file\(file)  drift     owner daemon -> root, group daemon -> v6-drift"),
            Kind(name: "removed", damage: "rm \(file)", line: "file\(file)  drift     was removed"),
            Kind(
                name: "link to equal bytes",
                damage: "mv \(file) /srv/equal; ln -s /srv/equal \(file)",
                line: "file\(file)  drift     link -> file"),
            Kind(
                name: "hard link", damage: "ln \(file) /srv/other; chmod 0666 /srv/other",
                line: "file\(file)  drift     hard link (2 names) -> file, mode 0666 -> 0640"),
            Kind(
                name: "folder for file",
                damage: "rm \(file); mkdir \(file); echo kept > \(file)/in",
                line: "file\(file)  drift     directory -> file, what is there is kept as "
                    + ".file.v6-displaced", kept: "/srv/managed/.file.v6-displaced/in"),
            Kind(
                name: "pipe for file", damage: "rm \(file); mkfifo \(file)",
                line: "file\(file)  drift     special file -> file, what is there is kept as "
                    + ".file.v6-displaced", kept: ""),
            Kind(
                name: "socket for file",
                damage: "rm \(file); perl -MIO::Socket::UNIX -e "
                    + "'IO::Socket::UNIX->new(Local => \"\(file)\", Listen => 1)'",
                line: "file\(file)  drift     special file -> file", kept: ""),
            Kind(
                name: "folder's mode", damage: "chmod 0777 \(folder)",
                line: "directory\(folder)  drift     mode 0777 -> 0750"),
            Kind(
                name: "folder's owner", damage: "chown daemon \(folder)",
                line: "directory\(folder)  drift     owner daemon -> root"),
            Kind(
                name: "folder removed", damage: "rm -r \(folder)",
                line: "directory\(folder)  drift     was removed"),
            Kind(
                name: "file for folder", damage: "rm -r \(folder); echo kept > \(folder)",
                line: "directory\(folder)  drift     file -> directory, what is there is kept as "
                    + ".folder.v6-displaced", kept: "/srv/managed/.folder.v6-displaced"),
            Kind(
                name: "link for folder",
                damage: "mv \(folder) /srv/away; ln -s /srv/away \(folder)",
                line: "directory\(folder)  drift     link -> directory, what is there is kept as "
                    + ".folder.v6-displaced", kept: ""),
            Kind(
                name: "file of a tree", damage: "rm \(folder)/deep/b; echo x >> \(folder)/a",
                line: "file\(folder)/deep/b  drift     was removed"),
            Kind(
                name: "link elsewhere", damage: "ln -sfn /etc \(link)",
                line: "link\(link)  drift     /etc -> folder"),
            Kind(
                name: "link removed",
                damage: "rm \(link)",
                line: "link\(link)  drift     was removed"),
            Kind(
                name: "file for link", damage: "rm \(link); echo kept > \(link)",
                line: "link\(link)  drift     file -> link to folder, what is there is kept as "
                    + ".link.v6-displaced", kept: "/srv/managed/.link.v6-displaced"),
            Kind(
                name: "folder for link", damage: "rm \(link); mkdir \(link)",
                line: "link\(link)  drift     directory -> link to folder", kept: ""),
            Kind(
                name: "shell of a user", damage: "usermod -s /bin/bash v6-drift",
                line: "user/v6-drift  drift     shell /bin/bash -> /usr/sbin/nologin"),
            Kind(
                name: "group of a user", damage: "gpasswd -d v6-drift v6-drifters",
                line: "user/v6-drift  drift     into group v6-drifters"),
            Kind(
                name: "user removed", damage: "userdel v6-drift",
                line: "user/v6-drift  drift     was removed"),
        ]

        /// A host that is healthy with the things that drift here.
        private func road() throws -> RoadHost {
            let road = try RoadHost.healthy()
            let wanted = "grep -q v6-drifters /srv/tree/desired/common.yaml"
            if try road.host.shell(wanted).succeeded { return road }
            try road.push(
                "things that drift",
                """
                mkdir -p desired/files/tree/deep
                echo a > desired/files/tree/a
                echo b > desired/files/tree/deep/b
                sed -i 's#^directories:#directories:\\n  /srv/managed: {mode: "0755"}\\n  \
                \(Self.folder): {source: files/tree, recursive: true, mode: "0750", \
                file_mode: "0600"}#' desired/common.yaml
                sed -i 's#^files:#files:\\n  \(Self.file): {source: files/README, \
                group: v6-drift, mode: "0640"}#' desired/common.yaml
                sed -i 's#^users:#users:\\n  v6-drift: {home: /srv/managed/home, \
                groups: [v6-drifters]}#' desired/common.yaml
                cat >> desired/common.yaml <<'END'

                links:
                  \(Self.link): {to: folder}
                END
                """)
            let turn = try road.turn()
            try #require(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            return road
        }

        /// A host that is healthy without them.
        private func plainRoad() throws -> RoadHost {
            let road = try RoadHost.healthy()
            let wanted = "grep -q v6-drifters /srv/tree/desired/common.yaml"
            guard try road.host.shell(wanted).succeeded else { return road }
            try road.must(
                "cd /srv/tree; git revert --no-edit $(git log --grep='^things that drift' "
                    + "--format=%H -1) >/dev/null; git push -q origin main")
            let turn = try road.turn()
            try #require(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            let gone = try road.host.shell(
                "find /srv/managed; getent passwd v6-drift; getent group v6-drift v6-drifters")
            #expect(gone.outputText == "", "what turns made is gone with what wanted it")
            return road
        }

        /// Everything managed here, and the accounts; what was put beside is told apart.
        private func look(_ road: RoadHost) throws -> String {
            let result = try road.host.shell(
                """
                find /srv/managed -name '.*.v6-displaced*' -prune -o \
                    \\( -type f -printf '%n ' -o -true \\) \\
                    -printf '%p %y %m %u %g %l\\n' | sort
                find /srv/managed -name '.*.v6-displaced*' -prune -o -type f -print0 | sort -z |
                    xargs -0 sha256sum
                getent passwd v6-drift | cut -d: -f1,6,7
                id -Gn v6-drift
                """)
            #expect(result.succeeded, "\(result.errorText)")
            return result.outputText
        }

        @Test func eachKindIsToldAndHealedAndNothingIsLost() throws {
            let road = try road()
            let before = try look(road)
            for kind in Self.kinds {
                try road.must(kind.damage)
                let plan = try road.turn(["--plan"])
                #expect(plan.ending == .exited(2), "\(kind.name): \(plan.errorText)")
                let told = plan.outputText.replacing(/\ +/, with: " ")
                let line = kind.line.replacing(/\ +/, with: " ")
                #expect(told.contains(line), "\(kind.name): \(plan.outputText)")
                let turn = try road.turn()
                #expect(
                    turn.ending == .exited(0), "\(kind.name): \(turn.outputText)\(turn.errorText)")
                #expect(try look(road) == before, "\(kind.name)")
                try checkKept(kind, road)
                let idle = try road.turn()
                #expect(
                    idle.outputText.hasPrefix("No changes."), "\(kind.name): \(idle.outputText)")
                try road.must("rm -rf /srv/other /srv/equal /srv/away /srv/t")
            }
        }

        /// What stood in the way is beside, and goes by hand.
        private func checkKept(_ kind: Kind, _ road: RoadHost) throws {
            let found = try road.host.shell(
                "find /srv/managed -maxdepth 1 -name '.*.v6-displaced*'")
            #expect(found.outputText.isEmpty == (kind.kept == nil), "\(kind.name)")
            if let kept = kind.kept, !kept.isEmpty {
                #expect(try road.host.read(kept) == "kept\n", "\(kind.name)")
            }
            try road.must("rm -rf /srv/managed/.*.v6-displaced*")
        }

        @Test func allAtOnceIsOnePlan() throws {
            let road = try road()
            let before = try look(road)
            try road.must(
                """
                chmod 0666 \(Self.file); ln \(Self.file) /srv/other
                rm -r \(Self.folder); echo kept > \(Self.folder)
                ln -sfn /etc \(Self.link)
                usermod -s /bin/bash v6-drift; gpasswd -d v6-drift v6-drifters
                """)
            let plan = try road.turn(["--plan"])
            let text = plan.outputText.replacing(try road.tip(), with: "COMMIT1")
            #expect(differenceFromKept(text, "file-drift-plan.txt") == nil)
            #expect(try road.turn().ending == .exited(0))
            #expect(try look(road) == before)
            try road.must("rm -rf /srv/other /srv/managed/.*.v6-displaced*")
        }

        @Test func whatIsImmutableIsHeldAndTheRestGoesOn() throws {
            let road = try road()
            let before = try look(road)
            try road.must("chattr +i \(Self.file)")
            let same = try road.turn()
            #expect(same.outputText.hasPrefix("No changes."), "\(same.outputText)")
            try road.must(
                """
                chattr -i \(Self.file); echo more >> \(Self.file); chattr +i \(Self.file)
                ln -sfn /etc \(Self.link)
                """)
            let turn = try road.turn()
            #expect(turn.ending == .exited(3), "\(turn.outputText)\(turn.errorText)")
            #expect(turn.outputText.contains("chattr -i \(Self.file) frees it"))
            let link = try road.host.shell("readlink \(Self.link)")
            #expect(link.outputText == "folder\n", "the rest goes on")
            try road.must("chattr -i \(Self.file); chattr +a \(Self.file)")
            #expect(try road.turn(["--plan"]).outputText.contains("is append-only"))
            try road.must("chattr -a \(Self.file)")
            #expect(try road.turn().ending == .exited(0))
            #expect(try look(road) == before)
        }

        @Test func serviceRunsAsTheUserThatTheSameCommitMadeAndBothGoTogether() throws {
            let road = try plainRoad()
            let before = try road.digest()
            try road.push(
                "a user of its own",
                "sed -i 's#^users:#users:\\n  v6-feed: {groups: [v6-readers]}#' desired/common.yaml"
            )
            try road.pushUnit("try-good.service", running: "exec sleep 500", "runs as its user")
            try road.push(
                "as the user",
                "sed -i 's#^ExecStart#User=v6-feed\\nExecStart#' systemd/try-good.service")
            let turn = try road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            let user = try road.host.shell(
                "ps -o user:20=,group:20= -p $(systemctl show -P MainPID try-good.service); "
                    + "id -Gn v6-feed")
            #expect(
                user.outputText.split(whereSeparator: \.isWhitespace)
                    == ["v6-feed", "v6-feed", "v6-feed", "v6-readers"])
            try road.must(
                "systemd-run -q --unit try-stray --uid v6-feed sleep 1000; cd /srv/tree; "
                    + "git revert --no-edit HEAD HEAD~1 HEAD~2 >/dev/null; git push -q origin main")
            let held = try road.turn()
            #expect(held.ending == .exited(3), "\(held.outputText)\(held.errorText)")
            #expect(
                held.outputText.contains("user/v6-feed  in use: try-stray.service runs as it"),
                "\(held.outputText)")
            try road.must("systemctl stop try-stray.service")
            let free = try road.turn()
            #expect(free.ending == .exited(0), "\(free.outputText)\(free.errorText)")
            let gone = try road.host.shell("getent passwd v6-feed; getent group v6-feed v6-readers")
            #expect(gone.outputText == "")
            #expect(try road.digest() == before)
        }

        @Test func accountThatWasThereBeforeIsGivenBackAsItWas() throws {
            let road = try plainRoad()
            try road.must("useradd -r -s /bin/sh -d /srv -G games v6-old; groupadd v6-oldgroup")
            let before = try road.host.shell("getent passwd v6-old; id v6-old").outputText
            try road.push(
                "takes over accounts",
                "sed -i 's#^users:#users:\\n  v6-old: {home: /srv/old, groups: [v6-oldgroup]}#' "
                    + "desired/common.yaml")
            #expect(try road.turn().ending == .exited(0))
            let during = try road.host.shell("getent passwd v6-old; id -Gn v6-old").outputText
            #expect(during.contains(":/srv/old:/usr/sbin/nologin\n"))
            #expect(during.hasSuffix("v6-old games v6-oldgroup\n"), "\(during)")
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
            #expect(try road.host.shell("getent passwd v6-old; id v6-old").outputText == before)
            try road.must("userdel v6-old; groupdel v6-oldgroup")
        }

        @Test func folderThatACommitPushedAsideComesBackWithAllThatOthersKeptInIt() throws {
            let road = try plainRoad()
            try road.must(
                "mkdir -p /srv/managed/data/deep; echo precious > /srv/managed/data/deep/in;"
                    + " chmod 0711 /srv/managed/data")
            let before = try road.digest()
            try road.push(
                "takes a place",
                "sed -i 's#^files:#files:\\n  /srv/managed/data: {source: files/README}#' "
                    + "desired/common.yaml")
            try road.pushUnit("try-bad.service", running: "sleep 0.2; exit 1", "fails")
            #expect(try road.turn().ending == .exited(4))
            #expect(try road.digest() == before, "gone back")
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
            #expect(try road.host.read("/srv/managed/.data.v6-displaced/deep/in") == "precious\n")
            try road.pushUnit("try-bad.service", running: "sleep 0.2; exit 1", "fails again")
            #expect(try road.turn().ending == .exited(4))
            try road.push(
                "without both",
                "git rm -q systemd/try-bad.service;"
                    + " sed -i '/managed.data/d; /try-bad/d' desired/common.yaml")
            let reverted = try road.turn()
            #expect(reverted.ending == .exited(0), "\(reverted.outputText)\(reverted.errorText)")
            #expect(try road.digest() == before, "reverted")
            try road.must("rm -rf /srv/managed/data")
        }
    }
}
