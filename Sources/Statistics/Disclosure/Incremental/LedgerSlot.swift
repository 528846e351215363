/// A place for a row in a ledger: a cell, or the pool of a margin, with what it holds now and what its row lacks.
struct LedgerSlot: Sendable {
    /// What a slot passes to its margin, as a sum of its own that goes on changing.
    enum Base: Sendable {
        case nothing
        /// What it holds now, less its row.
        case difference
        /// All that it holds now.
        case whole
    }

    /// What a pass would do with the row.
    enum Decision: Sendable {
        case keep
        case write
        case retire
    }

    let path: [String]
    let kind: PublishedRow.Kind
    /// The margin above; the root's is itself.
    let parent: Int32

    /// What the slot holds now. The terms of a cell are the list of contributions from `head` on, not in this sum.
    var now = SignedSum()
    var figures = Figures()
    var head: Int32 = -1
    /// Whether there is a row.
    var hasRow = false
    /// What the slot holds now, less its row. Only kept while there is one; otherwise it is all that the slot holds.
    var change = SignedSum()

    /// What has been passed to the margin: `base` as it was before `unsent`, and `extra`.
    var base = Base.nothing
    var extra: [Amount] = []
    var unsent: [Amount] = []
    /// Whether that is anything, and whether it is held back only for being small.
    var isPart = false
    var isBounded = true

    /// Whether what it held back when it was lifted last is counted at the root, and what has changed of that since.
    var isAtRoot = false
    var unsentToRoot: [Amount] = []

    /// How many slots pass something to this pool, and how many of them for another reason than being small.
    var parts: Int32 = 0
    var unboundedParts: Int32 = 0
    /// How many terms come from them, and how many the slot itself passes on: at least as many as there are in sum.
    var arrivedTerms = 0
    var sentTerms = 0

    /// Whether the next pass must look here, and whether the current one does.
    var isTouched = false
    var isInPass = false
    /// Whether the current release lifts the slot.
    var isLifted = false
    var decision = Decision.keep
    /// The changes of rows below.
    var below: [LedgerPass.Change] = []
    /// Whether a demand here was ever met in another cell too.
    var isTangled = false

    var depth: Int { path.count }
    var isEmpty: Bool { kind == .cell ? head < 0 : now.isEmpty }
    /// Whether the row would change.
    var isPending: Bool { hasRow ? !change.isEmpty : !isEmpty }

    init(path: [String], kind: PublishedRow.Kind, parent: Int32) {
        self.path = path
        self.kind = kind
        self.parent = parent
    }

    /// How many terms that is.
    var pendingTerms: Int {
        hasRow ? Int(change.terms.count) : kind == .cell ? figures.demands : Int(now.terms.count)
    }

    /// The people of what the slot holds now less its row.
    func changers(strict: Bool) -> Int? { (hasRow ? change : now).changers(strict: strict) }
}
