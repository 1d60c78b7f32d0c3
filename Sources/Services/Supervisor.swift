import CLinux
package import Facts
import Glibc
package import Machine
import Supervision

/// The embedded supervisor, for a root that has no systemd: the calling side.
///
/// Starting a unit starts the supervisor when it does not run. Looking never does.
package struct Supervisor: ServiceManager {
    /// After this long a look has hung.
    package static let lookDeadline: Duration = .seconds(10)
    /// After this long a mutation has hung: longer than a stop and a start of 90 s each.
    package static let mutationDeadline: Duration = .seconds(200)
    /// After this long the end of everything has hung.
    package static let shutDownDeadline: Duration = .seconds(600)
    /// After this long a supervisor that was started should answer.
    package static let beginDeadline: Duration = .seconds(10)

    private static let beginPause: Duration = .milliseconds(20)

    private let files: HostFiles
    private let program: String
    private let units: SupervisorUnits
    private let places: ProgramPlaces
    private let clock: any HostClock

    /// - Parameters:
    ///   - files: the root.
    ///   - program: run as `PROGRAM supervise --root ROOT` it is to be the supervisor; as the
    ///     operating system sees it.
    ///   - programRoots: units' programs below these are looked up below the root.
    package init(files: HostFiles, program: String, programRoots: [HostPath] = []) {
        self.files = files
        self.program = program
        places = ProgramPlaces(files: files, roots: programRoots)
        units = SupervisorUnits(files: files)
        clock = RealClock()
    }

    /// Looks at all units in one request; without a supervisor each is as its file says.
    package func look(at asked: [UnitName]) throws(ServicesError) -> [UnitName: UnitStatus] {
        if asked.isEmpty { return [:] }
        guard let call = try call("look at", "units") else {
            return UnitTable(begunAt: .zero, environment: [:])
                .statuses(of: asked, disk: units.onDisk(asked), epochUs: 0)
        }
        let reply = try call.ask(.look(asked), deadline: Self.lookDeadline)
        guard case .statuses(let statuses) = reply, asked.allSatisfy({ statuses[$0] != nil })
        else {
            throw ServicesError("look at", "units", .unreachable("the answer is of another kind"))
        }
        return statuses
    }

    /// Has a supervisor that runs read all unit files anew.
    package func loadUnitFiles() throws(ServicesError) {
        // One that does not run reads them when it starts.
        guard let call = try call("load", "unit files") else { return }
        try call.expectDone(.load, deadline: Self.lookDeadline)
    }

    /// Carries one action out; enabling and disabling are links, which need no supervisor.
    package func perform(_ action: UnitAction, on unit: UnitName) throws(ServicesError) {
        let tried = action.rawValue
        switch action {
        case .enable: try units.enable(unit)
        case .disable: try units.disable(unit)
        case .reenable:
            try units.disable(unit)
            try units.enable(unit)
        case .mask:
            try units.mask(unit)
            try loadUnitFiles()
        case .unmask:
            try units.unmask(unit)
            try loadUnitFiles()
        case .start:
            try callStarted(tried, unit.text)
                .expectDone(.start(unit), deadline: Self.mutationDeadline)
        // It knows no ExecReload=: a new run reads the same.
        case .restart, .reload:
            try callStarted(tried, unit.text)
                .expectDone(.restart(unit), deadline: Self.mutationDeadline)
        case .stop:
            try call(tried, unit.text)?.expectDone(.stop(unit), deadline: Self.mutationDeadline)
        case .resetFailed:
            try call(tried, unit.text)?.expectDone(.reset(unit), deadline: Self.lookDeadline)
        }
    }

    /// Whether there is a program where a start would look it up.
    package func hasProgram(_ program: HostPath) -> Bool { canStart(places.place(of: program)) }

    /// Refuses units that the supervisor could not start, with the line at fault.
    package func check(staged: [String]) throws(ServicesError) {
        for path in staged {
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let name = String(path[slash...].drop { $0 == "/" })
            func refuse(_ words: String) -> ServicesError {
                ServicesError("verify", name, .failed(words))
            }
            guard let unit = UnitName(name) else { throw refuse("\(path) names no unit") }
            let bytes: [UInt8]
            do throws(MachineError) {
                let folder = try HostFiles(
                    root: slash == path.startIndex ? "/" : String(path[..<slash]),
                    honoursOwners: false)
                bytes = try folder.read(
                    try SupervisorPlace.joined("/" + name), bytesMax: SupervisorUnits.fileBytesMax)
            } catch {
                throw ServicesError("verify", name, .unreachable(error.description))
            }
            let dropIns = try stagedDropIns(of: path, name)
            if let fault = UnitDefinition(unit, bytes: bytes, dropIns: dropIns).fault {
                throw refuse(fault.description)
            }
        }
    }

    /// The drop-ins that lie beside a staged unit file.
    private func stagedDropIns(
        of path: String, _ name: String
    ) throws(ServicesError) -> [[UInt8]] {
        do throws(MachineError) {
            let host = try HostFiles(root: "/", honoursOwners: false)
            let folder = try SupervisorPlace.joined(path + ".d")
            var found: [[UInt8]] = []
            for dropIn in try host.list(folder) ?? [] where dropIn.hasSuffix(".conf") {
                found.append(
                    try host.read(
                        try SupervisorPlace.joined("\(folder)/\(dropIn)"),
                        bytesMax: SupervisorUnits.fileBytesMax))
            }
            return found
        } catch {
            throw ServicesError("verify", name, .unreachable(error.description))
        }
    }

    /// What the installed files of these units ask for and the supervisor does not do, such as
    /// `User=`; sorted, and only units that have such.
    package func settingsNotHonoured(of asked: [UnitName]) -> [UnitName: [String]] {
        var found: [UnitName: [String]] = [:]
        for unit in asked {
            if let settings = units.definition(of: unit)?.notHonoured, !settings.isEmpty {
                found[unit] = settings
            }
        }
        return found
    }

    /// Stops all units, the last started first, and ends the supervisor; done already when none
    /// runs.
    package func shutDown() throws(ServicesError) {
        let (tried, subject) = ("shut down", "the supervisor")
        do throws(ServicesError) {
            try call(tried, subject)?.expectEnd(.down, deadline: Self.shutDownDeadline)
        } catch {
            // It may have been ending already, and have hung up.
            guard case .unreachable = error.ending, try call(tried, subject) == nil else {
                throw error
            }
        }
    }

    // MARK: Reaching it

    /// A connection; nil when no supervisor runs.
    private func call(_ tried: String, _ subject: String) throws(ServicesError) -> SupervisorCall? {
        do throws(MachineError) {
            let folder = try SocketFolder(files.outside(SupervisorPlace.folder))
            let socket = try folder.connection(SupervisorPlace.controlName)
            return SupervisorCall(socket: socket, tried, subject, clock)
        } catch {
            if error.isAbsence || error.ending == .errno(ECONNREFUSED) { return nil }
            throw ServicesError(tried, subject, .unreachable(error.description))
        }
    }

    /// A connection to a supervisor that is started for it when none runs.
    private func callStarted(
        _ tried: String, _ subject: String
    ) throws(ServicesError) -> SupervisorCall {
        if let call = try call(tried, subject) { return call }
        let process: Int32
        do throws(MachineError) {
            try files.makeDirectories(SupervisorPlace.logs)
            process = try Launch(
                program: program, arguments: [program, "supervise", "--root", files.root],
                environment: ["PATH": SupervisorPlace.searchPath], folder: files.root,
                log: files.outside(SupervisorPlace.ownLog)
            ).begin()
        } catch {
            throw ServicesError(tried, subject, .unreachable(error.description))
        }
        let end = clock.sinceBoot() + Self.beginDeadline
        var hasEnded = false
        while clock.sinceBoot() < end {
            if let call = try call(tried, subject) { return call }
            if hasEnded { break }
            // It ends at once where another one got the lock first: that one is tried once more.
            hasEnded = waitpid(process, nil, WNOHANG) == process
            clock.wait(Self.beginPause)
        }
        let log = files.outside(SupervisorPlace.ownLog)
        throw ServicesError(
            tried, subject, .unreachable("the supervisor does not answer; see \(log)"))
    }
}
