import TestKit
import Testing
import UnitFile

private func parsed(_ text: String) throws(UnitFileError) -> UnitText {
    try UnitText.parse(Array(text.utf8), name: "x.service")
}

@Test func sectionsAndAssignmentsAreRead() throws {
    let unit = try parsed(
        """
        # comment
        ; another
        [Unit]
        Description = A name = with equals\u{20}
          After=network.target

        [Service]
        ExecStart=/bin/a b
        [Unit]
        After=b.service
        [Empty]
        """)
    #expect(unit.sections.map(\.name) == ["Unit", "Service", "Empty"])
    #expect(unit.value("Unit", "Description") == "A name = with equals")
    #expect(unit.values("Unit", "After") == ["network.target", "b.service"])
    #expect(unit.value("Service", "ExecStart") == "/bin/a b")
    #expect(unit.value("Service", "After") == nil)
    #expect(unit.values("None", "After") == [])
    #expect(unit.has(section: "Empty"))
    #expect(!unit.has(section: "Install"))
}

@Test func theLastValueWinsAndAnEmptyOneResets() throws {
    let unit = try parsed("[S]\nA=1\nA=2\nB=1\nB=\nB=2\nB=3\nC=1\nC=\n")
    #expect(unit.value("S", "A") == "2")
    #expect(unit.values("S", "B") == ["2", "3"])
    #expect(unit.value("S", "C") == nil)
    #expect(unit.values("S", "C") == [])
}

@Test func aBackslashAtTheEndJoinsLinesAndCommentsBetweenVanish() throws {
    let unit = try parsed(
        """
        [S]
        A=one\\
        # comment
          ; comment
            two \\
        three
        B=path\\\\
        C=x\\
        """)
    #expect(unit.value("S", "A") == "one two  three")
    #expect(unit.value("S", "B") == "path\\\\")
    #expect(unit.value("S", "C") == "x")
}

@Test func aCommentDoesNotGoOnBehindABackslash() throws {
    #expect(try parsed("[S]\n# no \\\nA=1").value("S", "A") == "1")
}

@Test func returnsAndAByteOrderMarkAreTaken() throws {
    #expect(try parsed("\u{feff}[S]\r\nA=1\r\n").value("S", "A") == "1")
    #expect(try parsed("[S]\r\nA=1\\\r\n2\r\n").value("S", "A") == "1 2")
}

@Test(arguments: [
    ("A=1", 1, "stands outside of any section"), ("[S]\nA", 2, "expected Key=Value"),
    ("[S]\n\n=1", 3, "expected Key=Value"), ("[S", 1, "a section must end in ']'"),
    ("[]", 1, "a section must end in ']'"), ("[S]\nA=\u{0}", 2, "holds a NUL byte"),
    ("[S]\nA\\\nB\\\nC", 2, "expected Key=Value"),
])
func whatCannotBeReadIsRefusedWithItsLine(_ text: String, _ line: Int, _ problem: String) {
    #expect(throws: UnitFileError(name: "x.service", line: line, problem: problem)) {
        try parsed(text)
    }
}

@Test func bytesThatAreNotUTF8AndFilesTooLargeAreRefused() {
    let bytes = Array("[S]\nA=".utf8) + [0xff]
    #expect(throws: UnitFileError(name: "n", line: 2, problem: "not UTF-8")) {
        try UnitText.parse(bytes, name: "n")
    }
    #expect(throws: UnitFileError.self) {
        try UnitText.parse([UInt8](repeating: 0x0a, count: UnitText.bytesMax + 1), name: "n")
    }
    #expect(
        UnitFileError(name: "n", line: 2, problem: "not UTF-8").description == "n:2: not UTF-8")
}

@Test func noDamageToAFileTrapsTheReader() {
    let whole = Array("[Unit]\nA=b\\\n# c\n d\n[Service]\nExecStart=-/bin/x 'a' \"b\" \\x41\n".utf8)
    var random = Dice(seed: 13)
    let spice = Array("\\\n\r\t [];#='\"%$\u{e9}".utf8)
    for _ in 0..<20_000 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            bytes[place] = spice[Int.random(in: spice.indices, using: &random)]
        }
        guard let unit = try? UnitText.parse(bytes, name: "n") else { continue }
        for value in unit.values("Service", "ExecStart") {
            if let command = try? ExecCommand.parse(value) { #expect(!command.program.isEmpty) }
            _ = timeSpan(value)
        }
        #expect(change(from: unit, to: unit) == .none)
    }
}
