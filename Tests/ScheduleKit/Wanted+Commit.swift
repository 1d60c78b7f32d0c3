import SandboxKit
import TestKit

/// A mode as YAML and people write it.
func octal(_ mode: Int) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

extension Wanted {
    /// Writes it into the work tree of a sandbox, in place of all that was there.
    func write(into box: Sandbox) throws {
        try box.shell("rm -rf desired systemd")
        for (index, place) in files.keys.sorted().enumerated() {
            box.scratch.write("tree/desired/files/f\(index)", text(of: place))
        }
        for (index, place) in trees.keys.sorted().enumerated() {
            for (name, text) in trees[place]?.files ?? [:] {
                box.scratch.write("tree/desired/files/t\(index)/\(name)", text)
            }
        }
        for (name, service) in services where !service.isMasked {
            box.scratch.write("tree/systemd/\(name)", service.unitText(name))
            guard let number = service.dropIn else { continue }
            box.scratch.write(
                "tree/systemd/\(name).d/10-number.conf", Service.dropInText(number))
        }
        if spelling == .refusedUnit {
            box.scratch.write(
                "tree/systemd/refused.service", "[Service]\nExecStart=/no/such/program\n")
        }
        box.scratch.write("tree/desired/sandbox.yaml", document)
    }

    /// The bytes of one of its files.
    func text(of place: String) -> String {
        place == Self.readme ? readmeText : (files[place]?.text ?? "") + "\n"
    }

    private var document: String {
        let parts: [(String, [String])] = [
            (
                "directories",
                folders.sorted { $0.key < $1.key }
                    .map { "\($0.key): {mode: \"\(octal($0.value))\"}" }
                    + trees.keys.sorted().enumerated().compactMap(treeLine)
            ),
            (
                "files",
                files.sorted { $0.key < $1.key }.enumerated().map { index, file in
                    "\(file.key): {source: files/f\(index), mode: \"\(octal(file.value.mode))\"}"
                }
            ),
            ("links", links.sorted { $0.key < $1.key }.map { "\($0.key): {to: \($0.value)}" }),
            (
                "services",
                services.sorted { $0.key < $1.key }.map { $0.value.line($0.key) } + refused
            ),
            ("limits", limits),
        ]
        let text = parts.filter { !$0.1.isEmpty }.map { name, lines in
            "\(name):\n" + lines.map { "  \($0)\n" }.joined()
        }
        return "environment: sandbox\n" + text.joined() + """
            config: {logging: {level: \(logLevel)}}
            dry_run: \(bounds.dryRun)
            trading: {state: \(bounds.trading.rawValue)}
            health: {stable_for: 0s, checks: {load: {warn: 9000, fail: 9000}}}
            \(spelling == .brokenYAML ? ": [\n" : spelling == .unknownKey ? "servces: {}\n" : "")
            """
    }

    private var refused: [String] {
        spelling == .refusedUnit
            ? ["refused.service: {unit: systemd/refused.service, state: running}"] : []
    }

    private var limits: [String] {
        [
            "positions_max: \(bounds.positionsMax)", "order_quantity_max: \(bounds.quantityMax)",
            "orders_per_day_max: 50", "daily_loss_max: 1000 USD",
            "portfolio: {delta_max: 50, gamma_max: 10}",
            "symbol: {delta_max: 20, positions_max: 5}",
        ]
    }

    private func treeLine(_ index: Int, _ place: String) -> String? {
        trees[place].map { tree in
            "\(place): {source: files/t\(index), recursive: true, mode: \"\(octal(tree.mode))\", "
                + "file_mode: \"\(octal(tree.fileMode))\"}"
        }
    }
}

extension Wanted.Service {
    /// Its entry in desired state.
    fileprivate func line(_ name: String) -> String {
        if isMasked { return "\(name): {masked: true, enabled: false, state: stopped}" }
        var words = ["unit: systemd/\(name)", "enabled: \(isEnabled)"]
        words.append("state: \(isRunning ? "running" : "stopped")")
        if dropIn != nil { words.append("drop_ins: [systemd/\(name).d/10-number.conf]") }
        if name == Wanted.reader {
            words.append("reads: [limits, dry_run, trading, config.logging]")
        } else if reads {
            words.append("reads: [config.logging]")
        }
        return "\(name): {\(words.joined(separator: ", "))}"
    }

    static func dropInText(_ number: Int) -> String { "[Service]\nEnvironment=NUMBER=\(number)\n" }

    /// Its unit file. The one that reads keeps what it read where the oracle finds it.
    func unitText(_ name: String) -> String {
        let stem = name.prefix { $0 != "." }
        let command =
            switch life {
            case .lives where reads:
                "/bin/sh -c 'cat $V6_ROOT/etc/v6/\(stem)/config.json >$V6_ROOT/run/\(stem).loaded; "
                    + "exec /bin/sleep \(number)'"
            case .lives: "/bin/sleep \(number)"
            case .failsAtOnce: "/bin/sh -c 'exit 3; /bin/sleep \(number)'"
            case .failsInWindow: "/bin/sh -c '/bin/sleep 0.3; exit 4; /bin/sleep \(number)'"
            case .failsAsOneshot: "/bin/sh -c 'exit 5; /bin/sleep \(number)'"
            }
        let type =
            switch life {
            case .lives, .failsInWindow: "simple"
            case .failsAtOnce: "notify"
            case .failsAsOneshot: "oneshot"
            }
        return """
            [Unit]
            Description=\(name)
            [Service]
            Type=\(type)
            ExecStart=\(command)
            [Install]
            WantedBy=multi-user.target

            """
    }
}
