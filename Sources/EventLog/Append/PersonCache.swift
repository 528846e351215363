import EventSourcing
import Foundation

/// Tokens of persons seen lately, so that most messages need no look-up. A guess only: the append checks it.
///
/// Kept for a minute at most: whoever is forgotten is forgotten here too, even by a node that hears nothing of it. Owned by
/// one appender; a class, so that a batch that remembers somebody copies none of the others.
final class PersonCache {
    private static let capacity = 20_000
    private static let lifetime = Duration.seconds(60)
    private var tokens: [PersonReference: UUID] = [:]
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
        tokens.removeAll(keepingCapacity: true)
        since = ContinuousClock.now
        newInARow = 0
    }

    subscript(person: PersonReference) -> UUID? { tokens[person] }

    func remember(_ person: PersonReference, _ token: UUID) {
        if tokens.count >= Self.capacity { tokens.removeAll(keepingCapacity: true) }
        tokens[person] = token
    }

    func forget(_ person: PersonReference) {
        tokens[person] = nil
    }

    /// Whether somebody who is not in here is so likely a new one that a look-up before the append, which looks too, is not
    /// worth its time.
    var strangersAreNew: Bool { newInARow >= newBeforeTrust }

    /// Also of those whom the append refused as new, who are looked up then.
    func noteLookUp(of count: Int, known: Int) {
        newInARow = known == 0 ? newInARow + count : 0
    }
}
