import Glibc
import Machine

/// The folder of one host: a tmpfs with an overlay of the machine's `/` on it.
///
/// `/run/v6-host-PID/NAME`, PID being the process that boots it; the host's processes are in
/// control groups of the same name. Nothing of a host is anywhere else.
struct HostFolder: Hashable {
    static let above = "/run"
    static let prefix = "v6-host-"
    /// The longest that mounting or clearing away may take.
    static let deadline: Duration = .seconds(30)

    let name: String
    let path: String

    init(name: String, owner: pid_t = getpid()) {
        self.name = name
        path = "\(Self.above)/\(Self.prefix)\(owner)/\(name)"
    }

    /// The overlay: the host's `/`.
    var root: String { path + "/root" }
    /// What the booting host prints.
    var console: String { path + "/console" }
    /// The name of the control groups, relative to a hierarchy's root.
    var group: String { String(path.dropFirst(Self.above.count + 1)) }
    /// The name that systemd-nspawn knows it by, unique on the machine.
    var machine: String { "\(group.replacingSlashes)" }

    /// Mounts the overlay and takes out of it what a fresh host does not have.
    func lay() throws {
        try shell(Self.laying, "lay out")
        if let reason = refusal(ofRoot: root) { throw HostError("boot host \(name)", reason) }
        try shell(Self.furnishing, "furnish")
    }

    private func shell(_ script: String, _ verb: String) throws {
        let command = Command(
            "/bin/sh", ["-euc", script, "sh", path, root], environment: plainEnvironment(),
            deadline: Self.deadline)
        let result = try SpawnedCommands().run(command)
        guard result.succeeded else {
            throw HostError("\(verb) host \(name)", "\(result.ending) \(result.errorText)")
        }
    }

    /// `$1` the folder, `$2` the overlay in it.
    ///
    /// A character device 0:0 in the upper layer is how overlayfs says "not there": so the
    /// machine's Swift, its homes and whatever V6 it runs itself are out of the host's sight.
    private static let laying = """
        mkdir -p "$1"
        mount -t tmpfs -o mode=0755 v6-host "$1"
        cd "$1"
        umask 022
        mkdir upper work root
        toolchain=$(readlink -f "$(command -v swift)" || true)
        toolchain=${toolchain%/usr/bin/*}
        for gone in opt root home srv var/tmp var/log/journal var/lib/v6 var/lib/v6-reconcile \\
            etc/v6 etc/v6-reconcile etc/gitconfig usr/lib/swift usr/lib/swift_static \\
            "${toolchain#/}"
        do
            case $gone in ""|opt/*|root/*|home/*|srv/*) continue;; esac
            mkdir -p "upper/$(dirname "$gone")"
            mknod "upper/$gone" c 0 0
        done
        mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work v6-host root
        """

    /// Gives the host an identity of its own and takes away the machine's services.
    ///
    /// With no machine-id at all systemd would take this for a first boot and enable every
    /// service that the distribution likes enabled.
    private static let furnishing = """
        cd "$2"
        mkdir -m 0755 opt home srv
        mkdir -m 0700 root
        mkdir -m 1777 var/tmp
        rm -f etc/machine-id var/lib/dbus/machine-id
        tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
        : >etc/fstab
        rm -rf etc/systemd/system/*.wants etc/systemd/system/*.requires
        rm -f etc/rc?.d/S* usr/bin/swift*
        """
}

extension String {
    fileprivate var replacingSlashes: String { String(map { $0 == "/" ? "-" : $0 }) }
}

/// The environment of every program that the harness starts: nothing of the caller's but PATH,
/// which is where a toolchain to hide is looked for.
func plainEnvironment() -> [String: String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin:" + path, "LC_ALL": "C.UTF-8"]
}
