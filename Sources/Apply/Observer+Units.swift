import Facts
import Machine
import Reconcile
import Services
import UnitFile

extension Observer {
    /// A longer unit file or drop-in is not read, in bytes.
    private static let textBytesMax = 1 << 20
    private static let linkFolders = [".wants", ".requires", ".upholds"]
    /// Where units come from that no commit gave, besides the folder for unit files.
    private static let otherFolders = [
        "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
    ]

    /// The folder of unit files: names, drop-ins of wanted units, links by which units start.
    func unitFolder(_ desired: Desired) -> Reading<UnitFolder> {
        do throws(MachineError) {
            var folder = UnitFolder()
            for name in try names(in: Layout.unitFolder) {
                if let unit = UnitName(name) {
                    folder.files.insert(name)
                    if desired.services[unit] == nil, try isAlias(unit) {
                        folder.aliases.insert(unit)
                    }
                } else if name.hasSuffix(".d") {
                    guard let unit = UnitName(String(name.dropLast(2))),
                        desired.services[unit] != nil
                    else { continue }
                    guard let names = try plainNames(in: "\(Layout.unitFolder)/\(name)") else {
                        folder.blockedDropIns.insert(unit)
                        continue
                    }
                    folder.dropIns[unit] = names.filter {
                        $0.hasSuffix(".conf") && !$0.hasPrefix(".")
                    }
                } else if Self.linkFolders.contains(where: { name.hasSuffix($0) }) {
                    for unit in try names(in: "\(Layout.unitFolder)/\(name)") {
                        if let unit = UnitName(unit) {
                            folder.links[unit, default: []].insert(name)
                        }
                    }
                }
            }
            folder.missing = try missingUnits(folder, desired)
            return .present(folder)
        } catch {
            return .unreadable(reason: error.description)
        }
    }

    /// Whether a name that looks like a unit of ours is only another name of one.
    private func isAlias(_ unit: UnitName) throws(MachineError) -> Bool {
        guard unit.text.hasPrefix(Layout.ownPrefix) else { return false }
        let path = try StateFolder.hostPath("\(Layout.unitFolder)/\(unit)")
        guard let target = files.status(of: path, accounts: accounts).value?.linkTarget else {
            return false
        }
        return target != Layout.mask && target.split(separator: "/").last != Substring(unit.text)
    }

    /// What is no folder, or a link to one, holds nothing that is ours.
    private func names(in folder: String) throws(MachineError) -> [String] {
        try plainNames(in: folder) ?? []
    }

    /// Nil for what is no folder, or a link to one.
    private func plainNames(in folder: String) throws(MachineError) -> [String]? {
        do throws(MachineError) {
            return try files.list(try StateFolder.hostPath(folder)) ?? []
        } catch {
            if error.isOfAnotherKind { return nil }
            throw error
        }
    }

    private func missingUnits(
        _ folder: UnitFolder, _ desired: Desired
    ) throws(MachineError) -> Set<UnitName> {
        var missing: Set<UnitName> = []
        for unit in folder.links.keys
        where unit.text.hasPrefix(Layout.ownPrefix) && desired.services[unit] == nil
            && !folder.files.contains(unit.text)
        {
            var isElsewhere = false
            for other in Self.otherFolders {
                let path = try StateFolder.hostPath("\(other)/\(unit)")
                if files.status(of: path, accounts: accounts) != .absent { isElsewhere = true }
            }
            if !isElsewhere { missing.insert(unit) }
        }
        return missing
    }

    /// The drop-ins that lie there of units that are wanted.
    func dropIns(of desired: Desired, _ folder: UnitFolder?) -> [HostPath] {
        (folder?.dropIns ?? [:]).flatMap { unit, names in
            names.compactMap { HostPath(ofDropIn: $0, of: unit) }
        }
    }

    /// What unit files and drop-ins say that differ from what is wanted, byte by byte: whether they
    /// mean something else is for the planner to say.
    func unitTexts(
        _ desired: Desired, _ found: [HostPath: Reading<FileStatus>], _ folder: UnitFolder?
    ) -> [HostPath: UnitText] {
        var texts: [HostPath: UnitText] = [:]
        let unitFiles = desired.services.filter { $0.value.unit != nil }.keys
            .compactMap { HostPath(ofUnitFile: $0) }
        for path in unitFiles + dropIns(of: desired, folder) {
            guard let status = found[path]?.value, status.kind == .file, status.content != .same
            else { continue }
            if let text = text(of: path) { texts[path] = text }
        }
        return texts
    }

    /// Nil for what cannot be read as a unit file: then it means something else.
    private func text(of path: HostPath) -> UnitText? {
        do {
            let bytes = try files.read(path, bytesMax: Self.textBytesMax)
            return try UnitText.parse(bytes, name: path.text)
        } catch {
            return nil
        }
    }

    /// Adds what the main processes of units that run a release of ours really run.
    func withPrograms(
        _ units: Reading<[UnitName: UnitStatus]>, _ desired: Desired
    ) -> Reading<[UnitName: UnitStatus]> {
        guard case .present(var statuses) = units else { return units }
        for (name, service) in desired.services where service.runsRelease {
            guard let process = statuses[name]?.mainProcess, process > 0 else { continue }
            var program = runningProgram(of: process)
            if case .present(let path) = program, files.root != "/", path.hasPrefix(files.root) {
                program = .present(String(path.dropFirst(files.root.count)))
            }
            statuses[name]?.program = program
        }
        return .present(statuses)
    }

    /// Programs that units name in ExecStart= and that neither the host nor this commit has.
    func missingPrograms(_ desired: Desired) -> [UnitName: [String]] {
        var missing: [UnitName: [String]] = [:]
        for (name, service) in desired.services where service.unit != nil {
            let release = service.runsRelease ? Layout.releaseLink(of: name) + "/" : nil
            for line in service.effectiveText.values("Service", "ExecStart") {
                guard let program = program(of: line),
                    release.map({ !program.text.hasPrefix($0) }) ?? true,
                    !isGiven(program, by: desired), !comesWithHealthy(program, desired),
                    !services.hasProgram(program)
                else { continue }
                missing[name, default: []].append(program.text)
            }
        }
        return missing
    }

    /// The link to what is healthy is made when the first commit is.
    private func comesWithHealthy(_ program: HostPath, _ desired: Desired) -> Bool {
        desired.release != nil && program.text.hasPrefix(Layout.healthyLink + "/")
    }

    private func isGiven(_ program: HostPath, by desired: Desired) -> Bool {
        desired.files[program].map { $0.ownership.mode.bits & 0o111 != 0 } ?? false
    }
}

/// The program of one command of a unit; nil where only the service manager can say which it is, or
/// where it may fail.
func program(of line: String) -> HostPath? {
    do {
        let command = try ExecCommand.parse(line)
        if command.ignoresFailure || command.program.contains("%") { return nil }
        return command.program.hasPrefix("/") ? try HostPath(command.program) : nil
    } catch {
        return nil
    }
}
