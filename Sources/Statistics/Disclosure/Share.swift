/// A part of a whole, both counts; nothing is rounded.
package struct Share: Hashable, Sendable {
    package var part: Int
    package var whole: Int

    package init(part: Int, whole: Int) {
        self.part = part
        self.whole = whole
    }

    /// The share of demands that a publication shows in cells of their own, the rest being withheld in pools.
    ///
    /// Pools may be smaller than what they withhold, where a cell repeats demands that have gone since.
    package static func shownInCells(of rows: [PublishedRow]) -> Share {
        rows.reduce(into: Share(part: 0, whole: 0)) { share, row in
            share.whole += row.demands
            if row.kind == .cell { share.part += row.demands }
        }
    }

    /// From 0 to 1; nil when the whole is 0.
    package var fraction: Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}
