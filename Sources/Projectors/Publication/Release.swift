import Demands
import EventSourcing

/// A release as a projector publishes it.
struct Release: Sendable {
    let number: Int
    /// It covers exactly the events before.
    let position: Position
    let releasedAt: Timestamp
    let k: Int

    init(_ published: ReleasePublished, _ event: RecordedEvent) {
        number = published.release
        position = event.position
        releasedAt = event.recordedAt
        k = published.k
    }
}
