import Facts
import Reconcile
import Testing
import YAML

@Suite struct HostSettingsTests {
    private func read(_ text: String, environment: String? = nil) throws -> HostSettings {
        try HostSettings.read(
            YAMLSource(name: "host.yaml", bytes: Array(text.utf8)),
            environmentDefault: environment)
    }

    @Test func wholeFileIsRead() throws {
        let settings = try read(
            """
            environment: paper
            repository: [https://one.example.net/v6.git, /srv/git/v6.git]
            branch: release
            roots: [/etc/v6, /srv]
            signatures:
              {required: false, allowed_signers: /etc/v6-reconcile/allowed, floor: 4f2c1aa}
            deletions_max: 3
            clock: chrony
            build: {swift: /opt/swift/bin/swift, deadline: 90s, memory: 512MiB}
            """)
        #expect(settings.repositories == ["https://one.example.net/v6.git", "/srv/git/v6.git"])
        #expect(settings.branch == "release")
        #expect(settings.roots.map(\.text) == ["/etc/v6", "/srv"])
        #expect(!settings.signaturesRequired)
        #expect(settings.deletionsMax == 3)
        #expect(settings.build.swift == "/opt/swift/bin/swift")
        #expect(settings.build.deadline == .seconds(90))
        #expect(settings.build.memoryMax == 512 << 20)
    }

    @Test func whatIsLeftOutHasTheStricterDefault() throws {
        let paper = try read("environment: paper\n")
        #expect(paper.signaturesRequired)
        #expect(paper.deletionsMax == 10)
        #expect(paper.branch == "main")
        #expect(
            paper.roots.map(\.text) == [
                "/etc/v6", "/etc/systemd/system", "/opt/v6", "/var/lib/v6", "/srv",
            ])
        #expect(try !read("environment: sandbox\n").signaturesRequired)
        #expect(try read("branch: main\n", environment: "sandbox").environment == "sandbox")
    }

    @Test(arguments: [
        ("branch: main\n", "environment is missing"),
        ("environment: common\n", "not one of sandbox, paper, production"),
        ("environment: paper\nrepo: x\n", "unknown key 'repo'"),
        ("environment: paper\nrepository: --upload-pack=evil\n", "not a git URL"),
        ("environment: paper\nsignatures: {required: no}\n", "not true or false"),
        ("environment: paper\nroots: [relative]\n", "is not absolute"),
        ("environment: paper\nclock: sundial\n", "not one of kernel, chrony, ib"),
        ("environment: paper\nbuild: {swift: swift}\n", "not an absolute path"),
        ("environment: paper\nbuild: {deadline: 26m}\n", "not a time from 1s to 25m"),
        ("environment: paper\nbuild: {memory: 4}\n", "not a size"),
        ("environment: paper\nbuild: {cores: 4}\n", "unknown key 'cores'"),
        ("environment: paper\ndeletions_max: -1\n", "not a whole number"),
    ])
    func badFileIsRefused(_ text: String, _ words: String) {
        do {
            _ = try read(text)
            Issue.record("it was taken")
        } catch let faults as YAMLFaults {
            #expect(faults.faults.contains { $0.problem.contains(words) }, "\(faults)")
        } catch {
            Issue.record("\(error)")
        }
    }
}
