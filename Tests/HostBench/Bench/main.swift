// What a turn costs on a real host, as ratios to what is measured beside it in the same run.
//
//     host-bench [idle | first | heal | back]   boots a host and prints; 1 when a bound is missed
//     host-bench drive ROUNDS WARM       inside the host: a line for each run
import Glibc
import HostKit

func measure(_ wanted: [String]) throws -> Bool {
    let bench = try BenchHost()
    defer { bench.shutDown() }
    let debian = try bench.must("cat /etc/debian_version; nproc").split(separator: "\n")
    print(
        "\(BenchHost.fileBytes) bytes a file, ext4 on a loop device, caches warm, "
            + "\(debian[1]) cores, Debian \(debian[0]).")
    var measures = Measures(bench)
    if wanted.contains("idle") { try measures.idle() }
    if wanted.contains("first") { try measures.firstConvergence() }
    if wanted.contains("heal") { try measures.healing() }
    if wanted.contains("back") { try measures.goingBack() }
    print("")
    for missed in measures.bounds.missed { print("over its bound: \(missed)") }
    if measures.bounds.missed.isEmpty { print("All within their bounds.") }
    return measures.bounds.missed.isEmpty
}

let words = CommandLine.arguments.dropFirst()
let parts = ["idle", "first", "heal", "back"]
do {
    if let drive = Drive(words) {
        try drive.run()
    } else if words.allSatisfy(parts.contains) {
        exit(try measure(words.isEmpty ? parts : Array(words)) ? 0 : 1)
    } else {
        print("usage: host-bench [idle | first | heal | back]...")
        exit(64)
    }
} catch {
    print("error: \(error)")
    exit(1)
}
