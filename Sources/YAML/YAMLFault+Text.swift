/// Longest piece of a faulty line that is shown, in Unicode scalars.
private let shownScalarsMax = 90

/// The fault as a person should see it: place, problem, way out, the line, and a caret below it.
///
/// Nothing in the answer can act on a terminal, whatever the document holds. It ends without a
/// newline; a fault whose document is not among the sources is told without its line.
package func describe(_ fault: YAMLFault, in sources: [YAMLSource]) -> String {
    let mark = fault.mark
    var text = "\(mark.document):\(mark.line):\(mark.column): \(fault.problem)"
    if let suggestion = fault.suggestion { text += "; \(suggestion)" }
    text = harmless(text)
    guard !fault.hidesLine, let source = sources.first(where: { $0.name == mark.document }),
        let line = source.line(mark.line)
    else { return text }
    let shown = window(of: line, around: mark.column)
    let margin = String(repeating: " ", count: 3 + String(mark.line).utf8.count)
    let shownText = harmless(shown.text)
    text += "\n   \(mark.line) |" + (shownText.isEmpty ? "" : " " + shownText)
    text += "\n\(margin) | " + String(repeating: " ", count: shown.caret) + "^"
    return text
}

/// The part of a line to show, and how many columns stand before the caret in it.
private func window(of line: String, around column: Int) -> (text: String, caret: Int) {
    let scalars = Array(line.unicodeScalars)
    let place = min(max(0, column - 1), scalars.count)
    guard scalars.count > shownScalarsMax else { return (line, place) }
    let start = min(max(0, place - shownScalarsMax / 2), scalars.count - shownScalarsMax)
    let end = start + shownScalarsMax
    var text = String.UnicodeScalarView()
    if start > 0 { text.append("…") }
    text.append(contentsOf: scalars[start..<end])
    if end < scalars.count { text.append("…") }
    return (String(text), place - start + (start > 0 ? 1 : 0))
}

/// Each scalar that could act on a terminal, or turn the direction of text, as a dot.
private func harmless(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
            safe.append(scalar == "\t" ? " " : "·")
        default: safe.append(scalar)
        }
    }
    return String(safe)
}
