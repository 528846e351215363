import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Demands by the groups that they are of: a demand counts once in each of its groups, so rows overlap.
package struct DemandBoardByGroup: PublishingProjector {
    package let name = "demand_board_by_group"
    package let version = 4
    package let sharedTables = StandingTables.files
    package let comparedTables = StandingTables.tables + ["entries", "cells"]
    package let eventTypes = StandingDelta.eventTypes
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A message is one stream, cells are sums, and a group is what its name leads to now, whichever came first.
    package let isCommutative = true

    let countedTables: [StaticString] = ["cells"]

    static let publications = ["group"]

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count == 3 else { return [:] }
        return ["group": [coordinates[0], String(coordinates[1].dropLast(3)), coordinates[2]]]
    }

    package func emptyDelta() -> StandingDelta { StandingDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout StandingDelta) throws(UndecodableEvent) {
        try delta.fold(event)
    }

    package func apply(_ delta: StandingDelta, in context: ProjectionContext) async throws {
        let touched = try await StandingTables(context: context).apply(delta)
        try await counting(touched, delta.releases, { Self.publications }, in: context) {
            guard !touched.all.isEmpty else { return }
            let cells = try await context.connection.query(
                context.statement(
                    "apply",
                    [context.tenant.rawValue, touched.all, touched.before, context.countsAsItGoes]
                )
            )
            if !touched.before.isEmpty { try await CellKeys(emptied: cells).sweep(in: context) }
        }
    }
}
