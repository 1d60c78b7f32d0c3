/// Widest line, longest file and longest function, in columns and lines.
private let columnsMax = 100
private let fileLinesMax = 400
private let functionLinesMax = 60

/// Words that say that something is not finished.
private let unfinishedWords = ["TO" + "DO", "FIX" + "ME"]

/// What holds in sources and tests alike: lengths, and nothing left unfinished.
func lengthViolations(in file: SourceFile) -> [String] {
    var violations: [String] = []
    for (line, text) in file.lines.enumerated() {
        if text.count > columnsMax {
            violations.append(file.violation(line, "\(text.count) columns"))
        }
        for word in unfinishedWords where text.contains(word) {
            violations.append(file.violation(line, "says \(word)"))
        }
    }
    let lines = file.lines.count - 1
    if lines > fileLinesMax { violations.append(file.violation(0, "\(lines) lines")) }
    for function in functions(in: file) where function.lines > functionLinesMax {
        violations.append(file.violation(function.line, "a function of \(function.lines) lines"))
    }
    return violations
}

/// Where each function begins and how many lines it has, by counting braces.
private func functions(in file: SourceFile) -> [(line: Int, lines: Int)] {
    let pattern = /(?:^|[^.\w])(?:func\s|init[?(<]|deinit\s|subscript[(<])/
    return file.code.indices.compactMap { line in
        guard let match = file.code[line].firstMatch(of: pattern) else { return nil }
        var depth = 0
        var parentheses = 0
        for (offset, code) in file.code[line...].enumerated() {
            let rest = offset == 0 ? code[match.range.lowerBound...] : code
            for character in rest {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || depth > 0: depth += 1
                case "}" where depth > 0:
                    depth -= 1
                    if depth == 0 { return (line, offset + 1) }
                case "}" where parentheses == 0: return nil
                default: break
                }
            }
            // A requirement of a protocol has no body.
            if depth == 0, parentheses == 0, isEndOfSignature(file.code, line + offset) {
                return nil
            }
        }
        return nil
    }
}

/// Whether the line after this one begins something else than the rest of a signature.
private func isEndOfSignature(_ code: [Substring], _ line: Int) -> Bool {
    guard line + 1 < code.count else { return true }
    let next = code[line + 1].drop { $0 == " " }
    return !["{", "->", "throws", "where", "async", ")"].contains { next.hasPrefix($0) }
}

/// What holds in sources only: words that are never written there, and names.
func wordViolations(in file: SourceFile) -> [String] {
    var violations: [String] = []
    for (line, code) in file.code.enumerated() {
        for match in code.matches(of: /\btry[!?]|\bas!|\bpublic\b|\bThread\.sleep|\bu?sleep\(/) {
            violations.append(file.violation(line, "'\(match.output)'"))
        }
        let types = /\b(?:(protocol)|struct|class|enum|actor|typealias)\s+([A-Z]\w*)/
        for match in code.matches(of: types) {
            let name = match.output.2
            if match.output.1 != nil, name == "ServiceManager" { continue }
            if name.firstMatch(of: /(Manager|Helper|Helpers|Utils?|Base|Impl)$/) != nil {
                violations.append(file.violation(line, "the type name '\(name)' says nothing"))
            }
            if name == file.target {
                violations.append(file.violation(line, "'\(name)' is named like its module"))
            }
        }
    }
    return violations
}

/// Declarations for other modules that say nothing of their meaning.
///
/// Not asked for: initialisers, `description`, operators, a stored property right below another
/// one that is documented, since they share the comment, and a method that fulfils a documented
/// requirement of a protocol to which a type of the same file conforms.
func documentationViolations(
    in file: SourceFile, requirements: [String: Set<String>] = [:]
) -> [String] {
    var violations: [String] = []
    var isShared = false
    let fulfilled = requirements.filter { conforms(file, to: $0.key) }
        .values.reduce(into: Set()) { $0.formUnion($1) }
    for (line, code) in file.code.enumerated() {
        guard code.firstMatch(of: /^\s*(?:@\w+(?:\(\w*\))?\s+)*package\s+(?!import\b)/) != nil
        else {
            isShared = false
            continue
        }
        let isStored = code.firstMatch(of: /\b(?:let|var)\s+\w+(?!.*\{)/) != nil
        let isExempt =
            code.firstMatch(of: /\b(?:init\b|var description\b|func\s*[-<>=+~]+\s*\()/) != nil
        let isRequired =
            code.firstMatch(of: /\bfunc\s+(\w+)/).map { fulfilled.contains(String($0.output.1)) }
            ?? false
        let isDocumented = hasDocumentation(file, above: line)
        if !isExempt, !isRequired, !isDocumented, !(isStored && isShared) {
            violations.append(file.violation(line, "no doc comment"))
        }
        isShared = isStored && (isDocumented || isShared)
    }
    return violations
}

/// The documented methods that each protocol of these files asks for.
func documentedRequirements(in files: [SourceFile]) -> [String: Set<String>] {
    var requirements: [String: Set<String>] = [:]
    for file in files {
        var current: String?
        for (line, code) in file.code.enumerated() {
            if let match = code.firstMatch(of: /^(?:package\s+)?protocol\s+(\w+)/) {
                current = String(match.output.1)
            }
            if code == "}" { current = nil }
            guard let current, let match = code.firstMatch(of: /^\s+func\s+(\w+)/),
                hasDocumentation(file, above: line)
            else { continue }
            requirements[current, default: []].insert(String(match.output.1))
        }
    }
    return requirements
}

private func conforms(_ file: SourceFile, to name: String) -> Bool {
    file.code.contains { code in
        code.firstMatch(of: /\b(?:struct|class|enum|actor|extension)\s+\w+\s*:(.*)/)
            .map { $0.output.1.matches(of: /\w+/).contains { $0.output == name } } ?? false
    }
}

/// Whether the line above, behind lines of attributes, is a doc comment.
private func hasDocumentation(_ file: SourceFile, above line: Int) -> Bool {
    var above = line - 1
    while above >= 0 {
        let text = file.lines[above].drop { $0 == " " }
        if !text.hasPrefix("@") { return text.hasPrefix("///") }
        above -= 1
    }
    return false
}
