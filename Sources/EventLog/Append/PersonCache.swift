import EventSourcing
import Foundation

/// Tokens of persons seen lately, so that most messages need no look-up. A guess only: the append checks it.
///
/// Kept for a minute at most: whoever is forgotten is forgotten here too, even by a node that hears nothing of it.
struct PersonCache {
    private static let capacity = 100_000
    private static let lifetime = Duration.seconds(60)
    private var tokens: [PersonReference: UUID] = [:]
    private var since = ContinuousClock.now

    /// Drops everything that may be older than its time.
    mutating func expire() {
        guard ContinuousClock.now - since > Self.lifetime else { return }
        tokens.removeAll(keepingCapacity: true)
        since = ContinuousClock.now
    }

    subscript(person: PersonReference) -> UUID? { tokens[person] }

    mutating func remember(_ person: PersonReference, _ token: UUID) {
        if tokens.count >= Self.capacity { tokens.removeAll(keepingCapacity: true) }
        tokens[person] = token
    }

    mutating func forget(_ person: PersonReference) {
        tokens[person] = nil
    }
}
