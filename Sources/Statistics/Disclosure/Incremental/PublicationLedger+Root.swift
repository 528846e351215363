extension PublicationLedger {
    /// The root takes whatever is left, exactly, and what lifted slots hold back; true if it may.
    ///
    /// The same slots tend to be lifted at every release. What they hold back therefore stays counted at the root, and is
    /// only taken out when it cannot be told otherwise that the root refuses without it.
    mutating func judgeRoot(_ pass: LedgerPass) -> Bool {
        slots[0].decision = .keep
        var wanting: [Int32] = []
        for slot in atRoot {
            if slots[Int(slot)].isLifted || slots[Int(slot)].decision != .write {
                settleAtRoot(slot)
            } else {
                wanting.append(slot)
            }
        }
        for slot in pass.lifted where !slots[Int(slot)].isAtRoot { settleAtRoot(slot) }
        atRoot = pass.lifted + wanting
        if !wanting.isEmpty {
            if refusesForFewTerms(pass) || refusesForFewPeople(wanting, pass) { return false }
            for slot in wanting { settleAtRoot(slot) }
            atRoot = pass.lifted
        }
        let extra: Int32 = pass.lifted.contains { slots[Int($0)].isPending } ? 1 : 0
        let holds =
            slots[0].isEmpty
            || isSound(0, parts: slots[0].parts + extra, unbounded: slots[0].unboundedParts + extra, pass)
        guard slots[0].isPending else { return holds }
        slots[0].decision = slots[0].isEmpty ? .retire : .write
        return holds && survivors(ofChangeOf: 0, pass) >= pass.threshold
    }

    /// Makes what is counted at the root of a slot into what it holds back now, if it is lifted, or else into nothing.
    private mutating func settleAtRoot(_ slot: Int32) {
        let index = Int(slot)
        var moved: [Amount] = slots[index].unsentToRoot
        if slots[index].isLifted != slots[index].isAtRoot {
            moved = difference(slot)
            if slots[index].isAtRoot {
                // What is there is the difference as it was before what is unsent.
                moved = moved.map { Amount(id: $0.id, count: -$0.count) } + slots[index].unsentToRoot
            }
        }
        slots[index].unsentToRoot = []
        slots[index].isAtRoot = slots[index].isLifted
        deliver(moved, to: 0)
    }

    /// Whether fewer terms than k arrive at the root, and any, while nothing is lifted.
    private func refusesForFewTerms(_ pass: LedgerPass) -> Bool {
        pass.lifted.isEmpty && slots[0].parts > 0 && slots[0].arrivedTerms < pass.threshold
    }

    /// Whether the root's change has fewer than k survivors for sure, once what the `wanting` hold back is taken out.
    ///
    /// All that is taken out is in the change of a row below too, and vanishes with it, unless the slot has changed since
    /// it was counted here. So only such terms, and those that the root changes anyhow, can add to the survivors: each
    /// for its person if no row below changes it, else for the rows that do, which count by their smaller side.
    private func refusesForFewPeople(_ wanting: [Int32], _ pass: LedgerPass) -> Bool {
        guard slots[0].hasRow, leavesAChange(wanting) else { return false }
        let change = slots[0].change.terms
        var voices: [Int32] = []
        var most = 0
        var shares = NumberTable<Int32>()
        func meet(_ id: Int32) {
            let voice = register.records[Int(id)].voice
            if pass.strict, !VoiceTable.isKnown(voice) { return }
            var isAlone = true
            forEachChange(of: id, below: 0) { row in
                isAlone = false
                if slots[Int(row)].isAtRoot { most += 1 } else { shares.add(1, at: row) }
            }
            if isAlone { voices.append(voice) }
        }
        change.forEach { id, _ in meet(id) }
        for slot in wanting { for amount in slots[Int(slot)].unsentToRoot { meet(amount.id) } }
        voices.sort()
        for (place, voice) in voices.enumerated() where place == 0 || voices[place - 1] != voice { most += 1 }
        if most >= pass.threshold { return false }
        shares.forEach { row, shared in
            let own = terms(ofChangeOf: row).reduce(0) { $0 + (change[$1.id] == 0 ? 1 : 0) }
            most += min(Int(shared), own)
        }
        return most < pass.threshold
    }

    /// Whether the root still changes once what the `wanting` hold back is taken out: true only if that is sure.
    private func leavesAChange(_ wanting: [Int32]) -> Bool {
        wanting.contains { slot in
            guard slots[Int(slot)].kind == .cell else { return false }
            var above = slots[Int(slot)].parent
            while above != 0, !slots[Int(above)].isAtRoot { above = slots[Int(above)].parent }
            if above != 0 { return false }
            let unsent = slots[Int(slot)].unsentToRoot
            if unsent.count > slots[Int(slot)].pendingTerms { return false }
            return difference(slot).contains { amount in
                slots[0].change.terms[amount.id] == 0 && !unsent.contains { $0.id == amount.id }
            }
        }
    }
}
