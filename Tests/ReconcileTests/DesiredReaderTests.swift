import Digest
import Facts
import Reconcile
import TestKit
import Testing
import YAML

@Suite struct DesiredReaderTests {
    private static let unit = """
        [Service]
        ExecStart=/bin/true
        [Install]
        WantedBy=multi-user.target

        """

    private func checkout(_ documents: [String: String]) -> Checkout {
        var texts: [String: [UInt8]] = [
            "systemd/v6-x.service": Array(Self.unit.utf8),
            "systemd/v6-bare.service": Array("[Unit]\n".utf8),
        ]
        for (name, text) in documents { texts["desired/\(name)"] = Array(text.utf8) }
        var entries = texts.mapValues { Checkout.Entry(digest: .of($0), size: $0.count) }
        entries["desired/files/README"] = Checkout.Entry(digest: .of("read me"), size: 7)
        return Checkout(entries: entries, texts: texts)
    }

    private func read(_ documents: [String: String]) throws -> Desired {
        try readDesired(
            "paper", from: checkout(documents), roots: HostSettings.defaultRoots)
    }

    /// The whole complaint as an operator sees it; empty when there is none.
    private func complaint(_ documents: [String: String]) -> String {
        let checkout = checkout(documents)
        do throws(YAMLFaults) {
            _ = try readDesired("paper", from: checkout, roots: HostSettings.defaultRoots)
            return ""
        } catch {
            return error.faults.map { describe($0, in: checkout.sources) + "\n" }.joined()
        }
    }

    @Test func goodStateIsReadIntoTypedValues() throws {
        let desired = try read([
            "paper.yaml": """
            environment: paper
            directories:
              /etc/v6: {owner: root, group: v6, mode: "0750"}
            files:
              /etc/v6/README: {source: files/README}
            services:
              v6-x.service: {unit: systemd/v6-x.service, enabled: true, state: running}
            health: {stable_for: 5m}
            """
        ])
        #expect(
            desired.directories == [
                hostPath("/etc/v6"): Ownership(
                    owner: "root", group: "v6", mode: FileMode(bits: 0o750))
            ])
        let file = try #require(desired.files[hostPath("/etc/v6/README")])
        #expect(file.source.path == "desired/files/README")
        #expect(file.ownership == Scene.root)
        let service = try #require(desired.services[unitName("v6-x.service")])
        #expect(service.enabled == true && service.state == .running)
        #expect(service.restart == .immediate && !service.runsRelease)
        #expect(desired.health.stableFor == .seconds(300))
    }

    @Test func layersMergeMapsReplaceListsAndRemoveByNull() throws {
        let desired = try read([
            "base.yaml": """
            files:
              /etc/v6/a: {source: files/README, mode: "0600"}
              /etc/v6/b: {source: files/README}
            health: {stable_for: 60s}
            """,
            "common.yaml": "extends: base.yaml\n",
            "paper.yaml": """
            extends: common.yaml
            environment: paper
            files:
              /etc/v6/a: {owner: v6}
              /etc/v6/b: null
            """,
        ])
        #expect(desired.files.keys.map(\.text) == ["/etc/v6/a"])
        #expect(
            desired.files[hostPath("/etc/v6/a")]?.ownership
                == Ownership(owner: "v6", group: "root", mode: FileMode(bits: 0o600)))
        #expect(desired.health.stableFor == .seconds(60))
    }

    @Test func everyFaultIsToldAtOnceWithLineColumnAndWayOut() {
        let text = complaint([
            "paper.yaml": """
            environment: papr
            serivces: {}
            directories:
              etc/v6: {}
              /etc/v6/../passwd: {}
              /usr/bin: {}
              /etc/v6: {mode: 0750, owner: "Bad Name"}
            files:
              /etc/v6/a: {sourc: files/README}
              /etc/v6/b: {source: files/REDME}
              /etc/v6/c: {source: files/README, mode: "0999"}
              /etc/v6: {source: files/README}
              /etc/systemd/system/v6-x.service: {source: files/README}
            services:
              v6-x: {unit: systemd/v6-x.service}
              v6-x.service: {unit: systemd/v6-x.service, enabled: yes, state: runing}
              v6-y.service: {unit: systemd/v6-y.service}
              v6-bare.service: {unit: systemd/v6-bare.service, enabled: true}
              v6-none.service: {enabled: true}
            health: {stable_for: 60}
            """
        ])
        #expect(differenceFromKept(text, "faults.txt") == nil)
    }

    @Test(arguments: [
        ("", "the document is empty"),
        ("- a\n- b\n", "desired is a list, not a mapping"),
        ("environment: paper\nenvironment: paper\n", "environment"),
        ("environment: paper\nfiles: [a", "expected"),
        ("environment: production\n", "in the document for 'paper'"),
        ("environment: &a paper\n", "anchor"),
        ("environment: !!str paper\n", "tag"),
        ("environment: paper\n---\nenvironment: paper\n", "document"),
        ("environment: paper\nextends: no.yaml\n", "desired/no.yaml does not exist"),
        ("environment: paper\nextends: paper.yaml\n", "extends goes round"),
        ("environment: paper\nfiles:\n  /etc/v6/a: text\n", "'text', not a mapping"),
    ])
    func badDocumentIsRefusedByName(_ text: String, _ words: String) {
        let complaint = complaint(["paper.yaml": text])
        #expect(complaint.contains(words), "\(complaint)")
        #expect(complaint.hasPrefix("desired/paper.yaml:"), "\(complaint)")
    }

    @Test func documentThatIsNotUTF8IsRefused() {
        var broken = checkout(["paper.yaml": "environment: paper\n"])
        broken.texts["desired/paper.yaml"]?.append(0xff)
        do throws(YAMLFaults) {
            _ = try readDesired("paper", from: broken, roots: [])
            Issue.record("it was taken")
        } catch {
            #expect(error.faults.first?.problem.contains("UTF-8") == true)
        }
    }

    @Test func nullRemovesWhatLiesBelowAndNothingElse() throws {
        let desired = try read([
            "common.yaml": """
            files:
              /etc/v6/a: {source: files/README, owner: v6, mode: "0600"}
              /etc/v6/b: {source: files/README}
              /etc/v6/c: {source: files/README}
            links: {/etc/v6/l: {to: x}}
            """,
            "paper.yaml": """
            extends: common.yaml
            links: null
            files:
              /etc/v6/a: {owner: null}
              /etc/v6/b: null
              /etc/v6/never: null
              /etc/v6/new: {source: files/README, mode: null}
            """,
        ])
        #expect(desired.links.isEmpty)
        #expect(
            desired.files.keys.map(\.text).sorted() == ["/etc/v6/a", "/etc/v6/c", "/etc/v6/new"])
        #expect(
            desired.files[hostPath("/etc/v6/a")]?.ownership
                == Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)))
        #expect(
            complaint(["paper.yaml": "files: {/etc/v6/a: {source: files/README, mode: null}}\n"])
                .contains("mode is nothing"), "where nothing lies below, it removes nothing")
    }

    @Test func brokenLayersAreAllToldAtOnce() {
        let text = complaint([
            "paper.yaml": "extends: common.yaml\nfiles: [\n", "common.yaml": "a: &x 1\n",
            "production.yaml": "b: &y 1\n",
        ])
        #expect(text.contains("desired/paper.yaml:") && text.contains("desired/common.yaml:1:4"))
        #expect(!text.contains("production"), "no layer of this environment")
    }

    @Test func documentCutOffAnywhereIsRefusedOrWhole() {
        let whole = """
            environment: paper
            files:
              /etc/v6/README: {source: "files/README", mode: "0640"}
            """
        for length in 0..<whole.utf8.count {
            let cut = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
            guard complaint(["paper.yaml": cut]).isEmpty else { continue }
            let text = String(cut.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
            #expect(["environment: paper", "environment: paper\nfiles:"].contains(text))
        }
    }

    @Test func missingEnvironmentDocumentNamesThoseThatAreThere() {
        let text = complaint(["sandbox.yaml": "environment: sandbox\n"])
        #expect(
            text.hasPrefix(
                "desired/paper.yaml:1:1: desired/paper.yaml does not exist; there are: sandbox.yaml"
            ))
    }

    @Test func contentDigestFollowsTheContentAndNotTheOrderOfKeys() throws {
        let one = try read([
            "paper.yaml": """
            environment: paper
            files:
              /etc/v6/a: {source: files/README, mode: "0600"}
              /etc/v6/b: {source: files/README}
            """
        ])
        let two = try read([
            "paper.yaml": """
            files:
              /etc/v6/b: {source: files/README}
              /etc/v6/a: {mode: "0600", source: files/README}
            environment: paper
            """
        ])
        #expect(one.contentDigest == two.contentDigest)
        var other = one
        other.files[hostPath("/etc/v6/a")]?.source.digest = .of("other bytes")
        #expect(other.contentDigest != one.contentDigest)
        var keyed = one
        keyed.environment = "production"
        #expect(keyed.contentDigest != one.contentDigest)
    }
}
