extension PublicationLedger {
    /// `survivors` of what a margin holds now, less its row.
    mutating func survivors(ofChangeOf slot: Int32, _ pass: LedgerPass) -> Int {
        let index = Int(slot)
        var sum = SignedSum()
        if slots[index].hasRow {
            swap(&sum, &slots[index].change)
            defer { swap(&sum, &slots[index].change) }
            return survivors(&sum, at: slot, pass)
        }
        swap(&sum, &slots[index].now)
        defer { swap(&sum, &slots[index].now) }
        return survivors(&sum, at: slot, pass)
    }

    /// The fewest people whom any union of a pool with rows below it can show as changed: a lower bound.
    ///
    /// The same as `Tally.survivors`, at the cost of the smaller of the pool's change and the changes below, and of the
    /// rows that share something with it. `change` is the same afterwards.
    func survivors(_ change: inout SignedSum, at margin: Int32, _ pass: LedgerPass) -> Int {
        var exceptions: [Amount] = []
        var shared: [Int32] = []
        func meet(_ id: Int32, _ count: Int32) {
            let before = shared.count
            forEachChange(of: id, below: margin) { shared.append($0) }
            if shared.count > before { exceptions.append(Amount(id: id, count: count)) }
        }
        let below = slots[Int(margin)].below
        if below.reduce(0, { $0 + slots[Int($1.slot)].pendingTerms }) < Int(change.terms.count) {
            var met = NumberTable<Int32>()
            for row in below {
                for term in terms(ofChangeOf: row.slot) where change.terms[term.id] != 0 { met.add(1, at: term.id) }
            }
            met.forEach { id, _ in meet(id, change.terms[id]) }
        } else {
            change.terms.forEach(meet)
        }
        if exceptions.isEmpty { return change.changers(strict: pass.strict) ?? 0 }
        var exchanged: [Exchange] = []
        shared.sort()
        for (place, row) in shared.enumerated() where place == 0 || shared[place - 1] != row {
            for term in terms(ofChangeOf: row) {
                let voice = register.records[Int(term.id)].voice
                if pass.strict, !VoiceTable.isKnown(voice) { continue }
                var rows = 0
                forEachChange(of: term.id, below: margin) { _ in rows += 1 }
                if rows > 1 { continue }
                exchanged.append(Exchange(voice: voice, row: row, isShared: change.terms[term.id] != 0))
            }
        }
        // What the pool changes alone is all but what a row below changes too.
        for term in exceptions { change.add(term.id, -term.count, register.records) }
        let alone = change.changers(strict: pass.strict) ?? 0
        exchanged.removeAll { change.people[$0.voice] != .zero }
        change.add(exceptions, register.records)
        return alone + Exchange.smallerSides(&exchanged)
    }

    /// The slots below a margin whose rows would change how often they count a contribution, from its cell upwards.
    func forEachChange(of id: Int32, below margin: Int32, _ body: (Int32) -> Void) {
        var slot = register.records[Int(id)].cell
        while slot != margin {
            if slots[Int(slot)].decision != .keep, changes(slot, id) { body(slot) }
            slot = slots[Int(slot)].parent
        }
    }
}

/// A person met in one row below a pool, by what the two exchange or by what the row changes of its own.
private struct Exchange {
    var voice: Int32
    var row: Int32
    var isShared: Bool

    /// Sums, over rows, the smaller of the numbers of people on its two sides, leaving out people who occur in several
    /// rows. A person on both sides of one row counts once, for both.
    static func smallerSides(_ exchanged: inout [Exchange]) -> Int {
        exchanged.sort { $0.voice == $1.voice ? $0.row < $1.row : $0.voice < $1.voice }
        var sides: [(row: Int32, shared: Int, own: Int)] = []
        var start = 0
        while start < exchanged.count {
            var end = start
            while end < exchanged.count, exchanged[end].voice == exchanged[start].voice { end += 1 }
            let met = exchanged[start..<end]
            if exchanged[end - 1].row == exchanged[start].row {
                let shared = met.contains { $0.isShared } ? 1 : 0
                sides.append((exchanged[start].row, shared, met.contains { !$0.isShared } ? 1 : 0))
            }
            start = end
        }
        sides.sort { $0.row < $1.row }
        var total = 0
        var index = 0
        while index < sides.count {
            let row = sides[index].row
            var (shared, own) = (0, 0)
            while index < sides.count, sides[index].row == row {
                shared += sides[index].shared
                own += sides[index].own
                index += 1
            }
            total += min(shared, own)
        }
        return total
    }
}
