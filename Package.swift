// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules: Swift 6, no warning survives, imports stay inside.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

/// A program for whoever works on this package; no host ever runs it.
func tool(_ name: String, _ dependencies: [Target.Dependency], path: String) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Tests/\(path)", swiftSettings: strict)
}

/// `keeps`: the tests compare whole texts with files under `Kept`.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], keeps: Bool = false
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: keeps ? ["Kept"] : [],
        swiftSettings: strict)
}

/// C: no code of ours, only what Swift cannot import by itself.
let c: [Target] = [
    .systemLibrary(name: "CYAML", pkgConfig: nil, providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLinux"),
]

/// Pure leaves: values, parsers and printers; they import nothing that touches the world.
let leaves: [Target] = [
    module("Facts"),
    module("Digest"),
    module("JSON"),
    module("YAML", ["CYAML"]),
    module("UnitFile", ["Facts"]),
    module("CommandLine"),
    module("Numbers"),
    module("TWS", ["Numbers"]),
    module("Market", ["Facts"]),
]

/// Deciding: pure functions from what is wanted and what is seen to what to do.
let deciding: [Target] = [
    module("Reconcile", ["Facts", "Digest", "JSON", "YAML", "UnitFile"]),
    module("Health", ["Facts", "JSON"]),
    module("Supervision", ["Facts", "UnitFile"]),
    module("GatewaySimulator", ["Facts", "Numbers", "TWS", "Market"]),
    module("Brokerage", ["Numbers", "TWS"]),
]

/// Edges: each touches one part of the world, through a protocol of at most six methods.
let edges: [Target] = [
    module("Machine", ["CLinux", "Facts", "Digest"]),
    module("Services", ["CLinux", "Facts", "JSON", "UnitFile", "Supervision", "Machine"]),
    module("Git", ["Facts", "Digest", "Machine"]),
    module("Release", ["Facts", "Digest", "JSON", "Machine"]),
    module("SimulatorServer", ["CLinux", "Machine", "TWS", "GatewaySimulator"]),
    module("Broker", ["CLinux", "Numbers", "TWS", "Brokerage", "Machine"]),
]

/// Doing: the turn, its journal and its store; and the look at the host that judges nothing.
let doing: [Target] = [
    module(
        "Apply",
        [
            "Facts", "Digest", "JSON", "YAML", "UnitFile", "Reconcile", "Health", "Machine",
            "Services", "Git", "Release",
        ]),
    module("Checkup", ["Facts", "JSON", "Health", "Machine", "Services"]),
]

let programs: [Target] = [
    program(
        "v6-reconcile",
        [
            "Facts", "Digest", "JSON", "YAML", "CommandLine", "Reconcile", "Health", "Machine",
            "Services", "Git", "Release", "Apply", "Checkup",
        ]),
    program(
        "v6-health-check",
        ["Facts", "JSON", "CommandLine", "Health", "Machine", "Services", "Checkup"]),
    program(
        "ib-gateway-simulator",
        ["Facts", "Numbers", "CommandLine", "GatewaySimulator", "SimulatorServer", "Machine"]),
]

let beside: [Target] = [
    support("TestKit", ["Facts", "Machine"]),
    support("TWSKit", ["TWS", "Numbers", "TestKit"]),
    support("HostKit", ["Facts", "Machine", "TestKit"]),
    support(
        "SandboxKit", ["Facts", "Digest", "JSON", "Machine", "Services", "TestKit", "HostKit"]),
    support(
        "ScheduleKit", ["Facts", "JSON", "Machine", "Services", "TestKit", "HostKit", "SandboxKit"]
    ),
    tool("schedules", ["CommandLine", "ScheduleKit"], path: "Crash/Schedules"),
    tool("mutate", ["Facts", "CommandLine", "Machine"], path: "Mutate"),
    tests("MutateTests", ["mutate", "Machine"]),
    tool("host-floor", [], path: "HostBench/Floor"),
    tool(
        "host-bench", ["Services", "Machine", "TestKit", "HostKit"], path: "HostBench/Bench"),
    .executableTarget(
        name: "tws-bench", dependencies: ["TWS", "Numbers", "Broker", "Brokerage", "BrokerKit"],
        path: "Tests/TWSBench", exclude: ["ib_async_speed.py", "ib_async_path.py"],
        swiftSettings: strict),
    tool(
        "crash-matrix",
        ["CommandLine", "Facts", "Machine", "TestKit", "HostKit", "SandboxKit", "ScheduleKit"],
        path: "Crash/Matrix"),
    tests("FactsTests", ["Facts"]),
    tests("DigestTests", ["Digest", "TestKit"]),
    tests("JSONTests", ["JSON", "TestKit"]),
    tests("YAMLTests", ["YAML", "TestKit"], keeps: true),
    tests("UnitFileTests", ["UnitFile", "Facts", "TestKit"]),
    tests("CommandLineTests", ["CommandLine", "TestKit"], keeps: true),
    tests(
        "ReconcileTests", ["Reconcile", "Facts", "YAML", "JSON", "Digest", "UnitFile", "TestKit"],
        keeps: true),
    tests("NumbersTests", ["Numbers", "TestKit"]),
    tests("TWSTests", ["TWS", "Numbers", "JSON", "TestKit", "TWSKit"], keeps: true),
    tests("MarketTests", ["Market", "Facts", "TestKit"]),
    tests(
        "GatewaySimulatorTests",
        ["GatewaySimulator", "TWS", "Numbers", "Market", "Facts", "TestKit"]),
    tests("SimulatorServerTests", ["SimulatorServer", "GatewaySimulator", "TWS", "Machine"]),
    tests(
        "PeerTests", ["TWS", "Numbers", "JSON", "Machine", "TestKit", "TWSKit", "HostKit"],
        keeps: true),
    tests("HealthTests", ["Health", "Facts", "JSON", "TestKit"], keeps: true),
    tests("SupervisionTests", ["Supervision", "Facts", "UnitFile", "TestKit"]),
    support("BrokerKit", ["Brokerage", "TWS", "Numbers"]),
    tests("BrokerageTests", ["Brokerage", "TWS", "Numbers", "TestKit", "BrokerKit"]),
    // Its own allocator in the library's place counts what it is asked for; nothing else is linked
    // with it, the tests least of all.
    .executableTarget(
        name: "tick-memory", dependencies: ["Broker", "Brokerage", "TWS", "Numbers"],
        path: "Tests/TickMemory", swiftSettings: strict,
        linkerSettings: [
            .unsafeFlags(["-Xlinker", "--defsym=malloc=v6_counted_malloc"])
        ]),
    tests(
        "BrokerTests",
        ["CLinux", "Broker", "Brokerage", "TWS", "Numbers", "TestKit", "BrokerKit"]),
    support("SimulatorKit", ["Machine", "SimulatorServer", "TestKit", "HostKit"]),
    tests(
        "GatewayTests",
        ["Broker", "Brokerage", "TWS", "Numbers", "TestKit", "SimulatorKit"]),
    tests("MachineTests", ["Machine", "Facts", "Digest", "TestKit"]),
    tests("ServicesTests", ["Services", "Facts", "JSON", "Machine", "TestKit"]),
    tests("GitTests", ["Git", "Facts", "Machine", "TestKit"]),
    tests("ReleaseTests", ["Release", "Facts", "Digest", "JSON", "Machine", "TestKit"]),
    tests(
        "ApplyTests",
        [
            "Apply", "Facts", "JSON", "Digest", "Reconcile", "Health", "Machine", "Services",
            "Git", "Release", "TestKit",
        ]),
    tests(
        "SandboxTests",
        [
            "Facts", "Digest", "JSON", "Machine", "Services", "TestKit", "HostKit", "SandboxKit",
            "ScheduleKit",
        ], keeps: true),
    tests("HostTests", ["Facts", "JSON", "Machine", "TestKit", "HostKit"], keeps: true),
    tests("TidyTests", ["TestKit", "Machine", "Facts"]),
]

/// Readers of foreign bytes under libFuzzer: `Tests/fuzz`. Only when asked for, because a plain
/// build cannot link a program whose `main` is the fuzzer's.
let fuzzing: [Target] =
    Context.environment["V6_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Facts", "Digest", "JSON", "YAML", "UnitFile", "Reconcile", "Machine", "Services",
                "Git", "Health", "Release", "Apply", "TWS", "Brokerage", "GatewaySimulator",
            ], path: "Tests/Fuzz", exclude: ["Seeds"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
    ]

let package = Package(
    name: "v6",
    targets: c + leaves + deciding + edges + doing + programs + beside + fuzzing,
    swiftLanguageModes: [.v6]
)
