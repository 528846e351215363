/// One release at work: where it looks, what it has lifted, and what the last pass over these slots would change.
struct LedgerPass {
    /// A change of one row, and the people whose act it is.
    struct Change: Sendable {
        var slot: Int32
        var people: Int?
    }

    let threshold: Int
    let strict: Bool
    var cells: [Int32] = []
    /// Margins with a cell to look at somewhere below, finest first, without the root.
    var margins: [Int32] = []
    var lifted: [Int32] = []
}
