/// What a release of a `PublicationLedger` does to the rows before it.
package enum ReleaseOutcome: Hashable, Sendable {
    /// The rows that are new or differ in figures or members, and the keys of those that are no more, both sorted as the
    /// table is. All other rows stay as they are.
    case rows(written: [PublishedRow], retired: [PublishedRow.Key])
    /// The rows of the last release stay; they go on covering that release.
    case unchanged
    /// There is no table yet, and too few people for a first one.
    case nothing
}
