import Facts
import Machine

/// Where the embedded supervisor keeps what is its own, below its root.
enum SupervisorPlace {
    static let folder = path("/run/v6-supervisor")
    static let lock = path("/run/v6-supervisor/lock")
    static let control = path("/run/v6-supervisor/control")
    static let notify = path("/run/v6-supervisor/notify")
    static let controlName = "control"
    static let notifyName = "notify"
    static let logs = path("/var/log/v6")
    static let ownLog = path("/var/log/v6/supervisor.log")
    /// What every child, and the supervisor itself, finds programs by.
    static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private static func path(_ text: String) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            preconditionFailure("a path of ours is no path: \(error)")
        }
    }

    /// A path that was put together from parts.
    static func joined(_ text: String) throws(MachineError) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            throw MachineError("use", text, .found(error.reason))
        }
    }
}
