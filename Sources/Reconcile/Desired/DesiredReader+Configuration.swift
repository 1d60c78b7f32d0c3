import Digest
import Facts
import JSON
import UnitFile
import YAML

extension DesiredReader {
    /// What a unit reads, rendered; nil where a fault says why it cannot be.
    ///
    /// `texts`: its unit file and its drop-ins, in the order in which systemd reads them.
    mutating func configuration(
        of name: UnitName, _ reads: YAMLNode, _ texts: [UnitText]
    ) -> RenderedConfiguration? {
        var parts: [[String]] = []
        for item in reads.items {
            guard let text = item.text else { continue }
            let path = text.split(separator: ".").map(String.init)
            if let shape = shape(of: path, item) {
                checkNeeded(shape, path, readable.node(at: path), item, name)
                parts.append(path)
            }
        }
        let json = readable.json(parts)
        let bytes = Array((json.text(pretty: true) + "\n").utf8)
        let group = group(of: name, reads, texts)
        return RenderedConfiguration(
            bytes: bytes, digest: .of(bytes), core: .of(Envelope.stripped(json).text()),
            file: Ownership(owner: "root", group: group, mode: FileMode(bits: 0o640)),
            folder: Ownership(owner: "root", group: group, mode: FileMode(bits: 0o750)))
    }

    /// Where a part stands in the schema; a fault where there is no such part.
    private mutating func shape(of path: [String], _ item: YAMLNode) -> Shape? {
        var shape = readable.shape
        for (depth, key) in path.enumerated() {
            guard let next = shape.shape(of: key) else {
                let known = shape.keys.map { (path[..<depth] + [$0]).joined(separator: ".") }
                let written = path[...depth].joined(separator: ".")
                fault(
                    item.mark, "\(written) is no part that a unit could read",
                    didYouMean(written, among: known)
                        ?? (known.isEmpty ? nil : "there are: \(known.joined(separator: ", "))"))
                return nil
            }
            shape = next
        }
        return shape
    }

    /// Nothing starts on a configuration that lacks what its reader cannot do without: promise 5.
    private mutating func checkNeeded(
        _ shape: Shape, _ path: [String], _ node: YAMLNode?, _ item: YAMLNode, _ reader: UnitName
    ) {
        let place = path.joined(separator: ".")
        guard case .map(let fields) = shape else {
            if node == nil { missing(place, item.mark, reader) }
            return
        }
        for field in fields {
            let value = node?[field.key]
            if field.isNeededWhenRead, value == nil, !isLeftOpen(place + "." + field.key) {
                let mark = node.map(\.mark).flatMap { $0 == .standard ? nil : $0 } ?? item.mark
                missing(place + "." + field.key, mark, reader)
            } else if let value, case .map = field.shape {
                checkNeeded(field.shape, path + [field.key], value, item, reader)
            }
        }
    }

    /// In the sandbox a simulator stands in for the broker, whatever account it calls itself.
    private func isLeftOpen(_ place: String) -> Bool {
        environment == "sandbox" && ["config.ib.account", "config.ib.mode"].contains(place)
    }

    /// One fault for each value that is missing, however many units read it.
    private mutating func missing(_ place: String, _ mark: YAMLMark, _ reader: UnitName) {
        guard missed.insert(place).inserted else { return }
        fault(
            mark, "\(place) is missing, and \(reader) reads it",
            "write it: nothing stands in for it")
    }

    /// The group that the unit runs as: who else could read its configuration?
    private mutating func group(
        of name: UnitName, _ reads: YAMLNode, _ texts: [UnitText]
    ) -> String {
        let service = texts.flatMap(\.sections).filter { $0.name == "Service" }
        let whole = UnitText(sections: [
            UnitSection(name: "Service", assignments: service.flatMap(\.assignments))
        ])
        func last(_ key: String) -> String? { whole.value("Service", key) }
        let group = last("Group") ?? last("User")
        if group == nil, last("DynamicUser").map(isYes) == true {
            fault(
                reads.mark, "\(name) has an account that nobody knows before it starts, and reads",
                "give it User=, or Group= by name")
        }
        guard let group else { return "root" }
        if isAccount(group) { return group }
        fault(
            reads.mark, "\(name) runs as '\(group)', and reads: its group has to be named",
            "write Group= with the name of a group")
        return "root"
    }

    private func isYes(_ text: String) -> Bool { ["yes", "true", "on", "1"].contains(text) }
}

extension Shape {
    /// The keys of a closed mapping that may be written; none for anything else.
    var keys: [String] {
        guard case .map(let fields) = self else { return [] }
        return fields.filter { $0.successor == nil }.map(\.key)
    }
}
