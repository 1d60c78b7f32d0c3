/// glibc's own, below the names that a program may replace.
@_silgen_name("__libc_malloc") private func libcMalloc(_ size: Int) -> UnsafeMutableRawPointer?

/// How often memory was asked for. It has one thread to count.
struct Count {
    nonisolated(unsafe) static let asked: UnsafeMutablePointer<Int>? = {
        guard let place = libcMalloc(8)?.assumingMemoryBound(to: Int.self) else { return nil }
        place.pointee = 0
        return place
    }()
}

nonisolated(unsafe) var isCounting = false

/// In place of the library's (see Package.swift): a program's own comes first, for the runtime too.
@_cdecl("v6_counted_malloc") func countedMalloc(_ size: Int) -> UnsafeMutableRawPointer? {
    if isCounting { Count.asked?.pointee += 1 }
    return libcMalloc(size)
}
