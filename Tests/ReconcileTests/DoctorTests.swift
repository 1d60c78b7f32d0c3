import Digest
import Facts
import Reconcile
import TestKit
import Testing

/// Which programs a host needs, and what is said when one is missing.
struct DoctorTests {
    private func needed(
        _ desired: Desired?, repositories: [String] = [], isSandbox: Bool = false
    ) -> [String] {
        ProgramNeed.all(
            desired: desired,
            settings: HostSettings(
                environment: "paper", repositories: repositories, signaturesRequired: false),
            followsGit: !repositories.isEmpty, isSandbox: isSandbox
        ).filter(\.isNeeded).map(\.name)
    }

    @Test func whatIsNeededFollowsFromDesiredStateAndSettings() {
        var desired = Desired(environment: "paper")
        #expect(needed(desired) == ["systemctl", "systemd-analyze"])
        #expect(needed(nil) == ["systemctl", "systemd-analyze"])
        #expect(needed(desired, isSandbox: true) == [])
        #expect(needed(desired, repositories: ["/srv/git"], isSandbox: true) == ["git"])
        #expect(
            needed(desired, repositories: ["/srv/git"]) == [
                "git", "systemctl", "systemd-analyze", "useradd",
            ])
        desired.users["v6-feed"] = DesiredUser()
        #expect(
            needed(desired) == ["systemctl", "systemd-analyze", "useradd", "usermod", "groupadd"])
        #expect(needed(desired, isSandbox: true) == [], "a sandbox makes no accounts")
    }

    @Test func whatReleasesNeedFollowsFromWhereTheyComeFrom() {
        var desired = Desired(environment: "paper")
        func needed() -> [String] { self.needed(desired, isSandbox: true) }
        desired.programs.origin = .artifact("/srv/a.tar.gz", sha256: .of("a"))
        #expect(needed() == ["tar", "gzip"])
        desired.programs.origin = .artifact("https://host/a.tar.gz", sha256: .of("a"))
        #expect(needed() == ["curl", "tar", "gzip"])
        desired.programs.origin = .host
        #expect(needed() == ["tar", "gzip", "swift"])
        #expect(self.needed(desired).contains("systemd-run"))
    }

    @Test(arguments: [
        ("ssh://git@host/v6", true), ("git@host:v6.git", true), ("host:v6", true),
        ("/srv/v6.git", false), ("./a:b", false), ("https://host/v6", false),
        ("file:///srv/v6", false),
    ])
    func sshIsNeededForRepositoriesBehindIt(_ url: String, _ isNeeded: Bool) {
        #expect(
            needed(nil, repositories: [url], isSandbox: true)
                == (isNeeded ? ["git", "ssh"] : ["git"]))
    }

    @Test func missingProgramIsNamedOnlyWhereItIsNeeded() {
        let needs = ProgramNeed.all(
            desired: nil, settings: HostSettings(environment: "paper"), followsGit: true,
            isSandbox: false)
        func report(_ missing: String...) -> ProgramReport {
            ProgramReport(
                needs.map { need in
                    let version = need.versionArguments.isEmpty ? "" : "\(need.name) 1.2"
                    return .init(need, version: missing.contains(need.name) ? nil : version)
                }, trouble: missing.contains("git") ? "no git" : nil)
        }
        #expect(report("rclone", "curl").isComplete)
        #expect(!report("ssh-keygen").isComplete, "signatures are required where nothing says so")
        let bad = report("git", "rclone")
        #expect(!bad.isComplete)
        #expect(differenceFromKept(bad.text, "doctor.txt") == nil)
    }
}
