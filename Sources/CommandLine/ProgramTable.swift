/// One option of a program or of a verb.
package struct OptionRow: Hashable, Sendable {
    /// The name without its two dashes: `out`.
    package let name: String
    /// How help calls the value: `FILE`; nil for a flag, which takes none.
    package let value: String?
    /// What it does, as a clause without a full stop.
    package let summary: String
    /// Whether it may be given more than once.
    package let isRepeatable: Bool
    /// Accepted, but not shown in help.
    package let isHidden: Bool

    package init(
        name: String, value: String? = nil, summary: String, isRepeatable: Bool = false,
        isHidden: Bool = false
    ) {
        self.name = name
        self.value = value
        self.summary = summary
        self.isRepeatable = isRepeatable
        self.isHidden = isHidden
    }
}

/// One verb, or the call of the program without any.
package struct VerbRow: Hashable, Sendable {
    /// The word to write; empty for the call without a verb.
    package let name: String
    /// What it does, as a clause without a full stop.
    package let summary: String
    /// Paragraphs between empty lines; a line that begins with a space is kept as it stands.
    package let discussion: String
    /// The operands as the usage line shows them: `[REV]`; empty for none.
    package let operands: String
    /// Fewest and most operands.
    package let operandsMin: Int
    package let operandsMax: Int
    /// Options beside those that every verb takes.
    package let options: [OptionRow]
    /// Whole command lines, each with what it is for behind a `#`, if anything.
    package let examples: [String]
    /// Accepted, but not shown in help.
    package let isHidden: Bool

    package init(
        name: String, summary: String, discussion: String = "", operands: String = "",
        operandsMin: Int = 0, operandsMax: Int = 0, options: [OptionRow] = [],
        examples: [String] = [], isHidden: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.operands = operands
        self.operandsMin = operandsMin
        self.operandsMax = operandsMax
        self.options = options
        self.examples = examples
        self.isHidden = isHidden
    }
}

/// One exit status and what it tells.
package struct ExitCodeRow: Hashable, Sendable {
    /// 0 to 255.
    package let code: Int
    /// As a clause without a full stop.
    package let meaning: String

    package init(_ code: Int, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }
}

/// All that a program takes on its command line; parsing and help both come from it.
package struct ProgramTable: Hashable, Sendable {
    /// The name that it is called by.
    package let name: String
    /// What it does, as a clause without a full stop.
    package let summary: String
    /// Paragraphs between empty lines, shown in the help of the whole program.
    package let discussion: String
    /// Options that every verb takes, and the call without a verb; `--help` is understood.
    package let options: [OptionRow]
    /// The call without a verb.
    package let root: VerbRow
    /// The verbs in the order of the help.
    package let verbs: [VerbRow]
    /// The exit statuses in the order of the help.
    package let exitCodes: [ExitCodeRow]

    package init(
        name: String, summary: String, discussion: String = "", options: [OptionRow] = [],
        root: VerbRow, verbs: [VerbRow] = [], exitCodes: [ExitCodeRow] = []
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.options = options
        self.root = root
        self.verbs = verbs
        self.exitCodes = exitCodes
    }

    /// The row of a verb; nil for a word that is none.
    package func row(ofVerb name: String) -> VerbRow? { verbs.first { $0.name == name } }
}
