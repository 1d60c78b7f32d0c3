import Digest
import Glibc
import TestKit
import Testing

/// Examples of FIPS 180-4 and of NIST's CAVP short messages.
@Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
            + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
])
func theStandardsExamplesHaveTheirDigests(_ text: String, _ digest: String) {
    #expect(ContentDigest.of(text).description == digest)
    #expect(ContentDigest.of(Array(text.utf8)).description == digest)
}

@Test func aMillionLettersHaveTheStandardsDigest() {
    let digest = ContentDigest.of([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    #expect(
        digest.description == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
}

@Test func theDigestDoesNotDependOnWhereTheBytesAreCut() {
    var random = Dice(seed: 1)
    let bytes = (0..<300).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    let whole = ContentDigest.of(bytes)
    for cut in 0...bytes.count {
        var hash = SHA256()
        hash.update(Array(bytes[..<cut]))
        bytes[cut...].withUnsafeBytes { hash.update($0) }
        #expect(hash.finish() == whole, "cut at \(cut)")
    }
    var hash = SHA256()
    for byte in bytes { hash.update([byte]) }
    #expect(hash.finish() == whole)
}

@Test func everyLengthAroundABlockHasADigestOfItsOwn() {
    let digests = (0...200).map { ContentDigest.of([UInt8](repeating: 0, count: $0)) }
    #expect(Set(digests).count == digests.count)
}

@Test func aMillionBytesHaveTheDigestThatAnotherProgramFinds() throws {
    var random = Dice(seed: 3)
    let bytes = (0..<1_000_003).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    var template = Array("/var/tmp/v6-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    let pipe = try #require(popen("sha256sum \(path)", "r"))
    defer { pclose(pipe) }
    var answer = [UInt8](repeating: 0, count: 64)
    try #require(fread(&answer, 1, 64, pipe) == 64)
    #expect(ContentDigest.of(bytes).description == String(decoding: answer, as: UTF8.self))
}
