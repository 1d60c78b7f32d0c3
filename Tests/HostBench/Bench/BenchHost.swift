import HostKit
import Machine
import Services
import TestKit

/// A generic host, with no service of ours: seven units called `app-N`, and generated files below
/// `/srv/managed`, all from a repository beside it.
///
/// `/srv` and the reconciler's state lie on an ext4 image on this machine's disk, so that durable
/// means what it should.
struct BenchHost {
    /// How the files stand in desired state: one by one, or as one tree.
    enum Listing: String, CaseIterable { case list, tree }

    /// Bytes of each generated file.
    static let fileBytes = 1_024
    static let units = (1...7).map { "app-\($0).service" }
    static let program = "/srv/programs/v6-reconcile"
    static let floorProgram = "/srv/programs/host-floor"
    private static let tree = "/srv/tree"
    private static let floorList = "/srv/floor-list"

    let host: TestHost
    private let scratch: ScratchFolder

    init() throws {
        scratch = ScratchFolder()
        host = try TestHost.boot(name: "bench")
        try LoopDisk(in: scratch).mount(
            in: host, binding: ["/srv", "/var/lib/v6-reconcile"])
        for name in ["v6-reconcile", "host-floor", "host-bench"] {
            try host.copyIn(try releasedProgram(name), to: "/srv/programs/\(name)")
        }
        try host.write(
            "/etc/v6-reconcile/host.yaml",
            "environment: paper\nrepository: /srv/git/v6.git\nsignatures: {required: false}\n"
                + "deletions_max: 100000\n")
        try must(
            """
            git init -q -b main \(Self.tree)
            git init -q --bare -b main /srv/git/v6.git
            cd \(Self.tree)
            git config user.email operator@example.net
            git config user.name Operator
            git remote add origin /srv/git/v6.git
            mkdir systemd
            for unit in \(Self.units.joined(separator: " ")); do
                printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >systemd/$unit
            done
            """)
    }

    func shutDown() { host.shutDown() }

    /// Pushes desired state with this many generated files.
    ///
    /// `units`: with the seven units, or with files alone.
    func push(files count: Int, _ listing: Listing, units: Bool = true) throws {
        try host.write("\(Self.tree)/desired/paper.yaml", Self.desired(count, listing, units))
        // The same bytes in every run, different ones in every file.
        try must(
            """
            cd \(Self.tree)
            rm -rf desired/files
            mkdir -p desired/files/managed
            awk -v n=\(count) -v size=\(Self.fileBytes) 'BEGIN {
                for (i = 0; i < n; i++) {
                    line = "generated file " i ", line of bytes that a turn compares\\n"
                    text = line
                    while (length(text) < size) text = text line
                    file = "desired/files/managed/" i
                    printf "%s", substr(text, 1, size) > file
                    close(file)
                }
            }'
            git add -A
            git commit -qm '\(count) files' --allow-empty
            git push -q origin main
            """)
        try listForFloor(count, units)
    }

    private static func desired(_ count: Int, _ listing: Listing, _ units: Bool) -> String {
        var text = ""
        switch listing {
        case .list:
            text += "files:\n"
            for number in 0..<count {
                text +=
                    "  /srv/managed/\(number): {source: files/managed/\(number), mode: \"0644\"}\n"
            }
        case .tree:
            text += "directories:\n  /srv/managed: {source: files/managed, recursive: true, "
            text += "mode: \"0755\", file_mode: \"0644\"}\n"
        }
        if units {
            text += "services:\n"
            for unit in Self.units {
                text += "  \(unit): {unit: systemd/\(unit), state: running}\n"
            }
        }
        return text + "health:\n  stable_for: 1s\n"
    }

    private func listForFloor(_ count: Int, _ units: Bool) throws {
        var lines = (0..<count).map {
            "/srv/managed/\($0)\t\(Self.tree)/desired/files/managed/\($0)"
        }
        if units {
            lines += Self.units.map { "/etc/systemd/system/\($0)\t\(Self.tree)/systemd/\($0)" }
        }
        try host.write(Self.floorList, lines.joined(separator: "\n") + "\n")
    }

    /// One turn that has to end well.
    func turn(_ arguments: [String] = []) throws {
        let turn = try host.run([Self.program] + arguments, deadline: .seconds(600))
        guard turn.ending == .exited(0) else {
            throw DriveError(reason: "no turn: \(turn.outputText.suffix(2_000))\(turn.errorText)")
        }
    }

    /// Turns until every file's last change is long enough ago to be known by the index.
    func settle() throws {
        try must("sleep 2.1")
        try turn()
    }

    /// The least that anybody could do: everything is read and compared, and systemd asked once.
    static func floor(units: Bool = true) -> Timed {
        Timed(
            "floor",
            [floorProgram, floorList, SystemctlShow.properties.joined(separator: ",")]
                + (units ? Self.units : []))
    }

    /// Times commands in turns, inside the host.
    func samples(rounds: Int, warm: Int = 2, _ all: [Timed]) throws -> Figures {
        let result = try host.run(
            ["/srv/programs/host-bench", "drive", "\(rounds)", "\(warm)"],
            input: Array(all.map { $0.line + "\n" }.joined().utf8), deadline: .seconds(600))
        guard result.succeeded else {
            throw DriveError(reason: result.outputText + result.errorText)
        }
        return Figures(result.outputText.split(separator: "\n").compactMap { Sample(line: $0) })
    }

    @discardableResult
    func must(_ script: String) throws -> String {
        let result = try host.shell(script, deadline: .seconds(120))
        guard result.succeeded else { throw DriveError(reason: "\(script)\n\(result.errorText)") }
        return result.outputText
    }
}
