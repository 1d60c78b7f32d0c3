import Testing
import YAML

@Test func aDocumentBecomesNodesWithTheirPlaces() throws {
    let text = """
        # desired
        services:
          v6-trading.service: {enabled: true, "reads": [config.ib, limits]}
        note: |
          two
          lines
        mode: "0640"
        """
    let node = try parsed(text)
    #expect(
        outline(node) == """
            {services@2:1: {v6-trading.service@3:3: {enabled@3:24: true, \
            reads@3:39: [config.ib, limits]}}, note@4:1: 'two
            lines
            ', mode@7:1: '0640'}
            """)
    #expect(node.mark == YAMLMark(document: "d.yaml", line: 2, column: 1))
    guard case .mapping(let entries) = node.value else {
        Issue.record("no mapping")
        return
    }
    #expect(entries[2].value.mark == YAMLMark(document: "d.yaml", line: 7, column: 7))
}

@Test func nothingIsTypedButNull() throws {
    let node = try parsed("a: NO\nb: on\nc: 010\nd: null\ne: ~\nf:\ng: 'null'\nh: ''\ni: Null")
    guard case .mapping(let entries) = node.value else {
        Issue.record("no mapping")
        return
    }
    #expect(entries.map { outline($0.value) }.prefix(3) == ["NO", "on", "010"])
    #expect(entries.filter(\.value.isNull).map(\.key) == ["d", "e", "f"])
}

@Test func aByteOrderMarkShiftsNothing() throws {
    let node = try parsed("\u{feff}a: 1")
    #expect(outline(node) == "{a@1:1: 1}")
    #expect(told("\u{feff}a: &x 1") == ["1:4 anchors are refused"])
}

@Test func columnsCountScalarsNotBytes() {
    #expect(told("{é: 1, ü: *x}") == ["1:11 aliases are refused"])
}

@Test func anEmptyDocumentIsRefused() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n"] {
        #expect(told(text) == ["1:1 the document is empty"], "\(text)")
    }
}

@Test func aSecondDocumentIsRefused() {
    #expect(told("a: 1\n---\nb: 2\n") == ["2:1 a second document begins"])
    #expect(told("a: 1\n---\n") == ["2:1 a second document begins"])
    #expect(told("---\na: 1\n...\n") == [])
}

@Test func allThatIsRefusedIsToldAtOnce() {
    let text = """
        a: &anchor 1
        b: *anchor
        c: !!str 2
        d:
          <<: {e: 1}
          f: 3
          f: 4
        ? [g, h]
        : 5
        a: 6
        ?
        : 7
        """
    #expect(
        told(text) == [
            "1:4 anchors are refused",
            "2:4 aliases are refused",
            "3:4 the tag '!!str' is refused",
            "5:3 merge keys are refused",
            "7:3 key 'f' stands already in line 6",
            "8:3 a key must be a text",
            "10:1 key 'a' stands already in line 1",
            "11:2 a key is missing",
        ])
    #expect(faults(Array(text.utf8)).allSatisfy { $0.suggestion != nil })
}

@Test func anchorsAndTagsAreRefusedOnCollectionsToo() {
    #expect(told("a: &x [1]") == ["1:4 anchors are refused"])
    #expect(told("a: &x {b: 1}") == ["1:4 anchors are refused"])
    #expect(told("a: !x [1]") == ["1:4 the tag '!x' is refused"])
    #expect(told("! a") == ["1:1 the tag '!' is refused"])
    #expect(told("%TAG !e! tag:e,1:\n---\na: 1") == ["1:1 directives are refused"])
    #expect(told("%YAML 1.1\n---\na: 1") == ["1:1 directives are refused"])
}

@Test func aKeyThatIsTheSameInAnotherSpellingStandsTwice() {
    #expect(told("a: 1\n\"\\x61\": 2") == ["2:1 key 'a' stands already in line 1"])
    #expect(told("{a: 1, b: {a: 2}}") == [])
    #expect(told("'<<': 1") == [])
}

@Test(arguments: [
    ("a: 1\nb: \u{e9}\n", 7), ("ok: \"é\n\n", 8),
])
func bytesThatAreNotUTF8AreRefusedWithTheirLine(_ text: String, _ offset: Int) {
    var bytes = Array(text.utf8)
    bytes.insert(0xff, at: offset)
    let found = faults(bytes)
    #expect(found.first?.problem == "byte \(offset) is not UTF-8")
    #expect(found.first?.mark.line == 2)
    #expect(faults(Array("a: 1".utf16.flatMap { [UInt8($0), 0] })).isEmpty == false)
    #expect(told([0xff, 0xfe, 0x61, 0x00]) == ["1:1 byte 0 is not UTF-8"])
}

@Test func controlCharactersAreRefusedAtTheirPlace() {
    #expect(told("a: 1\nbé: \u{1b}[31m") == ["2:5 control characters are not allowed"])
    #expect(told("a: 1\nb: x\u{0}y") == ["2:5 control characters are not allowed"])
}

@Test func whatLibyamlRefusesIsToldWithAWayOut() {
    let tab = faults(Array("a:\n\tb: 1".utf8))
    #expect(tab.map(\.mark.line) == [2])
    #expect(tab.first?.suggestion?.contains("never tabs") == true)
    #expect(told("a: b: c") == ["1:5 mapping values are not allowed in this context"])
    #expect(
        told("a:\n  b: 1\n c: 2")
            == [
                "3:2 did not find expected key, while parsing a block mapping that begins in line 1"
            ])
    for text in ["a: \"x", "a: [1", "- 1\nb: 2", "{a", "@", "a: 'x' y"] {
        #expect(faults(Array(text.utf8)).first?.suggestion != nil, "\(text)")
    }
}

@Test func whatWasFoundBeforeASyntaxErrorIsToldWithIt() {
    #expect(
        told("a: &x 1\na: 2\nb: [") == [
            "1:4 anchors are refused", "2:1 key 'a' stands already in line 1",
            "3:5 did not find expected node content, while parsing a flow node",
        ])
}
