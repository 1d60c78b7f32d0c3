// The least that an idle turn could do: open, look at, read and compare every managed file with
// the bytes that it should have, and ask systemd once for its units. Plain calls, nothing of ours.
//
//     host-floor LIST PROPERTIES UNIT...
//
// LIST has a line for each file: its path, a tab, the path of the expected bytes. The status is 0
// when all are equal, 1 when one differs, 2 when something cannot be done.
import Glibc

func refuse(_ words: String) -> Never {
    perror("host-floor: \(words)")
    exit(2)
}

/// The whole file, into memory that is used again and again.
func read(_ path: String, into buffer: inout [UInt8]) -> Int {
    let file = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC)
    if file < 0 { refuse(path) }
    defer { close(file) }
    var found = stat()
    if fstat(file, &found) != 0 { refuse(path) }
    let size = Int(found.st_size)
    if buffer.count < size + 1 { buffer = [UInt8](repeating: 0, count: 2 * size + 1) }
    var count = 0
    while true {
        let more = buffer.withUnsafeMutableBytes {
            Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count)
        }
        if more < 0 { refuse(path) }
        count += more
        if more == 0 || count == buffer.count { return count }
    }
}

func compareAll(_ list: String) -> Bool {
    var present: [UInt8] = []
    var expected: [UInt8] = []
    for line in list.split(separator: "\n") {
        let paths = line.split(separator: "\t")
        guard paths.count == 2 else { refuse("a line of the list has no tab") }
        let count = read(String(paths[0]), into: &present)
        guard read(String(paths[1]), into: &expected) == count,
            memcmp(present, expected, count) == 0
        else { return false }
    }
    return true
}

/// One `systemctl show`, its answer read to the end.
func askSystemd(_ properties: String, _ units: [String]) {
    let arguments =
        ["/usr/bin/systemctl", "show", "--no-pager", "--property=" + properties, "--"] + units
    let pointers = arguments.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    var ends: [Int32] = [0, 0]
    if pipe(&ends) != 0 { refuse("pipe") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    var child: pid_t = 0
    if posix_spawn(&child, arguments[0], &actions, nil, pointers, environ) != 0 {
        refuse(arguments[0])
    }
    close(ends[1])
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while Glibc.read(ends[0], &buffer, buffer.count) > 0 {}
    var status: Int32 = 0
    if waitpid(child, &status, 0) != child || status != 0 { refuse("systemctl show") }
}

let words = CommandLine.arguments
if words.count < 4 { refuse("LIST PROPERTIES UNIT...") }
var list: [UInt8] = []
let length = read(words[1], into: &list)
let isSame = compareAll(String(decoding: list[..<length], as: UTF8.self))
askSystemd(words[2], Array(words[3...]))
exit(isSame ? 0 : 1)
