/// What slots hold, and what they pass to the margins above them.
extension PublicationLedger {
    /// What a slot holds now.
    func content(_ slot: Int32) -> [Amount] {
        if slots[Int(slot)].kind == .withheld { return slots[Int(slot)].now.terms.amounts }
        var amounts: [Amount] = []
        var id = slots[Int(slot)].head
        while id >= 0 {
            amounts.append(Amount(id: id, count: 1))
            id = register.records[Int(id)].next
        }
        return amounts
    }

    /// What a slot holds now, less its row.
    func difference(_ slot: Int32) -> [Amount] {
        slots[Int(slot)].hasRow ? slots[Int(slot)].change.terms.amounts : content(slot)
    }

    /// What the row of a slot holds; empty when there is none.
    func row(of slot: Int32) -> [Amount] {
        guard slots[Int(slot)].hasRow else { return [] }
        let now = content(slot)
        if slots[Int(slot)].change.isEmpty { return now }
        var row = NumberTable<Int32>()
        for amount in now { row.add(amount.count, at: amount.id) }
        slots[Int(slot)].change.terms.forEach { id, count in row.add(-count, at: id) }
        return row.amounts
    }

    /// What the row of a slot gains (positive) and loses (negative) by its decision.
    func terms(ofChangeOf slot: Int32) -> [Amount] {
        if slots[Int(slot)].decision == .write { return difference(slot) }
        return row(of: slot).map { Amount(id: $0.id, count: -$0.count) }
    }

    /// Whether the decision on a slot's row changes how often it counts a contribution.
    func changes(_ slot: Int32, _ id: Int32) -> Bool {
        let index = Int(slot)
        if slots[index].decision == .keep || (slots[index].decision == .retire && !slots[index].hasRow) { return false }
        var holds: Int32 = 0
        if slots[index].decision == .retire || !slots[index].hasRow {
            holds =
                slots[index].kind == .cell
                ? (register.records[Int(id)].isPresent ? 1 : 0) : slots[index].now.terms[id]
        }
        if !slots[index].hasRow { return holds != 0 }
        let change = slots[index].change.terms[id]
        return slots[index].decision == .write ? change != 0 : holds != change
    }

    /// Makes what a slot has passed to its margin into its new part: the base, as it stands now, and something extra.
    mutating func send(_ slot: Int32, _ base: LedgerSlot.Base, extra: [Amount] = [], isBounded: Bool = true) {
        let index = Int(slot)
        let old = slots[index].base
        var moved: [Amount] = []
        if base == old {
            moved = slots[index].unsent
        } else {
            moved = self.base(slot, base)
            for amount in self.base(slot, old) { moved.append(Amount(id: amount.id, count: -amount.count)) }
            moved += slots[index].unsent
        }
        for amount in slots[index].extra { moved.append(Amount(id: amount.id, count: -amount.count)) }
        moved += extra
        slots[index].unsent = []
        slots[index].base = base
        slots[index].extra = extra
        let parent = slots[index].parent
        deliver(moved, to: parent)
        count(slot, parent, -1)
        slots[index].isPart = isPart(slot)
        slots[index].sentTerms = extra.count + terms(of: base, slot)
        slots[index].isBounded = isBounded
        count(slot, parent, 1)
    }

    /// Adds to what a margin holds.
    mutating func deliver(_ amounts: [Amount], to margin: Int32) {
        if amounts.isEmpty { return }
        let index = Int(margin)
        for amount in amounts {
            slots[index].now.add(amount.id, amount.count, register.records)
            slots[index].figures.add(register.records[Int(amount.id)], amount.count)
        }
        if slots[index].hasRow { slots[index].change.add(amounts, register.records) }
        if slots[index].base != .nothing { slots[index].unsent += amounts }
        if slots[index].isAtRoot { slots[index].unsentToRoot += amounts }
    }

    private func base(_ slot: Int32, _ base: LedgerSlot.Base) -> [Amount] {
        switch base {
        case .nothing: []
        case .difference: difference(slot)
        case .whole: content(slot)
        }
    }

    private func terms(of base: LedgerSlot.Base, _ slot: Int32) -> Int {
        switch base {
        case .nothing: 0
        case .difference: slots[Int(slot)].pendingTerms
        case .whole:
            slots[Int(slot)].kind == .cell ? slots[Int(slot)].figures.demands : Int(slots[Int(slot)].now.terms.count)
        }
    }

    private mutating func count(_ slot: Int32, _ parent: Int32, _ step: Int32) {
        guard slots[Int(slot)].isPart else { return }
        slots[Int(parent)].parts += step
        slots[Int(parent)].arrivedTerms += Int(step) * slots[Int(slot)].sentTerms
        if !slots[Int(slot)].isBounded { slots[Int(parent)].unboundedParts += step }
    }

    /// Whether a slot passes on anything, its base and its extra taken together.
    private func isPart(_ slot: Int32) -> Bool {
        let (base, extra) = (slots[Int(slot)].base, slots[Int(slot)].extra)
        switch base {
        case .nothing: return !extra.isEmpty
        case .whole: return !slots[Int(slot)].isEmpty
        case .difference:
            guard slots[Int(slot)].isPending else { return !extra.isEmpty }
            // Only margins pass on extras, so that the terms are in a table.
            let terms = slots[Int(slot)].hasRow ? slots[Int(slot)].change.terms : slots[Int(slot)].now.terms
            return extra.isEmpty || Int(terms.count) != extra.count
                || extra.contains { terms[$0.id] != -$0.count }
        }
    }
}
