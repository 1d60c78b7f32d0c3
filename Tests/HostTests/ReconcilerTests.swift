import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// A commit that brings another reconciler: the healthy one deploys it, and it has to make a
    /// plan before it becomes healthy.
    @Suite(.serialized) struct NewReconciler {
        /// Pushes a release by artifact, with this as its reconciler.
        private func push(_ road: RoadHost, _ reconciler: String, _ message: String) throws {
            try road.host.copyIn(
                packageFolder() + "/Sources/manifest.json", to: "/srv/manifest.json")
            try road.must(
                """
                cd /srv/tree
                mkdir -p Sources
                echo '// \(message)' >Package.swift
                cp /srv/manifest.json Sources/manifest.json
                git add -A
                git commit -qm 'sources of \(message)'
                key=$(git ls-tree HEAD Package.swift Sources | git mktree)
                work=/srv/artifacts/$key
                mkdir -p $work/bin
                cp /srv/programs/ib-gateway-simulator $work/bin/
                cp /srv/programs/v6-health-check $work/bin/
                \(reconciler)
                chmod 0755 $work/bin/*
                printf '{"key": "%s", "built_from_key": true,' $key >$work/manifest.json
                sed 1d Sources/manifest.json >>$work/manifest.json
                tar -C $work -czf /srv/artifacts/$key.tar.gz bin manifest.json
                sha=$(sha256sum /srv/artifacts/$key.tar.gz | cut -d' ' -f1)
                sed -i '/^release:/d' desired/paper.yaml
                echo "release: {artifact: /srv/artifacts/$key.tar.gz, sha256: $sha}" \
                    >>desired/paper.yaml
                git add -A
                git commit -qm '\(message)'
                git push -q origin main
                """)
        }

        private func links(_ road: RoadHost) throws -> String {
            try road.host.shell("readlink /opt/v6/v6-reconcile /opt/v6/healthy").outputText
        }

        @Test func oneThatCannotPlanIsGoneBackFromAndOneThatCanBecomesHealthy() throws {
            let road = try RoadHost.fresh()
            let first = try road.turn()
            try #require(first.ending == .exited(0), "\(first.outputText)\(first.errorText)")
            let before = try links(road)
            let same = before.split(separator: "\n")
            #expect(same.count == 2 && same.first == same.last, "\(before)")
            let script = "#!/bin/sh\\necho broken\\nexit 1\\n"
            try push(road, "printf '\(script)' >$work/bin/v6-reconcile", "broken")
            let turn = try road.turn()
            #expect(turn.ending == .exited(4), "\(turn.outputText)\(turn.errorText)")
            #expect(
                turn.errorText.contains("the new v6-reconcile makes no plan here: exit 1: broken"),
                "\(turn.errorText)")
            #expect(try links(road) == before)
            #expect(try road.turn().ending == .exited(4), "the healthy one still runs turns")
            try push(road, "cp /srv/programs/v6-reconcile $work/bin/", "works")
            let good = try road.turn()
            #expect(good.ending == .exited(0), "\(good.outputText)\(good.errorText)")
            let after = try links(road).split(separator: "\n")
            #expect(after.first == after.last && after.first != same.first, "\(after)")
            #expect(try road.turn().ending == .exited(0))
            try road.must("rm -r /var/lib/v6-reconcile")
        }
    }
}
