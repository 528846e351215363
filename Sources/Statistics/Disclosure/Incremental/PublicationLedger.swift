/// One published table that is kept up to date: the contributions that stand in it, and the rows shown of them.
///
/// The incremental twin of `publish`: any sequence of changes and releases publishes here, row for row and member for
/// member, what `publish` would of all contributions after the rows before. That function is the specification; its
/// comment says what a release protects and what not.
///
/// A release costs about what has changed since the one before, times the depth of the paths, and not what the table
/// holds: see `PublicationLedger+Pass.swift`. A value restored from its contributions and rows goes on exactly like
/// the one they were taken from.
package struct PublicationLedger: Sendable {
    var register = ContributionRegister()
    /// Cells and margins in the order in which they were met; the root is the first.
    var slots: [LedgerSlot] = [LedgerSlot(path: [], kind: .withheld, parent: 0)]
    private var cells: [[String]: Int32] = [:]
    private var margins: [[String]: Int32] = [[]: 0]
    /// What stands in the table now, less all rows.
    var pending = SignedSum()
    var rowCount = 0
    /// At how many known contributions a removal looks for those that nothing speaks of any more.
    var sweepSize = 1_024

    /// The slots that the next pass must look at, apart from the margins above them.
    var touched: [Int32] = []
    /// The rule of the last pass; nil before the first.
    var rule: DisclosureRule?
    /// The slots of which something is counted at the root directly, because they were lifted.
    var atRoot: [Int32] = []

    /// How often releases came to each kind of decision so far, in this value.
    package internal(set) var course = ReleaseCourse()

    package init() {}

    /// Takes up a publication where its last release left it: the contributions that stand in the table now, in any
    /// order, and the rows published last, members included.
    package init(restoring contributions: some Sequence<Contribution>, previous rows: [PublishedRow]) {
        var rest = Restoring()
        for contribution in contributions { restore(contribution, &rest) }
        for row in rows { restore(row, &rest) }
        for (id, count) in rest.pending.enumerated() where count != 0 {
            pending.add(Int32(id), count, register.records)
        }
    }

    /// Enters a contribution. False, and nothing happens, if it stands in the table already.
    ///
    /// `messages` is 0 or 1, as `Contribution` says.
    @discardableResult
    package mutating func add(_ contribution: Contribution) -> Bool {
        let slot = cell(contribution.path)
        let id = number(of: contribution, in: slot)
        let record = register.records[Int(id)]
        if record.isPresent { return false }
        register.enter(id, before: slots[Int(slot)].head)
        slots[Int(slot)].head = id
        change(slot, id, record, by: 1)
        return true
    }

    /// Takes a contribution out. False, and nothing happens, if it does not stand in the table.
    @discardableResult
    package mutating func remove(_ contribution: Contribution) -> Bool {
        let slot = cell(contribution.path)
        let id = number(of: contribution, in: slot)
        let record = register.records[Int(id)]
        if !record.isPresent { return false }
        slots[Int(slot)].head = register.leave(id, head: slots[Int(slot)].head)
        change(slot, id, record, by: -1)
        if register.count >= sweepSize { sweep() }
        return true
    }

    private mutating func change(_ slot: Int32, _ id: Int32, _ record: ContributionRegister.Record, by count: Int32) {
        let index = Int(slot)
        slots[index].now.count(record.voice, count)
        slots[index].figures.add(record, count)
        if slots[index].hasRow { slots[index].change.add(id, count, register.records) }
        if slots[index].base != .nothing { slots[index].unsent.append(Amount(id: id, count: count)) }
        if slots[index].isAtRoot { slots[index].unsentToRoot.append(Amount(id: id, count: count)) }
        pending.add(id, count, register.records)
        touch(slot)
    }

    /// The number of a contribution; marks the cells that share a demand.
    mutating func number(of contribution: Contribution, in slot: Int32) -> Int32 {
        let id = register.number(of: contribution, in: slot)
        var other = register.records[Int(id)].sibling
        while other != id {
            slots[Int(slot)].isTangled = true
            slots[Int(register.records[Int(other)].cell)].isTangled = true
            other = register.records[Int(other)].sibling
        }
        return id
    }

    mutating func touch(_ slot: Int32) {
        if slots[Int(slot)].isTouched { return }
        slots[Int(slot)].isTouched = true
        touched.append(slot)
    }

    mutating func cell(_ path: [String]) -> Int32 {
        if let slot = cells[path] { return slot }
        let slot = append(path, .cell)
        cells[path] = slot
        return slot
    }

    mutating func margin(_ path: [String]) -> Int32 {
        if let slot = margins[path] { return slot }
        let slot = append(path, .withheld)
        margins[path] = slot
        return slot
    }

    private mutating func append(_ path: [String], _ kind: PublishedRow.Kind) -> Int32 {
        let parent = margin(Array(path.dropLast()))
        slots.appendTightly(LedgerSlot(path: path, kind: kind, parent: parent))
        return Int32(slots.count - 1)
    }
}
