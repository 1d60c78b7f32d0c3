import CLinux
import Glibc

/// The id of the process that this is.
package func thisProcess() -> Int32 { getpid() }
