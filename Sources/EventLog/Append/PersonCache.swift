import EventSourcing
import Foundation

/// Tokens of persons seen lately, so that most messages need no look-up. A guess only: the append checks it.
struct PersonCache {
    private static let capacity = 100_000
    private var tokens: [PersonReference: UUID] = [:]

    subscript(person: PersonReference) -> UUID? { tokens[person] }

    mutating func remember(_ person: PersonReference, _ token: UUID) {
        if tokens.count >= Self.capacity { tokens.removeAll(keepingCapacity: true) }
        tokens[person] = token
    }

    mutating func forget(_ person: PersonReference) {
        tokens[person] = nil
    }
}
