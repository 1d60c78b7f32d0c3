import Digest
import Facts
import JSON
import Release
import TestKit
import Testing

@Suite struct ManifestTests {
    @Test func theFileInSourcesSaysWhatThisBuildMakesAndWrites() {
        let text = String(decoding: ReleaseManifest.own.bytes, as: UTF8.self)
        #expect(differenceFromKept(text, "../../../Sources/manifest.json") == nil)
    }

    @Test func aManifestIsReadBackAsItWasWritten() {
        var manifest = ReleaseManifest.own
        manifest.key = String(repeating: "a", count: 40)
        for name in manifest.programs { manifest.digests[name] = .of(name) }
        #expect(ReleaseManifest(bytes: manifest.bytes) == manifest)
        manifest.formats = nil
        #expect(ReleaseManifest(bytes: manifest.bytes) == manifest)
    }

    @Test func aManifestOfAnotherShapeIsNone() {
        for text in [
            "[]", "{", #"{"programs": 1}"#, #"{"programs": [1]}"#, #"{"programs": {"a": "b"}}"#,
            #"{"formats": []}"#, #"{"formats": {"a": 1}}"#,
            #"{"formats": {"a": {"reads": ["1"], "writes": 1}}}"#,
        ] {
            #expect(ReleaseManifest(bytes: Array(text.utf8)) == nil, "\(text)")
        }
    }
}
