/// A multiple of one contribution, by its number in a `ContributionRegister`.
struct Amount: Sendable {
    var id: Int32
    var count: Int32
}

/// The contributions that a ledger knows, each with a number and at its cell: 64 bytes each.
///
/// A contribution keeps its number while it stands in the table or any sum still speaks of it.
struct ContributionRegister: Sendable {
    struct Record: Sendable {
        var demand: UInt128
        var message: UInt128
        var support: Int
        var voice: Int32
        var messages: Int32
        var cell: Int32
        /// The next and previous contribution in the cell, -1 at its ends; `next` is -2 while this one is not there.
        var next: Int32 = -2
        var previous: Int32 = -1
        /// A ring of the contributions that differ in nothing but their cell: one demand that has moved.
        var sibling: Int32

        var isPresent: Bool { next != -2 }

        fileprivate func isSameClaim(_ other: Record) -> Bool {
            demand == other.demand && message == other.message && voice == other.voice
                && messages == other.messages && support == other.support
        }
    }

    private(set) var records: [Record] = []
    private(set) var voices = VoiceTable()
    private var index = NumberIndex()
    private var vacant: [Int32] = []

    /// How many contributions have a number.
    var count: Int { records.count - vacant.count }

    /// The number of a contribution in a cell, given at the first sight.
    mutating func number(of contribution: Contribution, in cell: Int32) -> Int32 {
        let voice = voices.number(person: contribution.person, message: contribution.message)
        var record = Record(
            demand: contribution.demand,
            message: contribution.message,
            support: contribution.reportedSupport,
            voice: voice,
            messages: Int32(clamping: contribution.messages),
            cell: cell,
            sibling: -1
        )
        let hash = record.demand.indexHash
        var found: Int32 = -1
        var sibling: Int32 = -1
        index.search(hash) { id in
            guard records[Int(id)].isSameClaim(record) else { return false }
            sibling = id
            guard records[Int(id)].cell == cell else { return false }
            found = id
            return true
        }
        if found >= 0 { return found }
        let id = vacant.popLast() ?? Int32(records.count)
        record.sibling = sibling >= 0 ? records[Int(sibling)].sibling : id
        if sibling >= 0 { records[Int(sibling)].sibling = id }
        if Int(id) == records.count { records.appendTightly(record) } else { records[Int(id)] = record }
        index.insert(id, hash) { [records] in records[Int($0)].demand.indexHash }
        return id
    }

    /// Puts a contribution at the head of its cell's list.
    mutating func enter(_ id: Int32, before head: Int32) {
        records[Int(id)].next = head
        records[Int(id)].previous = -1
        if head >= 0 { records[Int(head)].previous = id }
    }

    /// Takes a contribution out of its cell's list and returns the list's new head.
    mutating func leave(_ id: Int32, head: Int32) -> Int32 {
        let (previous, next) = (records[Int(id)].previous, records[Int(id)].next)
        records[Int(id)].next = -2
        if next >= 0 { records[Int(next)].previous = previous }
        guard previous >= 0 else { return next }
        records[Int(previous)].next = next
        return head
    }

    /// Gives up the numbers of all contributions that neither stand in the table nor are marked.
    mutating func sweep(keeping isMarked: [Bool]) {
        index = NumberIndex()
        vacant = []
        let old = records.map(\.sibling)
        for id in records.indices.reversed() {
            guard records[id].isPresent || isMarked[id] else {
                vacant.append(Int32(id))
                continue
            }
            var sibling = Int(old[id])
            while !records[sibling].isPresent && !isMarked[sibling] { sibling = Int(old[sibling]) }
            records[id].sibling = Int32(sibling)
            index.insert(Int32(id), records[id].demand.indexHash) { [records] in
                records[Int($0)].demand.indexHash
            }
        }
    }

    /// A contribution as it came, with the path of its cell.
    func contribution(_ id: Int32, path: [String]) -> Contribution {
        let record = records[Int(id)]
        return Contribution(
            demand: record.demand,
            person: voices.person(record.voice),
            message: record.message,
            messages: Int(record.messages),
            reportedSupport: record.support,
            path: path
        )
    }
}
