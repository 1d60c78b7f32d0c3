package import JSON
package import Reconcile

extension Record {
    /// A rollback by hand that stays: the host is held on a commit until the branch moves on, or a
    /// person resumes.
    package struct Pin: Hashable, Sendable {
        /// The gate that it closes.
        package static let gate = "rollback"

        /// What the host is held on.
        package var pointer: Pointer
        /// The checkout of the newest commit known here at that time; another one ends the hold.
        package var tip: String
        /// As people say it.
        package var tipLabel: String
        package var word: PersonsWord

        package init(_ pointer: Pointer, tip: String, tipLabel: String, word: PersonsWord) {
            self.pointer = pointer
            self.tip = tip
            self.tipLabel = tipLabel
            self.word = word
        }

        /// What the host is held on, by whom, and what ends it.
        package var words: String {
            "held on \(pointer.label) \(word.words); it ends when the branch moves past "
                + "\(tipLabel), or by `v6-reconcile resume`"
        }

        /// As `state.json` keeps it and `status --json` shows it.
        package var json: JSONValue {
            [
                "to": pointer.json, "tip": .string(tip), "tip_commit": .string(tipLabel),
                "word": word.json,
            ]
        }

        init?(_ json: JSONValue) {
            guard let pointer = json["to"].flatMap({ Pointer($0) }),
                let tip = json["tip"]?.asString,
                let label = json["tip_commit"]?.asString,
                let word = json["word"].flatMap({ PersonsWord($0) })
            else { return nil }
            self.init(pointer, tip: tip, tipLabel: label, word: word)
        }
    }
}
