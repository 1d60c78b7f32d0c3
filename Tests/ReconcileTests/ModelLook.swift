import Digest
import Facts
import Reconcile

/// One look at the files of a model host, by the rules of the real observer.
struct ModelLook {
    private let host: ModelHost
    private let moved: [HostPath: HostPath]
    var observed = Observed()

    init(_ host: ModelHost, _ moved: [HostPath: HostPath]) {
        self.host = host
        self.moved = moved
        for (place, spare) in moved {
            observed.files[spare] = reading(spare, nil, isWanted: false)
            if host.things[place] != nil { observed.spares[place] = freeName(beside: place) }
        }
    }

    mutating func look(
        _ path: HostPath?, _ kind: FileKind?, _ wanted: ContentDigest? = nil, isWanted: Bool = true
    ) {
        guard let path else { return }
        if observed.files[path] == nil {
            if present(path) != path { observed.elsewhere[path] = present(path) }
            observed.files[path] = reading(present(path), wanted, isWanted: isWanted)
        }
        guard let kind, let status = observed.files[path]?.value else { return }
        if status.kind != kind || status.names > 1 || status.size > 1 {
            observed.spares[path] = freeName(beside: path)
        }
    }

    /// Where a path is to be looked for: below a folder that was moved aside, or where it belongs.
    func present(_ path: HostPath) -> HostPath {
        var above = path.parent
        while let folder = above {
            if let spare = moved[folder], host.things[folder]?.kind != .directory,
                host.things[spare]?.kind == .directory
            {
                return path.moved(from: folder, to: spare) ?? path
            }
            above = folder.parent
        }
        return path
    }

    private func freeName(beside path: HostPath) -> HostPath {
        let path = present(path)
        var number = 1
        while host.things[path.spare(number)] != nil { number += 1 }
        return path.spare(number)
    }

    private func reading(
        _ path: HostPath, _ wanted: ContentDigest?, isWanted: Bool
    ) -> Reading<FileStatus> {
        var above = path.parent
        while let folder = above {
            switch host.things[folder]?.kind {
            case .directory?, nil: break
            case .link?: return .unreadable(reason: "a link is in the way")
            case .file?, .other?: return isWanted ? .unreadable(reason: "no folder") : .absent
            }
            above = folder.parent
        }
        guard let thing = host.things[path] else { return .absent }
        let content: FileContent =
            thing.kind != .file || wanted == nil
            ? .notCompared : thing.content == wanted ? .same : .different(size: 1)
        return .present(
            FileStatus(
                kind: thing.kind, mode: thing.ownership.mode, owner: thing.ownership.owner,
                group: thing.ownership.group, content: content, linkTarget: thing.target,
                modifiedUs: thing.changedUs, names: thing.names, frozen: thing.frozen))
    }
}
