import Facts
import Machine
import Reconcile
import Release
import UnitFile

extension Attempt {
    /// Copies the units whose files the plan writes into a folder, each with all its drop-ins, for
    /// the service manager to read.
    ///
    /// Programs that are not where they will lie are named by something that is there.
    ///
    /// - Returns: absolute paths of the unit files as the operating system sees them.
    func stageUnits(
        in state: StateFolder, at folder: HostPath
    ) throws(MachineError) -> [String] {
        var staged: [String] = []
        for change in plan.changes {
            guard case .unit(let name) = change.address, writesText(change, of: name),
                let service = target.desired.services[name], let source = service.unit
            else { continue }
            try state.files.makeDirectories(folder)
            let place = try stage(source, "\(name)", of: name, in: state, at: folder)
            for (dropIn, source) in service.dropIns {
                try state.files.makeDirectories(
                    try StateFolder.hostPath("\(folder)/\(name).d"))
                _ = try stage(source, "\(name).d/\(dropIn)", of: name, in: state, at: folder)
            }
            staged.append(state.files.outside(place))
        }
        return staged
    }

    private func writesText(_ change: Change, of name: UnitName) -> Bool {
        change.steps.contains { step in
            guard case .writeFile(let path, _, _) = step else { return false }
            return path.text.hasPrefix(Layout.unitFolder + "/")
        }
    }

    private func stage(
        _ source: SourceFile, _ name: String, of unit: UnitName, in state: StateFolder,
        at folder: HostPath
    ) throws(MachineError) -> HostPath {
        let bytes = try target.contents.read(at: source.offset, count: source.size)
        let place = try StateFolder.hostPath("\(folder)/\(name)")
        try state.files.replace(
            place, with: relinked(bytes, unit), Layout.unitFileOwnership, accounts: state.accounts)
        return place
    }

    /// Every program that the unit names in a command, as far as that can be read.
    private func programs(of unit: UnitName) -> [HostPath] {
        let service = target.desired.services[unit]?.effectiveText
        let commands = service?.sections.first { $0.name == "Service" }?.assignments ?? []
        return commands.filter { $0.key.hasPrefix("Exec") }.compactMap { program(of: $0.value) }
    }

    /// A unit file with the programs of its release named where they lie now: its link may not be
    /// there yet, or still lead to another release. A program that this very commit brings is not
    /// there yet either.
    private func relinked(_ bytes: [UInt8], _ unit: UnitName) -> [UInt8] {
        var text = String(decoding: bytes, as: UTF8.self)
        for path in programs(of: unit)
        where target.desired.files[path] != nil && before.files[path]?.value?.kind != .file {
            text = text.replacing(path.text, with: "/bin/true")
        }
        guard let key = target.desired.release else { return Array(text.utf8) }
        let here =
            before.releaseIsInstalled
            ? "\(Layout.release(key))/bin/" : "\(target.programs?.folder ?? "")/"
        text = text.replacing("\(Layout.healthyLink)/bin/", with: here)
        guard target.desired.services[unit]?.runsRelease == true else { return Array(text.utf8) }
        return Array(text.replacing("\(Layout.releaseLink(of: unit))/bin/", with: here).utf8)
    }
}
