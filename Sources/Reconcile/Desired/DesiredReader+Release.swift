import Digest
import YAML

extension DesiredReader {
    /// Where programs come from, and what of it contradicts itself or the environment.
    mutating func readRelease() {
        if let release = node["release"] {
            checkRelease(release)
            desired.programs.hasNoWayBack = release.truth("no_way_back") ?? false
            if release["build"] != nil { desired.programs.origin = .host }
            if let artifact = release["artifact"]?.text,
                let sha256 = release["sha256"]?.text.flatMap({ ContentDigest(hex: $0) })
            {
                desired.programs.origin = .artifact(artifact, sha256: sha256)
            }
        }
        checkProduction()
    }

    private mutating func checkRelease(_ node: YAMLNode) {
        let (build, artifact) = (node["build"], node["artifact"])
        if let build, artifact != nil {
            fault(build.mark, "release has a build and an artifact", "remove one of the two")
        }
        if let artifact, node["sha256"] == nil {
            fault(artifact.mark, "release.artifact has no sha256", "write sha256: of its bytes")
        }
        if let artifact, let text = artifact.text, !isArtifact(text) {
            fault(
                artifact.mark, "release.artifact is '\(text)', no place that one is taken from",
                "write an absolute path, or an https:// or file:// address")
        }
        if let sha256 = node["sha256"], artifact == nil {
            fault(sha256.mark, "release.sha256 goes with artifact:", "remove it")
        }
        if let build, environment == "production" {
            fault(
                build.mark, "nothing is built on a host in production",
                "write artifact: and sha256:")
        }
    }

    /// Building runs code of the repository and takes the processor from trading.
    private mutating func checkProduction() {
        guard environment == "production", node["release"]?["artifact"] == nil,
            node["release"]?["build"] == nil,
            let unit = node["services"]?.entries.first(where: {
                $0.value.truth("release") == true
            })
        else { return }
        fault(
            unit.value["release"]?.mark ?? unit.keyMark,
            "\(unit.key) runs a program of ours, and no artifact is named",
            "production takes artifacts only: write release: {artifact: PLACE, sha256: DIGEST}")
    }
}

/// An absolute path, or an address that curl(1) is given; nothing in it needs a second thought.
func isArtifact(_ text: String) -> Bool {
    guard text.utf8.count <= 2_048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
        return false
    }
    for scheme in ["https://", "file:///"] where text.hasPrefix(scheme) {
        return text.utf8.count > scheme.utf8.count
    }
    return text.hasPrefix("/") && text.utf8.count > 1
}
