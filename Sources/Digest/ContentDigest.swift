/// The SHA-256 of some bytes: equal digests stand for equal bytes.
package struct ContentDigest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The digest as eight big-endian words would spell it, four to a stored word.
    private let words: SIMD4<UInt64>

    init(_ state: SIMD8<UInt32>) {
        words = SIMD4(
            UInt64(state[0]) << 32 | UInt64(state[1]), UInt64(state[2]) << 32 | UInt64(state[3]),
            UInt64(state[4]) << 32 | UInt64(state[5]), UInt64(state[6]) << 32 | UInt64(state[7]))
    }

    /// Reads 64 lower-case hexadecimal digits; nil for anything else.
    package init?(hex: String) {
        self.init(hexDigits: Array(hex.utf8)[...])
    }

    /// Reads 64 lower-case hexadecimal digits from ASCII; nil for anything else.
    package init?(hexDigits digits: ArraySlice<UInt8>) {
        guard digits.count == 64 else { return nil }
        var words = SIMD4<UInt64>()
        let areDigits = digits.withUnsafeBytes { digits in
            (0..<4).allSatisfy { index in
                let word = Self.word(
                    digits.loadUnaligned(fromByteOffset: index * 16, as: SIMD16<UInt8>.self))
                words[index] = word ?? 0
                return word != nil
            }
        }
        guard areDigits else { return nil }
        self.words = words
    }

    /// Sixteen digits at once: manifests have one digest for each of 10,000 files.
    private static func word(_ digits: SIMD16<UInt8>) -> UInt64? {
        let numbers = digits &- UInt8(ascii: "0")
        let letters = digits &- UInt8(ascii: "a")
        let areLetters = letters .< 6
        guard all(areLetters .| (numbers .< 10)) else { return nil }
        let values = numbers.replacing(with: letters &+ 10, where: areLetters)
        let bytes = values.evenHalf &<< 4 | values.oddHalf
        return UInt64(bigEndian: unsafeBitCast(bytes, to: UInt64.self))
    }

    /// A digest from the words that `fourWords` gave.
    package init(words: [UInt64]) {
        precondition(words.count == 4, "a digest has four words")
        self.words = SIMD4(words[0], words[1], words[2], words[3])
    }

    /// The digest as four words, the first digits in the first.
    package var fourWords: [UInt64] { [words[0], words[1], words[2], words[3]] }

    /// The digest of these bytes.
    package static func of(_ bytes: [UInt8]) -> ContentDigest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of the text's UTF-8 bytes.
    package static func of(_ text: String) -> ContentDigest { of(Array(text.utf8)) }

    /// 64 lower-case hexadecimal digits.
    package var description: String {
        (0..<4).reduce(into: "") { text, index in
            let digits = String(words[index], radix: 16)
            text += String(repeating: "0", count: 16 - digits.count) + digits
        }
    }

    /// Its 32 bytes, as FIPS 180-4 orders them.
    package var bytes: [UInt8] {
        (0..<4).flatMap { index in withUnsafeBytes(of: words[index].bigEndian) { Array($0) } }
    }

    /// The first seven digits, for eyes only.
    package var short: String { String(description.prefix(7)) }

    package static func < (left: ContentDigest, right: ContentDigest) -> Bool {
        for index in 0..<4 where left.words[index] != right.words[index] {
            return left.words[index] < right.words[index]
        }
        return false
    }
}
