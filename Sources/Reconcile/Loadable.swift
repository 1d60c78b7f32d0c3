package import Digest
import Facts
package import UnitFile

/// What a unit's program loads when it starts.
package struct Loadable: Hashable, Sendable {
    /// Unit file and drop-ins.
    package var text: UnitText
    /// Of the rendered configuration; nil where there is none.
    package var configuration: ContentDigest?
    /// The release behind its link; nil where it runs none.
    package var release: String?

    package init(text: UnitText, configuration: ContentDigest? = nil, release: String? = nil) {
        self.text = text
        self.configuration = configuration
        self.release = release
    }

    /// Over all whose change asks for a restart. Files are compared as they are read, not byte by
    /// byte: a comment changes nothing.
    package var digest: ContentDigest {
        var words = UnitMeaning(text).words
        words.append("configuration \(configuration.map { "\($0)" } ?? "none")")
        words.append("release \(release ?? "none")")
        return .of(words.joined(separator: "\n"))
    }

    /// Over all whose change asks for a reload.
    package var reloadDigest: ContentDigest {
        .of(UnitMeaning(text).reloadTriggers.joined(separator: "\n"))
    }
}

extension DesiredService {
    /// Unit file and drop-ins as they are read together.
    package var effectiveText: UnitText {
        dropIns.isEmpty
            ? text : text.merging(dropIns.keys.sorted().compactMap { dropInTexts[$0] })
    }
}

extension Desired {
    /// What a start of the unit should load.
    package func loadable(of service: DesiredService) -> Loadable {
        Loadable(
            text: service.effectiveText, configuration: service.configuration?.digest,
            release: service.runsRelease ? release?.text ?? "none" : nil)
    }
}
