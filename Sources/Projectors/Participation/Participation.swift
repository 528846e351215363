import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Who took part: messages and people by channel and day received.
package struct Participation: PublishingProjector {
    package let name = "participation"
    package let version = 4
    package let sharedTables = ["publication"]
    package let comparedTables = [
        "facts", "cells", "publications", "published_rows", "published_members",
    ]
    package let eventTypes: Set<String> = [
        MessageEvent.Name.received, MessageEvent.Name.responded, MessageEvent.Name.amended, MessageEvent.Name.withdrawn,
        ReleasePublished.name,
    ]
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A message is one stream, and cells are sums over messages.
    package let isCommutative = true

    let countedTables: [StaticString] = ["cells"]

    static let publications = ["day"]

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count == 2 else { return [:] }
        return ["day": [String(coordinates[0].dropLast(3))] + coordinates]
    }

    package func emptyDelta() -> ParticipationDelta { ParticipationDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout ParticipationDelta) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            delta.releases.append(Release(try ReleasePublished(decoding: event), event))
            return
        }
        let change = try MessageEvent(decoding: event)
        if let coordinates = change.coordinates {
            delta.receive(coordinates, event)
        } else if case .amended(let amended) = change {
            delta.amend(amended.content.coordinates, event)
        } else if case .withdrawn = change {
            delta.withdraw(event)
        }
    }

    package func apply(_ delta: ParticipationDelta, in context: ProjectionContext) async throws {
        try await counting(delta.touched, delta.releases, { Self.publications }, in: context) {
            let tenant = context.tenant.rawValue
            if delta.changesFacts {
                try await context.connection.execute(
                    context.statement(
                        "apply",
                        [tenant] + delta.received.binds + delta.withdrawals.binds + delta.amended.binds
                            + [context.countsAsItGoes]
                    )
                )
            }
            if !delta.withdrawals.message.isEmpty || !delta.amended.message.isEmpty {
                try await context.connection.execute(context.statement("sweep", [tenant]))
            }
        }
    }
}

/// What a batch of events changes: columns for set-based statements.
package struct ParticipationDelta: Sendable {
    var received = ReceivedColumns()
    /// Messages of earlier batches, as their last amendment here leaves them.
    var amended = AmendedColumns()
    var withdrawals = WithdrawalColumns()
    /// In order; a live batch has one at most, its last event.
    var releases: [Release] = []
    private var receivedHere: [UUID: Int] = [:]

    var changesFacts: Bool {
        !received.message.isEmpty || !withdrawals.message.isEmpty || !amended.message.isEmpty
    }

    var touched: TouchedMessages {
        TouchedMessages(Set(received.message + withdrawals.message + amended.message), new: received.message)
    }

    /// A message of this batch is amended in place; one before is found by its id.
    mutating func amend(_ message: MessageCoordinates, _ event: RecordedEvent) {
        if let index = receivedHere[event.stream.id] {
            received.channel[index] = message.channel
            received.person[index] = message.person
            received.support[index] = Int32(clamping: message.reportedSupport)
            received.changed[index] = event.position
        } else {
            amended.put(message, event)
        }
    }

    mutating func receive(_ message: MessageCoordinates, _ event: RecordedEvent) {
        receivedHere[event.stream.id] = received.message.count
        received.append(message, event)
    }

    mutating func withdraw(_ event: RecordedEvent) {
        if let index = receivedHere[event.stream.id] {
            received.isWithdrawn[index] = true
            received.changed[index] = event.position
        } else {
            withdrawals.message.append(event.stream.id)
            withdrawals.position.append(event.position)
        }
    }
}

/// Columns of the messages amended, each once.
struct AmendedColumns: Sendable {
    var message: [UUID] = []
    var position: [Int64] = []
    var channel: [String] = []
    var person: [UUID?] = []
    var support: [Int32] = []

    mutating func put(_ amended: MessageCoordinates, _ event: RecordedEvent) {
        if let index = message.lastIndex(of: event.stream.id) {
            position[index] = event.position
            channel[index] = amended.channel
            person[index] = amended.person
            support[index] = Int32(clamping: amended.reportedSupport)
        } else {
            message.append(event.stream.id)
            position.append(event.position)
            channel.append(amended.channel)
            person.append(amended.person)
            support.append(Int32(clamping: amended.reportedSupport))
        }
    }

    var binds: [any PostgresEncodable] { [message, position, channel, person, support] }
}

/// Columns of the messages received.
struct ReceivedColumns: Sendable {
    var message: [UUID] = []
    var position: [Int64] = []
    var changed: [Int64] = []
    var channel: [String] = []
    var receivedAt: [PostgresTimestamp] = []
    var person: [UUID?] = []
    var support: [Int32] = []
    var isWithdrawn: [Bool] = []

    mutating func append(_ received: MessageCoordinates, _ event: RecordedEvent) {
        message.append(event.stream.id)
        position.append(event.position)
        changed.append(event.position)
        channel.append(received.channel)
        receivedAt.append(PostgresTimestamp(event.recordedAt))
        person.append(received.person)
        support.append(Int32(clamping: received.reportedSupport))
        isWithdrawn.append(false)
    }

    var binds: [any PostgresEncodable] {
        [message, position, changed, channel, receivedAt, person, support, isWithdrawn]
    }
}
