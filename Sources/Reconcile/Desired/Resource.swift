package import Digest
package import Facts

/// The address of one managed thing, as plans show it: `file/etc/v6/README`.
package enum Address: Hashable, Sendable, Comparable, CustomStringConvertible {
    case directory(HostPath)
    case file(HostPath)
    case unit(UnitName)

    package var description: String {
        switch self {
        case .directory(let path): "directory\(path)"
        case .file(let path): "file\(path)"
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
        case "directory", "file":
            do throws(BadPath) {
                let path = try HostPath(rest)
                self = text.hasPrefix("file") ? .file(path) : .directory(path)
            } catch {
                return nil
            }
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
        for (name, service) in services {
            all[.unit(name)] = .of(
                """
                unit \(service.unit.digest) enabled \(service.enabled.map(String.init) ?? "-") \
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
        .of("load \(service.unit.digest) release \(releaseKey(for: service) ?? "-")")
    }

    private func releaseKey(for service: DesiredService) -> String? {
        service.runsRelease ? release?.text ?? "none" : nil
    }

    private static func text(_ ownership: Ownership) -> String {
        "\(ownership.owner) \(ownership.group) \(ownership.mode)"
    }
}
