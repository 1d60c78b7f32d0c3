package import Digest
package import Facts

/// The address of one managed thing, as plans show it: `file/etc/v6/README`.
package enum Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    case directory(HostPath)
    case file(HostPath)
    case link(HostPath)
    case user(String)
    case group(String)
    case unit(UnitName)

    package var description: String {
        switch self {
        case .directory(let path): "directory\(path)"
        case .file(let path): "file\(path)"
        case .link(let path): "link\(path)"
        case .user(let name): "user/\(name)"
        case .group(let name): "group/\(name)"
        case .unit(let name): "\(name.kind.rawValue)/\(name)"
        }
    }

    /// The kind alone: `file`, `directory`, `service`, `timer`, …
    package var kind: String { String(description.prefix { $0 != "/" }) }

    /// Reads what `description` wrote; nil for anything else.
    package init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let rest = String(text[slash...])
        switch text[..<slash] {
        case "directory", "file", "link":
            do throws(BadPath) {
                let path = try HostPath(rest)
                self =
                    switch text[..<slash] {
                    case "file": .file(path)
                    case "link": .link(path)
                    default: .directory(path)
                    }
            } catch {
                return nil
            }
        case "user": self = .user(String(rest.dropFirst()))
        case "group": self = .group(String(rest.dropFirst()))
        default:
            guard let name = UnitName(String(rest.dropFirst())),
                name.kind.rawValue == text[..<slash]
            else { return nil }
            self = .unit(name)
        }
    }
}

extension Desired {
    /// A digest for each managed thing, over all that is wanted of it.
    ///
    /// Two commits that want the same of a thing give it the same digest: by this drift is told
    /// from intended change.
    package var resources: [Address: ContentDigest] {
        var all: [Address: ContentDigest] = [:]
        for (path, ownership) in directories {
            all[.directory(path)] = .of("directory \(Self.text(ownership))")
        }
        for (path, file) in files {
            all[.file(path)] = .of("file \(file.source.digest) \(Self.text(file.ownership))")
        }
        for (path, target) in links { all[.link(path)] = .of("link \(target)") }
        for (name, user) in users {
            let home = user.home?.text ?? "-"
            let groups = user.groups.joined(separator: ",")
            all[.user(name)] = .of(
                "user system \(user.isSystem) home \(home) shell \(user.shell) groups \(groups)")
        }
        for (name, group) in groups { all[.group(name)] = .of("group system \(group.isSystem)") }
        for (name, service) in services {
            all[.unit(name)] = .of(
                """
                unit \(Self.text(service.unit)) drop-ins \(Self.text(service.dropIns)) \
                configuration \(service.configuration.map { "\($0.digest)" } ?? "-") \
                masked \(service.isMasked) enabled \(service.enabled.map(String.init) ?? "-") \
                state \(service.state?.rawValue ?? "-") restart \(service.restart.rawValue) \
                release \(releaseKey(for: service) ?? "-")
                """)
        }
        return all
    }

    /// A digest over everything that a turn would install: what quarantine remembers.
    ///
    /// It covers environment, health, every resource with its bytes, and the release key; not
    /// the commit, so that a rebase or an empty commit does not get bad content back in.
    package var contentDigest: ContentDigest {
        let lines = resources.map { "\($0.key) \($0.value)" }.sorted()
        return .of(
            "v6 content 1\nenvironment \(environment)\nstable \(health.stableFor)\n"
                + lines.joined(separator: "\n"))
    }

    /// What a unit's program loads at its start: its unit file, and the release it runs.
    package func loadDigest(of service: DesiredService) -> ContentDigest {
        .of(
            """
            load \(Self.text(service.unit)) drop-ins \(Self.text(service.dropIns)) \
            configuration \(service.configuration.map { "\($0.digest)" } ?? "-") \
            release \(releaseKey(for: service) ?? "-")
            """)
    }

    private func releaseKey(for service: DesiredService) -> String? {
        service.runsRelease ? release?.text ?? "none" : nil
    }

    private static func text(_ source: SourceFile?) -> String {
        source.map { "\($0.digest)" } ?? "-"
    }

    private static func text(_ dropIns: [String: SourceFile]) -> String {
        dropIns.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.digest)" }
            .joined(separator: ",")
    }

    private static func text(_ ownership: Ownership) -> String {
        "\(ownership.owner) \(ownership.group) \(ownership.mode)"
    }
}
