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
    /// Where the keys with these high bits begin.
    private let directory: [UInt32]
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
        // About one key a place of the directory.
        var bits: UInt32 = 1
        while 1 << bits < keys.count { bits += 1 }
        shift = 32 - bits
        var directory = [UInt32](repeating: 0, count: (1 << bits) + 1)
        for key in keys { directory[Int(key >> shift) + 1] += 1 }
        for place in 1..<directory.count { directory[place] += directory[place - 1] }
        self.directory = directory
    }

    /// Hands a look-up to `body`: the place of a key, or -1.
    @inline(__always)
    func withLookUp<T>(_ body: ((UInt32) -> Int) -> T) -> T {
        let shift = shift
        return keys.withUnsafeBufferPointer { keys in
            filter.withUnsafeBufferPointer { filter in
                directory.withUnsafeBufferPointer { directory in
                    body { key in
                        let low = key & Self.filterMask
                        guard filter[Int(low >> 6)] & 1 << UInt64(low & 63) != 0 else { return -1 }
                        let high = Int(key >> shift)
                        var place = Int(directory[high])
                        let end = Int(directory[high + 1])
                        while place < end {
                            let found = keys[place]
                            if found >= key { return found == key ? place : -1 }
                            place += 1
                        }
                        return -1
                    }
                }
            }
        }
    }
}
