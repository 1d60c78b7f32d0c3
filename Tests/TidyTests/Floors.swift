/// What each module may import of our own, and of the system: the floors.
///
/// A module is added here by decision. `Package.swift` must say the same.
private let floors: [String: (ours: Set<String>, system: Set<String>)] = [
    // Leaves: pure.
    "Facts": ([], []),
    "Digest": ([], []),
    "JSON": ([], []),
    "YAML": (["CYAML"], []),
    "UnitFile": (["Facts"], []),
    "CommandLine": ([], []),
    "Numbers": ([], []),
    "TWS": (["Numbers"], []),
    // Glibc for the logarithm, the exponential and the error function alone.
    "Market": (["Facts"], ["Glibc"]),
    // Deciding: leaves only.
    "Reconcile": (["Facts", "Digest", "JSON", "YAML", "UnitFile"], []),
    "Health": (["Facts", "JSON"], []),
    "Supervision": (["Facts", "UnitFile"], []),
    "GatewaySimulator": (["Facts", "Numbers", "TWS", "Market"], []),
    "Brokerage": (["Numbers", "TWS"], []),
    // Edges.
    "Machine": (["CLinux", "Facts", "Digest"], world),
    "Services": (["CLinux", "Facts", "JSON", "UnitFile", "Supervision", "Machine"], world),
    "Git": (["Facts", "Digest", "Machine"], world),
    "Release": (["Facts", "Digest", "JSON", "Machine"], world),
    "SimulatorServer": (["CLinux", "Machine", "TWS", "GatewaySimulator"], world),
    "Broker": (["CLinux", "Numbers", "TWS", "Brokerage", "Machine"], world),
    // Doing: through the edges alone.
    "Apply": (
        [
            "Facts", "Digest", "JSON", "YAML", "UnitFile", "Reconcile", "Health", "Machine",
            "Services", "Git", "Release",
        ], ["Synchronization"]
    ),
    "Checkup": (["Facts", "JSON", "Health", "Machine", "Services"], []),
    // Programs.
    "v6-reconcile": (
        [
            "Facts", "Digest", "JSON", "YAML", "CommandLine", "Reconcile", "Health", "Machine",
            "Services", "Git", "Release", "Apply", "Checkup",
        ], world
    ),
    "v6-health-check": (
        ["Facts", "JSON", "CommandLine", "Health", "Machine", "Services", "Checkup"], world
    ),
    "ib-gateway-simulator": (
        ["Facts", "Numbers", "CommandLine", "GatewaySimulator", "SimulatorServer", "Machine"], world
    ),
]

/// What edges and programs may use of the toolchain; Foundation is nowhere among it.
private let world: Set<String> = ["Glibc", "Dispatch", "Synchronization"]

/// Imports that the floors do not allow.
func floorViolations(in file: SourceFile) -> [String] {
    guard let floor = floors[file.target] else {
        return [file.violation(0, "the floors know no module '\(file.target)'")]
    }
    return imports(in: file).compactMap { line, module in
        if floor.ours.contains(module) || floor.system.contains(module) { return nil }
        return file.violation(line, "'\(file.target)' may not import '\(module)'")
    }
}

/// Each import with its line, whatever stands before the word.
private func imports(in file: SourceFile) -> [(line: Int, module: String)] {
    let pattern =
        #/
        ^\s*(?:[@\w()]+\s+)*import\s+
        (?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)
        /#
    return file.code.enumerated().compactMap { line, code in
        code.firstMatch(of: pattern).map { (line, String($0.output.1)) }
    }
}

/// Where the package's graph and the floors differ.
func graphViolations(in manifest: String) -> [String] {
    let pattern = /\b(?:module|program)\(\s*"([^"]+)"(?:,\s*\[([^\]]*)\])?/
    var seen: Set<String> = []
    var violations: [String] = []
    for match in manifest.matches(of: pattern) {
        let name = String(match.output.1)
        let words = (match.output.2 ?? "").matches(of: /"([^"]+)"/).map { String($0.output.1) }
        seen.insert(name)
        guard let floor = floors[name] else {
            violations.append("Package.swift: the floors know no module '\(name)'")
            continue
        }
        for word in Set(words).symmetricDifference(floor.ours).sorted() {
            violations.append("Package.swift: '\(name)' and '\(word)': not as the floors have it")
        }
    }
    for name in Set(floors.keys).subtracting(seen).sorted() {
        violations.append("Package.swift: has no module '\(name)'")
    }
    return violations
}
