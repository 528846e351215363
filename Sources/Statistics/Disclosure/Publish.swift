/// Publishes a table: the rows that a release may show of `contributions`, after what was shown before.
///
/// Pure, and independent of the order of either argument. `previous` are the rows of the last publication, members
/// included; empty before the first. Time is about n log n in the contributions of both releases.
///
/// **What holds for every publication**, with "people" counted by `rule`:
/// 1. Every row stands on at least k people.
/// 2. The rows sum exactly to the contributions: demands, messages, unidentified messages, support.
/// 3. Between two publications every row, every sum of the rows below a margin, and in fact every union of rows,
///    gains and loses the contributions of no one or of at least k people. For a row or margin, a demand that moves
///    inside it is no change; for other unions a move between cells counts as a change by its person.
/// 4. A new pool joins at least two cells, and is not at the largest figure that its small parts can make.
///
/// **How.** A row is a signed sum of contributions, and what it does not publish travels up to the next margin as
/// another signed sum, so that rule 2 holds whatever is withheld.
/// - A cell changes when at least k people changed it since it was last written; it then shows its content, or
///   retires when too few are left. Otherwise it repeats, and the difference travels up.
/// - A pool takes what arrives, under the same condition, with one subtlety: people whose contributions merely pass
///   between the pool and a row below it do not count, since adding the two rows makes them vanish; instead that
///   row's own change counts, if smaller (`Tally.survivors`). When the pool may not change, it repeats.
/// - When the rows below a margin would in sum change by fewer than k people, all of them repeat.
/// - The root must take the rest. While it may not (too few people, one cell, a negative figure, too small a change),
///   the smallest changes of this release are lifted: these rows repeat, and their change goes straight to the root.
///   Rows that change by equally many people are lifted together (see `PublicationTree.smallest`). Each round lifts
///   at least as many as all before it, so that few rounds suffice. When nothing is left to lift, the release shows
///   nothing new.
///
/// Removed contributions make pools negative in part. They are subtracted, never hidden: a pool that would show a
/// negative figure, or fewer demands than people, is not published.
///
/// **What it does not protect.**
/// - A reader learns that an absent cell is small, empty, or lifted, and bounds for it from the pool above it. That one
///   publication never tells the exact count of a small cell, even to a reader who knows this procedure, is tested on
///   every small table of a few shapes, for tables with one demand a person and k of at least 3; it is not proved.
///   What a whole series of publications tells beyond rule 3 is not tested.
/// - A reader who knows this procedure and other people's contributions (k - 1 friends) can subtract them, as from any
///   exact count. The names of members and the size of one contribution's reported support are no part of the
///   threshold: one demand with a huge support dominates the row that it is in.
/// - A union of rows chosen by someone who knows which demands were moved between cells can show fewer than k people.
/// - Publications are compared one after the other; the difference of two distant ones can be smaller than both steps
///   (people who came and withdrew again).
/// - Each table is protected alone. Tables over the same contributions with different grains (week and month) can be
///   subtracted from each other where their edges meet, so publish only grains that nest in one path, or grains
///   whose edges never differ by a sliver, and count each further table as a loss of protection.
package func publish(
    _ contributions: [Contribution],
    after previous: [PublishedRow],
    rule: DisclosureRule
) -> Publication {
    let threshold = max(rule.k, 1)
    let index = ContributionIndex(contributions, previous, strict: rule.strict)
    var tally = Tally(index)
    let pending = tally.difference(
        index.current.map { Term(id: $0, count: 1) },
        index.previous.flatMap { $0 }
    )
    let refused: Publication = previous.isEmpty ? .nothing : .unchanged
    if pending.isEmpty || (tally.people(of: pending) ?? threshold) < threshold { return refused }
    let tree = PublicationTree(index, previous, threshold: threshold)
    var lifted: Set<Int> = []
    while true {
        let draft = tree.draft(lifting: lifted, &tally)
        if draft.holds { return .rows(tree.rows(draft, previous, &tally)) }
        if draft.changes.isEmpty { return refused }
        lifted.formUnion(tree.smallest(draft.changes, count: max(lifted.count, 1), &tally))
    }
}
