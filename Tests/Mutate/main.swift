import CommandLine
import Facts
import Glibc
import Machine

let table = ProgramTable(
    name: "mutate",
    summary: "shows that the tests fail when a feature is taken out",
    discussion: """
        Copies the checkout to .build-mutations, and for each patch in Tests/mutations: applies \
        it to the copy, builds, and demands that the test which the patch names fails. A patch \
        that does not apply or compile, and a test that does not exist, crashes or fails without \
        the patch too, is BROKEN, never a success.
        """,
    root: VerbRow(
        name: "", summary: "tries the mutations named, or all",
        operands: "[NAME ...]", operandsMax: 1_000,
        options: [
            OptionRow(name: "sample", value: "N", summary: "only N of them, fast ones first"),
            OptionRow(name: "seed", value: "TEXT", summary: "what the sample is chosen by"),
        ],
        examples: [
            "Tests/mutate yaml-duplicate-key", "Tests/mutate --sample 3 --seed today",
        ]),
    exitCodes: [
        ExitCodeRow(0, "all were killed"), ExitCodeRow(1, "one survived, or is broken"),
        ExitCodeRow(64, "the command line is wrong"),
    ])

/// A line at once, so that a long run can be followed.
func printLine(_ text: String) {
    print(text)
    fflush(nil)
}

/// The top of the checkout that this was built from.
func checkoutFolder(_ here: StaticString = #filePath) -> String {
    "\(here)".split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
}

/// The patches that a command line asks for.
func chosen(_ command: ParsedCommand, in folder: String) throws -> [Mutation] {
    let files = try HostFiles(root: folder, honoursOwners: false)
    let all = try files.listRoot().filter { $0.hasSuffix(".patch") }.map { file in
        try Mutation(
            name: String(file.dropLast(".patch".count)),
            patch: String(decoding: try files.read(try hostPath(file)), as: UTF8.self))
    }
    for name in command.operands where !all.contains(where: { $0.name == name }) {
        throw UsageError(command: table.name, problem: "there is no Tests/mutations/\(name).patch")
    }
    let named = all.filter { command.operands.isEmpty || command.operands.contains($0.name) }
    guard let text = command.value("sample") else { return named }
    guard let count = Int(text), count > 0 else {
        throw UsageError(command: table.name, problem: "--sample \(text) is no number above 0")
    }
    let seed = command.value("seed") ?? "\(time(nil))"
    printLine("sample of \(count) out of \(named.count), --seed \(seed)")
    return sample(count, of: named, seed: seed)
}

func run() throws -> Int32 {
    let command = try table.parse(Array(Swift.CommandLine.arguments.dropFirst()))
    if command.wantsHelp {
        printLine(table.help(verb: nil))
        return 0
    }
    let begin = ContinuousClock.now
    let folder = checkoutFolder() + "/Tests/mutations"
    let mutations = try chosen(command, in: folder)
    var environment: [String: String] = [:]
    for name in ["PATH", "HOME"] {
        environment[name] = getenv(name).map { String(cString: $0) }
    }
    let workbench = try Workbench(
        checkout: checkoutFolder(), commands: SpawnedCommands(), environment: environment)
    guard let lock = try workbench.lock() else {
        throw WorkbenchError(reason: "another run has \(Workbench.folder)")
    }
    let outcomes = try withExtendedLifetime(lock) {
        try Trials(workbench: workbench, folder: folder, report: printLine).run(mutations)
    }
    let killed = outcomes.count { $0 == .killed }
    let survived = outcomes.count { $0 == .survived }
    printLine(
        "\(outcomes.count) mutations: \(killed) killed, \(survived) survived, "
            + "\(outcomes.count - killed - survived) broken, "
            + "in \(seconds(ContinuousClock.now - begin)) s")
    return killed == outcomes.count ? 0 : 1
}

do {
    exit(try run())
} catch let error as UsageError {
    printLine("\(error)")
    exit(UsageError.exitCode)
} catch let error as BadMutation {
    printLine("error: Tests/mutations/\(error.name).patch: \(error.reason)")
} catch let error as WorkbenchError {
    printLine("error: \(error.reason)")
} catch {
    printLine("error: \(error)")
}
exit(1)
