/// A 64-bit hash under a key: the same on every machine, in every process and in every version of Swift.
///
/// FNV-1a's step over whole scalars, finished by the mixer of SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014). It spreads well and is fast; it is **not** cryptographic: who holds the
/// key and a list of likely phrases can test which of them a hash stands for.
struct KeyedHash {
    private(set) var state: UInt64

    init(key: UInt64, kind: UInt64) {
        state = Self.mix(key ^ (kind &* 0x9E37_79B9_7F4A_7C15)) ^ 0xCBF2_9CE4_8422_2325
    }

    mutating func add(_ scalar: UInt32) {
        state = (state ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3
        state ^= state >> 29
    }

    var value: UInt64 { Self.mix(state) }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
