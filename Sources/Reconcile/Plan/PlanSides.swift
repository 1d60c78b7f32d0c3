package import Digest
package import Facts
import JSON

/// What a plan lies between: what is wanted and what was found.
package struct PlanSides: Hashable, Sendable {
    /// What is wanted.
    package var desired: Desired
    /// What was found.
    package var observed: Observed
    /// Over the bytes of files that are not as desired, as far as somebody read them.
    package var bytes: [HostPath: ContentDigest]

    package init(
        desired: Desired, observed: Observed, bytes: [HostPath: ContentDigest] = [:]
    ) {
        self.desired = desired
        self.observed = observed
        self.bytes = bytes
    }

    /// How a thing was found; null when it is not there.
    func before(_ address: Address) -> JSONValue {
        switch address {
        case .directory(let path), .file(let path), .link(let path): file(path)
        case .user(let name): user(name)
        case .group(let name): group(name)
        case .unit(let name): unit(name)
        }
    }

    /// How a thing should be; null when nothing is wanted of it.
    func after(_ address: Address) -> JSONValue {
        switch address {
        case .directory(let path): desired.directories[path].map { json("directory", $0) } ?? nil
        case .file(let path):
            desired.files[path].map { json("file", $0.ownership, $0.source) } ?? nil
        case .link(let path):
            desired.links[path].map { ["kind": "link", "to": .string($0)] } ?? nil
        case .user(let name): desired.users[name].map(json) ?? nil
        case .group(let name): desired.groups[name].map { ["system": .bool($0.isSystem)] } ?? nil
        case .unit(let name): desired.services[name].map(json) ?? nil
        }
    }

    private func file(_ path: HostPath) -> JSONValue {
        switch observed.files[path] {
        case nil, .absent?: return nil
        case .unreadable(let reason)?: return ["unreadable": .string(reason)]
        case .present(let status)?:
            var fields: JSONObject = ["kind": .string(status.kind.rawValue)]
            if status.kind == .link {
                fields["to"] = status.linkTarget.map { .string($0) }
                return .object(fields)
            }
            fields["owner"] = status.owner.map { .string($0) }
            fields["group"] = status.group.map { .string($0) }
            fields["mode"] = .string("\(status.mode)")
            guard status.kind == .file else { return .object(fields) }
            let wanted = status.content == .same ? source(of: path) : nil
            let digest = wanted?.digest ?? bytes[path]
            fields["digest"] = digest.map { .string("\($0)") }
            if case .different(let size) = status.content { fields["size"] = .integer(Int64(size)) }
            if let wanted { fields["size"] = .integer(Int64(wanted.size)) }
            return .object(fields)
        }
    }

    private func user(_ name: String) -> JSONValue {
        guard let user = observed.accounts?.users[name]?.value else { return nil }
        return [
            "home": .string(user.home), "shell": .string(user.shell),
            "group": .string(user.group), "groups": .array(user.groups.map { .string($0) }),
        ]
    }

    private func group(_ name: String) -> JSONValue {
        observed.accounts?.groups[name]?.value == nil ? nil : [:]
    }

    /// Where the wanted bytes of a path come from.
    private func source(of path: HostPath) -> SourceFile? {
        if let file = desired.files[path] { return file.source }
        return desired.services.first { HostPath(ofUnitFile: $0.key) == path }?.value.unit
    }

    private func unit(_ name: UnitName) -> JSONValue {
        let path = HostPath(ofUnitFile: name)
        guard let status = observed.units.value?[name] else { return nil }
        let there = path.map(file) ?? nil
        if there == .null, status.load == "not-found" { return nil }
        return [
            "load": .string(status.load), "active": .string(status.active),
            "sub": .string(status.sub), "enablement": .string(status.enablement),
            "invocation": .string(status.invocation), "unit": there, "release": release(name),
            "drop_ins": .array(dropIns(of: name)),
            "program": status.program.value.map { .string($0) } ?? nil,
        ]
    }

    private func dropIns(of name: UnitName) -> [JSONValue] {
        (observed.unitFolder.value?.dropIns[name] ?? []).map { .string($0) }
    }

    /// The key of the release that a unit's link leads to.
    private func release(_ name: UnitName) -> JSONValue {
        let link = HostPath(ofReleaseLink: name).flatMap { observed.files[$0]?.value?.linkTarget }
        return link?.split(separator: "/").last.map { .string(String($0)) } ?? nil
    }

    private func json(
        _ kind: String, _ ownership: Ownership, _ source: SourceFile? = nil
    ) -> JSONValue {
        var fields: JSONObject = [
            "kind": .string(kind), "owner": .string(ownership.owner),
            "group": .string(ownership.group), "mode": .string("\(ownership.mode)"),
        ]
        if let source {
            fields["digest"] = .string("\(source.digest)")
            fields["size"] = .integer(Int64(source.size))
            fields["source"] = .string(source.path)
        }
        return .object(fields)
    }

    private func json(_ user: DesiredUser) -> JSONValue {
        [
            "system": .bool(user.isSystem), "home": user.home.map { .string($0.text) } ?? nil,
            "shell": .string(user.shell), "groups": .array(user.groups.map { .string($0) }),
        ]
    }

    private func json(_ service: DesiredService) -> JSONValue {
        [
            "unit": service.unit.map { json("file", Layout.unitFileOwnership, $0) } ?? nil,
            "drop_ins": .object(
                JSONObject(
                    service.dropIns.sorted { $0.key < $1.key }.map {
                        JSONMember(key: $0.key, value: .string("\($0.value.digest)"))
                    })),
            "configuration": service.configuration.map { .string("\($0.digest)") } ?? nil,
            "masked": .bool(service.isMasked), "enabled": service.enabled.map { .bool($0) } ?? nil,
            "state": service.state.map { .string($0.rawValue) } ?? nil,
            "restart": .string(service.restart.rawValue),
            "release": service.runsRelease ? desired.release.map { .string($0.text) } ?? nil : nil,
        ]
    }
}
