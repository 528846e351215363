/// A signed sum of contributions that is kept up to date, with the people in it.
///
/// People are judged by claims: a demand that the sum both loses in one cell and gains in another is none of its
/// person's. A step costs the same however large the sum is.
struct SignedSum: Sendable {
    /// How many claims of a person a sum adds and removes.
    struct Sides: AdditiveArithmetic, Sendable {
        var added: Int32
        var removed: Int32

        static let zero = Sides(added: 0, removed: 0)
        static func + (left: Sides, right: Sides) -> Sides {
            Sides(added: left.added + right.added, removed: left.removed + right.removed)
        }
        static func - (left: Sides, right: Sides) -> Sides {
            Sides(added: left.added - right.added, removed: left.removed - right.removed)
        }
    }

    private(set) var terms = NumberTable<Int32>()
    private(set) var people = NumberTable<Sides>()
    /// Known persons who add something, and those of whom only departed demands are left; then unidentified messages.
    private var knownAdded: Int32 = 0
    private var knownRemoved: Int32 = 0
    private var unknownAdded: Int32 = 0
    private var unknownRemoved: Int32 = 0

    var isEmpty: Bool { terms.isEmpty }

    /// Distinct known persons, less those of whom only departed demands are left.
    var persons: Int { Int(knownAdded - knownRemoved) }

    /// People as the rule counts them: those who add something, less those of whom only departed demands are left.
    func voices(strict: Bool) -> Int { persons + (strict ? 0 : Int(unknownAdded - unknownRemoved)) }

    /// How many people a change is the act of; nil when it changes nothing but the cells of demands.
    func changers(strict: Bool) -> Int? {
        if people.isEmpty { return nil }
        return Int(knownAdded + knownRemoved) + (strict ? 0 : Int(unknownAdded + unknownRemoved))
    }

    mutating func add(_ id: Int32, _ count: Int32, _ records: [ContributionRegister.Record]) {
        let before = terms.add(count, at: id)
        let voice = records[Int(id)].voice
        var net = before
        var other = records[Int(id)].sibling
        while other != id {
            net += terms[other]
            other = records[Int(other)].sibling
        }
        step(voice, from: net, to: net + count)
    }

    mutating func add(_ amounts: [Amount], _ records: [ContributionRegister.Record]) {
        for amount in amounts { add(amount.id, amount.count, records) }
    }

    /// Counts a person's claim in a sum whose terms are kept elsewhere.
    mutating func count(_ voice: Int32, _ claims: Int32) {
        if claims > 0 { step(voice, from: 0, to: 1) } else { step(voice, from: 1, to: 0) }
    }

    private mutating func step(_ voice: Int32, from old: Int32, to new: Int32) {
        let change = Sides(
            added: (new > 0 ? 1 : 0) - (old > 0 ? 1 : 0),
            removed: (new < 0 ? 1 : 0) - (old < 0 ? 1 : 0)
        )
        if change == .zero { return }
        let before = people.add(change, at: voice)
        tell(voice, before, -1)
        tell(voice, before + change, 1)
    }

    private mutating func tell(_ voice: Int32, _ sides: Sides, _ step: Int32) {
        if sides.added > 0 {
            if VoiceTable.isKnown(voice) { knownAdded += step } else { unknownAdded += step }
        } else if sides.removed > 0 {
            if VoiceTable.isKnown(voice) { knownRemoved += step } else { unknownRemoved += step }
        }
    }
}

/// The figures of a sum that add up term by term. Messages and support wrap around on overflow.
struct Figures: Sendable {
    var demands = 0
    var messages = 0
    var messagesUnidentified = 0
    var reportedSupport = 0

    mutating func add(_ record: ContributionRegister.Record, _ count: Int32) {
        demands += Int(count)
        messages &+= Int(count) &* Int(record.messages)
        if !VoiceTable.isKnown(record.voice) { messagesUnidentified &+= Int(count) &* Int(record.messages) }
        reportedSupport &+= Int(count) &* record.support
    }

    /// Whether they can be those of a table: pools may hold negative members, never negative figures.
    func isPlausible(voices: Int) -> Bool {
        demands >= voices && messages >= messagesUnidentified && messagesUnidentified >= 0 && reportedSupport >= 0
    }
}
