import TestKit
import Testing
import YAML

@Test func nestingIsReadUpToItsLimitAndRefusedBeyond() {
    func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(told(nested(YAMLSource.depthMax)) == [])
    #expect(told(nested(YAMLSource.depthMax + 1)) == ["1:33 nested deeper than 32"])
    #expect(told(String(repeating: "[", count: 1_000_000)) == ["1:33 nested deeper than 32"])
    let block = (0..<40).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(told(block) == ["33:33 nested deeper than 32"])
}

@Test func nodesAreReadUpToTheirLimitAndRefusedBeyond() {
    func list(_ nodes: Int) -> String { String(repeating: "- a\n", count: nodes - 1) }
    #expect(told(list(YAMLSource.nodesMax)) == [])
    #expect(told(list(YAMLSource.nodesMax + 1)) == ["200000:3 more than 200000 values and keys"])
}

@Test func aDocumentOverSixteenMebibytesIsRefused() {
    let comment = [UInt8](repeating: UInt8(ascii: "#"), count: YAMLSource.bytesMax - 4)
    #expect(told(Array("a: 1".utf8)) == [])
    #expect(told(Array("a:\n\n".utf8) + comment) == [])
    #expect(told(Array("a:\n\n\n".utf8) + comment) == ["1:1 larger than 16 MiB"])
}

@Test func afterAHundredFaultsTheReadingStopsAndSaysSo() {
    let found = told((0..<300).map { _ in "a: 1\n" }.joined())
    #expect(found.count == YAMLSource.faultsMax + 1)
    #expect(found.last == "101:1 too many faults, the rest was not read")
}

@Test func noDamageToADocumentTrapsTheReader() {
    let whole = Array(
        "a: {b: [1, 'x', \"\\u00e9\"], c: |\n  text\n}\nd:\n  - e: é\n    f: ~\n".utf8)
    var random = Dice(seed: 11)
    let spice = Array("\t\n\r:-?[]{}&*!|>'\"%@`#, \u{85}\u{2028}é".utf8)
    for length in whole.indices { _ = faults(Array(whole[..<length])) }
    for _ in 0..<20_000 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            bytes[place] =
                Bool.random(using: &random)
                ? UInt8.random(in: .min ... .max, using: &random)
                : spice[Int.random(in: spice.indices, using: &random)]
        }
        let source = YAMLSource(name: "d.yaml", bytes: bytes)
        for fault in faults(bytes) {
            #expect(fault.mark.line >= 1 && fault.mark.column >= 1)
            #expect(describe(fault, in: [source]).isEmpty == false)
        }
    }
}
