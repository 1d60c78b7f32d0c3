extension HostSettings {
    /// Every key of host.yaml; the reader knows no other, and `docs/host.md` is made from it.
    package static let table: [Field] = [
        Field(
            "environment", .word(environments),
            "Which `desired/NAME.yaml` this host is; left out only below `--root`, where it is "
                + "sandbox."),
        Field(
            "repository", .list(.scalar(.text)),
            "Git URL or folder that is followed, or a list of them: each is asked in turn until "
                + "one answers. Nothing else is ever fetched from."),
        Field("branch", .text, "Whose newest commit is made real.", standard: "main"),
        Field(
            "roots", .list(.scalar(.path)),
            "Folders that a commit may write below. A list stands in place of the usual ones: name "
                + "those too that are still needed. Unit files, their links, rendered "
                + "configuration and releases go to their own places whatever it says.",
            standard: "[\(rootsDefault.joined(separator: ", "))]"),
        Field("signatures", .map(signatureTable), "Who may say what this host is."),
        Field(
            "deletions_max", .integer(0...deletionsMaxLimit),
            "A turn that would remove more things than this removes none, and says so (gate "
                + "`deletions`). 0 removes nothing.", standard: "\(deletionsMaxDefault)"),
        Field(
            "build", .map(buildTable),
            "What a build of a release is given, where desired state has it built here."),
        Field(
            "clock", .word(ClockProof.allCases.map(\.rawValue)),
            "What proves that the clock is right: `v6-health-check` and `status` ask it. Not "
                + "judged in the sandbox.", standard: ClockProof.kernel.rawValue),
    ]

    /// The keys below `build`.
    package static let buildTable: [Field] = [
        Field("swift", .path, "The swift program; left out: looked for in the usual places."),
        Field(
            "deadline", .duration(secondsMax: Int(Build.deadlineMax.components.seconds)),
            "A build that takes longer is ended.", standard: "20m"),
        Field("memory", .size, "How much memory a build may use.", standard: "4GiB"),
    ]

    /// The keys below `signatures`.
    package static let signatureTable: [Field] = [
        Field(
            "required", .bool,
            "Whether a commit has to be signed before it acts; true where it is left out, but in "
                + "the sandbox. One that is not ends a turn with exit status 7."),
        Field(
            "allowed_signers", .text,
            "File of ssh keys that may sign, as ssh-keygen(1) reads it; root's alone, up to `/`.",
            standard: SignatureSettings.allowedSignersDefault),
        Field("revoked_keys", .text, "File of ssh keys that count no more: public keys, or a KRL."),
        Field("openpgp", .text, "Folder of gpg's; every key in its keyring may sign."),
        Field(
            "floor", .text,
            "Commit that every commit made real has to contain; by all its digits, it is trusted "
                + "with what comes before it."),
    ]

    /// Largest `deletions_max`.
    static let deletionsMaxLimit = 1_000_000
}
