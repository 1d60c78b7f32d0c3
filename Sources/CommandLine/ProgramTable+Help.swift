/// Widest line of a help text.
private let columnsMax = 80
/// Widest label of an option or verb that its summary stands beside.
private let labelColumnsMax = 26

extension ProgramTable {
    /// The help of a verb: at most 80 columns, newline at its end.
    ///
    /// Without a verb, or with a word that is none, it is the help of the whole program.
    package func help(verb: String?) -> String {
        if let row = verb.flatMap(row(ofVerb:)) { return help(of: row) }
        var usage = ["\(name) [OPTIONS]\(spaced(root.operands))"]
        if !verbs.isEmpty { usage.append("\(name) VERB [OPTIONS] [OPERANDS]") }
        let visible = verbs.filter { !$0.isHidden }
        return joined([
            wrapped("\(name): \(summary).", indent: 0),
            usageText(usage),
            paragraphs(discussion) + paragraphs(root.discussion),
            section("Options", (root.options + options).labels + [helpLabel]),
            section("Verbs", visible.map { ($0.name + spaced($0.operands), $0.summary) }),
            visible.isEmpty ? [] : ["'\(name) VERB --help' tells more about a verb."],
            examplesText(root.examples),
            exitCodesText,
        ])
    }

    private func help(of verb: VerbRow) -> String {
        joined([
            wrapped("\(name) \(verb.name): \(verb.summary).", indent: 0),
            usageText(["\(name) \(verb.name) [OPTIONS]\(spaced(verb.operands))"]),
            paragraphs(verb.discussion),
            section("Options", verb.options.labels),
            section("Options of every verb", options.labels + [helpLabel]),
            examplesText(verb.examples),
            exitCodesText,
        ])
    }

    private var helpLabel: (String, String) { ("--help", "show this help") }

    private var exitCodesText: [String] {
        section("Exit codes", exitCodes.map { (String($0.code), $0.meaning) })
    }

    private func examplesText(_ examples: [String]) -> [String] {
        examples.isEmpty ? [] : ["Examples:"] + examples.map { "  " + $0 }
    }

    private func usageText(_ usages: [String]) -> [String] {
        usages.enumerated().map { ($0.offset == 0 ? "Usage: " : "       ") + $0.element }
    }
}

extension [OptionRow] {
    /// The visible ones as help shows them: label and summary.
    fileprivate var labels: [(String, String)] {
        filter { !$0.isHidden }.map { row in
            let value = row.value.map { " " + $0 } ?? ""
            let more = row.isRepeatable ? " (may be repeated)" : ""
            return ("--\(row.name)\(value)", row.summary + more)
        }
    }
}

/// The blocks that hold something, an empty line between them.
private func joined(_ blocks: [[String]]) -> String {
    blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
}

private func spaced(_ text: String) -> String { text.isEmpty ? "" : " " + text }

/// A title, and rows whose summaries stand in one column.
private func section(_ title: String, _ rows: [(label: String, summary: String)]) -> [String] {
    if rows.isEmpty { return [] }
    let short = rows.map(\.label.count).filter { $0 <= labelColumnsMax }
    let column = (short.max() ?? labelColumnsMax) + 4
    return rows.reduce(into: [title + ":"]) { lines, row in
        var texts = wrapped(row.summary, indent: column)
        let label = "  " + row.label
        if label.count + 2 <= column, !texts.isEmpty {
            texts[0] = label + texts[0].dropFirst(label.count)
        } else {
            texts.insert(label, at: 0)
        }
        lines += texts
    }
}

/// Paragraphs, each wrapped; lines that begin with a space are kept.
private func paragraphs(_ text: String) -> [String] {
    var lines: [String] = []
    var words = ""
    func flush() {
        if !words.isEmpty { lines += wrapped(words, indent: 0) }
        words = ""
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.isEmpty || line.hasPrefix(" ") {
            flush()
            lines.append(String(line))
        } else {
            words += (words.isEmpty ? "" : " ") + line
        }
    }
    flush()
    return text.isEmpty ? [] : lines
}

/// The words in lines of at most `columnsMax`, each behind so many spaces.
private func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty, indent + line.count + 1 + word.count > columnsMax {
            lines.append(margin + line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [margin + line]
}
