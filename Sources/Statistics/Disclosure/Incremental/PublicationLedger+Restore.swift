extension PublicationLedger {
    /// How often contributions stand in the table and in rows, while a ledger is restored, by their numbers.
    ///
    /// Most stand in the table and in a row of their cell: these are set off against each other here, so that no sum has to
    /// take them up and give them back.
    struct Restoring {
        /// In the table, less in all rows.
        fileprivate(set) var pending: [Int32] = []
        /// In the row at hand; zeros between rows.
        fileprivate var held: [Int32] = []

        fileprivate mutating func makeRoom(for id: Int32) {
            while pending.count <= Int(id) {
                pending.append(0)
                held.append(0)
            }
        }
    }

    /// Enters a contribution that stands in the table, before the rows.
    mutating func restore(_ contribution: Contribution, _ rest: inout Restoring) {
        let slot = cell(contribution.path)
        let id = number(of: contribution, in: slot)
        let record = register.records[Int(id)]
        if record.isPresent { return }
        register.enter(id, before: slots[Int(slot)].head)
        slots[Int(slot)].head = id
        slots[Int(slot)].now.count(record.voice, 1)
        slots[Int(slot)].figures.add(record, 1)
        rest.makeRoom(for: id)
        rest.pending[Int(id)] += 1
        touch(slot)
    }

    /// Takes up a row that was published last.
    mutating func restore(_ row: PublishedRow, _ rest: inout Restoring) {
        let slot = row.kind == .cell ? cell(row.path) : margin(row.path)
        let index = Int(slot)
        slots[index].hasRow = true
        rowCount += 1
        touch(slot)
        var members: [Int32] = []
        members.reserveCapacity(row.members.count)
        for member in row.members {
            let id = number(of: member.contribution, in: cell(member.contribution.path))
            rest.makeRoom(for: id)
            rest.pending[Int(id)] -= Int32(member.count)
            rest.held[Int(id)] += Int32(member.count)
            members.append(id)
        }
        if row.kind == .cell {
            var id = slots[index].head
            while id >= 0 {
                let missing = 1 - rest.held[Int(id)]
                if missing != 0 { slots[index].change.add(id, missing, register.records) }
                rest.held[Int(id)] = 0
                id = register.records[Int(id)].next
            }
        }
        for id in members where rest.held[Int(id)] != 0 {
            slots[index].change.add(id, -rest.held[Int(id)], register.records)
            rest.held[Int(id)] = 0
        }
    }
}
