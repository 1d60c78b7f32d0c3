import Testing

private func all() -> [SourceFile] {
    ["Sources", "Tests"].flatMap { Checkout().swiftFiles(below: $0) }
}

private func planted(_ text: String, in target: String = "JSON") -> SourceFile {
    SourceFile(path: "Sources/\(target)/Planted.swift", text: text)
}

@Test func linesFilesAndFunctionsAreShortAndFinished() {
    let files = all()
    let violations = files.flatMap(lengthViolations)
    #expect(files.count > 20)
    #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
}

@Test func wordsAndNamesInSourcesKeepToTheGuide() {
    let violations = all().filter(\.isInSources).flatMap(wordViolations)
    #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
}

@Test func whatOtherModulesSeeIsDocumented() {
    let files = all().filter(\.isInSources)
    let requirements = documentedRequirements(in: files)
    let violations = files.flatMap { documentationViolations(in: $0, requirements: requirements) }
    #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
}

@Test func aPlantedLengthIsFound() {
    func lines(_ count: Int) -> String { String(repeating: "    x()\n", count: count) }
    #expect(lengthViolations(in: planted(String(repeating: "é", count: 100) + "\n")) == [])
    #expect(lengthViolations(in: planted(String(repeating: "é", count: 101) + "\n")).count == 1)
    #expect(lengthViolations(in: planted(lines(400))) == [])
    #expect(lengthViolations(in: planted(lines(401))).count == 1)
    for head in ["func a() {", "package init(a: Int) throws {", "func a(\n    b: Int\n) -> Int {"] {
        let extra = head.split(separator: "\n").count
        #expect(lengthViolations(in: planted(head + "\n" + lines(59 - extra) + "}\n")) == [])
        #expect(lengthViolations(in: planted(head + "\n" + lines(60 - extra) + "}\n")).count == 1)
    }
}

@Test func aRequirementOrACallIsNoFunction() {
    let body = String(repeating: "    let a = B.init(1)\n", count: 70)
    let text = "protocol P {\n    func a() throws\n    init(a: Int)\n}\nstruct S {\n\(body)}\n"
    #expect(lengthViolations(in: planted(text)) == [])
}

@Test(arguments: ["TO" + "DO: later", "FIX" + "ME"])
func aPlantedUnfinishedWordIsFound(_ words: String) {
    #expect(lengthViolations(in: planted("// \(words)\n")).count == 1)
}

@Test(arguments: [
    "let a = try? b()", "let a = try! b()", "let a = b as! C", "public struct A {}",
    "Thread.sleep(1)", "usleep(10)", "sleep(1)", "struct FileManager {}", "enum PathUtils {}",
    "protocol ThingManager {}", "struct ServiceManager {}", "package final class HostHelper {}",
    "actor ThingImpl {}", "class NodeBase {}", "enum JSON {}", "let a = \"\\(try? b())\"",
])
func aPlantedWordIsFound(_ text: String) {
    #expect(wordViolations(in: planted(text)).count == 1)
}

@Test(arguments: [
    "// try! as! public", "let a = \"try? public\"",
    "let a = \"\"\"\n  try! \"x\" public\n  \"\"\"",
    "let a = #\"try! \"b\" \\(public) as!\"#", "protocol ServiceManager {}", "publicKey()",
    "let a = \"\\(b(\"public\"))\" // as!", "/* public */ let c = 1", "clock_nanosleep(1)",
])
func aWordInACommentOrInQuotesIsNoViolation(_ text: String) {
    #expect(wordViolations(in: planted(text)) == [])
}

@Test func aPlantedDeclarationWithoutDocumentationIsFound() {
    for declaration in [
        "struct A {", "func a() {}", "let a: Int", "static func of() {}", "enum B {",
    ] {
        #expect(documentationViolations(in: planted("package \(declaration)\n")).count == 1)
        #expect(documentationViolations(in: planted("// a\npackage \(declaration)\n")).count == 1)
        #expect(documentationViolations(in: planted("/// A.\npackage \(declaration)\n")) == [])
        #expect(documentationViolations(in: planted("/// A.\n@x\npackage \(declaration)\n")) == [])
    }
    #expect(
        documentationViolations(in: planted("/// A.\npackage let a = 1\npackage let b = 2")) == [])
    let parted = "/// A.\npackage let a = 1\n\npackage let b = 2"
    #expect(documentationViolations(in: planted(parted)).count == 1)
    #expect(documentationViolations(in: planted("package import Facts\npackage init() {}")) == [])
}

@Test func aMethodThatFulfilsADocumentedRequirementNeedsNoSecondDocumentation() {
    let asking = "package protocol Lamp {\n    /// Lights.\n    func light()\n    func hum()\n}\n"
    let requirements = documentedRequirements(in: [planted(asking)])
    #expect(requirements == ["Lamp": ["light"]])
    func count(_ head: String, _ method: String) -> Int {
        let text = "/// A.\npackage struct \(head) {\n    package func \(method)() {}\n}\n"
        return documentationViolations(in: planted(text), requirements: requirements).count
    }
    #expect(count("A: Sendable, Lamp", "light") == 0)
    #expect(count("A: Lamp", "hum") == 1, "its requirement says nothing")
    #expect(count("A: Lamp", "other") == 1)
    #expect(count("A: Lamps", "light") == 1)
    #expect(count("A", "light") == 1)
}
