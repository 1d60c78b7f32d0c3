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
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
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
