// Disturbs turns at every place that counting finds: see docs/reliability.md.
import CommandLine
import Glibc
import ScheduleKit

let table = ProgramTable(
    name: "crash-matrix",
    summary: "disturbs turns at each system call that changes something",
    discussion: """
        Each scene is run undisturbed and its system calls are counted. Then it is run again for \
        every call, which is disturbed; after that one plain turn has to end where an undisturbed \
        one ends, or say 5 truthfully. It prints sites, cases, violations, and how often each end \
        was reached.
        """,
    root: VerbRow(
        name: "", summary: "runs the scenes named, or all", operands: "[SCENE ...]",
        operandsMax: 20,
        options: [
            OptionRow(
                name: "kinds", value: "LIST",
                summary: "of kill, all, refuse and cut; kill,refuse if left out"),
            OptionRow(
                name: "unsynced", value: "WHEN",
                summary: "these syncs do nothing, as strace counts: 1+2 is every second one"),
            OptionRow(
                name: "boundaries",
                summary: "only where the journal is written or has just been made durable"),
            OptionRow(
                name: "jobs", value: "N", summary: "so many hosts at a time; 1 if left out"),
            OptionRow(name: "sample", value: "N", summary: "only N cases of each scene"),
            OptionRow(name: "seed", value: "N", summary: "what the sample is chosen by"),
        ],
        examples: [
            "Tests/crash matrix converge", "Tests/crash matrix --kinds kill --sample 20 --seed 7",
        ]),
    exitCodes: [
        ExitCodeRow(0, "no violation"), ExitCodeRow(1, "a violation, or nothing but 5"),
        ExitCodeRow(64, "the command line is wrong"),
    ])

func printLine(_ text: String) {
    print(text)
    fflush(nil)
}

func ends(_ counts: [Int32: Int]) -> String {
    counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
}

func run(_ command: ParsedCommand) throws -> Bool {
    let known = Scene.all.map(\.name)
    if let unknown = command.operands.first(where: { !known.contains($0) }) {
        throw UsageError(
            command: table.name,
            problem: "there is no scene \(unknown); there are: \(known.joined(separator: " "))")
    }
    let kinds = Set(
        (command.value("kinds") ?? "kill,refuse").split(separator: ",").map(String.init))
    var isClean = true
    for scene in Scene.all where command.operands.isEmpty || command.operands.contains(scene.name) {
        let jobs = max(1, command.value("jobs").flatMap { Int($0) } ?? 1)
        let (isAtBoundaries, unsynced) = (command.has("boundaries"), command.value("unsynced"))
        let sample = command.value("sample").flatMap { Int($0) }
        let seed = command.value("seed").flatMap { UInt64($0) } ?? 1
        let left = CasesLeft()
        let parts = forEachSeed(from: 0, count: jobs, at: jobs) { _ in
            Result {
                try Matrix(
                    scene: scene, kinds: kinds, isAtBoundaries: isAtBoundaries,
                    unsynced: unsynced, sample: sample, seed: seed,
                    left: left, report: printLine
                ).run()
            }
        }
        var tally = try parts[0].get()
        for part in parts.dropFirst() { tally = tally.adding(try part.get()) }
        printLine(
            """
            \(scene.name): \(tally.sites) sites (\(tally.boundaries) at the journal), \
            \(tally.cases) cases, \(tally.violations) \
            violations, said 5: \(tally.endsAfter[5] ?? 0); killed \(tally.killed), own ends \
            {\(ends(tally.ends))}, then {\(ends(tally.endsAfter))}
            """)
        let isStuck = tally.endsAfter[scene.exit] ?? 0 == 0
        if tally.violations > 0 || isStuck { isClean = false }
    }
    return isClean
}

do {
    let command = try table.parse(Array(Swift.CommandLine.arguments.dropFirst()))
    if command.wantsHelp {
        print(table.help(verb: nil))
        exit(0)
    }
    exit(try run(command) ? 0 : 1)
} catch let error as UsageError {
    print(error)
    exit(UsageError.exitCode)
} catch {
    print("error: \(error)")
    exit(1)
}
