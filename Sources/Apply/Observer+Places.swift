import Facts
import Machine
import Reconcile

/// The files of one observation, each path looked at once.
struct Places {
    let look: HostLook
    /// Folders that lie under another name now, by their own places.
    private var elsewhere: [HostPath: HostPath] = [:]
    /// Places from which something was moved aside.
    let moved: [HostPath]
    private(set) var found: [HostPath: Reading<FileStatus>] = [:]
    /// By whole tree.
    var strangers: [HostPath: Strangers] = [:]
    private var listings: [HostPath: Reading<Set<String>>] = [:]
    /// Where something is that may have to make room.
    private var inTheWay: [HostPath] = []

    /// `moved`: things that were moved aside, by their own places. What lies below such a place is
    /// looked for where it is now.
    init(_ look: HostLook, _ moved: [HostPath: HostPath]) {
        self.look = look
        self.moved = Array(moved.keys)
        for (place, spare) in moved {
            let reading = look.status(of: spare, isWanted: false)
            found[spare] = reading
            if reading.value?.kind == .directory,
                look.status(of: place, isWanted: false).value?.kind != .directory
            {
                elsewhere[place] = spare
            }
        }
    }

    var observed: Observed {
        var observed = Observed(files: found)
        observed.listings = listings
        observed.strangers = strangers
        observed.foreignFolders = look.foreignFolders
        if !elsewhere.isEmpty {
            for path in found.keys where present(path) != path {
                observed.elsewhere[path] = present(path)
            }
        }
        return observed
    }

    mutating func look(at desired: Desired, _ contents: Contents) {
        found.reserveCapacity(desired.files.count + desired.directories.count)
        for path in desired.directories.keys { look(at: path, kind: .directory) }
        for path in desired.links.keys { look(at: path, kind: .link) }
        for (path, file) in desired.files {
            look(at: path, ExpectedBytes(file.source, in: contents), kind: .file)
        }
        for (name, service) in desired.services {
            let expected = service.unit.map { ExpectedBytes($0, in: contents) }
            if let path = HostPath(ofUnitFile: name) { look(at: path, expected) }
            for (dropIn, source) in service.dropIns {
                guard let path = HostPath(ofDropIn: dropIn, of: name) else { continue }
                look(at: path, ExpectedBytes(source, in: contents))
            }
            if let wanted = service.configuration, let path = HostPath(ofConfigurationOf: name) {
                look(at: path, ExpectedBytes(wanted.bytes, digest: wanted.digest))
            }
            for path in desired.places(of: name) { look(at: path) }
        }
    }

    /// Looks at what an earlier turn made; what is wanted has been looked at.
    mutating func look(at address: Address) {
        let kind: FileKind? =
            switch address {
            case .directory: .directory
            case .file: .file
            case .link: .link
            case .user, .group, .unit: nil
            }
        for path in address.places { look(at: path, kind: kind, isWanted: false) }
    }

    /// `kind`: what should be there; anything else may have to make room. Nil: nothing does.
    mutating func look(
        at path: HostPath, _ expected: ExpectedBytes? = nil, kind: FileKind? = nil,
        isWanted: Bool = true
    ) {
        guard found[path] == nil else { return }
        let reading = look.status(
            of: present(path), comparedWith: expected, isWanted: isWanted)
        found[path] = reading
        if let kind, case .present(let status) = reading,
            status.kind != kind || status.names > 1 || status.size > Self.ordinaryBytesMax
        {
            inTheWay.append(path)
        }
    }

    /// Looks at what is in folders that may have to go.
    mutating func list(_ folders: [HostPath]) {
        for folder in folders { listings[folder] = look.names(in: present(folder)) }
    }

    /// Where a path is to be looked for: below a folder that was moved aside, or where it belongs.
    func present(_ path: HostPath) -> HostPath {
        if elsewhere.isEmpty { return path }
        var above = path.parent
        while let folder = above {
            if let spare = elsewhere[folder] {
                return path.moved(from: folder, to: spare) ?? path
            }
            above = folder.parent
        }
        return path
    }

    /// Free names beside whatever may have to make room.
    func spares(in files: HostFiles) -> [HostPath: HostPath] {
        var spares: [HostPath: HostPath] = [:]
        for path in moved + inTheWay where spares[path] == nil && found[path]?.value != nil {
            do throws(MachineError) {
                spares[path] = try files.spareName(beside: present(path))
            } catch {
                // Nothing can be put there: the plan says that something is in the way.
            }
        }
        return spares
    }

    /// Larger files may have to be kept themselves when they are taken over.
    private static let ordinaryBytesMax = 1 << 20
}
