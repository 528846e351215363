import Foundation
import Synchronization

/// A fact as the log keeps it.
///
/// `body` holds the exact bytes that were appended; nothing re-encodes them.
package struct RecordedEvent: Sendable {
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
    /// What the body says once somebody has decoded it; nil: every reader decodes for itself.
    private let reading: Reading?

    /// - Parameter isReadOften: whether several readers decode it, so that the first one does it for all.
    package init(
        position: Position,
        stream: StreamID,
        version: Version,
        type: String,
        schemaVersion: Int16,
        body: [UInt8],
        actor: String,
        recordedAt: Timestamp,
        isReadOften: Bool = false
    ) {
        self.reading = isReadOften ? Reading() : nil
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.schemaVersion = schemaVersion
        self.body = body
        self.actor = actor
        self.recordedAt = recordedAt
    }

    /// A decoded body, kept for the next reader.
    fileprivate final class Reading: Sendable {
        let payload = Mutex<(any EventPayload)?>(nil)
    }

    fileprivate func payload<Payload: EventPayload>(
        _ decode: () throws(UndecodableEvent) -> Payload
    ) throws(UndecodableEvent) -> Payload {
        guard let reading else { return try decode() }
        if let known = reading.payload.withLock({ $0 }) as? Payload { return known }
        let payload = try decode()
        reading.payload.withLock { $0 = payload }
        return payload
    }
}

extension RecordedEvent: Equatable {
    package static func == (left: RecordedEvent, right: RecordedEvent) -> Bool {
        left.position == right.position && left.stream == right.stream && left.version == right.version
            && left.type == right.type && left.schemaVersion == right.schemaVersion && left.body == right.body
            && left.actor == right.actor && left.recordedAt == right.recordedAt
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
        self = try event.payload { () throws(UndecodableEvent) -> Self in
            try Self(present: Self.upcasts.present(event))
        }
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
