extension PublicationLedger {
    /// The rows published last, members included, sorted as the table is. Time is n log n in the members.
    package var rows: [PublishedRow] {
        slots.indices.filter { slots[$0].hasRow }.map { row(Int32($0)) }.sorted { $0.key < $1.key }
    }

    func row(_ slot: Int32) -> PublishedRow {
        var row = figures(slot)
        row.members = self.row(of: slot).sorted { precedes($0.id, $1.id) }.map {
            PublishedRow.Member(contribution: register.contribution($0.id, path: path($0.id)), count: Int($0.count))
        }
        return row
    }

    /// The row of a slot without its members: costs nothing when the slot still holds what the row holds.
    func figures(_ slot: Int32) -> PublishedRow {
        let known = slots[Int(slot)]
        var (figures, persons) = (known.figures, known.now.persons)
        if !known.change.isEmpty {
            var sum = SignedSum()
            figures = Figures()
            let terms = row(of: slot)
            sum.add(terms, register.records)
            for term in terms { figures.add(register.records[Int(term.id)], term.count) }
            persons = sum.persons
        }
        return PublishedRow(
            path: known.path,
            kind: known.kind,
            demands: figures.demands,
            people: persons,
            messages: figures.messages,
            messagesUnidentified: figures.messagesUnidentified,
            reportedSupport: figures.reportedSupport,
            members: []
        )
    }

    private func path(_ id: Int32) -> [String] { slots[Int(register.records[Int(id)].cell)].path }

    /// By demand, message, person, weights, path.
    private func precedes(_ one: Int32, _ other: Int32) -> Bool {
        let (left, right) = (register.records[Int(one)], register.records[Int(other)])
        if left.demand != right.demand { return left.demand < right.demand }
        if left.message != right.message { return left.message < right.message }
        if left.voice != right.voice {
            guard let first = register.voices.person(left.voice) else { return true }
            guard let second = register.voices.person(right.voice) else { return false }
            return first < second
        }
        if left.messages != right.messages { return left.messages < right.messages }
        if left.support != right.support { return left.support < right.support }
        return left.cell != right.cell && path(one).lexicographicallyPrecedes(path(other))
    }

    /// Gives up the numbers of contributions that neither stand in the table nor occur in any sum.
    mutating func sweep() {
        var isMarked = [Bool](repeating: false, count: register.records.count)
        func mark(_ amounts: [Amount]) { for amount in amounts { isMarked[Int(amount.id)] = true } }
        func mark(_ sum: SignedSum) { sum.terms.forEach { id, _ in isMarked[Int(id)] = true } }
        for slot in slots {
            mark(slot.now)
            mark(slot.change)
            mark(slot.unsent)
            mark(slot.extra)
            mark(slot.unsentToRoot)
        }
        mark(pending)
        register.sweep(keeping: isMarked)
        sweepSize = register.count * 2 + 1_024
    }
}
