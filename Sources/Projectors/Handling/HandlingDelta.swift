import Demands
import EventSourcing
import Foundation
import Topics

/// What a batch of events says of demands on their way to an answer, in order.
package struct HandlingDelta: Sendable {
    /// An event of a message.
    struct Said: Sendable {
        let message: UUID
        let position: Position
        let at: Timestamp
        let event: MessageEvent
    }

    /// All up to a release, or to the end of the batch.
    struct Stretch: Sendable {
        var said: [Said] = []
        /// Messages that came in.
        var received: [UUID] = []
        /// Each event's number, type and body.
        var operations: [(number: Int, type: String, body: String)] = []
        var organizations: [Organization] = []
        var briefs = BriefStages()
        /// When the last of these events was recorded; the release apart.
        var latest: Timestamp?
        /// That ends it.
        var release: Release?

        var messages: Set<UUID> { Set(said.map(\.message)) }
    }

    private(set) var stretches: [Stretch] = []

    mutating func fold(_ event: RecordedEvent) throws(UndecodableEvent) {
        var stretch = Stretch()
        if let last = stretches.last, last.release == nil {
            stretch = last
            stretches.removeLast()
        }
        defer { stretches.append(stretch) }
        try Self.fold(event, into: &stretch)
        // A release changes nothing of what stands.
        if stretch.release == nil { stretch.latest = max(stretch.latest ?? event.recordedAt, event.recordedAt) }
    }

    /// Kept: a generic type makes the set anew whenever it is asked.
    private static let organizationTypes = Organizations.Event.types

    private static func fold(_ event: RecordedEvent, into stretch: inout Stretch) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            stretch.release = Release(try ReleasePublished(decoding: event), event)
        } else if Self.organizationTypes.contains(event.type) {
            stretch.organizations.append(try Organizations.Event(decoding: event).entry)
        } else if BriefEvent.types.contains(event.type) {
            stretch.briefs.take(try BriefEvent(decoding: event), event.stream.id)
        } else if TopicBookEvent.types.contains(event.type) {
            let number =
                switch try TopicBookEvent(decoding: event) {
                case .operation(let operation): operation.number
                case .undone(let undone): undone.operation
                }
            stretch.operations.append((number, event.type, String(decoding: event.body, as: UTF8.self)))
        } else {
            let message = event.stream.id
            let said = try MessageEvent(decoding: event)
            if said.coordinates != nil { stretch.received.append(message) }
            stretch.said.append(Said(message: message, position: event.position, at: event.recordedAt, event: said))
        }
    }
}
