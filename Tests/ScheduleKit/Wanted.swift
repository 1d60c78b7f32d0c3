/// What a commit says that the host should be. The whole of desired state that schedules play with.
package struct Wanted: Hashable, Sendable {
    struct File: Hashable, Sendable {
        var text: String
        var mode: Int
    }

    struct Tree: Hashable, Sendable {
        /// Texts by path below the tree.
        var files: [String: String]
        var mode: Int
        var fileMode: Int
    }

    /// What becomes of a unit that is started.
    enum Life: Hashable, Sendable, CaseIterable {
        case lives
        /// It ends before it has said that it is ready.
        case failsAtOnce
        /// It is up, and ends within the window.
        case failsInWindow
        case failsAsOneshot
    }

    struct Service: Hashable, Sendable {
        /// An argument of its process, which no other process has.
        var number: Int
        var isEnabled = true
        var isRunning = true
        var isMasked = false
        /// A number in its drop-in; nil: no drop-in.
        var dropIn: Int?
        /// Whether it has a rendered configuration.
        var reads = false
        var life = Life.lives
    }

    /// How the document as a whole is.
    enum Spelling: Hashable, Sendable { case good, brokenYAML, refusedUnit, unknownKey }

    static let readme = "/etc/v6/README"
    /// The unit whose configuration shows the envelope; it is always wanted.
    static let reader = "reader.service"
    static let readerNumber = 900_001

    var files: [String: File] = [readme: File(text: "first", mode: 0o644)]
    /// Modes of folders.
    var folders: [String: Int] = ["/etc/v6": 0o755]
    var trees: [String: Tree] = [:]
    var links: [String: String] = [:]
    var services: [String: Service] = [
        reader: Service(number: readerNumber, reads: true),
        "feed.service": Service(number: 100_001),
    ]
    var bounds = Bounds()
    var logLevel = "info"
    /// The required check of these hosts refuses it, unless it is told to be lenient.
    var isFlawed = false
    var spelling = Spelling.good

    package init() {}

    /// The same without the envelope: what quarantine knows it by.
    var core: Wanted {
        var result = self
        result.bounds = Bounds()
        return result
    }

    /// Whether a unit of it cannot stay up.
    var hasFailingUnit: Bool {
        services.values.contains { $0.life != .lives && $0.isRunning && !$0.isMasked }
    }

    /// The README as it is on a host.
    var readmeText: String {
        (files[Self.readme]?.text ?? "") + (isFlawed ? " flawed\n" : "\n")
    }
}
