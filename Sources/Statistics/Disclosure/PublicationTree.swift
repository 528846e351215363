/// The cells and margins of one table, with what each published last, and one pass of the rules over them.
struct PublicationTree {
    /// A place for a row: a cell or the pool of a margin.
    struct Slot {
        var path: [String]
        var kind: PublishedRow.Kind
        /// The margin that takes what this slot does not publish; the root's is itself.
        var parent: Int
        /// What a cell holds now.
        var content: [Term] = []
        /// What the row published last; empty when there was no row.
        var published: [Term] = []
        /// The place of that row in the last release.
        var row: Int?
    }

    /// What arrives at a margin's pool.
    private struct Arrival {
        var terms: [Term] = []
        /// How many cells and margins it comes from.
        var parts = 0
        /// Whether each of these holds it back only for being small, so that a reader knows a bound for it.
        var bounded = true

        mutating func add(_ left: [Term], bounded partIsBounded: Bool = true) {
            guard !left.isEmpty else { return }
            terms += left
            parts += 1
            bounded = bounded && partIsBounded
        }
    }

    /// What one pass would publish.
    struct Draft {
        /// By slot: the new row, empty to retire it; nil to leave it as it is.
        var decisions: [[Term]?]
        var changes: [RowChange]
        /// Whether the root holds the rest under the rules.
        var holds: Bool
    }

    private(set) var slots: [Slot] = []
    /// The pools, finest first; the root is the last.
    private var margins: [Int] = []
    private var cells: [Int] = []
    private let threshold: Int

    init(_ index: ContributionIndex, _ previous: [PublishedRow], threshold: Int) {
        self.threshold = threshold
        var cellSlots: [[String]: Int] = [:]
        var marginSlots: [[String]: Int] = [:]
        margin([], &marginSlots)
        var byPlace: [Int?] = Array(repeating: nil, count: index.paths.count)
        for id in index.current {
            let place = index.places[id]
            let slot = byPlace[place] ?? cell(index.paths[place], &cellSlots, &marginSlots)
            byPlace[place] = slot
            slots[slot].content.append(Term(id: id, count: 1))
        }
        for (number, row) in previous.enumerated() {
            let slot =
                row.kind == .cell ? cell(row.path, &cellSlots, &marginSlots) : margin(row.path, &marginSlots)
            slots[slot].published = index.previous[number]
            slots[slot].row = number
        }
        cells = slots.indices.filter { slots[$0].kind == .cell }
        margins = slots.indices.filter { slots[$0].kind == .withheld }
            .sorted { slots[$0].path.count > slots[$1].path.count }
    }

    /// Decides every row, finest margins first. Slots in `lifted` publish nothing new; their change goes to the root.
    func draft(lifting lifted: Set<Int>, _ tally: inout Tally) -> Draft {
        var decisions = [[Term]?](repeating: nil, count: slots.count)
        var arrivals = [Arrival](repeating: Arrival(), count: slots.count)
        var below = [[RowChange]](repeating: [], count: slots.count)
        var rest: [Term] = []
        for slot in cells {
            let pending = tally.difference(slots[slot].content, slots[slot].published)
            let parent = slots[slot].parent
            if lifted.contains(slot) {
                rest += pending
            } else if let people = tally.people(of: pending), people >= threshold {
                let enough = tally.standing(slots[slot].content).voices >= threshold
                decisions[slot] = enough ? slots[slot].content : []
                let change = enough ? pending : tally.difference([], slots[slot].published)
                if !change.isEmpty { below[parent].append(RowChange(slot: slot, terms: change)) }
                if !enough { arrivals[parent].add(slots[slot].content) }
            } else {
                arrivals[parent].add(pending)
            }
        }
        for slot in margins.dropLast() {
            let pool = tally.difference(arrivals[slot].terms)
            let sound = isSound(pool, arrivals[slot], &tally)
            var bounded = arrivals[slot].bounded && slots[slot].published.isEmpty && !sound
            var changes = below[slot]
            var left = tally.difference(pool, slots[slot].published)
            if lifted.contains(slot) {
                rest += left
                left = []
            } else if let row = pooled(pool, sound, slot, below: changes, &tally) {
                decisions[slot] = row
                left = tally.difference(pool, row)
                changes.append(
                    RowChange(slot: slot, terms: tally.difference(row, slots[slot].published))
                )
            }
            // The sum of all rows below a margin is a figure too: anyone can add them up.
            let all = tally.difference(changes.flatMap(\.terms))
            if let people = tally.people(of: all), people < threshold {
                for change in changes { decisions[change.slot] = nil }
                left = tally.difference(left + all)
                bounded = false
                changes = []
            }
            arrivals[slots[slot].parent].add(left, bounded: bounded)
            below[slots[slot].parent] += changes
        }
        arrivals[0].add(rest, bounded: false)
        return finish(arrivals[0], below[0], decisions, &tally)
    }

    /// The rows after a pass, sorted by path, cells before pools.
    func rows(_ draft: Draft, _ previous: [PublishedRow], _ tally: inout Tally) -> [PublishedRow] {
        var rows: [PublishedRow] = []
        for (slot, decision) in draft.decisions.enumerated() {
            if let decision {
                if !decision.isEmpty { rows.append(row(slot, decision, &tally)) }
            } else if let number = slots[slot].row {
                rows.append(previous[number])
            }
        }
        return rows.sorted { Self.precedes($0.path, $0.kind, $1.path, $1.kind) }
    }

    /// The changed rows with the fewest people: at least `count` of them, and with each all that change by as many.
    ///
    /// Ties go together: which of them was lifted would tell about the small cells that made it necessary.
    func smallest(_ changes: [RowChange], count: Int, _ tally: inout Tally) -> [Int] {
        let sizes = changes.map { tally.people(of: $0.terms) ?? 0 }
        let sorted = sizes.sorted()
        guard let largest = sorted.prefix(count).last else { return [] }
        return zip(changes, sizes).filter { $0.1 <= largest }.map(\.0.slot)
    }

    /// The root takes whatever is left, exactly; the draft holds when that makes a row that may be published.
    private func finish(
        _ arrival: Arrival,
        _ below: [RowChange],
        _ decisions: [[Term]?],
        _ tally: inout Tally
    ) -> Draft {
        let pool = tally.difference(arrival.terms)
        var draft = Draft(
            decisions: decisions,
            changes: below,
            holds: pool.isEmpty || isSound(pool, arrival, &tally)
        )
        let change = tally.difference(pool, slots[0].published)
        if !change.isEmpty {
            draft.decisions[0] = pool
            draft.holds = draft.holds && tally.survivors(change, below: below) >= threshold
        }
        return draft
    }

    /// The pool's new row: empty to retire it, nil when it must stay as it is.
    private func pooled(
        _ pool: [Term],
        _ sound: Bool,
        _ slot: Int,
        below: [RowChange],
        _ tally: inout Tally
    ) -> [Term]? {
        let pending = tally.difference(pool, slots[slot].published)
        guard !pending.isEmpty, tally.survivors(pending, below: below) >= threshold else { return nil }
        if sound { return pool }
        if slots[slot].published.isEmpty { return nil }
        let retired = tally.difference([], slots[slot].published)
        return tally.survivors(retired, below: below) >= threshold ? [] : nil
    }

    /// Whether a pool may be a row: k people, two cells, figures that a table can have, and room for doubt.
    ///
    /// Parts that are known to be small hold at most k - 1 people each. A pool at that bound (or above: a part that
    /// was refused for the same reason) would tell each of them.
    private func isSound(_ pool: [Term], _ arrival: Arrival, _ tally: inout Tally) -> Bool {
        let standing = tally.standing(pool)
        guard standing.voices >= threshold, standing.isPlausible, tally.joinsCells(pool) else { return false }
        return !arrival.bounded || standing.voices < arrival.parts * (threshold - 1)
    }

    private func row(_ slot: Int, _ terms: [Term], _ tally: inout Tally) -> PublishedRow {
        let standing = tally.standing(terms)
        return PublishedRow(
            path: slots[slot].path,
            kind: slots[slot].kind,
            demands: standing.demands,
            people: standing.people,
            messages: standing.messages,
            messagesUnidentified: standing.messagesUnidentified,
            reportedSupport: standing.reportedSupport,
            members: terms.sorted { $0.id < $1.id }.map {
                PublishedRow.Member(contribution: tally.index.contributions[$0.id], count: $0.count)
            }
        )
    }

    private mutating func cell(
        _ path: [String],
        _ cellSlots: inout [[String]: Int],
        _ marginSlots: inout [[String]: Int]
    ) -> Int {
        if let slot = cellSlots[path] { return slot }
        let parent = margin(Array(path.dropLast()), &marginSlots)
        slots.append(Slot(path: path, kind: .cell, parent: parent))
        cellSlots[path] = slots.count - 1
        return slots.count - 1
    }

    @discardableResult
    private mutating func margin(_ path: [String], _ marginSlots: inout [[String]: Int]) -> Int {
        if let slot = marginSlots[path] { return slot }
        let parent = path.isEmpty ? 0 : margin(Array(path.dropLast()), &marginSlots)
        slots.append(Slot(path: path, kind: .withheld, parent: parent))
        marginSlots[path] = slots.count - 1
        return slots.count - 1
    }

    private static func precedes(
        _ left: [String],
        _ leftKind: PublishedRow.Kind,
        _ right: [String],
        _ rightKind: PublishedRow.Kind
    ) -> Bool {
        left == right ? leftKind < rightKind : left.lexicographicallyPrecedes(right)
    }
}
