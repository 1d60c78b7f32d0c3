import CLinux
import Glibc

/// The id of the process that this is.
package func thisProcess() -> Int32 { getpid() }

extension Accounts {
    /// Who sits behind this process: the account that logged in, whatever it became since (sudo,
    /// su); without a login the account that this process runs as.
    ///
    /// Source: `/proc/self/loginuid`, proc(5).
    package var thisPerson: String {
        let number = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return user(getuid()) }
        let file = Descriptor(number)
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = read(file.number, &buffer, buffer.count)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        guard let id = uid_t(text.filter { !$0.isWhitespace }), id != uid_t.max else {
            return user(getuid())
        }
        return user(id)
    }
}

/// Has the kernel end this process, and with it its commands, after so long: whatever it hangs in,
/// the locks it holds fall. Whole seconds, at least one.
package func endThisProcess(after deadline: Duration) {
    var alarmed = sigset_t()
    sigemptyset(&alarmed)
    sigaddset(&alarmed, SIGALRM)
    signal(SIGALRM, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &alarmed, nil)
    alarm(UInt32(clamping: max(1, deadline.components.seconds)))
}
