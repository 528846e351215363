/// One release at work: where it looks, what it has lifted, and what the last pass over these slots would change.
struct LedgerPass {
    /// A change of one row: what it gains (positive) and loses (negative), and the people whose act that is.
    struct Change {
        var slot: Int32
        var terms: [Amount]
        var people: Int?
        /// What the slot wants, whatever the margins above it make of that.
        var decision: LedgerSlot.Decision
    }

    let threshold: Int
    let strict: Bool
    var cells: [Int32] = []
    /// Margins with a cell to look at somewhere below, finest first, without the root.
    var margins: [Int32] = []
    var lifted: [Int32] = []
    /// The changes proposed in all rounds so far; slots know their own by place.
    var changes: [Change] = []
    /// Of the slots above, those that the next round judges: all at first, then what has been lifted and lies above.
    var freshCells: [Int32] = []
    var freshMargins: [Int32] = []
    /// How many lifted slots send something straight to the root.
    var straightParts = 0
}
