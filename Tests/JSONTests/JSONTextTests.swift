import JSON
import TestKit
import Testing

@Test func textIsCompactByDefaultAndKeepsTheOrderOfKeys() {
    let value: JSONValue = [
        "z": 1, "a": [true, nil, "x", 1.5], "e": .object(JSONObject()), "f": [],
    ]
    #expect(value.text() == #"{"z":1,"a":[true,null,"x",1.5],"e":{},"f":[]}"#)
}

@Test func prettyTextHasALineForEachElement() {
    let value: JSONValue = ["z": 1, "a": [true, ["b": nil]], "e": .object(JSONObject()), "f": []]
    #expect(
        value.text(pretty: true) == """
            {
              "z": 1,
              "a": [
                true,
                {
                  "b": null
                }
              ],
              "e": {},
              "f": []
            }
            """)
}

@Test func whatCouldActOnATerminalIsEscaped() {
    let value: JSONValue = "\u{1b}[31m\u{0}\u{7f}\u{9b}\"\\\n\r\té"
    #expect(value.text() == #""\u001b[31m\u0000\u007f\u009b\"\\\n\r\té""#)
}

@Test func aNumberThatJSONCannotSayIsNull() {
    let value: JSONValue = [.number(.nan), .number(.infinity), .number(-.infinity), 1e300]
    #expect(value.text() == "[null,null,null,1e+300]")
}

@Test func settingAMemberReplacesItInPlaceAppendsItOrRemovesIt() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = 4
    #expect(JSONValue.object(object).text() == #"{"a":3,"b":2,"c":4}"#)
    object["b"] = nil
    object["none"] = nil
    #expect(object.map(\.key) == ["a", "c"])
    #expect(object["a"] == 3)
    #expect(object["b"] == nil)
    #expect(object.count == 2)
    #expect(object[1] == JSONMember(key: "c", value: 4))
}

@Test func anAccessorAnswersOnlyForItsOwnKind() {
    let all: [JSONValue] = [nil, true, 1, 1.5, "s", [1], ["k": 1]]
    #expect(all.map(\.asBool) == [nil, true, nil, nil, nil, nil, nil])
    #expect(all.map(\.asInteger) == [nil, nil, 1, nil, nil, nil, nil])
    #expect(all.map(\.asNumber) == [nil, nil, 1, 1.5, nil, nil, nil])
    #expect(all.map(\.asString) == [nil, nil, nil, nil, "s", nil, nil])
    #expect(all.map(\.asArray) == [nil, nil, nil, nil, nil, [1], nil])
    #expect(all.map(\.asObject) == [nil, nil, nil, nil, nil, nil, ["k": 1]])
    #expect(all.map { $0["k"] } == [nil, nil, nil, nil, nil, nil, 1])
}

@Test func everyValueIsReadBackAsItWasPrinted() throws {
    var random = Dice(seed: 42)
    for _ in 0..<500 {
        let value = randomValue(depth: 0, &random)
        #expect(try JSONValue.parse(Array(value.text().utf8)) == value)
        #expect(try JSONValue.parse(Array(value.text(pretty: true).utf8)) == value)
    }
}

private func randomValue(depth: Int, _ random: inout Dice) -> JSONValue {
    switch Int.random(in: 0...(depth > 4 ? 4 : 6), using: &random) {
    case 0: return nil
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
    case 3:
        let number = Double(bitPattern: random.next())
        return number.isFinite ? .number(number) : 0.25
    case 4: return .string(randomText(&random))
    case 5:
        let count = Int.random(in: 0...4, using: &random)
        return .array((0..<count).map { _ in randomValue(depth: depth + 1, &random) })
    default:
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            object[randomText(&random)] = randomValue(depth: depth + 1, &random)
        }
        return .object(object)
    }
}

private func randomText(_ random: inout Dice) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...6, using: &random) {
        let limit: UInt32 = Bool.random(using: &random) ? 0x80 : 0x110000
        let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random))
        text.append(scalar ?? "\u{fffd}")
    }
    return String(text)
}
