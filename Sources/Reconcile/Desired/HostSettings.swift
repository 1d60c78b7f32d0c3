package import Facts
package import YAML

/// The host's own file, `/etc/v6-reconcile/host.yaml`: the trust root, which no commit can change.
package struct HostSettings: Hashable, Sendable {
    /// Below the root; design, section 7.
    package static let path = "/etc/v6-reconcile/host.yaml"
    /// The only ones that desired state may be written for.
    package static let environments = ["sandbox", "paper", "production"]
    /// Where a commit may write when the file does not say; design, section 5.
    package static let rootsDefault = [
        "/etc/v6", "/etc/systemd/system", "/opt/v6", "/var/lib/v6", "/srv",
    ]
    /// How many removals one turn may make when the file does not say.
    package static let deletionsMaxDefault = 10

    /// One of `environments`, or what the file says instead: that is judged where it is used.
    package var environment: String
    /// Repositories in the order in which they are asked; empty where the file names none.
    package var repositories: [String]
    package var branch: String
    package var roots: [HostPath]
    /// Whose commits may act here.
    package var signatures: SignatureSettings
    package var deletionsMax: Int
    /// The host's overriding variables, at `HostVariables.path`; nil where it has none.
    package var variables: YAMLSource?
    /// What proves the clock.
    package var clock: ClockProof = .kernel
    /// What a build on this host is given.
    package var build = Build()

    package init(
        environment: String, repositories: [String] = [], branch: String = "main",
        roots: [HostPath] = defaultRoots, signaturesRequired: Bool? = nil,
        deletionsMax: Int = deletionsMaxDefault
    ) {
        self.environment = environment
        self.repositories = repositories
        self.branch = branch
        self.roots = roots
        signatures = SignatureSettings(
            required: signaturesRequired ?? (environment != "sandbox"))
        self.deletionsMax = deletionsMax
    }

    /// Whether a commit has to be signed by an allowed key before it acts.
    package var signaturesRequired: Bool { signatures.required }

    /// Where a sandbox looks units' programs up below its own folder: wherever a commit may put
    /// them, and where releases are.
    package var programRoots: [HostPath] {
        roots + [Self.hostPath(Layout.releases)?.parent].compactMap(\.self)
    }

    /// Used where the file names no roots.
    package static var defaultRoots: [HostPath] { rootsDefault.compactMap(Self.hostPath) }

    private static func hostPath(_ text: String) -> HostPath? {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            return nil
        }
    }

    /// Reads the file.
    ///
    /// `environmentDefault`: used where the file names none; nil makes that a fault.
    /// Throws `YAMLFaults`, all of them at once.
    package static func read(
        _ source: YAMLSource, environmentDefault: String?
    ) throws(YAMLFaults) -> HostSettings {
        let node = try source.parse()
        var faults: [YAMLFault] = []
        let settings = read(node, environmentDefault, &faults)
        if let faults = YAMLFaults(faults.sorted()) { throw faults }
        return settings
    }

    private static func read(
        _ node: YAMLNode, _ environmentDefault: String?, _ faults: inout [YAMLFault]
    ) -> HostSettings {
        let fields = Fields(node, known: table.map(\.key), place: "host.yaml", &faults)
        var settings = HostSettings(environment: environmentDefault ?? "")
        if let name = fields.text("environment", "host.yaml", &faults) {
            settings.environment = name
            checkEnvironment(name, fields.node("environment")?.mark ?? node.mark, &faults)
        } else if environmentDefault == nil {
            faults.append(
                YAMLFault(
                    mark: node.mark, problem: "environment is missing",
                    suggestion: "write environment: \(environments.joined(separator: " or "))"))
        }
        settings.repositories = texts(fields.node("repository"), "repository", &faults)
        settings.branch = fields.text("branch", "host.yaml", &faults) ?? settings.branch
        if let roots = fields.node("roots") { settings.roots = paths(roots, &faults) }
        settings.signatures = SignatureSettings.read(
            fields.node("signatures"), requiredDefault: settings.environment != "sandbox", &faults)
        settings.deletionsMax =
            fields.integer("deletions_max", in: 0...deletionsMaxLimit, "host.yaml", &faults)
            ?? settings.deletionsMax
        settings.build = build(fields.node("build"), &faults)
        settings.clock = fields.word("clock", ClockProof.self, "host.yaml", &faults) ?? .kernel
        return settings
    }

    /// Who says that the host's clock is right.
    package enum ClockProof: String, Hashable, Sendable, CaseIterable { case kernel, chrony, ib }

    private static func checkEnvironment(
        _ name: String, _ mark: YAMLMark, _ faults: inout [YAMLFault]
    ) {
        if environments.contains(name) { return }
        let words = environments.joined(separator: ", ")
        faults.append(
            YAMLFault(
                mark: mark, problem: "host.yaml.environment is '\(name)', not one of \(words)",
                suggestion: didYouMean(name, among: environments)))
    }

    /// One text, or a list of them.
    private static func texts(
        _ node: YAMLNode?, _ place: String, _ faults: inout [YAMLFault]
    ) -> [String] {
        guard let node else { return [] }
        let nodes = if case .sequence(let list) = node.value { list } else { [node] }
        return nodes.compactMap { node in
            if case .scalar(let scalar) = node.value, !node.isNull, !scalar.text.hasPrefix("-") {
                return scalar.text
            }
            faults.append(mistyped(node, place, "a git URL, or a list of them"))
            return nil
        }
    }

    private static func paths(_ node: YAMLNode, _ faults: inout [YAMLFault]) -> [HostPath] {
        guard case .sequence(let list) = node.value else {
            faults.append(mistyped(node, "roots", "a list of folders"))
            return []
        }
        return list.compactMap { node in
            guard case .scalar(let scalar) = node.value else {
                faults.append(mistyped(node, "roots", "a list of folders"))
                return nil
            }
            do throws(BadPath) {
                return try HostPath(scalar.text)
            } catch {
                faults.append(
                    YAMLFault(mark: node.mark, problem: error.description, suggestion: nil))
                return nil
            }
        }
    }
}
