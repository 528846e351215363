/// A row of a published table: a cell, or the pool of what a margin withholds.
///
/// The numbers are what readers see; `members` is what the next release compares itself with, and is never shown.
package struct PublishedRow: Hashable, Sendable {
    /// What a row counts.
    package enum Kind: String, Hashable, Sendable, Comparable {
        /// One cell, at its full path.
        case cell
        /// What is withheld below a margin, at the margin's path (the empty path: the whole table).
        case withheld

        package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// How often a row counts a contribution.
    ///
    /// In a cell always 1. In a pool it may be negative: a finer row still repeats a demand that has gone since.
    package struct Member: Hashable, Sendable {
        package var contribution: Contribution
        package var count: Int

        package init(contribution: Contribution, count: Int) {
            self.contribution = contribution
            self.count = count
        }
    }

    package var path: [String]
    package var kind: Kind
    package var demands: Int
    /// Distinct known persons; in a pool less those of whom only departed demands are left in it. Not to be summed.
    package var people: Int
    package var messages: Int
    /// Those of `messages` whose person is not known.
    package var messagesUnidentified: Int
    package var reportedSupport: Int
    /// Sorted by demand, message, person, weights, path; no count is 0.
    package var members: [Member]

    package init(
        path: [String],
        kind: Kind,
        demands: Int,
        people: Int,
        messages: Int,
        messagesUnidentified: Int,
        reportedSupport: Int,
        members: [Member]
    ) {
        self.path = path
        self.kind = kind
        self.demands = demands
        self.people = people
        self.messages = messages
        self.messagesUnidentified = messagesUnidentified
        self.reportedSupport = reportedSupport
        self.members = members
    }
}
