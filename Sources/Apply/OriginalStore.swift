import Digest
import Facts
import Machine
import Reconcile

/// Copies of what was on the host before turns took it over.
package struct OriginalStore: Sendable {
    private static let folder = "originals"
    /// Where what nobody knew is kept; nothing here ever removes it.
    private static let asideFolder = "aside"

    private let state: StateFolder

    package init(in state: StateFolder) { self.state = state }

    /// Keeps what is at a place now, durably.
    ///
    /// `status`: the place as it was looked at.
    /// `place`: where it lies now, when a folder above it was moved aside.
    /// `spare`: the name under which the plan keeps the thing itself; nil: a copy is made.
    func keep(
        _ path: HostPath, _ status: FileStatus, at place: HostPath, as spare: HostPath?
    ) throws(MachineError) -> Original {
        var original = Original(
            kind: status.kind,
            ownership: Ownership(
                owner: status.owner ?? "root", group: status.group ?? "root", mode: status.mode),
            linkTarget: status.linkTarget, displaced: spare)
        if status.kind == .file, spare == nil {
            let name = "\(ContentDigest.of(path.text))"
            let bytes = try state.files.read(place, bytesMax: 256 << 20)
            try state.files.makeDirectories(try state.path(Self.folder), mode: 0o700)
            try state.files.replace(
                try state.path("\(Self.folder)/\(name)"), with: bytes,
                Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
                accounts: state.accounts)
            original.kept = name
        }
        return original
    }

    /// Puts back what was kept.
    func putBack(_ path: HostPath, _ original: Original) throws(MachineError) {
        if let spare = original.displaced {
            try state.files.bringBack(path, from: spare)
        } else if let name = original.kept {
            let bytes = try state.files.read(
                try state.path("\(Self.folder)/\(name)"), bytesMax: 256 << 20)
            try state.files.replace(
                path, with: bytes, original.ownership, accounts: state.accounts)
        } else if let target = original.linkTarget {
            try state.files.switchLink(path, to: target)
        } else {
            try state.files.setOwnership(of: path, original.ownership, accounts: state.accounts)
        }
    }

    /// Largest file of which a copy is kept when it is set aside, in bytes.
    private static let asideBytesMax = 16 << 20

    /// Removes a file or link that nobody knows, and keeps a copy of it under its own name, with a
    /// digest before it; of a link, where it pointed.
    ///
    /// Anything else, and a file that is too large for a copy, only gets a hidden name beside.
    func setAside(_ path: HostPath) throws(MachineError) {
        let bytes: [UInt8]
        switch state.files.status(of: path, accounts: state.accounts) {
        case .absent: return
        case .unreadable(let reason): throw MachineError("set aside", path.text, .found(reason))
        case .present(let status) where status.kind == .link:
            bytes = Array((status.linkTarget ?? "").utf8)
        case .present(let status)
        where status.kind == .file && status.size <= Self.asideBytesMax:
            bytes = try state.files.read(path, bytesMax: Self.asideBytesMax)
        case .present:
            guard let spare = try state.files.spareName(beside: path) else {
                throw MachineError("set aside", path.text, .found("no name beside it is free"))
            }
            return try state.files.displace(path, to: spare)
        }
        let name = "\(ContentDigest.of(bytes).short)-\(path.name)"
        try state.files.makeDirectories(try state.path(Self.asideFolder), mode: 0o700)
        try state.files.replace(
            try state.path("\(Self.asideFolder)/\(name)"), with: bytes,
            Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
            accounts: state.accounts)
        try state.files.remove(path)
    }

    /// Removes every copy but those of these originals.
    func keepOnly(_ originals: Originals) throws(MachineError) {
        let names = Set(originals.places.values.compactMap(\.kept))
        for name in try state.files.list(try state.path(Self.folder)) ?? []
        where !names.contains(name) {
            try state.files.remove(try state.path("\(Self.folder)/\(name)"))
        }
    }
}
