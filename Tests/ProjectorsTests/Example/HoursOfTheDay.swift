import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// When people speak: messages by hour of the day received and channel.
struct HoursOfTheDay: PostgresProjector {
    let name = "hours_of_the_day"
    let version = 1
    let sharedTables: [String] = []
    let comparedTables = ["facts", "cells"]
    /// A message is one stream, and cells are sums: streams may come in any order.
    let isCommutative = true
    let eventTypes: Set<String> = [
        MessageEvent.Name.received, MessageEvent.Name.responded, MessageEvent.Name.amended, MessageEvent.Name.withdrawn,
    ]

    func emptyDelta() -> HoursDelta { HoursDelta() }

    func fold(_ event: RecordedEvent, into delta: inout HoursDelta) throws(UndecodableEvent) {
        let change = try MessageEvent(decoding: event)
        if let received = change.coordinates {
            delta.put(event.stream.id, channel: received.channel, receivedAt: event.recordedAt)
        } else if case .amended(let amended) = change {
            delta.put(event.stream.id, channel: amended.content.coordinates.channel)
        } else if case .withdrawn = change {
            delta.put(event.stream.id, channel: nil)
        }
    }

    func apply(_ delta: HoursDelta, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        try await context.connection.execute(context.statement("apply", [tenant] + delta.binds))
        try await context.connection.execute(context.statement("sweep", [tenant]))
    }
}

/// What a batch leaves of the messages that it speaks of: each once, in columns for a set-based statement.
struct HoursDelta: Sendable {
    private var message: [UUID] = []
    /// Nil: withdrawn.
    private var channel: [String?] = []
    /// Nil: received in an earlier batch.
    private var receivedAt: [PostgresTimestamp?] = []
    private var places: [UUID: Int] = [:]

    /// The last word on a message wins.
    mutating func put(_ id: UUID, channel: String?, receivedAt: Timestamp? = nil) {
        let received = receivedAt.map { PostgresTimestamp(microsecondsSince1970: $0.microsecondsSince1970) }
        if let place = places[id] {
            self.channel[place] = channel
        } else {
            places[id] = message.count
            message.append(id)
            self.channel.append(channel)
            self.receivedAt.append(received)
        }
    }

    var binds: [any PostgresEncodable] { [message, channel, receivedAt] }
}
