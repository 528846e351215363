import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Whom we hear and whom we do not: messages and people of every registered group, place and channel, zeros by name.
package struct Coverage: PublishingProjector {
    package let name = "coverage"
    package let version = 4
    package let sharedTables = StandingTables.files
    package let comparedTables =
        StandingTables.tables + ["entries", "cells", "cell_days", "published_names"]
    package let eventTypes = StandingDelta.eventTypes
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A message is one stream, cells are sums, and names are what they lead to now, whichever came first.
    package let isCommutative = true

    let countedTables: [StaticString] = ["cells", "cell_days"]

    /// One publication a dimension. What a release says besides the numbers is the publication `names`.
    static let publications = ["channel", "place", "group"]

    package init() {}

    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count == 2 else { return [:] }
        return [coordinates[0]: [coordinates[1]]]
    }

    package func emptyDelta() -> StandingDelta { StandingDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout StandingDelta) throws(UndecodableEvent) {
        try delta.fold(event)
    }

    package func apply(_ delta: StandingDelta, in context: ProjectionContext) async throws {
        let touched = try await StandingTables(context: context).apply(delta)
        var heard = try await HeardNames(touched, delta.releases, in: context)
        let published = try await counting(touched, delta.releases, { Self.publications }, in: context) {
            try await count(touched, in: context)
        }
        try await heard.say(published, in: context)
    }

    private func count(_ touched: TouchedMessages, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        if !touched.all.isEmpty {
            try await context.connection.execute(
                context.statement("apply", [tenant, touched.all, touched.before, context.countsAsItGoes])
            )
        }
        if !touched.before.isEmpty { try await context.connection.execute(context.statement("sweep", [tenant])) }
    }
}
