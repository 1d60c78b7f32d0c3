/// HMAC with SHA-256: a digest that only who has the key can make, or try guesses against.
///
/// Source: RFC 2104, section 2.
package func keyedDigest(of bytes: [UInt8], key: [UInt8]) -> ContentDigest {
    let blockBytes = 64
    var block = key.count > blockBytes ? ContentDigest.of(key).bytes : key
    block += [UInt8](repeating: 0, count: blockBytes - block.count)
    var inner = SHA256()
    inner.update(block.map { $0 ^ 0x36 })
    inner.update(bytes)
    var outer = SHA256()
    outer.update(block.map { $0 ^ 0x5c })
    outer.update(inner.finish().bytes)
    return outer.finish()
}
