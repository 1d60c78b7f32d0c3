import Facts
import Glibc
import Machine
import SandboxKit
import TestKit

extension Sandbox {
    /// What schedules need of a host: no cap on deletions, and a check that refuses flawed content
    /// until it is told to be lenient.
    func prepareHost() throws {
        scratch.write(
            "host/etc/v6-reconcile/host.yaml",
            "environment: sandbox\nrepository: \(repository)\ndeletions_max: 1000\n")
        let check = "host/etc/v6-reconcile/check/required.d/flaw"
        scratch.write(
            check,
            """
            #!/bin/sh
            test -e \(scratch.path)/lenient || ! grep -q flawed \(root)\(Wanted.readme)

            """)
        chmod(scratch.path + "/" + check, 0o755)
    }

    /// Runs one turn, or two at once, and tells how they ended.
    func endings(of kind: TurnKind) throws -> [CommandResult] {
        switch kind {
        case .plain: return [try turn()]
        case .killed(let call, let place):
            return [try turn(injecting: "\(call):signal=SIGKILL:when=\(place)")]
        case .refused(let call, let error, let place):
            return [try turn(injecting: "\(call):error=\(error):when=\(place)")]
        case .jumped(let seconds):
            guard let library = clockLibrary else { return [try turn()] }
            return [
                try reconcile(
                    [], environment: ["LD_PRELOAD": library, "SCHEDULE_JUMP": "\(seconds)"])
            ]
        case .twice:
            let (program, root) = (program, root)
            let other = Beside {
                Result { () throws(MachineError) in
                    try SpawnedCommands().run(
                        Command(
                            program, ["--root", root],
                            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
                            deadline: .seconds(120)))
                }
            }
            let own = try turn()
            return [own, try other.answer().get()]
        }
    }
}

/// The library that sets the clock wrong for one program; nil where no compiler made it.
package let clockLibrary: String? = {
    let path = "/var/tmp/v6-schedule-clock-\(getpid()).so"
    let source = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <time.h>
        #include <unistd.h>
        #include <sys/syscall.h>
        int clock_gettime(clockid_t id, struct timespec *now) {
            int result = (int)syscall(SYS_clock_gettime, id, now);
            const char *jump = getenv("SCHEDULE_JUMP");
            if (result == 0 && id == CLOCK_REALTIME && jump) now->tv_sec += atol(jump);
            return result;
        }
        """
    let made = Result {
        try SpawnedCommands().run(
            Command(
                "/usr/bin/cc", ["-shared", "-fPIC", "-O1", "-x", "c", "-o", path, "-"],
                environment: ["PATH": "/usr/bin:/bin"], input: Array(source.utf8)))
    }
    guard case .success(let result) = made, result.succeeded else { return nil }
    return path
}()
