/// One release at work: where it looks, what it has lifted, and what the last pass over these slots would change.
struct LedgerPass {
    /// A change of one row: what it gains (positive) and loses (negative), and the people whose act that is.
    struct Change {
        var slot: Int32
        var terms: [Amount]
        var people: Int?
    }

    let threshold: Int
    let strict: Bool
    var cells: [Int32] = []
    /// Margins with a cell to look at somewhere below, finest first, without the root.
    var margins: [Int32] = []
    var lifted: [Int32] = []
    var changes: [Change] = []
    /// What lifted slots send straight to the root.
    var rest: [Amount] = []
}
