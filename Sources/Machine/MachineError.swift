import CLinux
import Glibc

/// Something that the machine would not do: what was tried, on what, and how it ended.
package struct MachineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel's number, or a sentence where it has none.
    package enum Ending: Hashable, Sendable {
        /// The system's error number.
        case errno(Int32)
        /// No error number fits; one sentence says what was found.
        case found(String)
    }

    /// What was tried, as a verb: `write`, `open`, `lock`.
    package let tried: String
    /// What it was tried on: a path, or a program.
    package let subject: String
    package let ending: Ending

    package init(_ tried: String, _ subject: String, _ ending: Ending) {
        self.tried = tried
        self.subject = subject
        self.ending = ending
    }

    package var description: String { "cannot \(tried) \(subject): \(reason)" }

    /// How it ended, in words.
    package var reason: String {
        switch ending {
        case .errno(ELOOP): "a link is in the way"
        case .errno(let number): String(cString: strerror(number))
        case .found(let sentence): sentence
        }
    }

    /// Whether the error is that the thing, or a folder above it, is not there.
    package var isAbsence: Bool { ending == .errno(ENOENT) }

    /// There is something of another kind than what was opened: no folder, or a link to one.
    package var isOfAnotherKind: Bool { ending == .errno(ENOTDIR) || ending == .errno(ELOOP) }
}

/// Runs a call that answers -1 with errno, again while it is interrupted.
///
/// - Returns: the call's answer.
/// - Throws: `MachineError` with errno.
@discardableResult
func checked(
    _ tried: String, _ subject: @autoclosure () -> String, _ call: () -> Int
) throws(MachineError) -> Int {
    while true {
        let answer = call()
        if answer >= 0 { return answer }
        let number = errno
        if number != EINTR { throw MachineError(tried, subject(), .errno(number)) }
    }
}

/// A descriptor that closes itself.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }
}
