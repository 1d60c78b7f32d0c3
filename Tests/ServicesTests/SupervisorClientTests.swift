import Facts
import Foundation
import Machine
import Services
import TestKit
import Testing

private let units = "etc/systemd/system/"
private let wanted = "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n"

/// The calling side, where no supervisor runs.
@Suite struct SupervisorClientTests {
    private let scratch = ScratchFolder()
    private let supervisor: Supervisor
    private let service: UnitName

    init() throws {
        scratch.write(units + "a.service", wanted)
        supervisor = Supervisor(
            files: try HostFiles(root: scratch.path, honoursOwners: false), program: "/bin/false")
        service = try RunningSupervisor.unit("a.service")
    }

    @Test func lookingStartsNothingAndLeavesNothingBehind() throws {
        let missing = try RunningSupervisor.unit("b.service")
        let found = try supervisor.look(at: [service, missing])
        #expect(
            found[service]
                == UnitStatus(
                    load: "loaded", active: "inactive", sub: "dead", enablement: "disabled",
                    restartPause: .milliseconds(100)))
        #expect(found[missing]?.load == "not-found")
        #expect(access(scratch.path + "/run", F_OK) != 0)
        #expect(access(scratch.path + "/var", F_OK) != 0)
    }

    @Test func stopReloadAndShutDownAreDoneWithoutASupervisor() throws {
        try supervisor.perform(.stop, on: service)
        try supervisor.loadUnitFiles()
        try supervisor.shutDown()
        #expect(access(scratch.path + "/run", F_OK) != 0)
    }

    @Test func startThatFindsNoSupervisorSaysWhereToLook() throws {
        let error = #expect(throws: ServicesError.self) {
            try supervisor.perform(.start, on: service)
        }
        #expect(error?.isFaultOfUnit == false)
        #expect(error?.description.contains("/var/log/v6/supervisor.log") == true)
    }

    @Test func theProgramIsStartedAsASupervisorInASessionOfItsOwn() throws {
        scratch.write(
            "program", "#!/bin/sh\necho \"$@\" $(($(ps -o sid= -p $$) == $$)) ${HOME-none}\n")
        chmod(scratch.path + "/program", 0o755)
        let supervisor = Supervisor(
            files: try HostFiles(root: scratch.path, honoursOwners: false),
            program: scratch.path + "/program")
        #expect(throws: ServicesError.self) { try supervisor.perform(.start, on: service) }
        #expect(
            scratch.read("var/log/v6/supervisor.log")
                == "supervise --root \(scratch.path) 1 none\n")
    }

    @Test func unitsAreEnabledByTheSameLinksAsSystemctlMakes() throws {
        let link = scratch.path + "/" + units + "multi-user.target.wants/a.service"
        try supervisor.perform(.enable, on: service)
        try supervisor.perform(.enable, on: service)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: link)
                == "/etc/systemd/system/a.service")
        #expect(try supervisor.look(at: [service])[service]?.enablement == "enabled")
        try supervisor.perform(.disable, on: service)
        #expect(try supervisor.look(at: [service])[service]?.enablement == "disabled")
        var found = stat()
        #expect(lstat(link, &found) != 0)
        try supervisor.perform(.disable, on: service)
    }

    @Test func stagedUnitsAreCheckedBeforeTheyAreInstalled() throws {
        try supervisor.check(staged: [scratch.path + "/" + units + "a.service"])
        scratch.write("staged/a.service", "[Service]\nType=banana\nExecStart=/bin/x\n")
        #expect(
            throws: ServicesError(
                "verify", "a.service", .failed("a.service:2: Type=banana is not supported"))
        ) { try supervisor.check(staged: [scratch.path + "/staged/a.service"]) }
    }

    @Test func settingsThatAreNotHonouredAreTold() throws {
        scratch.write(units + "b.service", "[Service]\nExecStart=/bin/x\nUser=v6\n")
        let other = try RunningSupervisor.unit("b.service")
        #expect(supervisor.settingsNotHonoured(of: [service, other]) == [other: ["User="]])
    }
}
