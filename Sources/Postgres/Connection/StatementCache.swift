/// Which statements a connection has prepared, by text and parameter types; the least recently used goes first.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0
    /// Statements that the server still has and we no longer use; to be deallocated outside a transaction, where an error
    /// (after DEALLOCATE ALL, say) does no harm.
    private(set) var retired: [String] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { entries.count }

    /// The name under which the statement is prepared, if it is.
    mutating func name(for key: Key) -> String? {
        uses += 1
        guard let index = entries.index(forKey: key) else { return nil }
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name that was never used on this connection.
    mutating func freshName() -> String {
        names += 1
        return "chorus_\(names)"
    }

    /// Remembers a statement that the server has prepared.
    mutating func insert(_ key: Key, name: String) {
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            remove(oldest)
        }
        entries[key] = Entry(name: name, lastUse: uses)
    }

    /// Forgets a statement and retires its name.
    mutating func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) {
            retired.append(entry.name)
        }
    }

    mutating func takeRetired() -> [String] {
        defer { retired = [] }
        return retired
    }
}
