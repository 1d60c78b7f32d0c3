import JSON
import TestKit
import Testing

private func parsed(_ text: String) throws(JSONError) -> JSONValue {
    try JSONValue.parse(Array(text.utf8))
}

private func problem(_ bytes: [UInt8]) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONValue.parse(bytes)
        return nil
    } catch {
        return error
    }
}

private func problem(_ text: String) -> JSONError? { problem(Array(text.utf8)) }

@Test func eachKindOfValueIsRead() throws {
    #expect(try parsed("null") == nil)
    #expect(try parsed(" true\n") == true)
    #expect(try parsed("false") == false)
    #expect(try parsed("-0.5e+1") == .number(-5))
    #expect(try parsed("\"a\"") == "a")
    #expect(try parsed("[]") == [])
    #expect(try parsed("{}") == .object(JSONObject()))
    #expect(try parsed(#"{"b": [1, {"c": null}], "a": "x"}"#) == ["b": [1, ["c": nil]], "a": "x"])
}

@Test func integersKeepTheirWholePrecisionAndLargerOnesBecomeDoubles() throws {
    #expect(try parsed("9223372036854775807") == .integer(.max))
    #expect(try parsed("-9223372036854775808") == .integer(.min))
    #expect(try parsed("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try parsed("1.0") == .number(1))
    #expect(try parsed("1e2") == .number(100))
    #expect(try parsed("-0") == .integer(0))
}

@Test func escapesAreUndone() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\uDE00""#
    #expect(try parsed(text).asString == "\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{1f600}")
    #expect(try parsed("\"é😀\"").asString == "é😀")
}

@Test(arguments: [
    "", " ", "nul", "nulls", "truefalse", "True", "+1", "01", "-", "-01", "1.", ".5", "1e", "1e+",
    "0x10", "NaN", "Infinity", "1e999", "[1,]", "[,1]", "[1 2]", "[", "]", "{", "{\"a\"}",
    "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "\"", "\"a\nb\"", "\"\t\"",
    "\"\\x41\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\", "1 2", "// no\n1", "[1]]", "\u{feff}1",
    "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\u{0}",
])
func whatIsNotJSONIsRefused(_ text: String) {
    #expect(problem(text) != nil)
}

@Test func aKeyThatStandsTwiceIsRefusedAtItsSecondPlace() {
    let found = problem("{\"a\": 1,\n \"b\": {\"a\": 1},\n \"\\u0061\": 2}")
    #expect(found == JSONError(line: 3, column: 2, problem: "the key \"a\" stands twice"))
}

@Test(arguments: [
    [0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x80],
])
func bytesThatAreNotUTF8AreRefusedAtTheirPlace(_ bytes: [UInt8]) {
    let text = Array("[1,\n\"é".utf8) + bytes + Array("\"]".utf8)
    #expect(problem(text) == JSONError(line: 2, column: 3, problem: "not UTF-8"))
}

@Test func theErrorNamesLineAndColumnOfTheFault() {
    #expect(
        problem("{\n  \"é\": nil\n}")
            == JSONError(line: 2, column: 8, problem: "no value begins so"))
    #expect(
        problem("[1,\n2").map(\.description) == "line 2, column 2: expected ',' or ']'")
}

@Test func nestingIsReadUpToItsLimitAndRefusedBeyond() {
    func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(problem(nested(JSONValue.depthMax)) == nil)
    #expect(problem(nested(JSONValue.depthMax + 1))?.problem == "nested deeper than 64")
    #expect(problem(String(repeating: "{\"a\":[", count: 100_000)) != nil)
}

@Test func noDamageToATextTrapsTheReader() {
    let whole = Array(#"{"a":[1,-2.5e3,"\ud83d\ude00é\n"],"b":{"c":[true,false,null]}}"#.utf8)
    var random = Dice(seed: 7)
    for length in whole.indices { _ = problem(Array(whole[..<length])) }
    for _ in 0..<20_000 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        }
        if let error = problem(bytes) { #expect(error.line >= 1 && error.column >= 1) }
    }
}
