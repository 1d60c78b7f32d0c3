import Facts
import Machine
import Reconcile
import Release

extension Observer {
    /// What the wanted build and the healthy one do to durable stores; nil when they are the same,
    /// or nothing was ever healthy here.
    func formats(of wanted: ReleaseKey, _ programs: Programs?) -> ReleaseFormats? {
        do throws(MachineError) {
            let link = try StateFolder.hostPath(Layout.healthyLink)
            let target: String
            switch files.status(of: link, accounts: accounts) {
            case .absent: return nil
            case .unreadable(let reason): return unknown(reason)
            case .present(let status): target = status.linkTarget ?? ""
            }
            guard target.hasPrefix("releases/") else { return unknown("\(link) leads nowhere") }
            let healthy = String(target.dropFirst("releases/".count))
            if healthy == wanted.text { return nil }
            return ReleaseFormats(
                wanted: try formats(of: wanted.text, or: programs, whenAbsent: .absent),
                healthy: try formats(
                    of: healthy, or: nil, whenAbsent: .unreadable(reason: "it is gone")))
        } catch {
            return unknown(error.description)
        }
    }

    private func unknown(_ reason: String) -> ReleaseFormats {
        ReleaseFormats(
            wanted: .unreadable(reason: reason), healthy: .unreadable(reason: reason))
    }

    private func formats(
        of key: String, or programs: Programs?, whenAbsent: Reading<Formats>
    ) throws(MachineError) -> Reading<Formats> {
        let silent = Reading<Formats>.unreadable(reason: "its manifest names none")
        if let programs, programs.key == key {
            return programs.formats.map { .present($0) } ?? silent
        }
        guard try releases.isInstalled(key) else { return whenAbsent }
        return try releases.manifest(of: key)?.formats.map { .present($0) } ?? silent
    }
}
