/// A sparse vector: a value for each small number (an id), zero where none is stored.
///
/// Flat: up to eight entries are searched one by one, more are hashed with open addressing. The order of iteration
/// follows from the history of the table alone, never from a random seed. An entry that has become zero stays until the
/// next growth; a table of zeros alone gives its storage back.
struct NumberTable<Value: AdditiveArithmetic & Sendable>: Sendable {
    private struct Entry {
        var key: Int32
        var value: Value
    }

    private var entries: [Entry] = []
    /// Entries in use, zeros included.
    private var used: Int32 = 0
    /// How many values are not zero.
    private(set) var count: Int32 = 0

    private static var searched: Int { 8 }
    private static var vacant: Entry { Entry(key: -1, value: .zero) }

    var isEmpty: Bool { count == 0 }

    subscript(key: Int32) -> Value {
        if entries.count <= Self.searched {
            for entry in entries where entry.key == key { return entry.value }
            return .zero
        }
        let entry = entries[place(key)]
        return entry.key == key ? entry.value : .zero
    }

    /// Adds to the value of a number and returns what it was before.
    @discardableResult
    mutating func add(_ step: Value, at key: Int32) -> Value {
        if entries.count <= Self.searched {
            if let index = entries.firstIndex(where: { $0.key == key }) { return add(step, in: index) }
            if let index = entries.firstIndex(where: { $0.value == .zero }) {
                entries[index].key = key
                return add(step, in: index)
            }
            if entries.count < Self.searched {
                if step == .zero { return .zero }
                entries.append(Entry(key: key, value: step))
                count += 1
                return .zero
            }
            grow()
        }
        var index = place(key)
        if entries[index].key != key {
            if (Int(used) + 1) * 4 > entries.count * 3 {
                grow()
                index = place(key)
            }
            entries[index].key = key
            used += 1
        }
        return add(step, in: index)
    }

    /// Every number whose value is not zero.
    func forEach(_ body: (_ key: Int32, _ value: Value) -> Void) {
        for entry in entries where entry.value != .zero { body(entry.key, entry.value) }
    }

    /// The first number whose value is not zero and that meets a condition, if any.
    func contains(where condition: (_ key: Int32, _ value: Value) -> Bool) -> Bool {
        entries.contains { $0.value != .zero && condition($0.key, $0.value) }
    }

    private mutating func add(_ step: Value, in index: Int) -> Value {
        let old = entries[index].value
        entries[index].value += step
        let isZero = entries[index].value == .zero
        if (old == .zero) != isZero {
            count += isZero ? -1 : 1
            if count == 0 {
                entries = []
                used = 0
            }
        }
        return old
    }

    /// Where a number is, or the vacant entry where it would go.
    ///
    /// Every capacity has an order of its own. Were it the same in all, numbers that come from another table in its order
    /// would fill this one from one end, and each would pass by all those before it.
    private func place(_ key: Int32) -> Int {
        let capacity = UInt32(truncatingIfNeeded: entries.count)
        // The finalizer of MurmurHash3.
        var hash = UInt32(bitPattern: key) ^ (capacity &* 0x9E37_79B9)
        hash = (hash ^ (hash >> 16)) &* 0x85EB_CA6B
        hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE35
        hash ^= hash >> 16
        var index = Int(hash & (capacity - 1))
        while entries[index].key != key && entries[index].key != -1 { index = (index + 1) & (entries.count - 1) }
        return index
    }

    private mutating func grow() {
        let old = entries
        var capacity = 16
        while capacity * 3 < (Int(count) + Int(count) / 4 + 1) * 4 { capacity *= 2 }
        entries = Array(repeating: Self.vacant, count: capacity)
        used = count
        for entry in old where entry.value != .zero { entries[place(entry.key)] = entry }
    }
}
