import Facts
import YAML

/// The entries of one mapping, read key by key; every fault is kept, none ends the reading.
struct Fields {
    private let entries: [YAMLEntry]

    /// `known`: every key that may stand here; any other is a fault with a suggestion.
    /// `place`: what the mapping describes, for faults: `services.v6-x.service`.
    init(_ node: YAMLNode, known: [String], place: String, _ faults: inout [YAMLFault]) {
        entries = mapping(node, place, &faults)
        for entry in entries where !known.contains(entry.key) {
            let near = nearest(to: entry.key, among: known)
            faults.append(
                YAMLFault(
                    mark: entry.keyMark, problem: "unknown key '\(entry.key)' in \(place)",
                    suggestion: near.map { "did you mean '\($0)'?" }
                        ?? "known here: \(known.sorted().joined(separator: ", "))"))
        }
    }

    func node(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
}

/// The entries of a mapping; anything else is a fault, but an empty value is an empty mapping.
func mapping(_ node: YAMLNode, _ place: String, _ faults: inout [YAMLFault]) -> [YAMLEntry] {
    if case .mapping(let entries) = node.value { return entries }
    if !node.isNull { faults.append(mistyped(node, place, "a mapping")) }
    return []
}

func mistyped(_ node: YAMLNode, _ place: String, _ wanted: String) -> YAMLFault {
    let found =
        switch node.value {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar): node.isNull ? "nothing" : "'\(scalar.text)'"
        }
    return YAMLFault(
        mark: node.mark, problem: "\(place) is \(found), not \(wanted)", suggestion: nil)
}

extension Fields {
    /// The text under a key; `NO` is text where text is expected.
    func text(_ key: String, _ place: String, _ faults: inout [YAMLFault]) -> String? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let scalar) = node.value, !node.isNull else {
            faults.append(mistyped(node, "\(place).\(key)", "a text"))
            return nil
        }
        return scalar.text
    }

    /// `true` or `false`, unquoted, and nothing else: `on` and `yes` are faults.
    func bool(_ key: String, _ place: String, _ faults: inout [YAMLFault]) -> Bool? {
        guard let node = node(key) else { return nil }
        if case .scalar(let scalar) = node.value, scalar.isPlain {
            if scalar.text == "true" { return true }
            if scalar.text == "false" { return false }
        }
        faults.append(mistyped(node, "\(place).\(key)", "true or false"))
        return nil
    }

    func integer(
        _ key: String, in range: ClosedRange<Int>, _ place: String, _ faults: inout [YAMLFault]
    ) -> Int? {
        guard let node = node(key) else { return nil }
        if case .scalar(let scalar) = node.value, scalar.isPlain, let number = Int(scalar.text),
            range.contains(number)
        {
            return number
        }
        faults.append(
            mistyped(
                node, "\(place).\(key)",
                "a whole number from \(range.lowerBound) to \(range.upperBound)"))
        return nil
    }

    /// One of a closed list of words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Word.Type, _ place: String, _ faults: inout [YAMLFault]
    ) -> Word? where Word.RawValue == String {
        guard let text = text(key, place, &faults), let node = node(key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        faults.append(
            YAMLFault(
                mark: node.mark,
                problem:
                    "\(place).\(key) is '\(text)', not one of \(words.joined(separator: ", "))",
                suggestion: nearest(to: text, among: words).map { "did you mean '\($0)'?" }))
        return nil
    }
}
