import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Demands by category, kind, organization, place, channel and time: exact in `review`, by release in `aggregates`.
package struct DemandBoard: PublishingProjector {
    package let name = "demand_board"
    package let version = 6
    package let sharedTables = ["publication", "names"]
    package let comparedTables =
        ["messages", "facts", "cells", "publications", "published_rows", "published_members"]
        + NameTables.tables
    package let eventTypes = MessageEvent.Name.all.union(NameChanges.eventTypes).union([
        ReleasePublished.name, HandlingEvent.Name.againstSet,
    ])
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A message is one stream, cells are sums, and a place is what its name leads to now, whichever came first.
    package let isCommutative = true

    let countedTables: [StaticString] = ["cells"]

    /// One publication a published grain: its name in `contributions.sql` and in the views.
    static let publications = ["month", "week", "day"]

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count == 6 else { return [:] }
        let (day, week, category) = (coordinates[0], coordinates[1], coordinates[2])
        let month = String(day.dropLast(3))
        return [
            "month": [month, category, coordinates[3], coordinates[4], coordinates[5]], "week": [week, category],
            "day": [month, day],
        ]
    }

    package func emptyDelta() -> DemandBoardDelta { DemandBoardDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout DemandBoardDelta) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            delta.releases.append(Release(try ReleasePublished(decoding: event), event))
            return
        }
        if try delta.names.take(event) { return }
        let message = event.stream.id
        let position = event.position
        switch try MessageEvent(decoding: event) {
        case .received(let received):
            let words = MessageWords(received)
            delta.messages.append(received.coordinates, words, message: message, receivedAt: event.recordedAt)
        case .responded(let response):
            delta.messages.append(response.coordinates, nil, message: message, receivedAt: event.recordedAt)
        case .amended(let amended): delta.amend(amended.content, message: message, position: position)
        case .demandOpened(let opened): delta.open(opened, message: message, position: position)
        case .demandCategorised(let event):
            delta.change(event.demand, of: message, position) { demand in
                demand.category = event.category
                demand.method = event.speaker.rawValue
            }
        case .demandKindSet(let event):
            delta.change(event.demand, of: message, position) { demand in
                demand.kind = .some(event.kind?.rawValue)
                demand.kindMethod = event.method.rawValue
            }
        case .demandPlaceSet(let event):
            delta.change(event.demand, of: message, position) { $0.place = event.place ?? "" }
        case .demandGroupsSet(let event):
            delta.change(event.demand, of: message, position) { $0.groups = event.groups }
        case .demandNarrowed(let event):
            delta.narrow(event.demand, of: message, in: event.passage, to: event.spans)
        case .demandRejoined(let event): delta.change(event.demand, of: message, position) { $0.isRejoined = true }
        case .withdrawn: delta.withdraw(message, position: position)
        case .handled(.againstSet(let event)):
            delta.against.set(DemandKey(message: message, demand: event.demand), event.organization)
        case .demandJudged, .demandLinked, .handled, .added, .forgotten: break
        }
    }

    package func apply(_ delta: DemandBoardDelta, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        let renamed = try await NameTables(context: context).apply(delta.names)[.place] ?? []
        if !delta.messages.id.isEmpty {
            try await context.connection.execute(context.statement("messages", [tenant] + delta.messages.binds))
        }
        if !delta.amended.columns.id.isEmpty {
            try await context.connection.execute(
                context.statement("amendments", [tenant] + delta.amended.columns.binds)
            )
        }
        var changes = delta.changes
        if !renamed.isEmpty { try await addFacts(named: renamed, to: &changes, in: context) }
        let written = changes
        try await counting(delta.touched(written), delta.releases, { Self.publications }, in: context) {
            try await count(delta, written, in: context)
        }
    }

    private func count(
        _ delta: DemandBoardDelta,
        _ changes: DemandChanges,
        in context: ProjectionContext
    ) async throws {
        let changesOldFacts =
            !changes.isEmpty || !delta.withdrawals.message.isEmpty || !delta.amended.columns.id.isEmpty
        guard changesOldFacts || !delta.opened.isEmpty || !delta.wordings.isEmpty || !delta.against.isEmpty
        else { return }
        let cells = try await context.connection.query(
            context.statement(
                "apply",
                [context.tenant.rawValue] + delta.openedBinds + changes.binds + delta.withdrawals.binds
                    + [
                        delta.amended.columns.id, delta.amended.position, changes.columns.isRejoined,
                        delta.opened.columns.kindMethod, changes.columns.kindMethod, context.countsAsItGoes,
                        delta.opened.columns.isRejoined,
                    ]
            )
        )
        if !delta.wordings.isEmpty {
            try await context.connection.execute(
                context.statement("wordings", [context.tenant.rawValue] + delta.wordings.binds)
            )
        }
        if !delta.against.isEmpty {
            try await context.connection.execute(
                context.statement("against", [context.tenant.rawValue] + delta.against.binds)
            )
        }
        if changesOldFacts { try await CellKeys(emptied: cells).sweep(in: context) }
    }

    /// The facts whose place's name leads elsewhere now are written anew, with nothing else changed.
    private func addFacts(
        named keys: [String],
        to changes: inout DemandChanges,
        in context: ProjectionContext
    ) async throws {
        let rows = try await context.connection.query(
            """
            SELECT f.message_id, f.demand
            FROM facts AS f
            WHERE f.tenant_id = \(context.tenant.rawValue)
                AND f.place_key <> ''
                AND f.place_key = ANY (\(keys))
            ORDER BY f.message_id, f.demand
            """
        )
        for row in rows {
            let (message, demand) = try row.decode((UUID, Int16).self)
            changes.change(demand, of: message, at: 0) { _ in }
        }
    }
}
