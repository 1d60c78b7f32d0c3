import Machine
import SandboxKit
import TestKit

extension Sequence {
    /// Does one act, where it can be done now.
    mutating func perform(_ act: Act) throws {
        switch act {
        case .push(let wanted, let how): try push(wanted, how)
        case .drift(let drift, let number): try makeDrift(drift, number)
        case .remoteAway: try moveRemote(isAway: true)
        case .remoteBack: try moveRemote(isAway: false)
        case .suspend:
            guard !oracle.isUnfinished else { return }
            try say(["suspend", "--reason", "a schedule"])
            oracle.isSuspended = true
        case .resume:
            try say(["resume"])
            oracle.resume()
        case .hold:
            guard !oracle.isUnfinished, oracle.knows("feed.service") else { return }
            try say(["hold", "feed.service", "--reason", "a schedule", "--for", "300d"])
            oracle.held = ["feed.service"]
        case .endHold:
            guard !oracle.held.isEmpty else { return }
            try say(["hold", "--end", "feed.service"])
            oracle.held = []
        case .makeCheckLenient:
            note("the check becomes lenient")
            box.scratch.write("lenient", "")
            oracle.isCheckLenient = true
        case .clearQuarantine:
            guard !oracle.quarantined.isEmpty else { return }
            try say(["quarantine", "clear", "all"])
            oracle.clearQuarantine()
        case .rollBack(let number): try rollBack(number)
        }
    }

    private mutating func say(_ words: [String]) throws {
        note(words.joined(separator: " "))
        let result = try box.reconcile(words)
        if result.ending != .exited(0) {
            violation("\(words) ends with 0", "\(result.ending) \(result.errorText)")
        }
    }

    private mutating func moveRemote(isAway: Bool) throws {
        guard oracle.isRemoteAway != isAway else { return }
        note(isAway ? "remote away" : "remote back")
        try box.shell(isAway ? "mv ../v6.git ../away.git" : "mv ../away.git ../v6.git")
        oracle.isRemoteAway = isAway
    }

    mutating func push(_ wanted: Wanted, _ how: Act.How) throws {
        try wanted.write(into: box)
        let remote = oracle.isRemoteAway ? "../away.git" : "../v6.git"
        let canAmend = how == .amend && oracle.mayBeRewritten
        let label = try box.shell(
            """
            git add -A
            git commit -q --allow-empty \(canAmend ? "--amend" : "") -m 'step \(step)'
            git push -q --force \(remote) main
            git rev-parse HEAD
            """
        ).prefix(7)
        let before = oracle.history.last?.wanted
        oracle.push(wanted, label: String(label))
        note("push \(label) \(canAmend ? "amended " : "")\(wanted.summary(since: before))")
    }

    private mutating func rollBack(_ number: Int) throws {
        let isQuiet =
            !oracle.isRemoteAway && !oracle.isSuspended && oracle.pinned == nil
            && !oracle.isUnfinished && oracle.fetched == [oracle.tip] && oracle.healthy.count == 1
        let current = oracle.healthy.first.map { oracle.history[$0].wanted }
        let choices = oracle.everHealthy.filter { oracle.history[$0].wanted != current }
        guard isQuiet, !choices.isEmpty else { return }
        let index = choices[number % choices.count]
        let before = HostPicture(of: box)
        let words = ["rollback", oracle.history[index].label, "--reason", "a schedule"]
        note(words.joined(separator: " "))
        let result = try box.reconcile(words)
        tally.turns += 1
        let tipBefore = oracle.tip
        try judge(result, oracle.expectationOfRollback(to: index), before)
        if tally.violations.isEmpty, tipBefore == oracle.tip {
            oracle.learnRollback(to: index, live: HostPicture(of: box).bounds)
        }
    }
}

extension Wanted {
    /// What a commit changes, in one line.
    func summary(since before: Wanted?) -> String {
        guard let before else { return "all" }
        var words: [String] = []
        if spelling != .good { words.append("\(spelling)") }
        if isFlawed { words.append("flawed") }
        if bounds != before.bounds { words.append("\(bounds)") }
        func changes<Value: Equatable>(_ now: [String: Value], _ then: [String: Value]) -> [String]
        {
            Set(now.keys).union(then.keys).sorted().filter { now[$0] != then[$0] }.map { key in
                "\(key) \(then[key].map { "\($0)" } ?? "-") -> \(now[key].map { "\($0)" } ?? "-")"
            }
        }
        words += changes(files, before.files) + changes(folders, before.folders)
        words += changes(trees, before.trees) + changes(links, before.links)
        words += changes(services, before.services)
        if logLevel != before.logLevel { words.append(logLevel) }
        return words.isEmpty ? "nothing" : words.joined(separator: "; ")
    }
}
