import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Demands by category, organization, place, channel and time: exact in `review`, by release in `aggregates`.
package struct DemandBoard: PostgresProjector {
    package let name = "demand_board"
    package let version = 1
    package let publishes = true
    package let comparedTables = [
        "messages", "facts", "cells", "cell_people", "publications", "published_rows", "published_members",
    ]
    package let eventTypes = MessageEvent.Name.all.union([ReleasePublished.name])
    package let boundaryTypes: Set<String> = [ReleasePublished.name]

    /// One publication a published grain: its name in `contributions.sql` and in the views.
    static let publications = ["month", "week", "day"]

    package init() {}

    package func emptyDelta() -> DemandBoardDelta { DemandBoardDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout DemandBoardDelta) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            delta.release = Release(try ReleasePublished(decoding: event), event)
            return
        }
        let message = event.stream.id
        switch try MessageEvent(decoding: event) {
        case .received(let received):
            delta.messages.append(received.coordinates, message: message, receivedAt: event.recordedAt)
        case .responded(let response):
            delta.messages.append(response.coordinates, message: message, receivedAt: event.recordedAt)
        case .demandOpened(let opened):
            delta.open(opened, message: message, position: event.position)
        case .demandCategorised(let categorised):
            delta.categorise(categorised, message: message, position: event.position)
        case .withdrawn:
            delta.withdraw(message, position: event.position)
        case .added, .demandKindSet, .demandGroupsSet, .demandPlaceSet, .forgotten: break
        }
    }

    package func apply(_ delta: DemandBoardDelta, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        if !delta.messages.id.isEmpty {
            try await context.connection.execute(context.statement("messages", [tenant] + delta.messages.binds))
        }
        if delta.changesFacts {
            try await context.connection.execute(
                context.statement(
                    "apply",
                    [tenant] + delta.opened.binds + delta.categories.binds + delta.withdrawals.binds
                )
            )
        }
        if delta.changesOldFacts {
            try await context.connection.execute(context.statement("sweep", [tenant]))
        }
        if let release = delta.release {
            try await publish(release, Self.publications, in: context)
        }
    }
}
