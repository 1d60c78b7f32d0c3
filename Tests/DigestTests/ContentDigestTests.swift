import Digest
import TestKit
import Testing

private let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

@Test func aDigestIsReadBackFromItsDigits() {
    #expect(ContentDigest(hex: text) == ContentDigest.of("abc"))
    #expect(ContentDigest(hex: text)?.description == text)
    #expect(ContentDigest(hex: String(repeating: "0", count: 64))?.short == "0000000")
    #expect(ContentDigest.of("abc").short == "ba7816b")
}

@Test func whatIsNoDigestIsRefused() {
    #expect(ContentDigest(hex: "") == nil)
    #expect(ContentDigest(hex: String(text.dropLast())) == nil)
    #expect(ContentDigest(hex: text + "0") == nil)
    #expect(ContentDigest(hex: text.uppercased()) == nil)
    #expect(ContentDigest(hex: text.replacing("b", with: "g")) == nil)
    #expect(ContentDigest(hex: String(text.dropLast(2)) + "é") == nil)
}

@Test func digestsAreOrderedAsTheirDigitsAre() {
    var random = Dice(seed: 5)
    let digests = (0..<200).map { _ in ContentDigest.of(String(random.next())) }
    #expect(digests.sorted().map(\.description) == digests.map(\.description).sorted())
}
