// The idle turn on a real host, as a ratio to the floor program in the same run.
//
//     idle-turn                        boots a host and prints a table; judges nothing
//     idle-turn drive ROUNDS UNIT...   inside the host: a line for each run
import Glibc
import HostKit

/// Numbers of generated files, in the order in which they are measured.
let fileCounts = [10, 100, 1_000]
/// Runs of each program for each number of files.
let rounds = 15

/// The top of the checkout that this was built from.
func checkoutFolder(_ here: StaticString = #filePath) -> String {
    "\(here)".split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
}

/// A number with two digits behind the point, and spaces before it.
func column(_ value: Double, _ width: Int) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    let text = "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

func row(_ count: Int, _ figures: Figures) -> String {
    let files = String(repeating: " ", count: max(0, 5 - "\(count)".count)) + "\(count)"
    var text = "\(files) \(column(figures.medianMs(.floor), 9))"
    for kind in [Kind.turn, .plan] {
        let ratios = figures.ratios(kind)
        text += " \(column(figures.medianMs(kind), 9)) \(column(ratios.ofMedians, 11))"
        text += " (\(column(ratios.smallest, 0)) to \(column(ratios.largest, 0)))"
    }
    return text + "   \(column(figures.peakMiB(.floor), 5)) \(column(figures.peakMiB(.turn), 5))"
}

func measure() throws {
    let bench = try BenchHost(checkout: checkoutFolder())
    defer { bench.host.shutDown() }
    let debian = try bench.must("cat /etc/debian_version; nproc").split(separator: "\n")
    print(
        """
        Idle turn against its floor: \(rounds) rounds each, \(BenchHost.fileBytes) bytes a file, \
        caches warm, on \(debian[1]) cores, Debian \(debian[0]).
        Times are medians in ms, with the ratio of medians, and in brackets the smallest and \
        largest ratio within a round. Peak: the largest process in MiB, of floor and of turn; the \
        floor's is really the driver's.

        files     floor      turn       /floor                \
          plan       /floor                  peak
        """)
    var subprocesses = ""
    for count in fileCounts {
        let units = try bench.converge(files: count)
        print(row(count, Figures(try bench.samples(rounds: rounds, units: units))))
        fflush(nil)
        subprocesses = try bench.subprocesses()
    }
    print("\nA turn runs: \(subprocesses).")
}

let words = CommandLine.arguments.dropFirst()
do {
    if words.isEmpty {
        try measure()
    } else if let drive = Drive(words) {
        try drive.run()
    } else {
        print("usage: idle-turn")
        exit(64)
    }
} catch {
    print("error: \(error)")
    exit(1)
}
