package import Digest
package import Facts
package import JSON

/// What a release says of itself: `manifest.json` beside its `bin`.
package struct ReleaseManifest: Hashable, Sendable {
    /// Its name in a release and in an artifact.
    package static let name = "manifest.json"
    /// Largest one that is read, in bytes.
    package static let bytesMax = 1 << 20
    /// Where a commit says what its build makes, for whoever builds it.
    package static let sourcePath = "Sources/manifest.json"

    /// Which release it is; empty in a commit, whose hash nobody can write into it.
    package var key: String
    /// Whether the key is the git tree hash of the sources.
    package var isBuiltFromKey: Bool
    /// Every program in `bin`, sorted; empty where nothing is said of them.
    package var programs: [String]
    /// Of the bytes of programs, as far as they are known.
    package var digests: [String: ContentDigest]
    /// Nil where nothing is said of them.
    package var formats: Formats?

    package init(
        key: String = "", isBuiltFromKey: Bool = true, programs: [String],
        digests: [String: ContentDigest] = [:], formats: Formats?
    ) {
        self.key = key
        self.isBuiltFromKey = isBuiltFromKey
        self.programs = programs.sorted()
        self.digests = digests
        self.formats = formats
    }

    /// What this very build makes and does to the durable stores of today. The cache of file
    /// digests is none of them: it may be deleted.
    package static let own = ReleaseManifest(
        programs: Programs.names,
        formats: Formats([
            "state.json": StoreFormats(reads: [1, 2], writes: 2),
            "journal.jsonl": StoreFormats(reads: [1], writes: 1),
            "quarantine.json": StoreFormats(reads: [1], writes: 1),
            "checkouts": StoreFormats(reads: [1], writes: 1),
            "generations": StoreFormats(reads: [1], writes: 1),
            "originals": StoreFormats(reads: [1], writes: 1),
            "follow.json": StoreFormats(reads: [1], writes: 1),
            "suspension.json": StoreFormats(reads: [1], writes: 1),
            "holds": StoreFormats(reads: [1], writes: 1),
            "ready": StoreFormats(reads: [1], writes: 1),
            "build-failed.json": StoreFormats(reads: [1], writes: 1),
        ]))

    /// Nil when the document is of no shape known here.
    package init?(_ json: JSONValue) {
        guard let object = json.asObject else { return nil }
        key = object["key"]?.asString ?? ""
        isBuiltFromKey = object["built_from_key"]?.asBool ?? false
        (programs, digests) = ([], [:])
        if let written = object["programs"] {
            guard let (names, digests) = Self.programs(written) else { return nil }
            programs = names.sorted()
            self.digests = digests
        }
        guard let written = object["formats"] else {
            formats = nil
            return
        }
        guard let formats = Self.formats(written) else { return nil }
        self.formats = formats
    }

    /// Names alone, or names with digests; nil for anything else.
    private static func programs(
        _ json: JSONValue
    ) -> (names: [String], digests: [String: ContentDigest])? {
        if let list = json.asArray {
            let names = list.compactMap(\.asString)
            return names.count == list.count ? (names, [:]) : nil
        }
        guard let members = json.asObject?.members else { return nil }
        var digests: [String: ContentDigest] = [:]
        for member in members {
            guard let digest = member.value.asString.flatMap({ ContentDigest(hex: $0) })
            else { return nil }
            digests[member.key] = digest
        }
        return (members.map(\.key), digests)
    }

    private static func formats(_ json: JSONValue) -> Formats? {
        guard let object = json.asObject else { return nil }
        var stores: [String: StoreFormats] = [:]
        for member in object.members {
            guard let reads = member.value["reads"]?.asArray,
                let writes = member.value["writes"]?.asInteger.flatMap({ Int(exactly: $0) })
            else { return nil }
            let numbers = reads.compactMap { $0.asInteger.flatMap { Int(exactly: $0) } }
            guard numbers.count == reads.count else { return nil }
            stores[member.key] = StoreFormats(reads: Set(numbers), writes: writes)
        }
        return Formats(stores)
    }

    /// As it stands in a release; as it stands in a commit where it has no key.
    package var json: JSONValue {
        var object: JSONObject = [:]
        if !key.isEmpty {
            object["key"] = .string(key)
            object["built_from_key"] = .bool(isBuiltFromKey)
        }
        let known = programs.compactMap { name in
            digests[name].map { JSONMember(key: name, value: .string("\($0)")) }
        }
        object["programs"] =
            known.count == programs.count && !known.isEmpty
            ? .object(JSONObject(known)) : .array(programs.map { .string($0) })
        if let formats {
            object["formats"] = .object(
                JSONObject(
                    formats.stores.sorted { $0.key < $1.key }.map { name, store in
                        JSONMember(
                            key: name,
                            value: [
                                "reads": .array(store.reads.sorted().map { .integer(Int64($0)) }),
                                "writes": .integer(Int64(store.writes)),
                            ])
                    }))
        }
        return .object(object)
    }

    /// The same as bytes of a file.
    package var bytes: [UInt8] { Array((json.text(pretty: true) + "\n").utf8) }

    /// Reads what `bytes` wrote; nil for anything else.
    package init?(bytes: [UInt8]) {
        do throws(JSONError) {
            self.init(try JSONValue.parse(bytes))
        } catch {
            return nil
        }
    }
}
