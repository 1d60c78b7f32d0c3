import Facts

extension Planner {
    /// Whether nothing at all differs, as a quick answer.
    func isLinkAsWanted(_ path: HostPath, _ target: String) -> Bool {
        guard case .present(let status)? = observed.files[path] else { return false }
        return status.kind == .link && status.linkTarget == target
    }

    /// A link is compared by what is written in it; what it leads to is nobody's business here.
    mutating func planLink(_ path: HostPath, _ target: String) {
        let address = Address.link(path)
        let write = Step.switchLink(path, to: target)
        let (room, steps) = roomSteps(path)
        switch reading(of: path) {
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .absent: append(address, .add, ["to \(target)"], [write])
        case .present(let status) where status.kind == .link:
            append(address, .change, ["\(status.linkTarget ?? "") -> \(target)"], [write])
        case .present(let status):
            let isWrittenOver = status.kind == .file && live.inventory.contains(.file(path))
            if steps.isEmpty, !isWrittenOver { return refuse(address, status) }
            append(
                address, .change, ["\(status.kind.words) -> link to \(target)"] + room,
                steps + [write])
        }
    }
}
