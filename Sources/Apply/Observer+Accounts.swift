import Facts
import Machine
import Reconcile

extension Observer {
    /// The accounts that desired state or an earlier turn names.
    func seen(_ desired: Desired, _ inventory: Set<Address>) -> AccountsSeen {
        var seen = AccountsSeen()
        for name in desired.users.keys {
            seen.users[name] = accounts.status(ofUser: name, withRuns: false)
            seen.groups[name] = accounts.status(ofGroup: name, withOwners: false)
        }
        for name in desired.groups.keys where seen.groups[name] == nil {
            seen.groups[name] = accounts.status(ofGroup: name, withOwners: false)
        }
        for address in inventory {
            switch address {
            case .user(let name) where desired.users[name] == nil:
                seen.users[name] = accounts.status(ofUser: name, withRuns: true)
            case .group(let name) where desired.groups[name] == nil:
                seen.groups[name] = accounts.status(ofGroup: name, withOwners: true)
            case .user, .group, .directory, .file, .link, .unit: break
            }
        }
        return seen
    }
}
