/// Builds nodes from events without recursion, and notes all that is refused on the way.
struct YAMLComposer {
    /// A mapping or sequence that is not closed yet.
    private struct Open {
        let mark: YAMLMark
        let isMapping: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLEntry] = []
        /// Where each key stood first.
        var keys: [String: YAMLMark] = [:]
        var pending = Pending.none
    }

    /// What a mapping waits for.
    private enum Pending {
        /// A key.
        case none
        /// The value of this key.
        case value(key: String, mark: YAMLMark)
        /// A value that is dropped, because its key was refused.
        case dropped
    }

    private let source: YAMLSource
    private var open: [Open] = []
    private var root: YAMLNode?
    private var faults: [YAMLFault] = []
    private var nodeCount = 0

    init(source: YAMLSource) { self.source = source }

    /// - Throws: `YAMLFaults` with all that was found up to the end, or up to what stopped it.
    mutating func compose(_ reader: borrowing YAMLEventReader) throws(YAMLFaults) -> YAMLNode {
        do throws(YAMLFault) {
            while try take(try reader.next()) {}
        } catch {
            throw YAMLFaults(error, faults)
        }
        if let faults = YAMLFaults(faults) { throw faults }
        guard let root, !isEmpty(root) else {
            throw YAMLFaults(
                source.fault(atByte: 0, "the document is empty", "write at least one key"))
        }
        return root
    }

    private func isEmpty(_ node: YAMLNode) -> Bool {
        if case .scalar(let scalar) = node.value {
            scalar.isPlain && scalar.text.isEmpty
        } else {
            false
        }
    }

    /// - Returns: false after the last event.
    private mutating func take(_ event: YAMLEvent) throws(YAMLFault) -> Bool {
        try refuse(event)
        switch event.kind {
        case .streamStart, .documentEnd: break
        case .streamEnd: return false
        case .documentStart(let hasDirectives):
            if hasDirectives {
                try note(event.mark, "directives are refused", "remove the lines that begin with %")
            }
            if root != nil {
                throw YAMLFault(
                    mark: event.mark, problem: "a second document begins",
                    suggestion: "keep one document in a file")
            }
        case .alias:
            try note(event.mark, "aliases are refused", "write the value out here")
            try add(YAMLNode(value: .scalar(YAMLScalar(text: "", isPlain: true)), mark: event.mark))
        case .scalar(let scalar): try add(YAMLNode(value: .scalar(scalar), mark: event.mark))
        case .sequenceStart: try begin(Open(mark: event.mark, isMapping: false))
        case .mappingStart: try begin(Open(mark: event.mark, isMapping: true))
        case .collectionEnd:
            guard let closed = open.popLast() else { break }
            let value: YAMLValue =
                closed.isMapping ? .mapping(closed.entries) : .sequence(closed.items)
            try place(YAMLNode(value: value, mark: closed.mark))
        }
        return true
    }

    private mutating func refuse(_ event: YAMLEvent) throws(YAMLFault) {
        if event.hasAnchor {
            try note(
                event.mark, "anchors are refused", "write the value out in each place that needs it"
            )
        }
        if let tag = event.tag {
            let prefix = "tag:yaml.org,2002:"
            let written = tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
            try note(
                event.mark, "the tag '\(written)' is refused",
                "remove it; every value is text until its key says otherwise")
        }
    }

    private mutating func begin(_ collection: Open) throws(YAMLFault) {
        try count(collection.mark)
        guard open.count < YAMLSource.depthMax else {
            throw YAMLFault(
                mark: collection.mark, problem: "nested deeper than \(YAMLSource.depthMax)",
                suggestion: "make the structure flatter")
        }
        open.append(collection)
    }

    private mutating func add(_ node: YAMLNode) throws(YAMLFault) {
        try count(node.mark)
        try place(node)
    }

    private mutating func count(_ mark: YAMLMark) throws(YAMLFault) {
        nodeCount += 1
        guard nodeCount <= YAMLSource.nodesMax else {
            throw YAMLFault(
                mark: mark, problem: "more than \(YAMLSource.nodesMax) values and keys",
                suggestion: "name a whole directory tree as one entry")
        }
    }

    /// Puts a finished node where it belongs: root, item, key or value.
    private mutating func place(_ node: YAMLNode) throws(YAMLFault) {
        let last = open.count - 1
        guard last >= 0 else {
            root = node
            return
        }
        guard open[last].isMapping else {
            open[last].items.append(node)
            return
        }
        switch open[last].pending {
        case .none: open[last].pending = try key(node, of: last)
        case .value(let key, let mark):
            open[last].entries.append(YAMLEntry(key: key, keyMark: mark, value: node))
            open[last].pending = .none
        case .dropped: open[last].pending = .none
        }
    }

    private mutating func key(_ node: YAMLNode, of mapping: Int) throws(YAMLFault) -> Pending {
        guard case .scalar(let scalar) = node.value else {
            try note(node.mark, "a key must be a text", "write the key as one word, or in quotes")
            return .dropped
        }
        if scalar.isPlain, scalar.text == "<<" {
            try note(node.mark, "merge keys are refused", "write the keys out here")
            return .dropped
        }
        if scalar.isPlain, scalar.text.isEmpty {
            try note(node.mark, "a key is missing", "write a key before the colon")
            return .dropped
        }
        if let first = open[mapping].keys[scalar.text] {
            try note(
                node.mark, "key '\(scalar.text)' stands already in line \(first.line)",
                "remove one of the two")
            return .dropped
        }
        open[mapping].keys[scalar.text] = node.mark
        return .value(key: scalar.text, mark: node.mark)
    }

    private mutating func note(
        _ mark: YAMLMark, _ problem: String, _ suggestion: String
    ) throws(YAMLFault) {
        faults.append(YAMLFault(mark: mark, problem: problem, suggestion: suggestion))
        guard faults.count < YAMLSource.faultsMax else {
            throw YAMLFault(
                mark: mark, problem: "too many faults, the rest was not read",
                suggestion: "mend these first")
        }
    }
}
