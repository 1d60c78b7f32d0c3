import Digest
import Facts
import UnitFile

/// What is gathered for one unit while it is planned; all of it stands together in the plan.
struct UnitGroup {
    let name: UnitName
    let service: DesiredService
    let status: UnitStatus
    /// The unit file is not there yet.
    var isNew = false
    /// The service manager has to read what was written.
    var needsLoading = false
    /// When anything that a start loads last changed, in microseconds since 1970.
    var changedUs: Int64 = 0
    /// What a start would load of the host as it is.
    var onDisk = OnDisk()
    var details: [String] = []
    /// Before anything is written: what goes.
    var stops: [Step] = []
    var writes: [Step] = []
    /// Masks and links by which it is enabled, after the service manager has read its files.
    var links: [Step] = []
    /// What becomes of the unit at last.
    var acts: [Step] = []
    var effect = Change.Effect.none
    /// Its link is to lead to another release, or to one for the first time.
    var bringsRelease = false
    /// What it runs differs from what it should run.
    var isStale = false

    init(name: UnitName, service: DesiredService, status: UnitStatus) {
        self.name = name
        self.service = service
        self.status = status
    }

    var address: Address { .unit(name) }

    /// In the order in which they run: stop, write, load, link, then reload, restart or start.
    var steps: [Step] {
        stops + writes + (needsLoading ? [.loadUnitFiles] : []) + links + acts
    }

    /// What a start would load of the host as it is; nil when that is not known.
    var loadable: Loadable? {
        guard let texts = onDisk.texts, let configuration = onDisk.configuration else { return nil }
        guard let first = texts.first else { return nil }
        return Loadable(
            text: first.merging(Array(texts.dropFirst())),
            configuration: configuration.digest, release: onDisk.release)
    }

    /// Parts of what lies on the disk, as they are read one after another.
    struct OnDisk {
        /// A rendered configuration as it was found.
        enum Configuration {
            case none
            case wanted(ContentDigest)

            var digest: ContentDigest? {
                if case .wanted(let digest) = self { digest } else { nil }
            }
        }

        /// Unit file, then drop-ins; nil when one of them cannot be read.
        var texts: [UnitText]? = []
        /// Nil when it is not what is wanted.
        var configuration: Configuration? = Configuration.none
        var release: String?

        mutating func add(_ text: UnitText?) {
            if let text { texts?.append(text) } else { texts = nil }
        }
    }
}
