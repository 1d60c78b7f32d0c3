import Facts
import Machine

extension HostFiles {
    /// Why root neither runs nor believes a program of the host's owner, or one in this folder: the
    /// rest of a sentence that begins with it; nil when it does.
    func fault(ofOwners path: HostPath, _ kind: FileKind, _ accounts: Accounts) -> String? {
        switch status(of: path, accounts: accounts) {
        case .absent: return "is gone"
        case .unreadable(let reason): return "cannot be looked at: \(reason)"
        case .present(let status):
            if status.kind != kind { return "is a \(status.kind.words)" }
            if let owner = status.owner, owner != "root" {
                return "belongs to \(owner), not to root"
            }
            if status.mode.bits & 0o022 != 0 { return "can be written by others than its owner" }
            if status.mode.bits & 0o100 == 0 { return "cannot be executed" }
            return nil
        }
    }
}
