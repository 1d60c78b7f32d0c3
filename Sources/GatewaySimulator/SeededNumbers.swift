/// Numbers that a seed decides, the same on every machine.
///
/// Source: SplitMix64, by Sebastiano Vigna.
struct SeededNumbers: Hashable, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Of one thing among many: each has its own, so that none moves another.
    init(seed: UInt64, of name: String) {
        state = name.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From 0 up to a bound.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// Close to a normal distribution, without a function that machines may round otherwise.
    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + share() } }
}
