import JSON
import Reconcile

extension AccountOriginals {
    var json: JSONValue {
        [
            "users": .object(
                JSONObject(
                    users.sorted { $0.key < $1.key }.map {
                        JSONMember(
                            key: $0.key,
                            value: [
                                "home": .string($0.value.home), "shell": .string($0.value.shell),
                            ])
                    })),
            "groups": .array(groups.sorted().map { .string($0) }),
            "gave": .object(
                JSONObject(
                    gave.sorted { $0.key < $1.key }.map {
                        JSONMember(
                            key: $0.key, value: .array($0.value.sorted().map { .string($0) }))
                    })),
        ]
    }

    /// Nil when the document is not of this shape; records of before have no such part.
    init?(_ json: JSONValue) {
        self.init()
        for member in json["users"]?.asObject?.members ?? [] {
            guard let home = member.value["home"]?.asString,
                let shell = member.value["shell"]?.asString
            else { return nil }
            users[member.key] = User(home: home, shell: shell)
        }
        for item in json["groups"]?.asArray ?? [] {
            guard let name = item.asString else { return nil }
            groups.insert(name)
        }
        for member in json["gave"]?.asObject?.members ?? [] {
            guard let names = member.value.asArray?.map(\.asString), !names.contains(nil) else {
                return nil
            }
            gave[member.key] = Set(names.compactMap(\.self))
        }
    }
}
