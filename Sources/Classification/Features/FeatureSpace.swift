/// The features that a model knows: sorted keys, each with its inverse document frequency.
struct FeatureSpace: Sendable, Equatable {
    /// The most that a model may have.
    static let maximumCount = 1 << 18

    /// Ascending, no key twice.
    let keys: [UInt32]
    /// ln((1 + texts) / (1 + texts with the feature)) + 1, by place of the key.
    let inverseFrequencies: [Float]

    /// One bit for the low 18 bits of each key: 32 KB that tell most unknown features without leaving the nearest cache.
    private let filter: [UInt64]
    /// A table with open addressing, by the high bits of a key: the key above, its place + 1 below; 0: free. Key and place
    /// lie together, because the look-up waits for memory and for nothing else.
    private let slots: [UInt64]
    private let shift: UInt32

    private static let filterMask: UInt32 = 0x3_FFFF

    /// - Precondition: keys ascend, as many frequencies as keys, at most `maximumCount`.
    init(keys: [UInt32], inverseFrequencies: [Float]) {
        precondition(keys.count == inverseFrequencies.count && keys.count <= Self.maximumCount)
        self.keys = keys
        self.inverseFrequencies = inverseFrequencies
        var filter = [UInt64](repeating: 0, count: 1 << 12)
        for key in keys {
            let place = key & Self.filterMask
            filter[Int(place >> 6)] |= 1 << UInt64(place & 63)
        }
        self.filter = filter
        var bits: UInt32 = 1
        while 1 << bits < 2 * keys.count { bits += 1 }
        shift = 32 - bits
        var slots = [UInt64](repeating: 0, count: 1 << bits)
        for (place, key) in keys.enumerated() {
            var slot = Int(key >> shift)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt64(key) << 32 | UInt64(place + 1)
        }
        self.slots = slots
    }

    /// Hands a look-up to `body`: the place of a key, or -1.
    @inline(__always)
    func withLookUp<T>(_ body: ((UInt32) -> Int) -> T) -> T {
        let shift = shift
        return filter.withUnsafeBufferPointer { filter in
            slots.withUnsafeBufferPointer { slots in
                body { key in
                    let low = key & Self.filterMask
                    guard filter[Int(low >> 6)] & 1 << UInt64(low & 63) != 0 else { return -1 }
                    var slot = Int(key >> shift)
                    while true {
                        let found = slots[slot]
                        if UInt32(truncatingIfNeeded: found >> 32) == key, found != 0 {
                            return Int(UInt32(truncatingIfNeeded: found)) - 1
                        }
                        if found == 0 { return -1 }
                        slot = (slot + 1) & (slots.count - 1)
                    }
                }
            }
        }
    }
}
