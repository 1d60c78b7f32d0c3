import Reconcile
import Testing
import YAML

/// What a unit loads comes with the unit, and the reconciler's own folders are nobody's.
@Suite struct DesiredKeptPlacesTests {
    private func faults(_ entry: String) -> [String] {
        var commit = Commit(
            """
            files:
              \(entry): {source: files/README}
            services:
              v6-x.service: {unit: systemd/v6-x.service, state: running, reads: [config.logging]}
            config: {logging: {level: info}}
            """)
        commit.units["v6-x.service"] = "[Service]\nExecStart=/bin/x\n"
        let text = commit.complaint
        return text.split(separator: "\n").filter { $0.contains("desired/paper.yaml:") }
            .compactMap { $0.split(separator: ": ", maxSplits: 1).last.map(String.init) }
    }

    @Test(arguments: [
        ("/etc/systemd/system/v6-x.service.d/10-a.conf", "is a drop-in of a unit"),
        ("/etc/systemd/system/service.d/10-a.conf", "is a drop-in of a unit"),
        (
            "/etc/systemd/system/multi-user.target.wants/v6-x.service",
            "is where systemd keeps what starts units"
        ),
        ("/etc/systemd/system/other.service", "is a unit file"),
        ("/etc/v6/v6-x/extra", "lies in a folder of rendered configuration"),
    ])
    func placeThatAUnitLoadsFromIsRefused(_ path: String, _ words: String) {
        let faults = faults(path)
        #expect(faults.count == 1 && faults[0].hasPrefix("\(path) \(words); "), "\(faults)")
    }

    @Test(arguments: ["/etc/systemd/system/notes.txt", "/etc/v6/v6-y/extra", "/etc/v6/v6-x.txt"])
    func otherPlacesAreFree(_ path: String) {
        #expect(faults(path) == [])
    }
}
