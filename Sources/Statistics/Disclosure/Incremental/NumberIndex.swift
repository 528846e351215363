/// Finds numbers by the hash of what they stand for, which is kept elsewhere: four bytes an entry, open addressing.
///
/// Numbers are never taken out one by one; the owner builds a new index instead.
struct NumberIndex: Sendable {
    private var entries: [Int32] = Array(repeating: -1, count: 16)
    private var count = 0

    /// Calls `body` with the numbers that may have this hash, until it returns true.
    func search(_ hash: Int, _ body: (Int32) -> Bool) {
        var index = hash & (entries.count - 1)
        while entries[index] >= 0 {
            if body(entries[index]) { return }
            index = (index + 1) & (entries.count - 1)
        }
    }

    /// Enters a number that is not there yet; `hashed` tells the hashes of all others, should they have to move.
    mutating func insert(_ number: Int32, _ hash: Int, hashed: (Int32) -> Int) {
        if (count + 1) * 4 > entries.count * 3 {
            let old = entries
            entries = Array(repeating: -1, count: entries.count * 2)
            for number in old where number >= 0 { place(number, hashed(number)) }
        }
        place(number, hash)
        count += 1
    }

    private mutating func place(_ number: Int32, _ hash: Int) {
        var index = hash & (entries.count - 1)
        while entries[index] >= 0 { index = (index + 1) & (entries.count - 1) }
        entries[index] = number
    }
}

extension Array {
    /// Appends, growing by a quarter instead of doubling: the largest arrays here are most of the memory.
    mutating func appendTightly(_ element: Element) {
        if count == capacity { reserveCapacity(count + Swift.max(count / 4, 16)) }
        append(element)
    }
}

extension UInt128 {
    /// Where an identifier goes in a `NumberIndex`: differs from process to process, so that nobody can choose identifiers
    /// that all go to the same place. The folded product is that of wyhash (https://github.com/wangyi-fudan/wyhash).
    var indexHash: Int {
        let (low, high) = (UInt64(truncatingIfNeeded: self), UInt64(truncatingIfNeeded: self >> 64))
        let product = (low ^ Self.seeds.0).multipliedFullWidth(by: high ^ Self.seeds.1)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    private static let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
}
