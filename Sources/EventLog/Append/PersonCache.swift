import EventSourcing
import Foundation

/// Tokens of persons seen lately, so that most messages need no look-up. A guess only: the append checks it.
///
/// Used for a minute at most: whoever is forgotten is forgotten here too, even by a node that hears nothing of it. Owned by
/// one appender; a class, so that a batch that remembers somebody copies none of the others.
final class PersonCache {
    private static let half = 10_000
    private static let lifetime = Duration.seconds(60)
    /// When the younger half is full it becomes the older one, whose persons are dropped.
    private var younger: [PersonReference: UUID] = [:]
    private var older: [PersonReference: UUID] = [:]
    private var since = ContinuousClock.now
    private let newBeforeTrust: Int
    private var newInARow = 0

    init(newBeforeTrust: Int) {
        self.newBeforeTrust = newBeforeTrust
    }

    /// Drops everything that may be older than its time.
    func expire() {
        guard ContinuousClock.now - since > Self.lifetime else { return }
        clear()
    }

    func clear() {
        younger.removeAll(keepingCapacity: true)
        older.removeAll()
        since = ContinuousClock.now
        newInARow = 0
    }

    subscript(person: PersonReference) -> UUID? { younger[person] ?? older[person] }

    func remember(_ person: PersonReference, _ token: UUID) {
        if younger.count >= Self.half { (older, younger) = (younger, [:]) }
        younger[person] = token
    }

    func forget(_ person: PersonReference) {
        younger[person] = nil
        older[person] = nil
    }

    /// Whether somebody who is not in here is so likely a new one that a look-up before the append, which looks too, is not
    /// worth its time.
    var strangersAreNew: Bool { newInARow >= newBeforeTrust }

    func noteLookUp(of count: Int, known: Int) {
        newInARow = known == 0 ? newInARow + count : 0
    }

    /// The append refused somebody as new: strangers are looked up again.
    func noteWrongGuess() {
        newInARow = 0
    }
}
