import CLinux
import Glibc
import Machine

/// A folder that holds unix sockets; its path may be longer than a socket's address can be.
final class SocketFolder {
    /// Longest path that fits a socket's address (unix(7): 108 bytes with the final NUL).
    static let addressBytesMax = 107
    private static let backlog: Int32 = 64

    private let path: String
    private let number: Int32

    /// Opens a folder by its path as the operating system sees it.
    init(_ path: String) throws(MachineError) {
        self.path = path
        number = v6_openat(AT_FDCWD, path, v6_O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard number >= 0 else { throw MachineError("open", path, .errno(errno)) }
    }

    deinit { close(number) }

    /// A socket that listens under this name.
    func listener(_ name: String) throws(MachineError) -> Int32 {
        let socket = try bound(name, datagrams: false)
        guard listen(socket, Self.backlog) == 0 else {
            throw failure("listen on", name, closing: socket)
        }
        return socket
    }

    /// A socket that receives datagrams under this name, each with its sender's identity.
    func receiver(_ name: String) throws(MachineError) -> Int32 {
        let socket = try bound(name, datagrams: true)
        guard v6_pass_credentials(socket) == 0 else {
            throw failure("receive from", name, closing: socket)
        }
        return socket
    }

    /// A connection to who listens under this name.
    func connection(_ name: String) throws(MachineError) -> Int32 {
        let socket = try made(name, datagrams: false)
        guard v6_unix_connect(socket, number, name) == 0 else {
            throw failure("reach", name, closing: socket)
        }
        return socket
    }

    /// A socket that sends datagrams to who receives under this name.
    func sender(_ name: String) throws(MachineError) -> Int32 {
        let socket = try made(name, datagrams: true)
        guard v6_unix_connect(socket, number, name) == 0 else {
            throw failure("reach", name, closing: socket)
        }
        return socket
    }

    /// The address of a socket as a child of this process can use it while the folder is open.
    func address(_ name: String) -> String {
        let plain = "\(path)/\(name)"
        return plain.utf8.count <= Self.addressBytesMax
            ? plain : "/proc/\(getpid())/fd/\(number)/\(name)"
    }

    private func made(_ name: String, datagrams: Bool) throws(MachineError) -> Int32 {
        let socket = v6_unix_socket(datagrams ? 1 : 0)
        guard socket >= 0 else { throw MachineError("open a socket for", name, .errno(errno)) }
        return socket
    }

    private func bound(_ name: String, datagrams: Bool) throws(MachineError) -> Int32 {
        let socket = try made(name, datagrams: datagrams)
        guard v6_unix_bind(socket, number, name) == 0 else {
            throw failure("bind", name, closing: socket)
        }
        return socket
    }

    private func failure(_ tried: String, _ name: String, closing socket: Int32) -> MachineError {
        let error = MachineError(tried, "\(path)/\(name)", .errno(errno))
        close(socket)
        return error
    }
}
