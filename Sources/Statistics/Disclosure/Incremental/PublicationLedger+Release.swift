extension PublicationLedger {
    /// Publishes what the rule allows, and tells what differs from the rows before.
    ///
    /// Telling costs as much as the written rows have members; `advance` does without.
    package mutating func release(_ rule: DisclosureRule) -> ReleaseOutcome {
        guard let decided = decide(rule) else { return rowCount == 0 ? .nothing : .unchanged }
        let (left, gone) = (decided.filter { slots[Int($0)].hasRow }, decided.filter { !slots[Int($0)].hasRow })
        return .rows(
            written: left.map(row).sorted { $0.key < $1.key },
            retired: gone.map { PublishedRow.Key(path: slots[Int($0)].path, kind: slots[Int($0)].kind) }.sorted()
        )
    }

    /// Publishes like `release` and tells only whether any row changed: for releases that nobody reads the rows of.
    @discardableResult
    package mutating func advance(_ rule: DisclosureRule) -> Bool { decide(rule) != nil }

    /// The slots whose rows were written or retired; nil if the release shows nothing new.
    mutating func decide(_ rule: DisclosureRule) -> [Int32]? {
        let rule = DisclosureRule(k: max(rule.k, 1), strict: rule.strict)
        if pending.isEmpty || (pending.changers(strict: rule.strict) ?? rule.k) < rule.k {
            course.waited += 1
            return nil
        }
        if rule != self.rule {
            for slot in slots.indices.dropFirst() { touch(Int32(slot)) }
            self.rule = rule
        }
        var pass = gather(rule)
        var holds = run(&pass)
        while !holds, !slots[0].below.isEmpty {
            lift(&pass)
            holds = run(&pass)
        }
        course.lifted += pass.lifted.count
        if holds { course.published += 1 } else { course.refused += 1 }
        return settle(pass, holds)
    }

    /// Takes the slots to look at, and finds the margins above them.
    private mutating func gather(_ rule: DisclosureRule) -> LedgerPass {
        var pass = LedgerPass(threshold: rule.k, strict: rule.strict)
        var levels: [[Int32]] = []
        for slot in touched {
            slots[Int(slot)].isTouched = false
            var margin = slot
            if slots[Int(slot)].kind == .cell {
                pass.cells.append(slot)
                margin = slots[Int(slot)].parent
            }
            while margin != 0, !slots[Int(margin)].isInPass {
                slots[Int(margin)].isInPass = true
                let depth = slots[Int(margin)].depth
                while levels.count <= depth { levels.append([]) }
                levels[depth].append(margin)
                margin = slots[Int(margin)].parent
            }
        }
        touched = []
        pass.margins = levels.reversed().flatMap { $0 }
        return pass
    }

    /// Lifts the changes of the fewest people: at least as many as are lifted, and with each all of its size.
    private mutating func lift(_ pass: inout LedgerPass) {
        let sizes = slots[0].below.map { pass.changes[Int($0)].people ?? 0 }
        guard let largest = sizes.sorted().prefix(max(pass.lifted.count, 1)).last else { return }
        for (change, size) in zip(slots[0].below, sizes) where size <= largest {
            let slot = pass.changes[Int(change)].slot
            slots[Int(slot)].isLifted = true
            pass.lifted.append(slot)
        }
    }

    /// Makes the decisions of the last pass true if it holds, and leaves open what must be looked at again.
    ///
    /// That is every slot that wanted to change its row, whether it did or not: the margins above were judged with
    /// its change below them, and may decide otherwise without it.
    private mutating func settle(_ pass: LedgerPass, _ holds: Bool) -> [Int32]? {
        var decided: [Int32] = []
        for slot in pass.cells + pass.margins + [0] {
            let index = Int(slot)
            var isOpen = slots[index].isLifted
            if holds, slots[index].decision != .keep {
                course.tell(slots[index])
                let writes = slots[index].decision == .write
                if writes || slots[index].hasRow { decided.append(slot) }
                rowCount += (writes ? 1 : 0) - (slots[index].hasRow ? 1 : 0)
                slots[index].hasRow = writes
                slots[index].change = SignedSum()
                // The row is now all that was held, or there is none: either way what was passed on is the difference.
                if slot != 0 { slots[index].base = .difference }
                isOpen = true
            }
            slots[index].decision = .keep
            slots[index].isLifted = false
            slots[index].isInPass = false
            slots[index].below = []
            isOpen = isOpen || slots[index].base != .difference || !slots[index].extra.isEmpty
            if isOpen, slot != 0 { touch(slot) }
        }
        if holds { pending = SignedSum() }
        return holds ? decided : nil
    }
}
