import Digest
import Facts
import Reconcile
import TestKit
import UnitFile

/// Desired states for tests, from small words and from seeds.
enum Scene {
    static let root = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o644))
    static let folder = Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o755))

    static func source(_ path: String, _ text: String) -> SourceFile {
        SourceFile(path: path, digest: .of(text), size: text.utf8.count)
    }

    static func text(_ text: String) -> UnitText {
        do {
            return try UnitText.parse(Array(text.utf8), name: "a test's")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// `comment`: what changes nothing for what runs.
    static func service(
        _ name: String, _ version: String = "1", state: DesiredService.State? = .running,
        enabled: Bool? = true, after: String = "", runsRelease: Bool = false,
        restart: DesiredService.Restart = .immediate, comment: String = "",
        triggers: String = "", wantedBy: String = "multi-user.target"
    ) -> DesiredService {
        let text = """
            # \(comment)
            [Unit]
            Description=\(comment)
            X-Reload-Triggers=\(triggers)
            After=\(after)
            [Service]
            ExecStart=/bin/\(version)
            ExecReload=/bin/true
            [Install]
            WantedBy=\(wantedBy)

            """
        return DesiredService(
            unit: source("systemd/\(name)", text), text: Self.text(text), enabled: enabled,
            state: state, restart: restart, runsRelease: runsRelease)
    }

    /// A unit of others, of which only this is wanted.
    static func foreign(
        state: DesiredService.State? = nil, enabled: Bool? = nil, isMasked: Bool = false
    ) -> DesiredService {
        DesiredService(
            unit: nil, text: UnitText(sections: []), isMasked: isMasked, enabled: enabled,
            state: state)
    }

    static func configuration(_ text: String) -> RenderedConfiguration {
        RenderedConfiguration(
            bytes: Array(text.utf8), digest: .of(text),
            file: Ownership(owner: "root", group: "v6", mode: FileMode(bits: 0o640)),
            folder: Ownership(owner: "root", group: "v6", mode: FileMode(bits: 0o750)))
    }

    /// A folder, two files, a service with its timer.
    static func small() -> Desired {
        Desired(
            environment: "paper",
            directories: [hostPath("/etc/v6"): folder],
            files: [
                hostPath("/etc/v6/README"): DesiredFile(
                    source: source("desired/files/README", "read me"), ownership: root),
                hostPath("/etc/v6/feed.yaml"): DesiredFile(
                    source: source("desired/files/feed.yaml", "feed: 1"),
                    ownership: Ownership(
                        owner: "root", group: "v6", mode: FileMode(bits: 0o640))),
            ],
            services: [
                unitName("v6-trading.service"): service("v6-trading.service", runsRelease: true),
                unitName("v6-check.timer"): service("v6-check.timer"),
            ],
            release: ReleaseKey("aaaaaaa1"))
    }

    /// Some desired state; the same for the same seed.
    static func random(_ dice: inout Dice) -> Desired {
        var desired = Desired(environment: "paper", release: ReleaseKey("abcdef\(dice.below(9))"))
        for index in 0..<4 where dice.below(3) > 0 {
            let path = hostPath("/srv/d\(index)")
            desired.directories[path] = Ownership(
                owner: "root", group: "root",
                mode: FileMode(bits: dice.below(2) == 0 ? 0o755 : 0o700)
            )
            for file in 0..<2 where dice.below(2) == 0 {
                desired.files[hostPath("/srv/d\(index)/f\(file)")] = DesiredFile(
                    source: source("desired/files/f\(file)", "text \(dice.below(4))"),
                    ownership: Ownership(
                        owner: dice.below(2) == 0 ? "root" : "v6", group: "root",
                        mode: FileMode(bits: dice.below(2) == 0 ? 0o644 : 0o600)))
            }
        }
        for (index, suffix) in ["service", "service", "timer", "service"].enumerated()
        where dice.below(4) > 0 {
            let name = unitName("u\(index).\(suffix)")
            desired.services[name] = randomService(name, &dice)
        }
        if dice.below(2) == 0 {
            desired.services[vendors] = foreign(
                state: [.running, .stopped, nil][dice.below(3)],
                enabled: [true, false, nil][dice.below(3)], isMasked: false)
            if dice.below(3) == 0 { desired.services[vendors] = foreign(isMasked: true) }
        }
        addKinds(to: &desired, &dice)
        // With dice of their own: accounts and units have nothing to do with each other.
        var own = dice
        addAccounts(to: &desired, &own)
        return desired
    }

    /// A unit that a package brought to every host that `random` is tried on.
    static let vendors = unitName("vendors.service")

    private static func randomService(_ name: UnitName, _ dice: inout Dice) -> DesiredService {
        if dice.below(8) == 0 { return foreign(isMasked: true) }
        let isService = name.kind == .service
        var service = service(
            name.text, "\(dice.below(3))",
            state: [.running, .running, .stopped, nil][dice.below(4)],
            enabled: [true, false, nil][dice.below(3)],
            after: dice.below(2) == 0 ? "u\(dice.below(4)).service" : "",
            runsRelease: isService && dice.below(2) == 0, comment: "\(dice.below(2))",
            triggers: "\(dice.below(2))", wantedBy: dice.below(3) == 0 ? "a.target" : "b.target")
        for dropIn in ["10-a.conf", "20-b.conf"] where dice.below(3) == 0 {
            let text = "# \(dice.below(2))\n[Service]\nUser=u\(dice.below(2))\n"
            service.dropIns[dropIn] = source("systemd/\(name).d/\(dropIn)", text)
            service.dropInTexts[dropIn] = Self.text(text)
        }
        if isService, dice.below(3) == 0 {
            service.configuration = configuration("{\(dice.below(3))}")
        }
        return service
    }
}

extension Scene {
    /// Places that are a file, a link, or a folder with things in it, as chance will have it.
    private static func addKinds(to desired: inout Desired, _ dice: inout Dice) {
        for index in 0..<4 {
            let path = hostPath("/srv/k\(index)")
            switch dice.below(5) {
            case 0: desired.files[path] = some(&dice)
            case 1: desired.links[path] = "/srv/d\(dice.below(3))"
            case 2, 3:
                desired.directories[path] = dice.below(2) == 0 ? folder : secret
                if dice.below(2) == 0 { desired.files[hostPath("\(path)/f")] = some(&dice) }
                if dice.below(2) == 0 { desired.links[hostPath("\(path)/l")] = "/srv/l" }
                if dice.below(2) == 0 {
                    desired.directories[hostPath("\(path)/d")] = folder
                    if dice.below(2) == 0 { desired.files[hostPath("\(path)/d/f")] = some(&dice) }
                }
            default: break
            }
        }
    }

    private static let secret = Ownership(
        owner: "root", group: "root", mode: FileMode(bits: 0o700))

    private static func some(_ dice: inout Dice) -> DesiredFile {
        DesiredFile(
            source: source("desired/files/k", "text \(dice.below(3))"),
            ownership: dice.below(2) == 0 ? root : secret)
    }
}
