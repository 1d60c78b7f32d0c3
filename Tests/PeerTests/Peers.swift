import Glibc
import JSON
import Machine
import Numbers
import TWS

/// Why the libraries could not be asked.
struct PeerError: Error, CustomStringConvertible {
    let description: String
}

/// The scripts of `Tests/Peers`, run with the libraries.
enum Peers {
    /// The first use installs them from PyPI.
    private static let deadline: Duration = .seconds(300)

    private static let folder =
        "\(#filePath)".split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Peers"

    /// The lines that a script prints for what it is given, each a value.
    static func lines(of script: String, given input: [UInt8]) throws -> [JSONValue] {
        let result = try run(script, given: input)
        guard result.succeeded else {
            throw PeerError(description: "\(script): \(result.ending)\n\(result.errorText)")
        }
        return try result.output.split(separator: 0x0a).map { try JSONValue.parse(Array($0)) }
    }

    /// `arguments`: of the script; the place of the input where there is none.
    static func run(
        _ script: String, given input: [UInt8], arguments: [String] = ["/proc/self/fd/3"],
        environment: [String: String] = [:]
    ) throws -> CommandResult {
        var command = Command(
            folder + "/python", [folder + "/" + script] + arguments,
            environment: inherited.merging(environment) { $1 }, deadline: deadline)
        command.attached = [input]
        return try SpawnedCommands().run(command)
    }

    /// What Python and pip need of the caller's environment: where it is, and how PyPI is reached.
    private static var inherited: [String: String] {
        let names = [
            "PATH", "HOME", "V6_PEERS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy",
            "https_proxy", "no_proxy", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_TRUSTED_HOST",
            "PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE",
        ]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                getenv(name).map { (name, String(cString: $0)) }
            })
    }
}

/// What the libraries made of some messages.
struct Hearing {
    /// For each message what changed, by path; by library what was there before.
    let heard: [[Library: [String: JSONValue]]]
    let before: [Library: [String: JSONValue]]

    /// Asks the libraries to read these payloads, each with its length before it.
    init(of frames: [[UInt8]]) throws {
        var lines = try Peers.lines(of: "decode.py", given: frames.flatMap(\.self))
            .map(Self.byLibrary)
        guard let last = lines.popLast(), lines.count == frames.count else {
            throw PeerError(description: "\(lines.count) answers for \(frames.count) frames")
        }
        heard = lines
        before = last
    }

    /// Every value that a library has otherwise than it should, as text.
    func differences(_ place: Int, from message: Reply) -> [String] {
        Library.allCases.flatMap { library in
            let (found, wanted) = (heard[place][library] ?? [:], message.calls(library).values)
            let wrong = wanted.compactMap { path, told -> String? in
                let value = found[path] ?? before[library]?[path]
                if told.agrees(with: value) { return nil }
                return "\(library.rawValue): \(path): \(told), not \(value?.text() ?? "absent")"
            }
            // A table that forgets an attribute lets nothing slip by.
            let unasked = found.keys.filter { wanted[$0] == nil }.map {
                "\(library.rawValue): \($0): \(found[$0]?.text() ?? "") was not expected"
            }
            return wrong.sorted() + unasked.sorted()
        }
    }

    private static func byLibrary(_ line: JSONValue) -> [Library: [String: JSONValue]] {
        var told: [Library: [String: JSONValue]] = [:]
        for library in Library.allCases {
            let members = line[library.rawValue]?.asObject?.members ?? []
            told[library] = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
        }
        return told
    }
}
