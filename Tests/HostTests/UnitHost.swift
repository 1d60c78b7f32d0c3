import HostKit
import Machine

/// A host with units of every kind that desired state can name.
struct UnitHost {
    let road: RoadHost

    var host: TestHost { road.host }

    /// Healthy on a commit with: `try-full.service`, with drop-in, configuration and a reload;
    /// `try-late.service` after it; `try-tick.timer`; `try-foreign.service`, whose file a package
    /// brought; `try-masked.service`, which nothing may start.
    static func healthy() throws -> UnitHost {
        let units = UnitHost(road: try RoadHost.healthy())
        if try units.host.run(["test", "-e", "/etc/v6/try-full/config.json"]).succeeded {
            return units
        }
        try units.road.must(vendors)
        try units.road.push("units of every kind", commit)
        let turn = try units.road.turn()
        guard turn.ending == .exited(0) else {
            throw HostError("converge to all units", turn.outputText + turn.errorText)
        }
        return units
    }

    private static let vendors = """
        cat > /usr/lib/systemd/system/try-foreign.service <<END
        [Service]
        ExecStart=/bin/sleep 3000
        [Install]
        WantedBy=multi-user.target
        END
        systemctl daemon-reload
        """

    private static let commit = """
        mkdir -p systemd/try-full.service.d
        cat > systemd/try-full.service <<END
        [Unit]
        Description=full
        X-Reload-Triggers=one
        [Service]
        ExecStart=/bin/sleep 1001
        ExecReload=/bin/sh -c 'echo reloaded >> /run/try-full.reloads'
        Restart=always
        RestartSec=100ms
        [Install]
        WantedBy=multi-user.target
        END
        printf '[Service]\\nNice=1\\n' > systemd/try-full.service.d/10-nice.conf
        cat > systemd/try-late.service <<END
        [Unit]
        After=try-full.service
        [Service]
        ExecStart=/bin/sleep 1002
        END
        cat > systemd/try-tick.service <<END
        [Service]
        ExecStart=/bin/true
        END
        cat > systemd/try-tick.timer <<END
        [Timer]
        OnActiveSec=1d
        [Install]
        WantedBy=timers.target
        END
        cat > /tmp/services <<END
          try-full.service:
            unit: systemd/try-full.service
            drop_ins: [systemd/try-full.service.d/10-nice.conf]
            enabled: true
            state: running
            reads: [config.logging]
          try-late.service: {unit: systemd/try-late.service, state: running}
          try-tick.service: {unit: systemd/try-tick.service}
          try-tick.timer: {unit: systemd/try-tick.timer, enabled: true, state: running}
          try-foreign.service: {enabled: true, state: running}
          try-masked.service: {masked: true}

        END
        sed -i '/^services:/r /tmp/services' desired/common.yaml
        """

    /// A property of a unit.
    func show(_ property: String, _ unit: String) throws -> String {
        String(
            try host.run(["systemctl", "show", "-P", property, unit]).outputText.dropLast())
    }

    /// The run of the full unit.
    func run() throws -> String { try show("InvocationID", "try-full.service") }

    /// Pushes a change that is not to be kept, has it applied, and says what the turn said.
    func apply(_ message: String, _ script: String, exit: Int32 = 0) throws -> CommandResult {
        try road.push(message, script)
        let turn = try road.turn()
        guard turn.ending == .exited(exit) else {
            throw HostError("turn to \(message)", "\(turn.outputText)\(turn.errorText)")
        }
        return turn
    }

    /// Takes the newest commit back, and has that applied.
    func revert() throws {
        try road.pushRevert()
        let turn = try road.turn()
        guard turn.ending == .exited(0) else {
            throw HostError("turn back", "\(turn.outputText)\(turn.errorText)")
        }
    }
}
