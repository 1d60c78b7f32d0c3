import Glibc
import Machine

/// What both kinds of build run: unpack the sources, build each program, pack what was made.
enum BuildScript {
    /// Where a Swift toolchain is usually put.
    static let usualPlaces = [
        "/usr/bin/swift", "/usr/local/bin/swift", "/opt/swift/usr/bin/swift",
        "/usr/local/swift/usr/bin/swift", "/usr/libexec/swift/bin/swift",
    ]
    /// All that a build may print, with the archive that it makes, in bytes.
    static let outputBytesMax = 512 << 20

    /// `$1` the swift program, `$2` a folder to work in, then the programs to make.
    ///
    /// Standard output is for the archive alone: everything else goes to standard error.
    private static let text = """
        swift=$1 work=$2
        shift 2
        mkdir -p "$work/source" "$work/home" "$work/tmp" "$work/result/bin"
        export HOME="$work/home" TMPDIR="$work/tmp"
        cd "$work/source"
        tar --extract --no-same-owner
        build() {
            "$swift" build -c release --static-swift-stdlib --scratch-path "$work/build" \\
                --cache-path "$work/cache" "$@" </dev/null
        }
        for program; do build --product "$program" >&2; done
        bin=$(build --show-bin-path)
        for program; do cp "$bin/$program" "$work/result/bin/"; done
        tar --directory "$work/result" --create --gzip bin
        """

    static func words(_ swift: String, _ work: String, _ programs: [String]) -> [String] {
        ["/bin/sh", "-euc", text, "sh", swift, work] + programs
    }

    /// The swift program of this host.
    static func swift(_ limits: BuildLimits) throws(MachineError) -> String {
        let places = limits.swift.map { [$0] } ?? usualPlaces
        if let found = places.first(where: { access($0, X_OK) == 0 }) { return found }
        throw MachineError(
            "build with", places.joined(separator: ", "),
            .found(
                """
                there is no swift
                  Install it there, name it in /etc/v6-reconcile/host.yaml (build: {swift: PATH}), \
                or have desired state name an artifact.
                """))
    }

    /// Runs a build to its end. `work`: the folder that it works in.
    static func run(
        _ command: Command, in work: String, _ commands: any CommandRunner, _ limits: BuildLimits,
        _ told: (String) -> Void
    ) throws(MachineError) -> [UInt8] {
        var progress = BuildProgress(below: work + "/source")
        let begin = ContinuousClock.now
        let result = try commands.run(command) { bytes in
            if let line = progress.handle(bytes, at: ContinuousClock.now - begin) { told(line) }
        }
        if result.succeeded { return result.output }
        let isLate =
            result.ending == .hung || progress.lines.contains { $0.contains("result: timeout") }
        let reason =
            isLate
            ? "it did not end within \(limits.deadline)"
            : result.ending == .flooded
                ? "it printed over \(outputBytesMax >> 20) MiB"
                : progress.reason ?? "it failed and said nothing"
        throw MachineError("build", "it", .found(reason))
    }
}
