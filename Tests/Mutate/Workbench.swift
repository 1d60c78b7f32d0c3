import Facts
import Machine

/// Something that keeps the whole run from going on.
struct WorkbenchError: Error, Hashable, Sendable {
    let reason: String
}

/// A copy of the checkout that is broken on purpose, with builds of its own that stay for the
/// next run: `.build-mutations/{tree,debug,release}`.
struct Workbench {
    /// The longest that one build may take; the first builds everything.
    static let buildDeadline: Duration = .seconds(1_800)
    /// The longest that one test may take.
    static let testDeadline: Duration = .seconds(300)
    /// The longest that git or find may take.
    static let toolDeadline: Duration = .seconds(60)
    static let folder = ".build-mutations"

    /// The checkout that is copied, and never written to but below `folder`.
    let checkout: HostFiles
    /// The copy.
    let tree: HostFiles
    private let commands: any CommandRunner
    /// PATH and HOME, which is all that a build needs of the caller's environment.
    private let environment: [String: String]

    init(
        checkout root: String, commands: any CommandRunner, environment: [String: String]
    ) throws(MachineError) {
        checkout = try HostFiles(root: root, honoursOwners: false)
        let path = try hostPath("\(Self.folder)/tree")
        try checkout.makeDirectories(path)
        tree = try HostFiles(root: checkout.outside(path), honoursOwners: false)
        self.commands = commands
        self.environment = environment
    }

    private func scratch(_ kind: String) -> String { "\(checkout.root)/\(Self.folder)/\(kind)" }

    /// Takes this checkout's workbench; nil when another run has it.
    func lock() throws(MachineError) -> KernelLock? {
        try KernelLock.take(try hostPath("\(Self.folder)/lock"), in: checkout)
    }

    /// Runs git on the copy or the checkout, as if neither lay in a repository of anybody's.
    func git(_ arguments: [String]) throws(WorkbenchError) -> CommandResult {
        var environment = environment
        environment["GIT_CEILING_DIRECTORIES"] = "\(checkout.root)/\(Self.folder)"
        return try run(
            Command(
                "/usr/bin/git", ["-c", "safe.directory=*"] + arguments, environment: environment,
                deadline: Self.toolDeadline))
    }

    func run(_ command: Command) throws(WorkbenchError) -> CommandResult {
        do throws(MachineError) {
            return try commands.run(command)
        } catch {
            throw WorkbenchError(reason: error.description)
        }
    }

    /// Puts a patch on the copy, or takes it off.
    ///
    /// - Returns: why it does not fit; nil when it did.
    func apply(_ patch: String, takingOff: Bool = false) throws(WorkbenchError) -> String? {
        let direction = takingOff ? ["--reverse"] : []
        let result = try git(
            ["-C", tree.root, "apply", "--whitespace=nowarn"] + direction + [patch])
        return result.succeeded ? nil : lastWords(result.errorText)
    }

    /// Builds what a test needs: all tests, and for one on a host also the programs as released.
    ///
    /// `sources`: names of files that must be compiled, as the build's output has them;
    ///   a C header is one that the build does not notice.
    /// Returns why it does not build; nil when it did.
    func build(for test: TestName, sources: [String] = []) throws(WorkbenchError) -> String? {
        let debug = ["--build-tests", "--scratch-path", scratch("debug")]
        if let fault = try build(debug, sources) { return fault }
        return test.needsHost ? try build(released, []) : nil
    }

    private var released: [String] {
        ["-c", "release", "--static-swift-stdlib", "--scratch-path", scratch("release")]
    }

    private func build(
        _ arguments: [String], _ sources: [String]
    ) throws(WorkbenchError) -> String? {
        let checks = ["--explicit-target-dependency-import-check", "error"]
        let result = try swift("build", arguments + checks, Self.buildDeadline)
        let lines = (result.outputText + result.errorText).split(separator: "\n")
        guard result.succeeded else {
            let fault = lines.first { $0.contains("error: ") }
            let words = fault.map { String($0.drop { $0 == " " }) } ?? "\(result.ending)"
            return "it does not compile: \(words.replacing(tree.root + "/", with: ""))"
        }
        let compiled = lines.filter { $0.contains("] Compiling ") }
        let unseen = sources.filter { source in !compiled.contains { $0.contains(" \(source)") } }
        return unseen.first.map { "the build did not notice the change of \($0)" }
    }

    /// Runs one test of what was built last.
    func end(of test: TestName) throws(WorkbenchError) -> TestEnd {
        // Installed once, by whoever comes first, not anew for each copy.
        var extra = ["V6_PEERS": "\(checkout.root)/.build-peers"]
        if test.needsHost {
            let path = try swift("build", released + ["--show-bin-path"], Self.toolDeadline)
            guard let programs = path.outputText.split(separator: "\n").last else {
                throw WorkbenchError(reason: lastWords(path.errorText))
            }
            extra["V6_PROGRAMS"] = String(programs)
        }
        let arguments = [
            "--skip-build", "--disable-xctest", "--scratch-path", scratch("debug"), "--filter",
            test.filter,
        ]
        return TestEnd(of: try swift("test", arguments, Self.testDeadline, extra))
    }

    private func swift(
        _ verb: String, _ arguments: [String], _ deadline: Duration, _ extra: [String: String] = [:]
    ) throws(WorkbenchError) -> CommandResult {
        try run(
            Command(
                "/usr/bin/env", ["swift", verb, "--package-path", tree.root] + arguments,
                environment: environment.merging(extra) { $1 }, deadline: deadline))
    }
}

func hostPath(_ relative: String) throws(MachineError) -> HostPath {
    do throws(BadPath) {
        return try HostPath("/" + relative)
    } catch {
        throw MachineError("use", relative, .found(error.description))
    }
}
