import Facts
import Testing

@Test(arguments: [
    ("v6-trading.service", "v6-trading", UnitName.Kind.service),
    ("v6-reconcile.timer", "v6-reconcile", .timer), ("a.b.target", "a.b", .target),
    ("getty@tty1.service", "getty@tty1", .service),
    ("var-lib\\x2dv6.mount", "var-lib\\x2dv6", .mount),
    ("v6:x_1.socket", "v6:x_1", .socket), ("x.path", "x", .path), ("x.slice", "x", .slice),
])
func aUnitNameIsReadWithItsKind(_ text: String, _ stem: String, _ kind: UnitName.Kind) throws {
    let name = try #require(UnitName(text))
    #expect(name.text == text)
    #expect(name.kind == kind)
    #expect(name.stem == stem)
}

@Test(arguments: [
    "", "v6-trading", "v6.conf", ".service", "service", "v6.service.", "v6.Service",
    "../v6.service", "a/b.service", "-v6.service", "v 6.service", "é.service", "v6\n.service",
    "v6\u{0}.service", "v6;.service", "v6.service\n",
])
func aTextThatIsNoUnitNameIsRefused(_ text: String) {
    #expect(UnitName(text) == nil)
}

@Test func aUnitNameHasAtMost255Bytes() {
    func name(_ bytes: Int) -> String { String(repeating: "a", count: bytes - 8) + ".service" }
    #expect(UnitName(name(255)) != nil)
    #expect(UnitName(name(256)) == nil)
}
