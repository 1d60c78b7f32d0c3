package import Facts
import UnitFile

/// A unit file as the supervisor understands it.
package struct UnitDefinition: Hashable, Sendable {
    /// What the supervisor can do with it.
    package enum Content: Hashable, Sendable {
        case service(ServiceSettings)
        case timer(TimerSettings)
        /// Started and stopped in name only.
        case target
        /// systemd or the supervisor would refuse it.
        case faulty(UnitFault)
    }

    /// Whose file it is.
    package let unit: UnitName
    /// The file, byte for byte.
    package let bytes: [UInt8]
    /// Its drop-ins, byte for byte, in the order in which they are read.
    package let dropIns: [[UInt8]]
    /// A link to nothing stands in the file's place: it can never be started.
    package let isMasked: Bool
    /// What stands in it.
    package let content: Content
    /// The links by which it is enabled, as folders: `multi-user.target.wants`. None: `static`.
    package let enablingFolders: [String]
    /// Settings in the file that the supervisor does not honour, as `User=`, each once, sorted.
    package let notHonoured: [String]

    /// A unit that is masked.
    package init(masked unit: UnitName) {
        self.unit = unit
        bytes = []
        dropIns = []
        isMasked = true
        content = .faulty(UnitFault("Unit \(unit) is masked."))
        enablingFolders = []
        notHonoured = []
    }

    package init(_ unit: UnitName, bytes: [UInt8], dropIns: [[UInt8]] = []) {
        self.unit = unit
        self.bytes = bytes
        self.dropIns = dropIns
        isMasked = false
        let file: UnitText
        do throws(UnitFileError) {
            var more: [UnitText] = []
            for text in dropIns { more.append(try UnitText.parse(text, name: "\(unit).d")) }
            file = try UnitText.parse(bytes, name: unit.text).merging(more)
        } catch {
            content = .faulty(UnitFault(error.description))
            enablingFolders = []
            notHonoured = []
            return
        }
        content = Self.content(of: unit, file, bytes)
        enablingFolders = [("WantedBy", "wants"), ("RequiredBy", "requires")].flatMap { key, kind in
            file.values("Install", key).flatMap { $0.split(separator: " ") }
                .map { "\($0).\(kind)" }
        }
        notHonoured = Self.notHonoured(in: file)
    }

    /// What is wrong with it; nil when it can be started.
    package var fault: UnitFault? {
        if case .faulty(let fault) = content { fault } else { nil }
    }

    private static func content(
        of unit: UnitName, _ file: UnitText, _ bytes: [UInt8]
    ) -> Content {
        do throws(UnitFault) {
            switch unit.kind {
            case .service: return .service(try ServiceSettings(file, of: unit))
            case .timer: return .timer(try TimerSettings(file, of: unit))
            case .target: return .target
            case .socket, .path, .slice, .mount:
                throw UnitFault("a \(unit.kind.rawValue) is not supported here")
            }
        } catch {
            let line = line(of: error.description.prefix { $0 != "=" }, in: bytes)
            return .faulty(UnitFault("\(unit):\(line.map { "\($0): " } ?? " ")\(error)"))
        }
    }

    /// The last line that sets this, from 1.
    private static func line(of key: Substring, in bytes: [UInt8]) -> Int? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.lastIndex { line in
            line.starts(with: key.utf8)
                && line.dropFirst(key.utf8.count).first { $0 != 0x20 } == 0x3d
        }
        return index.map { $0 + 1 }
    }

    /// Settings that change nothing of what is honoured.
    private static let harmless: [String: Set<String>] = [
        "Unit": [
            "Description", "Documentation", "After", "Before", "StartLimitBurst",
            "StartLimitIntervalSec", "StartLimitInterval",
        ],
        "Install": ["WantedBy", "RequiredBy"],
        "Service": ServiceSettings.honoured.union([
            "StartLimitBurst", "StartLimitIntervalSec", "StartLimitInterval",
        ]),
        "Timer": TimerSettings.honoured,
    ]

    private static func notHonoured(in file: UnitText) -> [String] {
        var keys: Set<String> = []
        for section in file.sections where !section.name.hasPrefix("X-") {
            for assignment in section.assignments where !assignment.value.isEmpty {
                let isHarmless = harmless[section.name]?.contains(assignment.key) ?? false
                if !isHarmless { keys.insert(assignment.key + "=") }
            }
        }
        return keys.sorted()
    }
}

/// Why a unit file cannot be used.
package struct UnitFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// In one sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}
