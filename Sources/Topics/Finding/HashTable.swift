/// A map from 64-bit hashes to numbers in 16 to 32 bytes an entry, which never depends on the process's hash seed.
///
/// Open addressing with linear probing; nothing is ever taken out.
struct HashTable: Sendable {
    private var hashes = [UInt64](repeating: 0, count: 1 << 10)
    /// -1 for a free place.
    private var values = [Int32](repeating: -1, count: 1 << 10)
    private var used = 0

    subscript(hash: UInt64) -> Int32? {
        get {
            let value = values[place(of: hash)]
            return value < 0 ? nil : value
        }
        set {
            guard let newValue else { return }
            if (used + 1) * 4 > hashes.count * 3 { grow() }
            let at = place(of: hash)
            if values[at] < 0 { used += 1 }
            hashes[at] = hash
            values[at] = newValue
        }
    }

    /// Where the hash is, or would be put.
    private func place(of hash: UInt64) -> Int {
        let mask = hashes.count - 1
        var at = Int(truncatingIfNeeded: hash) & mask
        while values[at] >= 0, hashes[at] != hash { at = (at + 1) & mask }
        return at
    }

    private mutating func grow() {
        let (oldHashes, oldValues) = (hashes, values)
        hashes = [UInt64](repeating: 0, count: oldHashes.count * 2)
        values = [Int32](repeating: -1, count: oldHashes.count * 2)
        for (hash, value) in zip(oldHashes, oldValues) where value >= 0 {
            let at = place(of: hash)
            hashes[at] = hash
            values[at] = value
        }
    }
}
