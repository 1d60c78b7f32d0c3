import Testing

@Test func everyImportStaysOnItsFloor() {
    let violations = Checkout().swiftFiles(below: "Sources").flatMap(floorViolations)
    #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
}

@Test func thePackagesGraphIsTheFloors() {
    let violations = graphViolations(in: Checkout().text("Package.swift"))
    #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
}

@Test(arguments: [
    ("JSON", "import Glibc"), ("Reconcile", "import Foundation"), ("Digest", "import Facts"),
    ("Reconcile", "package import Machine"), ("Health", "import CLinux"),
    ("JSON", "import CYAML"), ("Machine", "import Services"), ("Git", "import Release"),
    ("Machine", "@preconcurrency import Foundation"), ("Apply", "import Glibc"),
    ("Supervision", "import struct Glibc.stat"), ("v6-reconcile", "  internal import Supervision"),
    ("Facts", "@_exported import Glibc"),
])
func aPlantedImportIsFound(_ module: String, _ text: String) {
    let file = SourceFile(path: "Sources/\(module)/Planted.swift", text: "// first\n\(text)\n")
    let found = floorViolations(in: file)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("Sources/\(module)/Planted.swift:2: ") == true)
}

@Test func anAllowedImportOrAWordInACommentIsNoViolation() {
    let text =
        "package import Facts\n// import Glibc\nlet text = \"import Glibc\"\n/* x\nimport Glibc */"
    let file = SourceFile(path: "Sources/UnitFile/Fine.swift", text: text)
    #expect(floorViolations(in: file) == [])
}

@Test func aModuleThatTheFloorsDoNotKnowIsFound() {
    let file = SourceFile(path: "Sources/Extra/Planted.swift", text: "")
    #expect(floorViolations(in: file).count == 1)
    let manifest = Checkout().text("Package.swift")
    #expect(graphViolations(in: manifest + "\nmodule(\"Extra\")").count == 1)
    #expect(
        graphViolations(
            in: manifest.replacing("module(\"JSON\")", with: "module(\"JSON\", [\"Git\"])")
        )
        .count == 1)
    #expect(graphViolations(in: manifest.replacing("module(\"JSON\"),", with: "")).count == 1)
}
