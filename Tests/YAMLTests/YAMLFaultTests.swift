import TestKit
import Testing
import YAML

private func shown(_ text: String, _ line: Int, _ column: Int, _ problem: String) -> String {
    let source = YAMLSource(name: "desired/paper.yaml", bytes: Array(text.utf8))
    let mark = YAMLMark(document: "desired/paper.yaml", line: line, column: column)
    return describe(YAMLFault(mark: mark, problem: problem), in: [source])
}

@Test func aFaultShowsItsLineWithACaret() {
    let text = "environment: paper\n\nx:\n  serivces:\n    - 1\n"
    let source = YAMLSource(name: "desired/paper.yaml", bytes: Array(text.utf8))
    let fault = YAMLFault(
        mark: YAMLMark(document: "desired/paper.yaml", line: 4, column: 3),
        problem: "unknown key 'serivces'",
        suggestion: didYouMean("serivces", among: ["config", "limits", "services"]))
    #expect(
        describe(fault, in: [source]) == """
            desired/paper.yaml:4:3: unknown key 'serivces'; did you mean 'services'?
               4 |   serivces:
                 |   ^
            """)
}

@Test func everyComplaintAboutABadDocumentReadsWell() {
    let documents = [
        "a: &x 1\nb: *x\nc: !!int 3\n<<: {}\na: 2\n? {d: 1}\n: 2\n",
        "a:\n\tb: 1\n", "a: b: c\n", "a: [1, 2\nb: 3\n", "a: \"open\n", "a: 1\n---\nb: 1\n", "",
        "a: \u{7}bell\n", "%TAG ! x:\n---\na: 1\n", "a: @b\n", "a:\n   b: 1\n  c: 2\n",
    ]
    var text = ""
    for (index, document) in documents.enumerated() {
        let source = YAMLSource(name: "d\(index).yaml", bytes: Array(document.utf8))
        do throws(YAMLFaults) {
            _ = try source.parse()
            Issue.record("\(document) is taken")
        } catch {
            for fault in error.faults { text += describe(fault, in: [source]) + "\n" }
        }
    }
    #expect(differenceFromKept(text, "complaints.txt") == nil)
}

@Test func aLongLineIsCutAroundItsFault() {
    let line = String(repeating: "a", count: 200) + "X" + String(repeating: "b", count: 200)
    let lines = shown(line, 1, 201, "bad").split(separator: "\n").map(Array.init)
    #expect(lines.count == 3)
    #expect(lines[1].count < 110 && lines[1].contains("…"))
    #expect(lines[2].last == "^")
    #expect(lines[1][lines[2].count - 1] == "X")
    for column in [1, 2, 50, 399, 400, 401, 402, 9_999] {
        let lines = shown(line, 1, column, "bad").split(separator: "\n").map(Array.init)
        #expect(lines[1].count < 110 && lines[2].count <= lines[1].count + 1, "\(column)")
    }
}

@Test func nothingInAFaultActsOnATerminal() {
    let text = shown("a: \u{1b}[2J\u{7}\tx\u{202e}y\u{9b}z", 1, 9, "key '\u{1b}]0;x\u{7}\n'")
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(!text.unicodeScalars.contains { $0.value == 0x202e || (0x7f...0x9f) ~= $0.value })
    #expect(text.split(separator: "\n").count == 3)
    #expect(text.hasSuffix("   1 | a: ·[2J· x·y·z\n     |         ^"))
}

@Test func linesAreCountedAsLibyamlCountsThem() {
    for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
        let text = "a: 1\(end)b: 2\(end)b: 3\(end)"
        let found = told(text)
        #expect(found == ["3:1 key 'b' stands already in line 2"], "\(Array(end.utf8))")
        #expect(shown(text, 3, 1, "bad").contains("3 | b: 3\n"), "\(Array(end.utf8))")
    }
}

@Test func aFaultWithoutItsSourceIsToldWithoutTheLine() {
    let mark = YAMLMark(document: "gone.yaml", line: 3, column: 4)
    let fault = YAMLFault(mark: mark, problem: "bad", suggestion: "mend it")
    let other = YAMLSource(name: "other.yaml", bytes: Array("a: 1".utf8))
    #expect(describe(fault, in: [other]) == "gone.yaml:3:4: bad; mend it")
    #expect(shown("a: 1", 9, 1, "bad") == "desired/paper.yaml:9:1: bad")
}

@Test func faultsAreSortedByPlaceAndNeverEmpty() {
    func fault(_ document: String, _ line: Int, _ column: Int) -> YAMLFault {
        YAMLFault(
            mark: YAMLMark(document: document, line: line, column: column), problem: "bad")
    }
    let sorted = [fault("a", 1, 9), fault("a", 2, 1), fault("a", 10, 1), fault("b", 1, 1)]
    #expect(YAMLFaults(sorted[3], [sorted[2], sorted[0], sorted[1]]).faults == sorted)
    #expect(YAMLFaults(Array(sorted.reversed()))?.faults == sorted)
    #expect(YAMLFaults([]) == nil)
}

@Test(arguments: [
    ("serivces", "services"), ("service", "services"), ("enviroment", "environment"),
    ("Limits", "limits"), ("dryrun", "dry_run"), ("dry-run", "dry_run"), ("x", nil),
    ("completely", nil), ("", nil), ("limits", nil), ("lim", nil),
])
func theNearestWordIsOffered(_ word: String, _ expected: String?) {
    let words = ["services", "environment", "limits", "dry_run", "a"]
    #expect(nearest(to: word, among: words) == expected)
}
