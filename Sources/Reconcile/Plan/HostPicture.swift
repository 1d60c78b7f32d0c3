package import Digest
package import Facts
package import JSON

/// What one look at the host found, thing by thing and without times: two pictures are equal when
/// a plan made from the one would be right for the other.
package struct HostPicture: Hashable, Sendable {
    /// By what was looked at: a path, a unit, an account.
    package private(set) var parts: [String: ContentDigest] = [:]

    /// Over all of it; `host_digest` of a plan's binding.
    package var digest: ContentDigest {
        .of(parts.sorted { $0.key < $1.key }.map { "\($0.key)\0\($0.value)\0" }.joined())
    }

    /// What is not the same in another picture, sorted.
    package func differences(from other: HostPicture) -> [String] {
        Set(parts.keys).union(other.parts.keys).filter { parts[$0] != other.parts[$0] }.sorted()
    }

    /// As a saved plan keeps it.
    package var json: JSONValue {
        .object(
            JSONObject(
                parts.sorted { $0.key < $1.key }.map {
                    JSONMember(key: $0.key, value: .string("\($0.value)"))
                }))
    }

    /// Nil when the document is not of this shape.
    package init?(_ json: JSONValue) {
        guard let object = json.asObject else { return nil }
        for member in object.members {
            guard let digest = member.value.asString.flatMap({ ContentDigest(hex: $0) }) else {
                return nil
            }
            parts[member.key] = digest
        }
    }

    /// `bytes`: over the bytes of each file that is not as desired.
    package init(
        of observed: Observed, for desired: Desired, bytes: [HostPath: ContentDigest]
    ) {
        for (path, reading) in observed.files {
            parts[path.text] = .of(Self.words(reading) + ["\(bytes[path]?.description ?? "")"])
        }
        switch observed.units {
        case .present(let units):
            for (name, status) in units {
                parts[name.text] = .of(Self.words(status, desired.services[name]))
            }
        case .absent, .unreadable: parts["services"] = .of("unknown")
        }
        parts[Layout.unitFolder] = .of(Self.words(observed.unitFolder))
        parts["programs"] = .of(observed.missingPrograms.map { "\($0) \($1)" }.sorted())
        for (unit, credentials) in observed.credentials {
            for (name, reading) in credentials {
                parts["credential \(name) of \(unit)"] = .of(
                    [reading.value?.fingerprint.text ?? "unknown"])
            }
        }
        parts["accounts"] = .of(observed.missingAccounts)
        for (path, owner) in observed.foreignFolders { parts["\(path) of another"] = .of([owner]) }
        for (path, place) in observed.elsewhere { parts["\(path) aside"] = .of([place.text]) }
        for (name, reading) in observed.accounts?.users ?? [:] {
            parts["user \(name)"] = .of(Self.words(reading))
        }
        for (name, reading) in observed.accounts?.groups ?? [:] {
            parts["group \(name)"] = .of(reading == .absent ? "absent" : "present")
        }
        parts["release"] = .of([observed.releaseIsInstalled ? "installed" : "not installed"])
    }

    private static func words(_ reading: Reading<UserStatus>) -> [String] {
        switch reading {
        case .absent: ["absent"]
        case .unreadable: ["unreadable"]
        case .present(let user): ["present", user.home, user.shell, user.group] + user.groups
        }
    }

    private static func words(_ reading: Reading<FileStatus>) -> [String] {
        switch reading {
        case .absent: return ["absent"]
        case .unreadable: return ["unreadable"]
        case .present(let status):
            let content =
                switch status.content {
                case .same: "same"
                case .different(let size): "different \(size)"
                case .notCompared: "not compared"
                }
            return [
                "present", status.kind.rawValue, "\(status.mode)", status.owner ?? "",
                status.group ?? "", content, status.linkTarget ?? "", "\(status.names) names",
                status.frozen?.rawValue ?? "",
            ]
        }
    }

    private static func words(_ folder: Reading<UnitFolder>) -> [String] {
        guard let folder = folder.value else { return ["unreadable"] }
        let links = folder.links.map { "\($0) \($1.sorted())" }
        let dropIns = folder.dropIns.map { "\($0) \($1)" }
        return folder.files.sorted() + links.sorted() + dropIns.sorted()
    }

    /// Of a unit that nobody wants up or down, only what stays: a timer may start it at any moment,
    /// and no plan depends on that.
    private static func words(_ status: UnitStatus, _ service: DesiredService?) -> [String] {
        let lasting = [status.load, status.enablement, "\(status.needsReload)"]
        if let service, service.state == nil { return lasting }
        return lasting + [status.active, status.invocation, status.program.value ?? ""]
    }
}

extension ContentDigest {
    /// Over words that hold no NUL.
    fileprivate static func of(_ words: [String]) -> ContentDigest {
        .of(words.map { $0 + "\0" }.joined())
    }
}
