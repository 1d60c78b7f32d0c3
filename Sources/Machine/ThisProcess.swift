import CLinux
import Glibc

/// The id of the process that this is.
package func thisProcess() -> Int32 { getpid() }

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
