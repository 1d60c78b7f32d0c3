import CYAML

/// One event of libyaml, with nothing of C in it.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentEnd, sequenceStart, mappingStart, collectionEnd, alias
        case documentStart(hasDirectives: Bool)
        case scalar(YAMLScalar)
    }

    let kind: Kind
    let mark: YAMLMark
    let hasAnchor: Bool
    /// The tag as it was written out; nil for none.
    let tag: String?
}

/// libyaml's parser over bytes that outlive it.
///
/// A class, because it owns C memory. As a struct that cannot be copied it was released twice by
/// the optimiser of Swift 6.3.1.
final class YAMLEventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: YAMLSource

    init(_ bytes: UnsafeBufferPointer<UInt8>, of source: YAMLSource) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        precondition(yaml_parser_initialize(parser) == 1, "libyaml has no memory for a parser")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        self.source = source
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// - Throws: `YAMLFault` when the bytes are not YAML; no event follows it.
    func next() throws(YAMLFault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
        defer { yaml_event_delete(&event) }
        let mark = mark(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return plain(.streamStart, mark)
        case YAML_STREAM_END_EVENT: return plain(.streamEnd, mark)
        case YAML_DOCUMENT_START_EVENT:
            let start = event.data.document_start
            let hasDirectives =
                start.version_directive != nil || start.tag_directives.start != nil
            return plain(.documentStart(hasDirectives: hasDirectives), mark)
        case YAML_DOCUMENT_END_EVENT: return plain(.documentEnd, mark)
        case YAML_ALIAS_EVENT: return plain(.alias, mark)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            return YAMLEvent(
                kind: .scalar(text(of: scalar)), mark: mark, hasAnchor: scalar.anchor != nil,
                tag: text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart, mark: mark, hasAnchor: start.anchor != nil,
                tag: text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, mark: mark, hasAnchor: start.anchor != nil,
                tag: text(start.tag))
        default: return plain(.collectionEnd, mark)
        }
    }

    private func plain(_ kind: YAMLEvent.Kind, _ mark: YAMLMark) -> YAMLEvent {
        YAMLEvent(kind: kind, mark: mark, hasAnchor: false, tag: nil)
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(
            document: source.name, line: Int(clamping: mark.line) + 1,
            column: Int(clamping: mark.column) + 1)
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func text(of scalar: yaml_event_t.__Unnamed_union_data.__Unnamed_struct_scalar)
        -> YAMLScalar
    {
        YAMLScalar(
            text: String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self),
            isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
    }

    private func fault() -> YAMLFault {
        let failed = parser.pointee
        let problem = failed.problem.map { String(cString: $0) } ?? "libyaml could not go on"
        switch failed.error {
        case YAML_READER_ERROR:
            return source.fault(
                atByte: failed.problem_offset, problem,
                "remove it, or write it as an escape in double quotes")
        case YAML_MEMORY_ERROR:
            return source.fault(atByte: 0, "no memory to read it", "make the document smaller")
        default:
            return YAMLFault(
                mark: source.mark(nearest: mark(failed.problem_mark)),
                problem: problem + context(of: failed),
                suggestion: wayOut(of: problem))
        }
    }

    private func context(of failed: yaml_parser_t) -> String {
        guard let context = failed.context.map({ String(cString: $0) }) else { return "" }
        let start = failed.context_mark.line
        return start == failed.problem_mark.line
            ? ", \(context)" : ", \(context) that begins in line \(start + 1)"
    }
}

/// What usually helps against one of libyaml's complaints.
private func wayOut(of problem: String) -> String {
    switch problem {
    case "mapping values are not allowed in this context":
        "put a value that holds ': ' into quotes, or mend the indentation"
    case "found character that cannot start any token":
        "indent with spaces, never tabs, and put a value that begins so into quotes"
    case "found a tab character that violates indentation",
        "found a tab character where an indentation space is expected":
        "indent with spaces, never tabs"
    case "found unexpected end of stream": "close the quote or bracket"
    default: "check indentation, quotes and brackets here and in the line above"
    }
}
