import Glibc

/// The one host that the tests of a run share, booted when the first of them asks.
package enum SharedHost {
    private static let booted = Result { try TestHost.boot(name: "v6") }

    /// - Throws: `HostError` when it could not be booted: then each test that asks fails.
    package static func get() throws -> TestHost { try booted.get() }

    /// Whether host tests are to run. They are unless `V6_HOST_TESTS=off`, and then the standard
    /// errors say so, once.
    package static let isWanted: Bool = {
        guard let value = getenv("V6_HOST_TESTS"), String(cString: value) == "off" else {
            return true
        }
        let line = Array("HOST TESTS SKIPPED: V6_HOST_TESTS=off; nothing ran on a real host\n".utf8)
        write(2, line, line.count)
        return false
    }()
}
