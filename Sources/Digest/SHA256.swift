/// SHA-256 over bytes that come in pieces.
///
/// Source: FIPS 180-4, sections 4.1.2, 5 and 6.2.
package struct SHA256: Sendable {
    private var state = SIMD8<UInt32>(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
    /// Bytes that do not fill a block yet, at most 63.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    package init() {}

    /// Takes more bytes in.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Takes more bytes in, which are not kept.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var start = 0
        if !rest.isEmpty {
            start = min(64 - rest.count, bytes.count)
            rest.append(contentsOf: bytes[..<start])
            guard rest.count == 64 else { return }
            rest.withUnsafeBytes { compress($0, &state) }
            rest.removeAll(keepingCapacity: true)
        }
        let end = start + (bytes.count - start) / 64 * 64
        if end > start { compress(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), &state) }
        rest.append(contentsOf: bytes[end...])
    }

    /// The digest of all that came in. The hash is left as it was, and may take more.
    package func finish() -> ContentDigest {
        var final = state
        var tail = rest
        tail.append(0x80)
        tail.append(
            contentsOf: repeatElement(0, count: (tail.count <= 56 ? 56 : 120) - tail.count))
        withUnsafeBytes(of: (byteCount &* 8).bigEndian) { tail.append(contentsOf: $0) }
        tail.withUnsafeBytes { compress($0, &final) }
        return ContentDigest(final)
    }
}

/// Works whole blocks of 64 bytes into the state.
private func compress(_ blocks: UnsafeRawBufferPointer, _ state: inout SIMD8<UInt32>) {
    roundConstants.withUnsafeBufferPointer { constants in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            guard let w = schedule.baseAddress, let k = constants.baseAddress else { return }
            for start in stride(from: 0, to: blocks.count, by: 64) {
                spread(blocks, start, w)
                state &+= rounds(state, w, k)
            }
        }
    }
}

/// Fills the schedule of one block: its 16 words, then 48 that follow from them.
@inline(__always)
private func spread(
    _ blocks: UnsafeRawBufferPointer, _ start: Int, _ w: UnsafeMutablePointer<UInt32>
) {
    for index in 0..<16 {
        let word = blocks.loadUnaligned(fromByteOffset: start &+ index &* 4, as: UInt32.self)
        w[index] = UInt32(bigEndian: word)
    }
    for index in 16..<64 {
        let (a, b) = (w[index &- 15], w[index &- 2])
        let early = turned(a, 7) ^ turned(a, 18) ^ (a &>> 3)
        let late = turned(b, 17) ^ turned(b, 19) ^ (b &>> 10)
        w[index] = w[index &- 16] &+ early &+ w[index &- 7] &+ late
    }
}

/// The 64 rounds of one block; eight a step, so that no value has to move to its neighbour.
@inline(__always)
private func rounds(
    _ start: SIMD8<UInt32>, _ w: UnsafeMutablePointer<UInt32>, _ k: UnsafePointer<UInt32>
) -> SIMD8<UInt32> {
    var (a, b, c, d) = (start[0], start[1], start[2], start[3])
    var (e, f, g, h) = (start[4], start[5], start[6], start[7])
    for i in stride(from: 0, to: 64, by: 8) {
        round(a, b, c, &d, e, f, g, &h, w[i] &+ k[i])
        round(h, a, b, &c, d, e, f, &g, w[i &+ 1] &+ k[i &+ 1])
        round(g, h, a, &b, c, d, e, &f, w[i &+ 2] &+ k[i &+ 2])
        round(f, g, h, &a, b, c, d, &e, w[i &+ 3] &+ k[i &+ 3])
        round(e, f, g, &h, a, b, c, &d, w[i &+ 4] &+ k[i &+ 4])
        round(d, e, f, &g, h, a, b, &c, w[i &+ 5] &+ k[i &+ 5])
        round(c, d, e, &f, g, h, a, &b, w[i &+ 6] &+ k[i &+ 6])
        round(b, c, d, &e, f, g, h, &a, w[i &+ 7] &+ k[i &+ 7])
    }
    return SIMD8(a, b, c, d, e, f, g, h)
}

@inline(__always)
private func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
) {
    let chosen = g ^ (e & (f ^ g))
    let first = h &+ (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) &+ chosen &+ input
    let majority = (a & b) | (c & (a | b))
    d = d &+ first
    h = first &+ (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) &+ majority
}

@inline(__always)
private func turned(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 &- count)
}

private let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
]
