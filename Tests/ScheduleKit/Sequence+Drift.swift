import SandboxKit
import TestKit

extension Sequence {
    /// Changes something of what is healthy by hand; nothing, where there is no such thing.
    mutating func makeDrift(_ drift: Drift, _ number: Int) throws {
        guard let index = oracle.healthy.min(), !oracle.isUnfinished else { return }
        let wanted = oracle.history[index].wanted
        guard let script = script(drift, number, wanted) else { return }
        note("by hand: \(script)")
        // What a turn is to find may already be gone by another hand.
        try box.shell("cd \"$HOST\"; { \(script); } 2>/dev/null || true")
    }

    private func script(_ drift: Drift, _ number: Int, _ wanted: Wanted) -> String? {
        func pick(_ items: [String]) -> String? {
            items.isEmpty ? nil : "." + items.sorted()[number % items.count]
        }
        let file = pick(Array(wanted.files.keys))
        let link = pick(Array(wanted.links.keys))
        let tree = pick(wanted.trees.keys.map { "\($0)/one" })
        switch drift {
        case .bytes: return file.map { "echo by hand >> \($0)" }
        case .mode: return file.map { "chmod 0\(number % 2 == 0 ? "666" : "400") \($0)" }
        case .removed: return file.map { "rm -rf \($0)" }
        case .folderInPlace: return file.map { "rm \($0) && mkdir \($0) && echo x > \($0)/mine" }
        case .linkInPlace: return file.map { "ln -sfn /etc/passwd \($0)" }
        case .linkElsewhere: return link.map { "ln -sfn /elsewhere \($0)" }
        case .linkRemoved: return link.map { "rm -rf \($0)" }
        case .folderMode: return pick(Array(wanted.folders.keys)).map { "chmod 0711 \($0)" }
        case .treeBytes: return tree.map { "echo by hand >> \($0)" }
        case .treeRemoved: return tree.map { "rm -rf \($0)" }
        default: return unitScript(drift, number, wanted)
        }
    }

    private func unitScript(_ drift: Drift, _ number: Int, _ wanted: Wanted) -> String? {
        let units = wanted.services.filter { !$0.value.isMasked && !oracle.held.contains($0.key) }
            .sorted { $0.key < $1.key }
        guard !units.isEmpty else { return nil }
        let (name, service) = units[number % units.count]
        let file = "./etc/systemd/system/\(name)"
        switch drift {
        case .unitEdited: return "sed -i 's/sleep [0-9]*/sleep 999999/' \(file)"
        case .unitRemoved: return "rm -f \(file)"
        case .dropInEdited:
            return "f=\(file).d/10-number.conf; test -e $f && echo Environment=HAND=1 >> $f"
        case .dropInStray:
            return "mkdir -p \(file).d && printf '[Service]\\nEnvironment=STRAY=1\\n' "
                + "> \(file).d/99-stray.conf"
        case .configuration: return "echo '{}' > ./etc/v6/\(name.prefix { $0 != "." })/config.json"
        case .disabled: return "rm -f ./etc/systemd/system/multi-user.target.wants/\(name)"
        case .processKilled:
            guard service.isRunning else { return nil }
            return box.processes().first { $0.words == "/bin/sleep \(service.number) " }
                .map { "kill -9 \($0.id)" }
        case .supervisorKilled:
            guard number % 3 == 0 else { return nil }
            return box.supervisor.map { "kill -9 \($0)" }
        default: return nil
        }
    }
}
