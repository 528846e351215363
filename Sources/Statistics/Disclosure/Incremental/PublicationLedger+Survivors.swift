extension PublicationLedger {
    /// `survivors` of what a margin holds now, less its row.
    mutating func survivors(ofChangeOf slot: Int32, below: [Int32], _ pass: LedgerPass) -> Int {
        let index = Int(slot)
        if slots[index].hasRow {
            var sum = SignedSum()
            swap(&sum, &slots[index].change)
            defer { swap(&sum, &slots[index].change) }
            return survivors(&sum, below: below, pass)
        }
        var sum = SignedSum()
        swap(&sum, &slots[index].now)
        defer { swap(&sum, &slots[index].now) }
        return survivors(&sum, below: below, pass)
    }

    /// The fewest people whom any union of a pool with rows below it can show as changed: a lower bound.
    ///
    /// The same as `Tally.survivors`, at the cost of the changes below and not of the pool's. `change` is the same
    /// afterwards.
    func survivors(_ change: inout SignedSum, below: [Int32], _ pass: LedgerPass) -> Int {
        let shared = below.filter { row in
            pass.changes[Int(row)].terms.contains { change.terms[$0.id] != 0 }
        }
        if shared.isEmpty { return change.changers(strict: pass.strict) ?? 0 }
        var touches = NumberTable<Int32>()
        for row in below { for term in pass.changes[Int(row)].terms { touches.add(1, at: term.id) } }
        var exchanged: [Exchange] = []
        for row in shared {
            for term in pass.changes[Int(row)].terms where touches[term.id] == 1 {
                let voice = register.records[Int(term.id)].voice
                if pass.strict, !VoiceTable.isKnown(voice) { continue }
                exchanged.append(Exchange(voice: voice, row: row, isShared: change.terms[term.id] != 0))
            }
        }
        // What the pool changes alone: all but what a row below changes too.
        var exceptions: [Amount] = []
        touches.forEach { id, _ in
            let count = change.terms[id]
            if count != 0 { exceptions.append(Amount(id: id, count: count)) }
        }
        for term in exceptions { change.add(term.id, -term.count, register.records) }
        let alone = change.changers(strict: pass.strict) ?? 0
        exchanged.removeAll { change.people[$0.voice] != .zero }
        change.add(exceptions, register.records)
        return alone + Exchange.smallerSides(&exchanged)
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
