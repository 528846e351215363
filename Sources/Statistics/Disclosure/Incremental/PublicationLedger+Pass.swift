// One pass of the rules over what must be looked at. Every slot keeps what it has passed to its margin, so that a pass
// touches the cells that changed since the last release, the slots that wanted to change then, and the margins above;
// of these it moves only the differences. A slot that did not want to change and has not changed since would decide
// the same again, and is not looked at. The root takes part in every pass.
extension PublicationLedger {
    /// Decides every row that the pass looks at, finest margins first; true if the root may hold the rest.
    mutating func run(_ pass: inout LedgerPass) -> Bool {
        deliver(rest.map { Amount(id: $0.id, count: -$0.count) }, to: 0)
        pass.changes = []
        pass.rest = []
        slots[0].below = []
        for margin in pass.margins { slots[Int(margin)].below = [] }
        for cell in pass.cells { judgeCell(cell, &pass) }
        for margin in pass.margins { judgeMargin(margin, &pass) }
        rest = pass.rest
        deliver(rest, to: 0)
        return judgeRoot(pass)
    }

    private mutating func judgeCell(_ slot: Int32, _ pass: inout LedgerPass) {
        let index = Int(slot)
        slots[index].decision = .keep
        if slots[index].isLifted {
            pass.rest += difference(slot)
            return send(slot, .nothing)
        }
        guard let people = slots[index].changers(strict: pass.strict), people >= pass.threshold else {
            return send(slot, .difference)
        }
        if slots[index].now.voices(strict: pass.strict) >= pass.threshold {
            slots[index].decision = .write
            propose(LedgerPass.Change(slot: slot, terms: difference(slot), people: people), &pass)
            send(slot, .nothing)
        } else {
            slots[index].decision = .retire
            if slots[index].hasRow { propose(retirement(slot, pass), &pass) }
            send(slot, .whole)
        }
    }

    private mutating func judgeMargin(_ slot: Int32, _ pass: inout LedgerPass) {
        let index = Int(slot)
        let below = slots[index].below
        let sound = isSound(slot, parts: slots[index].parts, unbounded: slots[index].unboundedParts, pass)
        let isBounded = slots[index].unboundedParts == 0 && !slots[index].hasRow && !sound
        var base = LedgerSlot.Base.difference
        var changes = below
        slots[index].decision = .keep
        if slots[index].isLifted {
            pass.rest += difference(slot)
            base = .nothing
        } else {
            let change = pool(slot, sound, below, pass)
            if let change {
                base = slots[index].decision == .write ? .nothing : .whole
                changes.append(Int32(pass.changes.count))
                pass.changes.append(change)
            }
        }
        // The sum of all rows below a margin is a figure too: anyone can add them up.
        if let people = changers(changes, pass), people < pass.threshold {
            course.reverted += 1
            for change in changes { slots[Int(pass.changes[Int(change)].slot)].decision = .keep }
            send(slot, slots[index].isLifted ? .nothing : .difference, extra: sum(below, pass), isBounded: false)
        } else {
            send(slot, base, isBounded: isBounded)
            slots[Int(slots[index].parent)].below += changes
        }
    }

    /// The root takes whatever is left, exactly.
    private mutating func judgeRoot(_ pass: LedgerPass) -> Bool {
        let extra: Int32 = pass.rest.isEmpty ? 0 : 1
        slots[0].decision = .keep
        let holds =
            slots[0].isEmpty
            || isSound(0, parts: slots[0].parts + extra, unbounded: slots[0].unboundedParts + extra, pass)
        guard slots[0].isPending else { return holds }
        slots[0].decision = slots[0].isEmpty ? .retire : .write
        return holds && survivors(ofChangeOf: 0, below: slots[0].below, pass) >= pass.threshold
    }

    /// Decides a pool, and tells the change of its row; nil when it must stay as it is.
    private mutating func pool(
        _ slot: Int32,
        _ sound: Bool,
        _ below: [Int32],
        _ pass: LedgerPass
    ) -> LedgerPass.Change? {
        let index = Int(slot)
        guard slots[index].isPending, sound || slots[index].hasRow,
            survivors(ofChangeOf: slot, below: below, pass) >= pass.threshold
        else { return nil }
        if sound {
            slots[index].decision = .write
            return LedgerPass.Change(
                slot: slot,
                terms: difference(slot),
                people: slots[index].changers(strict: pass.strict)
            )
        }
        let retired = retirement(slot, pass)
        var sum = SignedSum()
        sum.add(retired.terms, register.records)
        guard survivors(&sum, below: below, pass) >= pass.threshold else { return nil }
        slots[index].decision = .retire
        return retired
    }

    /// Whether a pool may be a row: k people, two cells, figures that a table can have, and room for doubt.
    ///
    /// Parts that are known to be small hold at most k - 1 people each. A pool at that bound (or above: a part that
    /// was refused for the same reason) would tell each of them.
    private func isSound(_ slot: Int32, parts: Int32, unbounded: Int32, _ pass: LedgerPass) -> Bool {
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

    private mutating func propose(_ change: LedgerPass.Change, _ pass: inout LedgerPass) {
        slots[Int(slots[Int(change.slot)].parent)].below.append(Int32(pass.changes.count))
        pass.changes.append(change)
    }

    private func retirement(_ slot: Int32, _ pass: LedgerPass) -> LedgerPass.Change {
        let terms = row(of: slot).map { Amount(id: $0.id, count: -$0.count) }
        var sum = SignedSum()
        sum.add(terms, register.records)
        return LedgerPass.Change(slot: slot, terms: terms, people: sum.changers(strict: pass.strict))
    }

    private func changers(_ changes: [Int32], _ pass: LedgerPass) -> Int? {
        if changes.count <= 1 { return changes.first.flatMap { pass.changes[Int($0)].people } }
        var sum = SignedSum()
        for change in changes { sum.add(pass.changes[Int(change)].terms, register.records) }
        return sum.changers(strict: pass.strict)
    }

    private func sum(_ changes: [Int32], _ pass: LedgerPass) -> [Amount] {
        var sum = NumberTable<Int32>()
        for change in changes { for term in pass.changes[Int(change)].terms { sum.add(term.count, at: term.id) } }
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
