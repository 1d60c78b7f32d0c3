import CommandLine

extension String {
    /// The same with `--root DIR` in the commands that it names, so that a hint leads to the host
    /// that it is about.
    ///
    /// `root`: as it was given; nil leaves the text as it is.
    func keeping(_ root: String?) -> String {
        guard let root else { return self }
        let isPlain = root.allSatisfy { $0.isLetter || $0.isNumber || "/._-+:@%".contains($0) }
        let word = isPlain ? root : "'\(root.replacing("'", with: "'\\''"))'"
        let named =
            #/
            v6-reconcile\ (?=status|verify|validate|quarantine|doctor|recover|resume|hold
            |history|--plan|--apply)
            /#
        return replacing(named, with: "v6-reconcile --root \(word) ")
    }
}

extension CommandError {
    func keeping(_ root: String?) -> CommandError {
        CommandError(text.keeping(root), exitCode: exitCode, faults: faults)
    }
}

extension ParsedCommand {
    /// Whether it is to change a host.
    var isTurn: Bool {
        ["recover", "restart", "suspend", "resume", "hold"].contains(verb)
            || (verb == "rollback" && !has("plan"))
            || (verb == nil && !wantsHelp && !has("plan") && !has("down") && !has("version"))
    }
}
