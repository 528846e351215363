extension PublicationLedger {
    /// A row that a release wrote or retired; its state is asked for when it is wanted.
    package struct RowID: Hashable, Comparable, Sendable {
        let slot: Int32

        package static func < (left: RowID, right: RowID) -> Bool { left.slot < right.slot }
    }

    /// Publishes like `release`, and tells which rows that touched without making them: for many releases whose rows are
    /// read once, after the last one.
    ///
    /// - Returns: nil when the release shows nothing new.
    package mutating func publish(_ rule: DisclosureRule) -> [RowID]? {
        decide(rule)?.map { RowID(slot: $0) }
    }

    /// The place of a row.
    package func key(of id: RowID) -> PublishedRow.Key {
        PublishedRow.Key(path: slots[Int(id.slot)].path, kind: slots[Int(id.slot)].kind)
    }

    /// The row there now, members included; costs what it has of them. Nil when there is none any more.
    package func row(of id: RowID) -> PublishedRow? { slots[Int(id.slot)].hasRow ? row(id.slot) : nil }

    /// The same without members, which costs nothing when nothing changed there since. Nil when there is none any more.
    package func figures(of id: RowID) -> PublishedRow? {
        slots[Int(id.slot)].hasRow ? figures(id.slot) : nil
    }
}
