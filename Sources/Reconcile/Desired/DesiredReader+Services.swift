import Facts
import UnitFile
import YAML

extension DesiredReader {
    mutating func readServices() {
        for entry in node["services"]?.entries ?? [] {
            guard let name = UnitName(entry.key), let service = service(entry.value, name) else {
                continue
            }
            desired.services[name] = service
        }
        checkStems()
    }

    private mutating func service(_ node: YAMLNode, _ name: UnitName) -> DesiredService? {
        let place = "services.\(name)"
        let faultsBefore = faults.count
        let unit = unitFile(node["unit"], place)
        let dropIns = dropIns(node["drop_ins"], place)
        guard faults.count == faultsBefore else { return nil }
        var service = DesiredService(
            unit: unit?.source, text: unit?.text ?? UnitText(sections: []),
            dropIns: dropIns.mapValues(\.source), dropInTexts: dropIns.mapValues(\.text),
            isMasked: node.truth("masked") ?? false,
            enabled: node.truth("enabled"), state: node.word("state"),
            restart: node.word("restart") ?? .immediate,
            runsRelease: node.truth("release") ?? false)
        check(service, name, node, place)
        if let reads = node["reads"] {
            let texts = [service.text] + dropIns.sorted { $0.key < $1.key }.map(\.value.text)
            service.configuration = configuration(of: name, reads, texts)
        }
        return service
    }

    private typealias UnitSource = (source: SourceFile, text: UnitText)

    private mutating func unitFile(_ node: YAMLNode?, _ place: String) -> UnitSource? {
        guard let node, let path = node.text, let source = sourceFile(path, node.mark, place)
        else { return nil }
        guard let bytes = checkout.texts[path] else {
            fault(node.mark, "\(path) does not lie below systemd/")
            return nil
        }
        do throws(UnitFileError) {
            return (source, try UnitText.parse(bytes, name: path))
        } catch {
            fault(node.mark, "\(error)")
            return nil
        }
    }

    private mutating func dropIns(_ node: YAMLNode?, _ place: String) -> [String: UnitSource] {
        var dropIns: [String: UnitSource] = [:]
        for item in node?.items ?? [] {
            guard let file = unitFile(item, place) else { continue }
            let name = String(file.source.path.split(separator: "/").last ?? "")
            if !name.hasSuffix(".conf") || name.hasPrefix(".") {
                fault(
                    item.mark, "\(place): systemd reads no drop-in called \(name)",
                    "its name ends in .conf")
            }
            if dropIns.updateValue(file, forKey: name) != nil {
                fault(
                    item.mark, "\(place) has two drop-ins called \(name)", "remove one of the two")
            }
        }
        return dropIns
    }

    /// What the unit file itself cannot bear.
    private mutating func check(
        _ service: DesiredService, _ name: UnitName, _ node: YAMLNode, _ place: String
    ) {
        if service.isMasked { checkMasked(node, place) }
        guard let file = service.unit?.path else {
            if let release = node["release"], service.runsRelease {
                fault(
                    release.mark, "\(place) runs a program of ours without a unit file of ours",
                    "write unit: systemd/\(name)")
            }
            if node.entries.isEmpty {
                fault(node.mark, "\(place) wants nothing", "write unit: systemd/\(name)")
            }
            return
        }
        if service.enabled == true, !service.text.has(section: "Install") {
            fault(
                node["enabled"]?.mark ?? node.mark,
                "\(name) cannot be enabled: \(file) has no [Install]",
                "add WantedBy= there, or write enabled: false")
        }
        if name.kind == .service, service.text.values("Service", "ExecStart").isEmpty {
            fault(node["unit"]?.mark ?? node.mark, "\(file) has no ExecStart= in [Service]")
        }
    }

    /// A masked unit is a link to nothing in place of its file, and nothing can start it.
    private mutating func checkMasked(_ node: YAMLNode, _ place: String) {
        let wants: [(key: String, isWanted: Bool)] = [
            ("unit", node["unit"] != nil), ("drop_ins", node["drop_ins"] != nil),
            ("reads", node["reads"] != nil), ("enabled", node.truth("enabled") == true),
            ("state", node["state"]?.text == "running"),
        ]
        for want in wants where want.isWanted {
            fault(
                node[want.key]?.mark ?? node.mark,
                "\(place) is masked, and has \(want.key) all the same",
                "remove one of the two")
        }
    }

    /// A folder of configuration, or a link to a release, has one unit.
    private mutating func checkStems() {
        var readers: [String: UnitName] = [:]
        var runners: [String: UnitName] = [:]
        for entry in node["services"]?.entries ?? [] {
            guard let name = UnitName(entry.key), let service = desired.services[name] else {
                continue
            }
            if entry.value["reads"] != nil, let other = readers.updateValue(name, forKey: name.stem)
            {
                fault(
                    entry.value["reads"]?.mark ?? entry.keyMark,
                    "\(name) and \(other) would share \(Layout.configurationFolder(of: name))",
                    "let one of the two read")
            }
            if service.runsRelease, Layout.keptStems.contains(name.stem) {
                fault(
                    entry.value["release"]?.mark ?? entry.keyMark,
                    "\(Layout.releaseLink(of: name)) is no link of a unit",
                    "give \(name) another name")
            }
            if service.runsRelease, let other = runners.updateValue(name, forKey: name.stem) {
                fault(
                    entry.value["release"]?.mark ?? entry.keyMark,
                    "\(name) and \(other) would share \(Layout.releaseLink(of: name))",
                    "give one of the two another name")
            }
        }
    }
}
