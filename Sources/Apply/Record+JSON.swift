import Digest
import Facts
package import JSON
package import Machine
import Reconcile

extension Record {
    /// The version of the document below. Version 1, whose `inventory` names everything, is read
    /// too.
    private static let format = 2

    /// As `state.json` keeps it; every map sorted, so that equal records have equal bytes.
    package var json: JSONValue {
        var members = members
        members["pinned"] = pinned?.json
        return .object(members)
    }

    private var members: JSONObject {
        [
            "format": .integer(Int64(Self.format)),
            "generation": .integer(Int64(generation)),
            "attempted": attempted?.json ?? .null,
            "applied": applied?.json ?? .null,
            "healthy": healthy?.json ?? .null,
            "resources": .object(
                JSONObject(
                    resources.sorted { $0.key < $1.key }.map {
                        JSONMember(key: "\($0.key)", value: .string("\($0.value)"))
                    })),
            // The rest stands in `resources`.
            "inventory": .array(
                inventory.filter { resources[$0] == nil }.sorted().map { .string("\($0)") }),
            "gone": .array(
                resources.keys.filter { !inventory.contains($0) }.sorted().map {
                    .string("\($0)")
                }),
            "made": .object(
                JSONObject(
                    made.sorted { $0.key < $1.key }.map { name, paths in
                        JSONMember(
                            key: name.text, value: .array(paths.sorted().map { .string($0.text) }))
                    })),
            "loaded": .object(
                JSONObject(
                    loaded.sorted { $0.key < $1.key }.map {
                        JSONMember(
                            key: $0.key.text,
                            value: [
                                "invocation": .string($0.value.invocation),
                                "digest": .string("\($0.value.digest)"),
                                "reload": .string("\($0.value.reload)"),
                                "credentials": .object(
                                    JSONObject(
                                        $0.value.credentials.sorted { $0.key < $1.key }.map {
                                            JSONMember(key: $0.key, value: .string($0.value.text))
                                        })),
                            ])
                    })),
            "originals": originals.json,
            "envelope": envelope?.json ?? .null,
            "begun": begun?.json ?? .null,
            "proved_before": provedBefore?.json ?? .null,
            "interrupted": interrupted.map {
                ["content": .string("\($0.content)"), "count": .integer(Int64($0.count))]
            } ?? .null,
            "journal": journal?.json ?? .null,
        ]
    }

    /// Nil when the document is not of this shape.
    package init?(_ json: JSONValue) {
        guard let format = json["format"]?.asInteger, (1...Int64(Self.format)).contains(format),
            let generation = json["generation"]?.asInteger,
            let resources = json["resources"]?.asObject,
            let inventory = json["inventory"]?.asArray,
            let gone = format > 1 ? json["gone"]?.asArray : [],
            let loaded = json["loaded"]?.asObject
        else { return nil }
        self.init()
        self.generation = Int(generation)
        self.resources.reserveCapacity(resources.members.count)
        self.inventory.reserveCapacity(resources.members.count + inventory.count)
        for member in resources.members {
            guard let address = Address(member.key),
                let digest = member.value.asString.flatMap({ ContentDigest(hex: $0) })
            else { return nil }
            self.resources[address] = digest
            if format > 1 { self.inventory.insert(address) }
        }
        for item in inventory {
            guard let address = item.asString.flatMap({ Address($0) }) else { return nil }
            self.inventory.insert(address)
        }
        for item in gone {
            guard let address = item.asString.flatMap({ Address($0) }) else { return nil }
            self.inventory.remove(address)
        }
        for member in loaded.members {
            guard let unit = UnitName(member.key),
                let invocation = member.value["invocation"]?.asString,
                let digest = member.value["digest"]?.asString.flatMap({ ContentDigest(hex: $0) })
            else { return nil }
            // A record from before reloads were known: the run is judged anew.
            guard let text = member.value["reload"]?.asString else { continue }
            guard let reload = ContentDigest(hex: text) else { return nil }
            var loaded = Live.Loaded(invocation: invocation, digest: digest, reload: reload)
            for credential in member.value["credentials"]?.asObject?.members ?? [] {
                guard let fingerprint = credential.value.asString.flatMap({ Fingerprint($0) })
                else { return nil }
                loaded.credentials[credential.key] = fingerprint
            }
            self.loaded[unit] = loaded
        }
        guard readMade(json["made"]) else { return nil }
        guard let originals = json["originals"].flatMap({ Originals($0) }) else { return nil }
        self.originals = originals
        if let json = json["pinned"], json != .null {
            guard let pin = Record.Pin(json) else { return nil }
            pinned = pin
        }
        guard read(json["attempted"], into: &attempted), read(json["applied"], into: &applied),
            read(json["healthy"], into: &healthy),
            read(json["proved_before"], into: &provedBefore), readRest(json)
        else { return nil }
    }

    /// What may be missing, because an older turn did not write it.
    private mutating func readRest(_ json: JSONValue) -> Bool {
        if let json = json["envelope"], json != .null {
            guard let envelope = Envelope(json) else { return false }
            self.envelope = envelope
        }
        if let json = json["begun"], json != .null {
            guard let begun = Begun(json) else { return false }
            self.begun = begun
        }
        if let json = json["interrupted"], json != .null {
            guard let count = json["count"]?.asInteger,
                let content = json["content"]?.asString.flatMap({ ContentDigest(hex: $0) })
            else { return false }
            interrupted = Interruption(content: content, count: Int(count))
        }
        if let json = json["journal"], json != .null {
            guard let journal = JournalHead(json) else { return false }
            self.journal = journal
        }
        return true
    }

    /// What belongs to units; a record from before that was kept has the usual places of each.
    private mutating func readMade(_ json: JSONValue?) -> Bool {
        guard let json else {
            for case .unit(let name) in inventory { made[name] = name.usualPlaces }
            return true
        }
        guard let members = json.asObject?.members else { return false }
        for member in members {
            guard let unit = UnitName(member.key), let paths = member.value.asArray else {
                return false
            }
            for item in paths {
                guard let path = item.asString.flatMap({ HostPath(kept: $0) }) else { return false }
                made[unit, default: []].insert(path)
            }
        }
        return true
    }

    private func read(_ json: JSONValue?, into pointer: inout Pointer?) -> Bool {
        guard let json, json != .null else { return true }
        pointer = Pointer(json)
        return pointer != nil
    }
}

extension Record.Begun {
    fileprivate var json: JSONValue {
        [
            "envelope": envelope.json, "halted": halted.map { .string($0) } ?? .null,
            "failed_before": .array(failedBefore.sorted().map { .string($0) }),
            "over_before": .array(overBefore.sorted().map { .string($0) }),
        ]
    }

    /// Nil for a document of another shape.
    fileprivate init?(_ json: JSONValue) {
        guard let envelope = json["envelope"].flatMap({ Envelope($0) }),
            let failed = json["failed_before"]?.asArray, let over = json["over_before"]?.asArray
        else { return nil }
        self.init(
            envelope: envelope, halted: json["halted"]?.asString,
            failedBefore: Set(failed.compactMap(\.asString)),
            overBefore: Set(over.compactMap(\.asString)))
    }
}

extension Record.Pointer {
    /// As `state.json`, the generations and `status --json` show it.
    package var json: JSONValue {
        var members: JSONObject = [
            "checkout": .string(checkout), "commit": .string(label),
            "content": .string("\(content)"), "environment": .string(environment),
            "release": release.map { .string($0) } ?? .null, "at_us": .integer(atUs),
        ]
        if let signedBy { members["signed_by"] = .string(signedBy) }
        if let health { members["health"] = health.json }
        return .object(members)
    }

    init?(_ json: JSONValue) {
        guard let checkout = json["checkout"]?.asString, let label = json["commit"]?.asString,
            let content = json["content"]?.asString.flatMap({ ContentDigest(hex: $0) }),
            let environment = json["environment"]?.asString, let at = json["at_us"]?.asInteger
        else { return nil }
        self.init(
            checkout: checkout, label: label, content: content, environment: environment,
            release: json["release"]?.asString, atUs: at,
            signedBy: json["signed_by"]?.asString)
        if let json = json["health"] {
            guard let health = DesiredHealth(json) else { return nil }
            self.health = health
        }
    }
}

extension DesiredHealth {
    /// `stable_for_s`, what is the most of each number, and folders.
    fileprivate var json: JSONValue {
        var members: JSONObject = ["stable_for_s": .integer(stableFor.components.seconds)]
        for number in HostNumber.allCases {
            members[number.rawValue] = bounds.most[number].map { .integer(Int64($0)) } ?? .null
        }
        members["folders"] = .array(bounds.folders.map { .string($0) })
        return .object(members)
    }

    /// Nil for a document of another shape.
    fileprivate init?(_ json: JSONValue) {
        guard let stableFor = json["stable_for_s"]?.asInteger,
            let folders = json["folders"]?.asArray
        else { return nil }
        var bounds = HostBounds(most: [:], folders: folders.compactMap(\.asString))
        for number in HostNumber.allCases {
            guard let most = json[number.rawValue]?.asInteger else { return nil }
            bounds.most[number] = Int(most)
        }
        self.init(stableFor: .seconds(stableFor), bounds: bounds)
    }
}

extension StateFolder {
    /// Where the host stands; a new record on a host that was never reconciled.
    ///
    /// A turn that only mends drift leaves its traces in the journal alone: one that was killed
    /// is known by the journal's last line, the end of one that was not by a note beside it.
    package func record() throws(MachineError) -> Record {
        guard let document = try document("state.json") else { return Record() }
        guard var record = Record(document) else {
            throw MachineError(
                "read", files.outside(try path("state.json")),
                .found("it is not of a shape known here"))
        }
        if let end = notedEnd(), end.number > record.journal?.number ?? 0 { record.journal = end }
        if record.attempted == nil, try Journal.tellsOfAKilledTurn(in: self) {
            record.attempted = record.healthy
        }
        return record
    }

    private static let endName = "journal-end.json"

    /// Remembers where the journal ends without waiting for the disk: the line itself is durable,
    /// and after a power cut an older end is as true.
    func note(end: JournalHead) throws(MachineError) {
        try files.replaceCache(try path(Self.endName), with: Array(end.json.text().utf8))
    }

    /// Nil where there is none, and where it is torn.
    private func notedEnd() -> JournalHead? {
        do {
            return try document(Self.endName).flatMap { JournalHead($0) }
        } catch {
            return nil
        }
    }

    /// Replaces `state.json`, durably; whoever calls holds the lock.
    package func write(_ record: Record) throws(MachineError) {
        try write("state.json", record.json)
    }
}
