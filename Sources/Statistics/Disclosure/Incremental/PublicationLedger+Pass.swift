// One pass of the rules over what must be looked at. Every slot keeps what it has passed to its margin, so that a pass
// touches the cells that changed since the last release, the slots that wanted to change then, and the margins above;
// of these it moves only the differences. A slot that did not want to change and has not changed since would decide
// the same again, and is not looked at. The root takes part in every pass.
extension PublicationLedger {
    /// Decides every row that the pass looks at, finest margins first; true if the root may hold the rest.
    mutating func run(_ pass: LedgerPass) -> Bool {
        slots[0].below = []
        for margin in pass.margins { slots[Int(margin)].below = [] }
        for cell in pass.cells { judgeCell(cell, pass) }
        for margin in pass.margins { judgeMargin(margin, pass) }
        return judgeRoot(pass)
    }

    private mutating func judgeCell(_ slot: Int32, _ pass: LedgerPass) {
        let index = Int(slot)
        slots[index].decision = .keep
        if slots[index].isLifted { return send(slot, .nothing) }
        guard let people = slots[index].changers(strict: pass.strict), people >= pass.threshold else {
            return send(slot, .difference)
        }
        let parent = Int(slots[index].parent)
        if slots[index].now.voices(strict: pass.strict) >= pass.threshold {
            slots[index].decision = .write
            slots[parent].below.append(LedgerPass.Change(slot: slot, people: people))
            send(slot, .nothing)
        } else {
            slots[index].decision = .retire
            if slots[index].hasRow {
                let people = sum(ofChangeOf: slot).changers(strict: pass.strict)
                slots[parent].below.append(LedgerPass.Change(slot: slot, people: people))
            }
            send(slot, .whole)
        }
    }

    private mutating func judgeMargin(_ slot: Int32, _ pass: LedgerPass) {
        let index = Int(slot)
        let isLifted = slots[index].isLifted
        let sound = isSound(slot, parts: slots[index].parts, unbounded: slots[index].unboundedParts, pass)
        let isBounded = slots[index].unboundedParts == 0 && !slots[index].hasRow && !sound
        slots[index].decision = .keep
        var changes = slots[index].below
        var base = isLifted ? LedgerSlot.Base.nothing : .difference
        if !isLifted, let change = judgePool(slot, sound, pass) {
            base = slots[index].decision == .write ? .nothing : .whole
            changes.append(change)
        }
        // The sum of all rows below a margin is a figure too: anyone can add them up.
        if let people = changers(changes, below: slot, pass), people < pass.threshold {
            course.reverted += 1
            let extra = sum(slots[index].below)
            for change in changes { slots[Int(change.slot)].decision = .keep }
            send(slot, isLifted ? .nothing : .difference, extra: extra, isBounded: false)
        } else {
            send(slot, base, isBounded: isBounded)
            slots[Int(slots[index].parent)].below += changes
        }
    }

    /// Decides a pool, and tells the change of its row; nil when it must stay as it is.
    private mutating func judgePool(_ slot: Int32, _ sound: Bool, _ pass: LedgerPass) -> LedgerPass.Change? {
        let index = Int(slot)
        guard slots[index].isPending, sound || slots[index].hasRow, slots[index].pendingTerms >= pass.threshold,
            survivors(ofChangeOf: slot, pass) >= pass.threshold
        else { return nil }
        if sound {
            slots[index].decision = .write
            return LedgerPass.Change(slot: slot, people: slots[index].changers(strict: pass.strict))
        }
        slots[index].decision = .retire
        var retired = sum(ofChangeOf: slot)
        guard survivors(&retired, at: slot, pass) >= pass.threshold else {
            slots[index].decision = .keep
            return nil
        }
        return LedgerPass.Change(slot: slot, people: retired.changers(strict: pass.strict))
    }

    /// Whether a pool may be a row: k people, two cells, figures that a table can have, and room for doubt.
    ///
    /// Parts that are known to be small hold at most k - 1 people each. A pool at that bound (or above: a part that
    /// was refused for the same reason) would tell each of them.
    func isSound(_ slot: Int32, parts: Int32, unbounded: Int32, _ pass: LedgerPass) -> Bool {
        let voices = slots[Int(slot)].now.voices(strict: pass.strict)
        guard voices >= pass.threshold, slots[Int(slot)].figures.isPlausible(voices: voices) else { return false }
        guard unbounded > 0 || voices < Int(parts) * (pass.threshold - 1) else { return false }
        var first: Int32 = -1
        return slots[Int(slot)].now.terms.contains { id, count in
            guard count > 0 else { return false }
            let cell = register.records[Int(id)].cell
            if first < 0 { first = cell }
            return cell != first
        }
    }

    /// At least how many people all these changes are the act of in sum: exact below k; nil when they cancel out.
    private func changers(_ changes: [LedgerPass.Change], below margin: Int32, _ pass: LedgerPass) -> Int? {
        if changes.count <= 1 { return changes.first.flatMap(\.people) }
        // What one cell changes is in the sum as it is, if no demand of it was ever elsewhere and no pool between
        // changes too.
        for change in changes where (change.people ?? 0) >= pass.threshold {
            let index = Int(change.slot)
            if slots[index].kind == .withheld || slots[index].isTangled { continue }
            var pool = slots[index].parent
            while pool != margin, slots[Int(pool)].decision == .keep { pool = slots[Int(pool)].parent }
            if pool == margin, slots[Int(margin)].decision == .keep { return change.people }
        }
        var sum = SignedSum()
        for change in changes { sum.add(terms(ofChangeOf: change.slot), register.records) }
        return sum.changers(strict: pass.strict)
    }

    private func sum(ofChangeOf slot: Int32) -> SignedSum {
        var sum = SignedSum()
        sum.add(terms(ofChangeOf: slot), register.records)
        return sum
    }

    private func sum(_ changes: [LedgerPass.Change]) -> [Amount] {
        var sum = NumberTable<Int32>()
        for change in changes { for term in terms(ofChangeOf: change.slot) { sum.add(term.count, at: term.id) } }
        return sum.amounts
    }
}

extension NumberTable<Int32> {
    var amounts: [Amount] {
        var amounts: [Amount] = []
        amounts.reserveCapacity(Int(count))
        forEach { amounts.append(Amount(id: $0, count: $1)) }
        return amounts
    }
}
