import Facts
import Machine
import Supervision

/// The unit files below a root, and the links by which units are enabled, as systemctl makes them.
struct SupervisorUnits {
    /// A longer unit file is not read, in bytes.
    static let fileBytesMax = 1 << 20

    private static let folder = "/etc/systemd/system"
    private static let nothing = "/dev/null"
    private static let linkFolderSuffixes = [".wants", ".requires"]

    let files: HostFiles

    /// All that can be read; a file that cannot be read is as if it were not there.
    func definitions() -> [UnitName: UnitDefinition] {
        var definitions: [UnitName: UnitDefinition] = [:]
        for unit in names(in: Self.folder).compactMap(UnitName.init) {
            definitions[unit] = definition(of: unit)
        }
        return definitions
    }

    /// A unit as its file has it now; nil when it has none that can be read.
    func definition(of unit: UnitName) -> UnitDefinition? {
        onDisk(unit, isLinked: false).definition(of: unit)
    }

    func onDisk(_ units: [UnitName]) -> [UnitName: UnitOnDisk] {
        let linked = Set(linkFolders().flatMap(names))
        var found: [UnitName: UnitOnDisk] = [:]
        for unit in units {
            found[unit] = onDisk(unit, isLinked: linked.contains(unit.text))
        }
        return found
    }

    private func onDisk(_ unit: UnitName, isLinked: Bool) -> UnitOnDisk {
        if isMasked(unit) {
            return UnitOnDisk(file: .absent, isMasked: true, isLinked: isLinked)
        }
        return UnitOnDisk(file: file(of: unit), dropIns: dropIns(of: unit), isLinked: isLinked)
    }

    private func isMasked(_ unit: UnitName) -> Bool {
        do throws(MachineError) {
            return try files.readLink(path(of: unit)) == Self.nothing
        } catch {
            return false
        }
    }

    /// In the order of their names; one that cannot be read is as if it were not there.
    private func dropIns(of unit: UnitName) -> [[UInt8]] {
        let folder = "\(Self.folder)/\(unit).d"
        return names(in: folder).filter { $0.hasSuffix(".conf") && !$0.hasPrefix(".") }
            .compactMap { name in
                do throws(MachineError) {
                    return try files.read(
                        try SupervisorPlace.joined("\(folder)/\(name)"),
                        bytesMax: Self.fileBytesMax)
                } catch {
                    return nil
                }
            }
    }

    func mask(_ unit: UnitName) throws(ServicesError) {
        try attempt("mask", unit) { () throws(MachineError) in
            try files.switchLink(try path(of: unit), to: Self.nothing)
        }
    }

    func unmask(_ unit: UnitName) throws(ServicesError) {
        guard isMasked(unit) else { return }
        try attempt("unmask", unit) { () throws(MachineError) in
            try files.remove(try path(of: unit))
        }
    }

    private func path(of unit: UnitName) throws(MachineError) -> HostPath {
        try SupervisorPlace.joined("\(Self.folder)/\(unit)")
    }

    func enable(_ unit: UnitName) throws(ServicesError) {
        guard let definition = definition(of: unit) else {
            throw ServicesError("enable", unit.text, .failed("the unit file does not exist"))
        }
        try attempt("enable", unit) { () throws(MachineError) in
            for folder in definition.enablingFolders {
                let folder = try SupervisorPlace.joined("\(Self.folder)/\(folder)")
                try files.makeDirectories(folder)
                let target = "\(Self.folder)/\(unit)"
                try files.switchLink(try SupervisorPlace.joined("\(folder)/\(unit)"), to: target)
            }
        }
    }

    func disable(_ unit: UnitName) throws(ServicesError) {
        try attempt("disable", unit) { () throws(MachineError) in
            for folder in linkFolders() where names(in: folder).contains(unit.text) {
                try files.remove(try SupervisorPlace.joined("\(folder)/\(unit)"))
                // systemctl leaves no empty folder behind either.
                _ = try files.removeDirectory(try SupervisorPlace.joined(folder))
            }
        }
    }

    private func attempt(
        _ tried: String, _ unit: UnitName, _ body: () throws(MachineError) -> Void
    ) throws(ServicesError) {
        do throws(MachineError) {
            try body()
        } catch {
            throw ServicesError(tried, unit.text, .unreachable(error.description))
        }
    }

    private func file(of unit: UnitName) -> Reading<[UInt8]> {
        do throws(MachineError) {
            let path = try SupervisorPlace.joined("\(Self.folder)/\(unit)")
            return .present(try files.read(path, bytesMax: Self.fileBytesMax))
        } catch {
            return error.isAbsence ? .absent : .unreadable(reason: error.description)
        }
    }

    private func linkFolders() -> [String] {
        names(in: Self.folder)
            .filter { name in Self.linkFolderSuffixes.contains { name.hasSuffix($0) } }
            .map { "\(Self.folder)/\($0)" }
    }

    private func names(in folder: String) -> [String] {
        do throws(MachineError) {
            return try files.list(try SupervisorPlace.joined(folder)) ?? []
        } catch {
            return []
        }
    }
}
