import Facts
import UnitFile
import YAML

extension DesiredReader {
    mutating func readServices(_ fields: Fields, _ desired: inout Desired) {
        guard let node = fields.node("services") else { return }
        for entry in mapping(node, "services", &faults) {
            guard let name = UnitName(entry.key) else {
                let kinds = UnitName.Kind.allCases.map { ".\($0.rawValue)" }
                fault(
                    entry.keyMark, "'\(entry.key)' is no unit name",
                    "a unit name ends in one of \(kinds.joined(separator: " "))")
                continue
            }
            if let service = service(entry.value, name) { desired.services[name] = service }
        }
    }

    private mutating func service(_ node: YAMLNode, _ name: UnitName) -> DesiredService? {
        let place = "services.\(name)"
        let fields = Fields(
            node, known: ["unit", "enabled", "state", "restart", "release"], place: place, &faults)
        let enabled = fields.bool("enabled", place, &faults)
        let state = fields.word("state", DesiredService.State.self, place, &faults)
        let restart = fields.word("restart", DesiredService.Restart.self, place, &faults)
        let release = fields.bool("release", place, &faults)
        guard let path = fields.text("unit", place, &faults), let mark = fields.node("unit")?.mark
        else {
            if fields.node("unit") == nil {
                fault(node.mark, "\(place) has no unit", "write unit: systemd/\(name)")
            }
            return nil
        }
        guard let source = sourceFile(path, mark, place), let text = unitText(path, mark) else {
            return nil
        }
        let service = DesiredService(
            unit: source, text: text, enabled: enabled, state: state,
            restart: restart ?? .immediate, runsRelease: release ?? false)
        check(service, name, fields, place)
        return service
    }

    private mutating func unitText(_ path: String, _ mark: YAMLMark) -> UnitText? {
        guard let bytes = checkout.texts[path] else {
            fault(mark, "\(path) does not lie below systemd/", nil)
            return nil
        }
        do throws(UnitFileError) {
            return try UnitText.parse(bytes, name: path)
        } catch {
            fault(mark, "\(error)", nil)
            return nil
        }
    }

    /// What the unit file itself cannot bear.
    private mutating func check(
        _ service: DesiredService, _ name: UnitName, _ fields: Fields, _ place: String
    ) {
        let file = service.unit?.path ?? "its unit file"
        if service.enabled == true, !service.text.has(section: "Install"),
            let node = fields.node("enabled")
        {
            fault(
                node.mark,
                "\(name) cannot be enabled: \(file) has no [Install]",
                "add WantedBy= there, or write enabled: false")
        }
        if name.kind == .service, service.text.values("Service", "ExecStart").isEmpty,
            let node = fields.node("unit")
        {
            fault(
                node.mark,
                "\(file) has no ExecStart= in [Service]", nil)
        }
    }
}
