/// How often the releases of a ledger came to each kind of decision: what a table's rule costs its readers.
package struct ReleaseCourse: Hashable, Sendable {
    /// Releases that changed rows.
    package var published = 0
    /// Releases without news because fewer than k people had changed anything.
    package var waited = 0
    /// Releases without news though k people had changed something: the root could not hold the rest.
    package var refused = 0
    package var cellsWritten = 0
    package var cellsRetired = 0
    /// By depth of the margin, the root first.
    package var poolsWritten: [Int] = []
    package var poolsRetired = 0
    /// Times that a row repeated so that its change could fill the root.
    package var lifted = 0
    /// Times that all rows below a margin repeated because they changed by too few people in sum.
    package var reverted = 0

    package init() {}

    mutating func tell(_ slot: LedgerSlot) {
        switch (slot.decision, slot.kind) {
        case (.keep, _): break
        case (.write, .cell): cellsWritten += 1
        case (.retire, .cell): cellsRetired += 1
        case (.retire, .withheld): poolsRetired += 1
        case (.write, .withheld):
            while poolsWritten.count <= slot.depth { poolsWritten.append(0) }
            poolsWritten[slot.depth] += 1
        }
    }
}
