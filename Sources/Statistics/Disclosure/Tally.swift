/// What a signed sum of contributions shows and whom it stands on.
struct Standing {
    var demands = 0
    var people = 0
    var messages = 0
    var messagesUnidentified = 0
    var reportedSupport = 0
    /// People as the rule counts them: those who add something, less those of whom only departed demands are left.
    var voices = 0

    /// Whether the figures can be those of a table: pools may hold negative members, never negative figures.
    var isPlausible: Bool {
        demands >= voices && messages >= messagesUnidentified && messagesUnidentified >= 0 && reportedSupport >= 0
    }
}

/// A change of one row: which, and what it gains (positive) and loses (negative).
struct RowChange {
    var slot: Int
    var terms: [Term]
}

/// Adds up signed sums and counts the people in them, on scratch arrays that are clean between calls.
struct Tally {
    let index: ContributionIndex
    private var amounts: [Int]
    private var claimAmounts: [Int]
    private var touches: [Int]
    private var marks: [Int]
    private var mark = 0

    init(_ index: ContributionIndex) {
        self.index = index
        amounts = Array(repeating: 0, count: index.contributions.count)
        claimAmounts = Array(repeating: 0, count: index.people.count)
        touches = Array(repeating: 0, count: index.contributions.count)
        marks = Array(repeating: 0, count: index.counts.count)
    }

    /// `plus` less `minus`, each contribution once, none with count 0. Order follows first appearance.
    mutating func difference(_ plus: [Term], _ minus: [Term] = []) -> [Term] {
        for term in plus { amounts[term.id] += term.count }
        for term in minus { amounts[term.id] -= term.count }
        var result: [Term] = []
        for terms in [plus, minus] {
            for term in terms where amounts[term.id] != 0 {
                result.append(Term(id: term.id, count: amounts[term.id]))
                amounts[term.id] = 0
            }
        }
        return result
    }

    /// The figures of a sum.
    mutating func standing(_ terms: [Term]) -> Standing {
        var standing = Standing()
        var added: [Int] = []
        var removed: [Int] = []
        for (claim, count) in net(terms) {
            let contribution = index.contributions[index.claimants[claim]]
            standing.demands += count
            standing.messages &+= count &* contribution.messages
            if contribution.person == nil { standing.messagesUnidentified &+= count &* contribution.messages }
            standing.reportedSupport &+= count &* contribution.reportedSupport
            if count > 0 { added.append(index.people[claim]) } else { removed.append(index.people[claim]) }
        }
        mark += 1
        for (people, step) in [(added, 1), (removed, -1)] {
            for person in people where marks[person] != mark {
                marks[person] = mark
                if index.known[person] { standing.people += step }
                if index.counts[person] { standing.voices += step }
            }
        }
        return standing
    }

    /// How many people a change is the act of; a demand that both left and came (in another cell) is no change.
    /// nil when nothing changes. 0 is possible: unidentified messages in a strict tenant.
    mutating func people(of terms: [Term]) -> Int? {
        let changed = net(terms)
        guard !changed.isEmpty else { return nil }
        mark += 1
        var people = 0
        for (claim, _) in changed { people += count(index.people[claim]) }
        return people
    }

    /// Whether a sum adds demands of at least two cells.
    func joinsCells(_ terms: [Term]) -> Bool {
        guard let first = terms.first(where: { $0.count > 0 }) else { return false }
        return terms.contains { $0.count > 0 && index.places[$0.id] != index.places[first.id] }
    }

    /// The fewest people whom any union of the pool with rows below it can show as changed: a lower bound.
    ///
    /// `below` are the changes of the rows below. What the pool changes alone stays in every union. What it exchanges
    /// with one row below vanishes when that row joins the union; then that row's own change shows instead. Of the
    /// two, the smaller counts. A person met in two rows counts for neither.
    mutating func survivors(_ change: [Term], below: [RowChange]) -> Int {
        guard !change.isEmpty else { return 0 }
        for row in below { for term in row.terms { touches[term.id] += 1 } }
        for term in change { amounts[term.id] = 1 }
        defer {
            for row in below { for term in row.terms { touches[term.id] = 0 } }
            for term in change { amounts[term.id] = 0 }
        }
        var exchanged: [(row: Int, person: Int, shared: Bool)] = []
        let alone = net(change.filter { touches[$0.id] == 0 })
        for (place, row) in below.enumerated() where row.terms.contains(where: { amounts[$0.id] == 1 }) {
            for term in row.terms where touches[term.id] == 1 {
                exchanged.append((place, index.people[index.claims[term.id]], amounts[term.id] == 1))
            }
        }
        mark += 1
        var survivors = 0
        for (claim, _) in alone { survivors += count(index.people[claim]) }
        return survivors + smallerSides(exchanged)
    }

    /// Sums, over rows, the smaller of the numbers of people on its two sides, leaving out people already marked and
    /// people who occur in several rows. A person on both sides of one row counts once, for both.
    private func smallerSides(_ exchanged: [(row: Int, person: Int, shared: Bool)]) -> Int {
        var rows: [Int: (row: Int, shared: Bool, own: Bool)] = [:]
        for entry in exchanged where index.counts[entry.person] && marks[entry.person] != mark {
            var seen = rows[entry.person] ?? (entry.row, false, false)
            if seen.row != entry.row { seen.row = -1 }
            if entry.shared { seen.shared = true } else { seen.own = true }
            rows[entry.person] = seen
        }
        var sides: [Int: (shared: Int, own: Int)] = [:]
        for seen in rows.values where seen.row >= 0 {
            sides[seen.row, default: (0, 0)].shared += seen.shared ? 1 : 0
            sides[seen.row, default: (0, 0)].own += seen.own ? 1 : 0
        }
        return sides.values.reduce(0) { $0 + min($1.shared, $1.own) }
    }

    private mutating func count(_ person: Int) -> Int {
        guard marks[person] != mark else { return 0 }
        marks[person] = mark
        return index.counts[person] ? 1 : 0
    }

    private mutating func net(_ terms: [Term]) -> [(claim: Int, count: Int)] {
        for term in terms { claimAmounts[index.claims[term.id]] += term.count }
        var result: [(claim: Int, count: Int)] = []
        for term in terms {
            let claim = index.claims[term.id]
            guard claimAmounts[claim] != 0 else { continue }
            result.append((claim, claimAmounts[claim]))
            claimAmounts[claim] = 0
        }
        return result
    }
}
