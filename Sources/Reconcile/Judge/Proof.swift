package import Digest
package import Facts
package import JSON
import UnitFile

/// What a running service of ours says of itself over its control socket.
///
/// Source: design, section 7: `status` carries InvocationID, boot id, build, and the digest of the
/// bytes that were parsed at load.
package struct Testimony: Hashable, Sendable {
    /// InvocationID of the run that answers.
    package var invocation: String
    /// Key of the release that its program came with.
    package var build: String
    /// Over the bytes of its configuration as it parsed them; nil where it reads none.
    package var configuration: String?

    /// Reads the answer to `{"request":"status"}`; nil for anything else.
    package init?(_ json: JSONValue) {
        guard let invocation = json["invocation_id"]?.asString, let build = json["build"]?.asString
        else { return nil }
        self.invocation = invocation
        self.build = build
        configuration = json["configuration_digest"]?.asString
    }
}

/// What a unit has to prove before a commit is healthy (design, promise 8).
package struct Proof: Hashable, Sendable {
    /// It runs a program of ours.
    package let unit: UnitName
    /// The release that it should run.
    package let build: ReleaseKey
    /// Over the configuration that it should have parsed; nil where it reads none.
    package let configuration: ContentDigest?

    /// Why a testimony proves nothing; nil when it proves all of it.
    ///
    /// `status`: the unit as its manager sees it.
    package func failure(of testimony: Reading<Testimony>, _ status: UnitStatus) -> String? {
        switch testimony {
        case .absent: "\(unit) has no control socket"
        case .unreadable(let reason): "\(unit) proves nothing: \(reason)"
        case .present(let testimony): difference(testimony, status)
        }
    }

    private func difference(_ testimony: Testimony, _ status: UnitStatus) -> String? {
        if testimony.invocation != status.invocation {
            return "\(unit): another run answers than the one that is up"
        }
        if testimony.build != build.text {
            return "\(unit) runs build \(testimony.build.prefix(12)), not \(build.text.prefix(12))"
        }
        guard testimony.configuration == configuration.map({ "\($0)" }) else {
            return "\(unit) has parsed another configuration than the one that is wanted"
        }
        return nil
    }
}

extension Desired {
    /// What these units have to prove: those that run a program of ours, stay up, and have a
    /// folder for a control socket (`RuntimeDirectory=v6/STEM`).
    package func proofs(of units: [UnitName]) -> [Proof] {
        units.compactMap { name in
            guard let service = services[name], service.runsRelease, service.state == .running,
                let release, name.kind == .service, service.hasControlSocket(name)
            else { return nil }
            return Proof(unit: name, build: release, configuration: service.configuration?.digest)
        }
    }
}

extension DesiredService {
    fileprivate func hasControlSocket(_ name: UnitName) -> Bool {
        let text = effectiveText
        let folders = text.values("Service", "RuntimeDirectory")
        return folders.joined(separator: " ").split(separator: " ").contains("v6/\(name.stem)")
            && text.value("Service", "Type") != "oneshot"
    }
}
