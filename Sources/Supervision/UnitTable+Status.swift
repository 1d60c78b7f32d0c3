package import Facts

/// What is on disk for a unit at this moment.
package struct UnitOnDisk: Hashable, Sendable {
    /// The bytes of its file.
    package var file: Reading<[UInt8]>
    /// The bytes of its drop-ins, in the order in which they are read.
    package var dropIns: [[UInt8]]
    /// Whether a link to nothing stands in the file's place.
    package var isMasked: Bool
    /// Whether a link in a `.wants` or `.requires` folder names it.
    package var isLinked: Bool

    package init(
        file: Reading<[UInt8]>, dropIns: [[UInt8]] = [], isMasked: Bool = false, isLinked: Bool
    ) {
        self.file = file
        self.dropIns = dropIns
        self.isMasked = isMasked
        self.isLinked = isLinked
    }

    /// As it would be loaded now; nil where there is no file.
    package func definition(of unit: UnitName) -> UnitDefinition? {
        if isMasked { return UnitDefinition(masked: unit) }
        return file.value.map { UnitDefinition(unit, bytes: $0, dropIns: dropIns) }
    }
}

extension UnitTable {
    /// The status of units, in systemd's words. An empty table answers for a supervisor that does
    /// not run.
    ///
    /// A unit that is not in `disk` has no file. `epochUs` is when the epoch of the instants was,
    /// in microseconds since 1970.
    package func statuses(
        of units: [UnitName], disk: [UnitName: UnitOnDisk], epochUs: Int64
    ) -> [UnitName: UnitStatus] {
        var statuses: [UnitName: UnitStatus] = [:]
        for unit in units {
            statuses[unit] = status(
                of: unit, disk[unit] ?? UnitOnDisk(file: .absent, isLinked: false), epochUs)
        }
        return statuses
    }

    private func status(of unit: UnitName, _ disk: UnitOnDisk, _ epochUs: Int64) -> UnitStatus {
        let record = records[unit] ?? UnitRecord()
        let onDisk = disk.definition(of: unit)
        let words = words(of: unit, record)
        var status = UnitStatus(
            load: Self.load(record.definition ?? onDisk, disk), active: words.active,
            sub: words.sub, enablement: Self.enablement(onDisk, disk),
            result: record.result.rawValue, invocation: record.invocation,
            restarts: record.restarts, mainProcess: record.mainProcess ?? 0,
            exitStatus: record.exitStatus)
        if let loaded = record.definition {
            status.needsReload = onDisk != loaded
        }
        if let startedAt = record.startedAt {
            let parts = startedAt.components
            status.startedUs =
                epochUs + parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
        }
        if unit.kind == .service {
            var settings = record.settings
            if settings == nil, case .service(let found)? = onDisk?.content { settings = found }
            status.restartPause = settings?.restartPause ?? ServiceSettings.restartPauseDefault
        }
        return status
    }

    private static func load(_ definition: UnitDefinition?, _ disk: UnitOnDisk) -> String {
        if definition?.isMasked == true { return "masked" }
        if let definition { return definition.fault == nil ? "loaded" : "bad-setting" }
        if case .unreadable = disk.file { return "error" }
        return "not-found"
    }

    private static func enablement(_ definition: UnitDefinition?, _ disk: UnitOnDisk) -> String {
        guard let definition else { return "" }
        if definition.isMasked { return "masked" }
        if disk.isLinked { return "enabled" }
        return definition.enablingFolders.isEmpty ? "static" : "disabled"
    }

    private func words(of unit: UnitName, _ record: UnitRecord) -> (active: String, sub: String) {
        switch record.phase {
        case .inactive: ("inactive", "dead")
        case .failed: ("failed", "failed")
        case .launching(.preparation), .starting(.preparation, _): ("activating", "start-pre")
        case .launching(.command), .starting(.command, _): ("activating", "start")
        case .running: ("active", "running")
        case .exited: ("active", "exited")
        case .standing: ("active", subOfStanding(unit))
        case .stopping(_, _, isKilled: false): ("deactivating", "stop-sigterm")
        case .stopping(_, _, isKilled: true): ("deactivating", "stop-sigkill")
        case .pausing: ("activating", "auto-restart")
        }
    }
}
