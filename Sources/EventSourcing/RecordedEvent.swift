import Foundation

/// A fact as the log keeps it.
///
/// `body` holds the exact bytes that were appended; nothing re-encodes them.
package struct RecordedEvent: Sendable, Equatable {
    package let position: Position
    package let stream: StreamID
    package let version: Version
    package let type: String
    package let schemaVersion: Int16
    package let body: [UInt8]
    /// Who issued the command: a key's id, or `system:<part>`; never a person who spoke.
    package let actor: String
    /// One instant a batch, never earlier than that of the position before.
    package let recordedAt: Timestamp

    package init(
        position: Position,
        stream: StreamID,
        version: Version,
        type: String,
        schemaVersion: Int16,
        body: [UInt8],
        actor: String,
        recordedAt: Timestamp
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.schemaVersion = schemaVersion
        self.body = body
        self.actor = actor
        self.recordedAt = recordedAt
    }
}

/// A fact that a decision proposes; it gets its position and version when it is appended.
package struct NewEvent: Sendable, Equatable {
    package let type: String
    package let schemaVersion: Int16
    package let body: [UInt8]

    package init(type: String, schemaVersion: Int16, body: [UInt8]) {
        self.type = type
        self.schemaVersion = schemaVersion
        self.body = body
    }
}

/// An event enum of one context: stored type names are explicit strings that are never renamed.
///
/// How a stored form changes: docs/log.md.
package protocol EventPayload: Sendable {
    /// The stored names of this context's events, every one that was ever written.
    static var types: Set<String> { get }

    /// How older stored forms become the present ones; none unless said otherwise.
    static var upcasts: Upcasts { get }

    /// Decodes the present stored form; only `init(decoding:)` calls it, after upcasting.
    ///
    /// - Throws: `UndecodableEvent` when the type is not of this context or the body does not hold what it must.
    init(present event: RecordedEvent) throws(UndecodableEvent)

    /// The present stored form, in the version that `upcasts` lead to.
    var encoded: NewEvent { get }
}

extension EventPayload {
    package static var upcasts: Upcasts { .none }

    /// Decodes a stored form of any schema version ever written.
    ///
    /// - Throws: `UndecodableEvent`, also for a version that a newer Chorus has written.
    package init(decoding event: RecordedEvent) throws(UndecodableEvent) {
        try self.init(present: Self.upcasts.present(event))
    }
}

/// An event that this version of Chorus cannot read; a projector parks it, a command fails.
package struct UndecodableEvent: Error, Sendable, CustomStringConvertible {
    package let position: Position
    package let type: String
    package let reason: String

    package init(_ event: RecordedEvent, _ reason: String) {
        self.position = event.position
        self.type = event.type
        self.reason = reason
    }

    package var description: String { "event \(type) at position \(position) cannot be read: \(reason)" }
}
