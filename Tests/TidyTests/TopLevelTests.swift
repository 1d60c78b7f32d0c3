import Testing

private let topLevel: Set<String> = [
    "Package.swift", "Sources", "Tests", "desired", "systemd", "docs", "README.md",
]

@Test func theTopLevelHoldsNothingElse() throws {
    let found = try Checkout().topLevel().filter { !$0.hasPrefix(".") }
    #expect(found.subtracting(topLevel).sorted() == [])
}

@Test func theTopLevelLacksNothing() throws {
    #expect(topLevel.subtracting(try Checkout().topLevel()).sorted() == [])
}

@Test func thePackageDependsOnNoOther() {
    let checkout = Checkout()
    #expect(!checkout.text("Package.swift").contains(".package("))
    #expect(checkout.text("Package.swift").contains("let package = Package("))
}
