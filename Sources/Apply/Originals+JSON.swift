import Facts
import JSON
import Reconcile

extension Originals {
    var json: JSONValue {
        [
            "places": .object(
                JSONObject(
                    places.sorted { $0.key < $1.key }.map {
                        JSONMember(key: $0.key.text, value: $0.value.json)
                    })),
            "units": Self.json(units), "foreign": Self.json(foreign), "before": Self.json(before),
            "aside": .object(
                JSONObject(
                    aside.sorted { $0.key < $1.key }.map {
                        JSONMember(
                            key: $0.key.text,
                            value: [
                                "as": .string($0.value.spare.text),
                                "kind": .string($0.value.kind.rawValue),
                            ])
                    })),
            "accounts": accounts.json,
        ]
    }

    private static func json(_ units: [UnitName: UnitOriginal]) -> JSONValue {
        .object(
            JSONObject(
                units.sorted { $0.key < $1.key }.map {
                    JSONMember(key: $0.key.text, value: $0.value.json)
                }))
    }

    private static func units(_ json: JSONValue?) -> [UnitName: UnitOriginal]? {
        var units: [UnitName: UnitOriginal] = [:]
        for member in json?.asObject?.members ?? [] {
            guard let unit = UnitName(member.key) else { return nil }
            units[unit] = UnitOriginal(
                isActive: member.value["active"]?.asBool,
                isEnabled: member.value["enabled"]?.asBool,
                isMasked: member.value["masked"]?.asBool)
        }
        return units
    }

    /// Nil when the document is not of this shape.
    init?(_ json: JSONValue) {
        guard let places = json["places"]?.asObject, let units = Self.units(json["units"]),
            let foreign = Self.units(json["foreign"]), let before = Self.units(json["before"])
        else { return nil }
        self.init(units: units, foreign: foreign, before: before)
        for member in places.members {
            guard let path = HostPath(kept: member.key), let original = Original(member.value)
            else { return nil }
            self.places[path] = original
        }
        // Records of before have no such part.
        for member in json["aside"]?.asObject?.members ?? [] {
            guard let path = HostPath(kept: member.key),
                let spare = member.value["as"]?.asString.flatMap({ HostPath(kept: $0) }),
                let kind = member.value["kind"]?.asString.flatMap({ FileKind(rawValue: $0) })
            else { return nil }
            aside[path] = Aside(spare: spare, kind: kind)
        }
        guard let accounts = AccountOriginals(json["accounts"] ?? [:]) else { return nil }
        self.accounts = accounts
    }
}

extension UnitOriginal {
    fileprivate var json: JSONValue {
        [
            "active": isActive.map { .bool($0) } ?? .null,
            "enabled": isEnabled.map { .bool($0) } ?? .null,
            "masked": isMasked.map { .bool($0) } ?? .null,
        ]
    }
}

extension Original {
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "owner": .string(ownership.owner),
            "group": .string(ownership.group), "mode": .string("\(ownership.mode)"),
            "kept": kept.map { .string($0) } ?? .null,
            "to": linkTarget.map { .string($0) } ?? .null,
            "displaced": displaced.map { .string($0.text) } ?? .null,
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let kind = json["kind"]?.asString.flatMap({ FileKind(rawValue: $0) }),
            let owner = json["owner"]?.asString, let group = json["group"]?.asString,
            let mode = json["mode"]?.asString.flatMap({ FileMode(octal: $0) })
        else { return nil }
        self.init(
            kind: kind, ownership: Ownership(owner: owner, group: group, mode: mode),
            kept: json["kept"]?.asString, linkTarget: json["to"]?.asString)
        if let spare = json["displaced"], spare != .null {
            guard let path = spare.asString.flatMap({ HostPath(kept: $0) }) else { return nil }
            displaced = path
        }
    }
}

extension HostPath {
    /// A path that a record holds; nil when it is none.
    init?(kept text: String) {
        do throws(BadPath) {
            try self.init(text)
        } catch {
            return nil
        }
    }
}
