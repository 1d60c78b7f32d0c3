import Digest
package import JSON
package import Machine
import Reconcile

/// One healthy result of this host.
package struct Generation: Hashable, Sendable {
    /// From 1 on.
    package var number: Int
    package var pointer: Record.Pointer
    /// The same content under the names of later commits, oldest first.
    package var also: [Record.Pointer]
    /// Whether a person rolled back to it.
    package var isRollback: Bool

    /// Nil when the document is not of this shape.
    package init?(_ json: JSONValue) {
        guard let number = json["generation"]?.asInteger,
            let pointer = json["healthy"].flatMap({ Record.Pointer($0) })
        else { return nil }
        self.number = Int(clamping: number)
        self.pointer = pointer
        also = (json["also"]?.asArray ?? []).compactMap { Record.Pointer($0) }
        isRollback = json["cause"]?.asString == TurnCause.rollback.rawValue
    }
}

extension StateFolder {
    /// What was healthy here, oldest first.
    package func generations() throws(MachineError) -> [Generation] {
        var found: [Generation] = []
        for name in try files.list(try path("generations")) ?? [] where name.hasSuffix(".json") {
            guard let document = try document("generations/\(name)") else { continue }
            guard let generation = Generation(document) else {
                throw MachineError(
                    "read", files.outside(try path("generations/\(name)")),
                    .found("it is not of a shape known here"))
            }
            found.append(generation)
        }
        return found.sorted { $0.number < $1.number }
    }

    /// Most names of one content that are kept.
    private static let namesMax = 20

    /// Notes that a healthy result has another commit's name now.
    func note(_ pointer: Record.Pointer, asNameOf number: Int) throws(MachineError) {
        let name = "generations/\(number).json"
        guard var document = try document(name)?.asObject,
            let generation = Generation(.object(document))
        else { return }
        let also = (generation.also + [pointer]).suffix(Self.namesMax)
        document["also"] = .array(also.map(\.json))
        try write(name, .object(document))
    }

    /// So many releases lie ready for a rollback, the healthy one among them.
    private static let readyMax = 3
    /// So many results are looked at for them: a release may be healthy many times over.
    private static let lookedMax = 10

    /// The checkouts of the newest releases that were healthy here.
    func recentCheckouts(upTo generation: Int) throws(MachineError) -> Set<String> {
        var found: Set<String> = []
        for number in (max(0, generation - Self.lookedMax)...generation).reversed()
        where found.count < Self.readyMax {
            guard let document = try document("generations/\(number).json"),
                let generation = Generation(document)
            else { continue }
            found.insert(generation.pointer.checkout)
        }
        return found
    }

    /// What a rollback means.
    ///
    /// `name`: a commit by its first digits, or a generation by its number; nil: what was healthy
    /// before that.
    /// - Throws: `TargetError` when nothing healthy is called so; it says what there is.
    package func rollbackTarget(_ name: String?) throws(TargetError) -> Record.Pointer {
        let all = try Apply.machine { () throws(MachineError) in try generations() }
        guard let name else {
            let history = ReleaseHistory(
                all.map {
                    .init(name: $0.number, content: $0.pointer.content, isRollback: $0.isRollback)
                })
            if let number = history.before?.name,
                let found = all.first(where: { $0.number == number })
            {
                return found.also.last ?? found.pointer
            }
            throw TargetError(
                "error: nothing was healthy on this host before what is healthy now")
        }
        let found =
            all.last { "\($0.number)" == name }?.pointer
            ?? (name.count < 4
                ? nil : all.flatMap { [$0.pointer] + $0.also }.last { $0.isCalled(name) })
        if let found { return found }
        throw TargetError(
            """
            error: '\(name)' was never healthy on this host, so there is no way back to it
              \(Self.list(all))
              Only what stayed up through its window here can be gone back to by hand.
            """)
    }

    /// Most releases that an error names.
    private static let namedMax = 10

    private static func list(_ all: [Generation]) -> String {
        guard !all.isEmpty else { return "Nothing was healthy here yet." }
        var seen: Set<String> = []
        let names = all.reversed().filter { seen.insert($0.pointer.checkout).inserted }
            .map { "\($0.pointer.label) (generation \($0.number))" }
        let more = names.count > namedMax ? ", and older ones" : ""
        return "There are: \(names.prefix(namedMax).joined(separator: ", "))\(more)."
    }
}

extension Record.Pointer {
    fileprivate func isCalled(_ name: String) -> Bool {
        label == name || checkout.hasPrefix(name) || checkout.hasPrefix("folder-\(name)")
    }
}
