import YAML

/// Lays one document over another: maps merge, lists replace, null removes.
func layer(_ over: YAMLNode, on base: YAMLNode) -> YAMLNode {
    guard case .mapping(let above) = over.value, case .mapping(let below) = base.value else {
        return withoutRemoved(over)
    }
    // A place that was removed stays, so that those behind it keep theirs.
    var merged: [YAMLEntry?] = below
    let places = Dictionary(
        below.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in above {
        let place = places[entry.key]
        if entry.value.isNull {
            if let place { merged[place] = nil }
        } else if let place, let under = merged[place] {
            let value = layer(entry.value, on: under.value)
            merged[place] = YAMLEntry(key: entry.key, keyMark: entry.keyMark, value: value)
        } else {
            let value = withoutRemoved(entry.value)
            merged.append(YAMLEntry(key: entry.key, keyMark: entry.keyMark, value: value))
        }
    }
    return YAMLNode(value: .mapping(merged.compactMap(\.self)), mark: over.mark)
}

/// What is laid over nothing: there a null removes nothing, and stands for nothing either.
private func withoutRemoved(_ node: YAMLNode) -> YAMLNode {
    guard case .mapping(let entries) = node.value, holdsNull(entries) else { return node }
    return YAMLNode(
        value: .mapping(
            entries.filter { !$0.value.isNull }.map {
                YAMLEntry(key: $0.key, keyMark: $0.keyMark, value: withoutRemoved($0.value))
            }), mark: node.mark)
}

private func holdsNull(_ entries: [YAMLEntry]) -> Bool {
    entries.contains { entry in
        if case .mapping(let inner) = entry.value.value { return holdsNull(inner) }
        return entry.value.isNull
    }
}

/// The documents of `desired/`, by name: `paper.yaml`.
struct Documents {
    /// Deepest chain of `extends`.
    static let layersMax = 8

    let sources: [String: YAMLSource]

    init(of checkout: Checkout) {
        var sources: [String: YAMLSource] = [:]
        for (path, bytes) in checkout.texts
        where path.hasPrefix("desired/") && path.hasSuffix(".yaml") {
            sources[String(path.dropFirst("desired/".count))] = YAMLSource(
                name: path, bytes: bytes)
        }
        self.sources = sources
    }

    /// One environment's document with everything that it extends below it.
    func resolved(_ name: String) throws(YAMLFaults) -> YAMLNode {
        try resolved(name, from: nil, chain: [])
    }

    /// What is wrong with the other documents that this environment may extend: a document that
    /// cannot be read does not say which they are.
    func faults(besides known: YAMLFaults, for environment: String) -> [YAMLFault] {
        let told = Set(known.faults.map(\.mark.document))
        let foreign = Set(
            HostSettings.environments.filter { $0 != environment }.map { "\($0).yaml" })
        return sources.filter { !foreign.contains($0.key) && !told.contains($0.value.name) }
            .flatMap { _, source -> [YAMLFault] in
                do throws(YAMLFaults) {
                    _ = try source.parse()
                    return []
                } catch {
                    return error.faults
                }
            }
    }

    private func resolved(
        _ name: String, from mark: YAMLMark?, chain: [String]
    ) throws(YAMLFaults) -> YAMLNode {
        let place = mark ?? YAMLMark(document: "desired/\(name)", line: 1, column: 1)
        func refuse(_ problem: String, _ suggestion: String?) -> YAMLFaults {
            YAMLFaults(YAMLFault(mark: place, problem: problem, suggestion: suggestion))
        }
        if chain.contains(name) {
            throw refuse("extends goes round: \((chain + [name]).joined(separator: " -> "))", nil)
        }
        guard chain.count < Self.layersMax else {
            throw refuse("extends is over \(Self.layersMax) deep", nil)
        }
        guard let source = sources[name] else {
            let there = sources.keys.sorted().joined(separator: ", ")
            throw refuse(
                "desired/\(name) does not exist",
                there.isEmpty ? "there is no document in desired/" : "there are: \(there)")
        }
        let node = try source.parse()
        guard let base = try base(of: node) else { return node }
        return layer(node, on: try resolved(base.name, from: base.mark, chain: chain + [name]))
    }

    private func base(of node: YAMLNode) throws(YAMLFaults) -> (name: String, mark: YAMLMark)? {
        guard case .mapping(let entries) = node.value,
            let entry = entries.first(where: { $0.key == "extends" })
        else { return nil }
        guard case .scalar(let scalar) = entry.value.value, !entry.value.isNull else {
            throw YAMLFaults(mistyped(entry.value, "extends", "the name of a document"))
        }
        return (scalar.text, entry.value.mark)
    }
}
