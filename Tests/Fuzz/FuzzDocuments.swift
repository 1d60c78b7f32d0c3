import Apply
import Health
import JSON
import Reconcile
import Release

/// Documents that another turn, another program or another host's operator may have left behind.
extension FuzzTarget {
    /// What turns and looks at the host tell each other: status.json, memory.json and the
    /// rendered configuration.
    func runStatus(_ bytes: [UInt8]) {
        guard let document = parsed(bytes) else { return }
        sameAgain(document, TurnStatus.init, \.json)
        sameAgain(document, HealthMemory.init, \.json)
        var settings = HealthSettings()
        _ = settings.take(document)
    }

    /// What the state folder keeps.
    func runState(_ bytes: [UInt8]) {
        guard let document = parsed(bytes) else { return }
        sameAgain(document, Record.init, \.json)
        sameAgain(document, FollowNotes.init, \.json)
        sameAgain(document, JournalHead.init, \.json)
        sameAgain(document, PersonsWord.init, \.json)
        sameAgain(document, HostPicture.init, \.json)
        sameAgain(document, Envelope.init, \.json)
        _ = Generation(document)
        _ = Testimony(document)
    }

    /// What comes with a release: its manifest, and what tar lists of an archive.
    func runRelease(_ bytes: [UInt8]) {
        if let manifest = ReleaseManifest(bytes: bytes) {
            // Not the same value: without a key, whether it was built from one is not written.
            let again = ReleaseManifest(bytes: manifest.bytes)
            precondition(again?.bytes == manifest.bytes, "what is written is what was read")
        }
        do throws(ArchiveListing.Refusal) {
            let listing = try ArchiveListing(String(decoding: bytes, as: UTF8.self))
            precondition((0...ArchiveListing.bytesMax).contains(listing.bytes), "within its limit")
        } catch {
            precondition(!error.reason.isEmpty, "a refusal says why")
        }
    }

    private func parsed(_ bytes: [UInt8]) -> JSONValue? {
        do throws(JSONError) {
            return try JSONValue.parse(bytes)
        } catch {
            return nil
        }
    }

    private func sameAgain<Value: Equatable>(
        _ document: JSONValue, _ read: (JSONValue) -> Value?, _ written: (Value) -> JSONValue
    ) {
        guard let value = read(document) else { return }
        precondition(read(written(value)) == value, "what is written is what was read")
    }
}
