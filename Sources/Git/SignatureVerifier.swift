package import Facts
package import Machine

/// The keys that a host allows, as bytes that were read from its own files and nowhere else.
package struct AllowedKeys: Hashable, Sendable {
    /// A file as ssh-keygen(1) has it under ALLOWED SIGNERS; empty allows nobody.
    package var signers: [UInt8]
    /// Keys of ssh that are revoked: a list of public keys, or a KRL; nil for none.
    package var revoked: [UInt8]?
    /// A keyring of gpg's, each of whose keys is allowed; nil allows nobody.
    package var keyring: [UInt8]?

    package init(signers: [UInt8] = [], revoked: [UInt8]? = nil, keyring: [UInt8]? = nil) {
        self.signers = signers
        self.revoked = revoked
        self.keyring = keyring
    }
}

/// Judges signatures of commits.
package protocol SignatureVerifier: Sendable {
    /// What is found of a commit's signature, by keys that were valid at a time.
    ///
    /// `atUs`: microseconds since 1970; no date that stands in the commit is asked.
    /// Throws `GitError` when a program that judges could not be run.
    func verdict(
        on commit: CommitObject, by keys: AllowedKeys, atUs: Int64
    ) throws(GitError) -> SignatureVerdict
}

/// The real kind: ssh-keygen and gpg, given all that they read as files without a name, so that
/// nothing can be changed between a look at it and its use.
package struct SignaturePrograms: SignatureVerifier {
    private static let deadline: Duration = .seconds(20)
    private static let outputBytesMax = 1 << 20
    /// One key may stand for so many names.
    private static let principalsMax = 16

    private let commands: any CommandRunner
    private let account: GitAccount

    package init(commands: any CommandRunner, account: GitAccount = .caller) {
        self.commands = commands
        self.account = account
    }

    package func verdict(
        on commit: CommitObject, by keys: AllowedKeys, atUs: Int64
    ) throws(GitError) -> SignatureVerdict {
        switch commit.signature {
        case .none: return .unsigned
        case .unusable(let reason): return .bad(reason)
        case .ssh(let signature): return try ssh(signature, commit.payload, keys, atUs)
        case .openPGP(let signature): return try openPGP(signature, commit.payload, keys, atUs)
        }
    }

    private func ssh(
        _ signature: [UInt8], _ payload: [UInt8], _ keys: AllowedKeys, _ atUs: Int64
    ) throws(GitError) -> SignatureVerdict {
        let (allowed, signed, revoked) = (Self.file(3), Self.file(4), Self.file(5))
        let time = "-Overify-time=" + Self.time(atUs)
        let attached = [keys.signers, signature]
        let found = try keygen(
            ["-Y", "find-principals", "-f", allowed, "-s", signed, time], [], attached)
        var words = found.errorText
        for principal in Self.principals(found) {
            let verify = [
                "-Y", "verify", "-n", "git", "-f", allowed, "-I", principal, "-s", signed, time,
            ]
            let result = try keygen(verify, payload, attached)
            words += result.errorText
            guard result.succeeded else { continue }
            guard let bytes = keys.revoked else { return .good(signer: principal) }
            let last = try keygen(verify + ["-r", revoked], payload, attached + [bytes])
            return last.succeeded ? .good(signer: principal) : .revoked(principal)
        }
        return try failure(signature, payload, words)
    }

    /// Why no key took it: the signature itself is wrong, or it is of no key that is allowed now.
    private func failure(
        _ signature: [UInt8], _ payload: [UInt8], _ words: String
    ) throws(GitError) -> SignatureVerdict {
        let alone = try keygen(
            ["-Y", "check-novalidate", "-n", "git", "-s", Self.file(3)], payload, [signature])
        guard alone.succeeded else {
            let lines = alone.errorText.split(separator: "\n")
            return .bad(CommitObject.plain(String(lines.first ?? "it does not verify")))
        }
        let key = alone.outputText.split(separator: " ").last.map {
            CommitObject.plain(String($0.prefix { !$0.isNewline }))
        }
        let isOutside = words.contains("key has expired") || words.contains("not yet valid")
        return isOutside ? .expired(key) : .unknownKey(key)
    }

    private static func principals(_ found: CommandResult) -> [String] {
        guard found.succeeded else { return [] }
        let names = found.outputText.split { $0.isNewline || $0 == "," }
            .map(String.init).filter { !$0.isEmpty && !$0.hasPrefix("!") && !$0.hasPrefix("-") }
        return Array(names.prefix(principalsMax))
    }

    private func openPGP(
        _ signature: [UInt8], _ payload: [UInt8], _ keys: AllowedKeys, _ atUs: Int64
    ) throws(GitError) -> SignatureVerdict {
        guard let keyring = keys.keyring else { return .unknownKey("this host allows none of gpg") }
        let seconds = WallTime(us: atUs).seconds
        let result = try run(
            "/usr/bin/gpg",
            [
                // Of its own nothing is read or written: no settings, no trust, no lock.
                "--homedir", "/nonexistent", "--no-options", "--batch", "--no-tty",
                "--trust-model", "always", "--no-auto-check-trustdb", "--no-auto-key-retrieve",
                "--disable-dirmngr", "--lock-never", "--ignore-time-conflict",
                "--no-default-keyring", "--keyring", Self.file(3),
                "--faked-system-time", "\(seconds)!", "--status-fd", "1",
                "--verify", Self.file(4), "-",
            ], payload, [keyring, signature])
        return OpenPGPStatus(result.outputText, hasSucceeded: result.succeeded).verdict
    }

    private func keygen(
        _ arguments: [String], _ input: [UInt8], _ attached: [[UInt8]]
    ) throws(GitError) -> CommandResult {
        try run("/usr/bin/ssh-keygen", arguments, input, attached)
    }

    private func run(
        _ program: String, _ arguments: [String], _ input: [UInt8], _ attached: [[UInt8]]
    ) throws(GitError) -> CommandResult {
        var command = Command(
            program, arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"],
            input: input, deadline: Self.deadline, outputBytesMax: Self.outputBytesMax)
        command.attached = attached
        command.account = account.numbers
        let result: CommandResult
        do throws(MachineError) {
            result = try commands.run(command)
        } catch {
            throw GitError("verify", "a signature", error.description)
        }
        switch result.ending {
        case .exited: return result
        case .hung: throw GitError("verify", "a signature", "\(program) hung")
        case .flooded, .signalled:
            throw GitError("verify", "a signature", "\(program) ended with \(result.ending)")
        }
    }

    private static func file(_ number: Int) -> String { "/proc/self/fd/\(number)" }

    /// As ssh-keygen takes a time, in UTC: `20260921201500Z`.
    private static func time(_ us: Int64) -> String {
        WallTime(us: us).description.filter(\.isNumber) + "Z"
    }
}
