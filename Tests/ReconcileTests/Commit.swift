import Digest
import Facts
import Reconcile
import YAML

/// A commit of a few texts, to read desired state from.
struct Commit {
    var environment = "paper"
    /// By name below `desired/`.
    var documents: [String: String] = [:]
    /// By path below `systemd/`.
    var units: [String: String] = [:]
    /// Names below `desired/files/`.
    var files: [String] = ["README"]
    /// The host's overriding variables.
    var variables: String?

    /// The environment's own document alone.
    init(_ text: String, environment: String = "paper") {
        self.environment = environment
        documents = ["\(environment).yaml": text]
    }

    var checkout: Checkout {
        var texts: [String: [UInt8]] = [:]
        for (name, text) in documents { texts["desired/\(name)"] = Array(text.utf8) }
        for (name, text) in units { texts["systemd/\(name)"] = Array(text.utf8) }
        var entries = texts.mapValues { Checkout.Entry(digest: .of($0), size: $0.count) }
        for name in files {
            entries["desired/files/\(name)"] = Checkout.Entry(
                digest: .of(name), size: name.utf8.count)
        }
        let secrets = texts.sorted { $0.key < $1.key }.flatMap {
            Reconcile.secrets(in: $0.value, path: $0.key)
        }
        return Checkout(entries: entries, texts: texts, secrets: secrets)
    }

    private var variablesSource: YAMLSource? {
        variables.map { YAMLSource(name: HostVariables.path, bytes: Array($0.utf8)) }
    }

    func resolve(isRecorded: Bool = false) throws(YAMLFaults) -> Resolution {
        try resolveDesired(
            environment, from: checkout, roots: HostSettings.defaultRoots,
            variables: variablesSource, isRecorded: isRecorded)
    }

    func read() throws -> Desired { try resolve().desired }

    /// The whole complaint as an operator sees it; empty when there is none.
    var complaint: String {
        do throws(YAMLFaults) {
            _ = try resolve()
            return ""
        } catch {
            let sources = checkout.sources + [variablesSource].compactMap(\.self)
            return error.faults.map { describe($0, in: sources) + "\n" }.joined()
        }
    }

    /// Every value that holds, with what says so.
    func shown() throws -> String {
        try resolve().values.map { "\($0.text)  # \($0.originText)\n" }.joined()
    }

    static func service(_ more: String = "", unit: String = "") -> String {
        """
        [Unit]
        \(unit)
        [Service]
        ExecStart=/bin/true
        \(more)
        [Install]
        WantedBy=multi-user.target

        """
    }
}
