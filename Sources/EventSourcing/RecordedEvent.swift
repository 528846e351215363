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
package protocol EventPayload: Sendable {
    /// Decodes a stored form, upcasting old schema versions.
    ///
    /// - Throws: `UndecodableEvent` when the type is not of this context or the body does not hold what it must.
    init(decoding event: RecordedEvent) throws(UndecodableEvent)

    /// The current stored form.
    var encoded: NewEvent { get }
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
