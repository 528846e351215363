import EventSourcing
import JSONText

/// What a version of the taxonomy says about the demands of categories that were there before.
package struct CategoryChange: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// One category stands below another parent; if its code stays, nothing happens to its demands.
        case move
        /// The demands of one or several become those of one that may have been there before.
        case merge
        case rename
        /// The demands of one go to several: by their words where these tell, else to `undecided`.
        case split
        /// The demands are unclassified.
        case drop
        /// No demand was in it; what comes late is unclassified. Made by the decision, never asked for.
        case retire
    }

    package var kind: Kind
    /// Codes of versions before.
    package var from: [String]
    /// Codes of the new version; none for what is dropped.
    package var to: [String]
    /// Of a split: where demands go that nobody decided. One of the new codes, the parent, or `unclassified`.
    package var undecided: String?

    package init(_ kind: Kind, _ from: [String], to: [String] = [], undecided: String? = nil) {
        self.kind = kind
        self.from = from
        self.to = to
        self.undecided = undecided
    }
}

extension CategoryChange: Equatable {
    /// Compared by bytes, as categories are.
    package static func == (left: CategoryChange, right: CategoryChange) -> Bool {
        func codes(_ change: CategoryChange) -> [[ExactText]] {
            [change.from, change.to, change.undecided.map { [$0] } ?? []].map { $0.map { ExactText($0) } }
        }
        return left.kind == right.kind && codes(left) == codes(right)
    }
}

extension CategoryChange: JSONWritable {
    /// As the event holds it, and as the door shows it.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("change", kind.rawValue)
            json.field("from", from)
            if !to.isEmpty { json.field("to", to) }
            json.field("undecided", ifPresent: undecided)
        }
    }
}

extension CategoryChange {
    init(_ body: EventBody) throws(UndecodableEvent) {
        let name = try body.string("change")
        guard let kind = Kind(rawValue: name) else { throw body.unreadable("change \(name) is unknown") }
        self.kind = kind
        from = try body.strings("from")
        to = body.has("to") ? try body.strings("to") : []
        undecided = try body.optionalString("undecided")
    }
}
