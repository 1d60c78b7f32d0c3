import Glibc
import Machine
import SandboxKit
import TestKit

/// What is done to a turn at a site.
enum Disturbance: Hashable, CustomStringConvertible {
    /// The turn's own process is killed.
    case kill
    /// So is all that it started.
    case killAll
    /// Power is cut: what was not synced is lost.
    case cut
    /// The call fails with this error.
    case refuse(String)

    var description: String {
        switch self {
        case .kill: "SIGKILL"
        case .killAll: "SIGKILL of all"
        case .cut: "power cut"
        case .refuse(let error): error
        }
    }
}

/// What came of all cases of one scene.
struct Tally {
    var sites = 0
    /// Those where the journal is written or made durable.
    var boundaries = 0
    var cases = 0
    var violations = 0
    /// Ends of the turn itself, where it was not killed, and of the plain turn after it.
    var ends: [Int32: Int] = [:]
    var endsAfter: [Int32: Int] = [:]
    var killed = 0

    /// With those of another host of the same scene.
    func adding(_ other: Tally) -> Tally {
        var sum = self
        sum.sites += other.sites
        sum.boundaries += other.boundaries
        sum.cases += other.cases
        sum.violations += other.violations
        sum.killed += other.killed
        sum.ends.merge(other.ends, uniquingKeysWith: +)
        sum.endsAfter.merge(other.endsAfter, uniquingKeysWith: +)
        return sum
    }
}

/// One scene, disturbed at each of its sites.
struct Matrix {
    let scene: Scene
    let kinds: Set<String>
    /// Only where the journal is written, and at the end.
    let isAtBoundaries: Bool
    /// Which syncs are not carried out, though the program is told that they were; nil: none.
    let unsynced: String?
    let sample: Int?
    let seed: UInt64
    /// Shared by all hosts on which cases are run at the same time.
    let left: CasesLeft
    let report: @Sendable (String) -> Void

    private static let settled = 4

    /// Runs cases until none is left; a host that is not what it should be is left, and a new one
    /// is taken.
    func run() throws -> Tally {
        var tally = Tally()
        while !left.isEmpty {
            let before = tally.violations
            do {
                try withBox { try goThrough($0, &tally) }
            } catch {
                // A host that is not what it should be may not be taken down well either.
                guard tally.violations > before else { throw error }
            }
        }
        return tally
    }

    /// Goes through the cases on one host, up to the first violation.
    private func goThrough(_ crash: CrashBox, _ tally: inout Tally) throws {
        let known = try learn(crash)
        if left.fill({ cases(known.map(\.sites)) }) {
            tally.sites = known.map(\.sites.count).reduce(0, +)
            tally.boundaries = known.map { $0.sites.count(where: \.isBoundary) }.reduce(0, +)
        }
        var number = Self.settled
        while !left.isEmpty {
            // Where one direction has no case left, it is gone undisturbed.
            guard let next = left.take(direction: number % 2) else {
                try scene.provoke(crash, number)
                _ = try crash.box.turn()
                number += 1
                continue
            }
            tally.cases += 1
            if left.count % 500 == 0 { report("\(scene.name): \(left.count) cases left") }
            let isReverted = isReverted(number, next)
            let fault = try disturb(
                crash, number, next, expected: known[number % 2].look,
                reverted: isReverted ? known[(number + 1) % 2].look : nil, &tally)
            // What was reverted is where the next of the same direction begins.
            number += isReverted ? 2 : 1
            guard let fault else { continue }
            tally.violations += 1
            report("VIOLATION \(scene.name): \(next.disturbance) at \(next.site): \(fault)")
            return
        }
    }

    /// Every other power cut is followed by a revert: what the cut commit brought has to go then,
    /// whether the record of it was lost or not.
    private func isReverted(_ number: Int, _ next: Case) -> Bool {
        guard next.disturbance == .cut, next.site != .end else { return false }
        return scene.isBetweenStates && number / 2 % 2 == 0
    }

    private func withBox(_ body: (CrashBox) throws -> Void) throws {
        try Sandbox.fresh { box in
            let disk = kinds.contains("cut") ? try CutDisk(for: box) : nil
            defer { disk?.letGo(box) }
            try body(CrashBox(box: box, disk: disk))
        }
    }

    private struct Known {
        let sites: [Site]
        let look: String
    }

    /// Both directions, undisturbed: where they end, and what they call on the way.
    private func learn(_ crash: CrashBox) throws -> [Known] {
        var known: [Known] = []
        for number in 0..<Self.settled {
            try scene.provoke(crash, number)
            let isSettled = number >= 2
            let turn = try isSettled ? tracedTurn(crash) : crash.box.turn()
            guard turn.ending == .exited(scene.exit) else { throw NotDone(scene.name, turn) }
            let look = try crash.look()
            if isSettled {
                known.append(
                    Known(sites: Site.all(in: crash.box.scratch.read("log") ?? ""), look: look))
            }
        }
        guard known.allSatisfy({ $0.sites.count > 20 }) else {
            throw NotDone(scene.name, "no sites were seen")
        }
        return known
    }

    private func tracedTurn(_ crash: CrashBox) throws -> CommandResult {
        let log = crash.box.scratch.path + "/log"
        return try crash.box.command(
            ["/usr/bin/strace", "-y", "-o", log] + (scene.startsSupervisor ? [] : ["-f"]) + [
                "-e", "trace=" + Site.names, crash.box.program,
                "--root", crash.box.root,
            ])
    }

    /// The cases of both directions, a seeded sample where one is asked for.
    private func cases(_ sites: [[Site]]) -> [[Case]] {
        var dice = Dice(seed: seed)
        return sites.map { sites in
            var all: [Case] = []
            for site in sites where site.isBoundary || !isAtBoundaries {
                var disturbances: [Disturbance] = []
                if kinds.contains("kill") { disturbances.append(.kill) }
                if kinds.contains("all") { disturbances.append(.killAll) }
                if kinds.contains("cut"), site.isMain { disturbances.append(.cut) }
                if kinds.contains("refuse") {
                    disturbances += site.errors.map { .refuse($0) }
                }
                all += disturbances.map { Case(site: site, disturbance: $0) }
            }
            if let sample {
                all = Array(all.shuffled(using: &dice).prefix((sample + 1) / 2))
            }
            if kinds.contains("cut") { all.insert(Case(site: .end, disturbance: .cut), at: 0) }
            return all.reversed()
        }
    }

    /// - Returns: what is wrong; nil when nothing is.
    private func disturb(
        _ crash: CrashBox, _ number: Int, _ this: Case, expected: String, reverted: String?,
        _ tally: inout Tally
    ) throws -> String? {
        try scene.provoke(crash, number)
        let before = try crash.look()
        let turn = try disturbedTurn(crash, this)
        let said = "\(turn.ending) \(turn.outputText)\(turn.errorText)"
        if case .exited(let status) = turn.ending {
            tally.ends[status, default: 0] += 1
            let look = try crash.look()
            switch status {
            case scene.exit where withoutHealthyLink(look) != withoutHealthyLink(expected):
                return "\(said)\n\(difference(look, expected))"
            // Drift is healed even where the newest commit cannot be followed (decision 2).
            case 1
            where look != before && scene.name != "recover"
                && !(scene.name == "heal" && look == expected):
                return "says that nothing changed: \(said)\n\(difference(look, before))"
            case scene.exit, 1, 5: break
            default: return "an end that does not belong here: \(said)"
            }
        } else if case .refuse = this.disturbance {
            return "a call was refused, and the turn hung or died: \(said)"
        } else {
            tally.killed += 1
        }
        if this.disturbance == .cut, let disk = crash.disk {
            try disk.cut(crash.box)
            let boot = try crash.box.turn(["recover", "--boot"])
            guard [.exited(0), .exited(5)].contains(boot.ending) else {
                return "recovery: \(boot.ending) \(boot.errorText)"
            }
            if this.site == .end {
                let (look, wanted) = (try crash.look(), CrashBox.onDisk(expected))
                if turn.ending != .exited(scene.exit) || CrashBox.onDisk(look) != wanted {
                    return "\(said)\nafter it:\n\(difference(look, expected))"
                }
            }
        }
        if reverted != nil { try crash.push(state: (number + 1) % 2, "reverted \(number)") }
        let plain = try crash.box.turn()
        guard case .exited(let after) = plain.ending else { return "then \(plain.ending)" }
        tally.endsAfter[after, default: 0] += 1
        let words = "\(said)\nthen \(plain.ending) \(plain.outputText)\(plain.errorText)"
        if after == 5 {
            return plain.errorText.contains("A person is needed") ? nil : words
        }
        guard after == scene.exit else { return words }
        let look = try crash.look()
        let wanted = reverted ?? expected
        if look != wanted { return "\(words)\n\(difference(look, wanted))" }
        let verify = try crash.box.turn(["verify"])
        return verify.ending == .exited(0) ? nil : "verify: \(verify.errorText)"
    }

    /// A turn that could not switch what recovery runs says so in a warning; the next one does it.
    private func withoutHealthyLink(_ look: String) -> [Substring] {
        look.split(separator: "\n").filter { !$0.hasPrefix("./opt/v6/healthy ") }
    }

    private func disturbedTurn(_ crash: CrashBox, _ this: Case) throws -> CommandResult {
        let fault =
            switch this.disturbance {
            case .kill, .killAll, .cut: "signal=SIGKILL"
            case .refuse(let error): "error=\(error)"
            }
        let isEnd = this.site == .end
        var words = ["/usr/bin/strace", "-o", "/dev/null"] + (this.site.isMain ? [] : ["-f"])
        words += ["-e", "trace=fsync,syncfs" + (isEnd ? "" : ",\(this.site.call)")]
        if let unsynced { words += ["-e", "inject=fsync,syncfs:retval=0:when=\(unsynced)"] }
        if !isEnd {
            words += ["-e", "inject=\(this.site.call):\(fault):when=\(this.site.number)"]
        }
        let turn = try crash.box.command(words + [crash.box.program, "--root", crash.box.root])
        if this.disturbance == .killAll { crash.endLeftovers() }
        return turn
    }

    private func difference(_ found: String, _ wanted: String) -> String {
        let (one, two) = (Set(found.split(separator: "\n")), Set(wanted.split(separator: "\n")))
        let extra = one.subtracting(two).sorted().map { "  + \($0)" }
        let missing = two.subtracting(one).sorted().map { "  - \($0)" }
        return (extra + missing).prefix(20).joined(separator: "\n")
    }
}
