import Glibc
import Testing

/// What a tick costs is counted by a program of its own: `Tests/TickMemory`.
@Test func ticksCostNoMemoryOnTheirWayToTheBoard() throws {
    let own = try #require(realpath("/proc/self/exe", nil))
    defer { free(own) }
    let folder = String(cString: own).split(separator: "/").dropLast().joined(separator: "/")
    let program = try #require(popen("/\(folder)/tick-memory", "r"))
    defer { pclose(program) }
    var line = [CChar](repeating: 0, count: 200)
    let text = try #require(fgets(&line, 200, program))
    #expect(String(cString: text) == "3000 ticks, 0 allocations, 1 for 3100 bytes\n")
}
