// Seeded sequences of what happens to a host, and pairs of commits the second of which fails.
//
//     schedules run       sequences; after each step an oracle says what must hold
//     schedules rollback  pairs; the way back has to give the host as it was
import CommandLine
import Glibc
import ScheduleKit

let options = [
    OptionRow(name: "seed", value: "N", summary: "of the first; those of the others follow it"),
    OptionRow(name: "count", value: "N", summary: "how many; 100 when left out"),
    OptionRow(name: "jobs", value: "N", summary: "how many at a time; 8 when left out"),
]

let table = ProgramTable(
    name: "schedules",
    summary: "drives the built reconciler through seeded sequences in sandboxes",
    discussion: "V6_PROGRAMS names the folder of the release programs; see docs/reliability.md.",
    root: VerbRow(
        name: "", summary: "tells what there is",
        options: [], examples: ["schedules run --seed 1 --count 1000 --jobs 16"]),
    verbs: [
        VerbRow(
            name: "run", summary: "sequences of pushes, drifts, kills and faults",
            options: options + [
                OptionRow(name: "steps", value: "N", summary: "of each; 8 when left out")
            ], examples: ["schedules run --seed 42 --count 1 --steps 20"]),
        VerbRow(
            name: "rollback", summary: "pairs of desired states, the second of which fails",
            options: options, examples: ["schedules rollback --count 1000"]),
    ],
    exitCodes: [
        ExitCodeRow(0, "all held"), ExitCodeRow(1, "something did not, or too little was reached"),
        ExitCodeRow(64, "the command line is wrong"),
    ])

/// A line at once, so that a long run can be followed.
@Sendable func printLine(_ text: String) {
    print(text)
    fflush(nil)
}

func number(_ command: ParsedCommand, _ name: String, _ standard: Int) throws -> Int {
    guard let text = command.value(name) else { return standard }
    guard let number = Int(text), number > 0 else {
        throw UsageError(command: table.name, problem: "--\(name) \(text) is no number above 0")
    }
    return number
}

func run() throws -> Int32 {
    let command = try table.parse(Array(Swift.CommandLine.arguments.dropFirst()))
    if command.wantsHelp {
        printLine(table.help(verb: nil))
        return 0
    }
    let seed = UInt64(try number(command, "seed", 1))
    let count = try number(command, "count", 100)
    let jobs = try number(command, "jobs", 8)
    switch command.verb {
    case "run":
        let steps = try number(command, "steps", 8)
        var tally = Tally()
        let tallies = forEachSeed(from: seed, count: count, at: jobs) { seed in
            Sequence.run(seed: seed, steps: steps, report: printLine)
        }
        for one in tallies { tally.add(one) }
        if let clockLibrary {
            unlink(clockLibrary)
        } else {
            printLine("NOT TRIED: a clock that jumps; there is no /usr/bin/cc")
        }
        for line in tally.broken { printLine("BROKEN \(line)") }
        printLine(tally.text)
        return tally.isGood ? 0 : 1
    case "rollback":
        let size = Pairs.pairsOfSeed
        var outcome = Pairs.Outcome()
        let outcomes = forEachSeed(from: seed, count: (count + size - 1) / size, at: jobs) { seed in
            Pairs.run(seed: seed, report: printLine)
        }
        for one in outcomes { outcome.add(one) }
        for line in outcome.broken { printLine("BROKEN \(line)") }
        printLine(outcome.text)
        return outcome.isGood ? 0 : 1
    default:
        throw UsageError(command: table.name, problem: "run or rollback")
    }
}

do {
    exit(try run())
} catch let error as UsageError {
    printLine("\(error)")
    exit(UsageError.exitCode)
} catch {
    printLine("error: \(error)")
}
exit(1)
