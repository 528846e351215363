extension PublishedRow {
    /// What tells a row of a table from the others. Sorted by path, a cell before a pool of the same path.
    package struct Key: Hashable, Sendable, Comparable {
        package var path: [String]
        package var kind: Kind

        package init(path: [String], kind: Kind) {
            self.path = path
            self.kind = kind
        }

        package static func < (left: Key, right: Key) -> Bool {
            left.path == right.path ? left.kind < right.kind : left.path.lexicographicallyPrecedes(right.path)
        }
    }

    package var key: Key { Key(path: path, kind: kind) }
}
