import Facts
import YAML

extension DesiredReader {
    mutating func readAccounts() {
        for entry in node["groups"]?.entries ?? [] {
            desired.groups[entry.key] = DesiredGroup(isSystem: entry.value.truth("system") ?? true)
        }
        for entry in node["users"]?.entries ?? [] { readUser(entry) }
        // A user brings the group of its own name along.
        for entry in node["groups"]?.entries ?? [] where desired.users[entry.key] != nil {
            fault(
                entry.keyMark, "\(entry.key) is a user, and has a group of its own already",
                "remove it from groups")
        }
        for group in desired.users.values.flatMap(\.groups)
        where desired.users[group] == nil && desired.groups[group] == nil {
            desired.groups[group] = DesiredGroup()
        }
    }

    private mutating func readUser(_ entry: YAMLEntry) {
        if entry.key == "root" { fault(entry.keyMark, "root belongs to the host, not to a commit") }
        let groups = (entry.value["groups"]?.items ?? []).compactMap(\.text)
        desired.users[entry.key] = DesiredUser(
            isSystem: entry.value.truth("system") ?? true,
            home: entry.value["home"]?.text.flatMap(hostPath),
            shell: entry.value["shell"]?.text ?? DesiredUser.shellDefault,
            groups: Set(groups).sorted())
    }
}
