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
        return Checkout(entries: entries, texts: texts)
    }

    func read() throws -> Desired {
        try readDesired(environment, from: checkout, roots: HostSettings.defaultRoots)
    }

    /// The whole complaint as an operator sees it; empty when there is none.
    var complaint: String {
        do throws(YAMLFaults) {
            _ = try readDesired(environment, from: checkout, roots: HostSettings.defaultRoots)
            return ""
        } catch {
            return error.faults.map { describe($0, in: checkout.sources) + "\n" }.joined()
        }
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
