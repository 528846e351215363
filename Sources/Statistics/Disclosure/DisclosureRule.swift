/// How many people a published figure, or a change of one, must stand on.
package struct DisclosureRule: Hashable, Sendable {
    /// The least number of people (k); values below 1 count as 1. From 3 on it protects: with 2, every small cell
    /// that is known not to be empty is known to hold one person.
    package var k: Int
    /// Whether an unidentified message counts as nobody (strict) or as one person of its own.
    package var strict: Bool

    package init(k: Int = 5, strict: Bool = false) {
        self.k = k
        self.strict = strict
    }
}

/// What a release does to a published table.
package enum Publication: Hashable, Sendable {
    /// The whole table, sorted by path, a cell before a pool of the same path.
    case rows([PublishedRow])
    /// The rows of the last release stay; they go on covering that release.
    case unchanged
    /// There is no table yet, and too few people for a first one.
    case nothing
}
