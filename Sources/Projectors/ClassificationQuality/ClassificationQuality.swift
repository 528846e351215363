import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// How well models classify: what each says beside what people, keywords and earlier models say of the same demands.
package struct ClassificationQuality: PublishingProjector {
    package let name = "classification"
    package let version = 1
    package let sharedTables = ["publication"]
    package let comparedTables = [
        "models", "judges", "messages", "words", "pairs", "cells", "publications", "published_rows",
        "published_members",
    ]
    package let eventTypes = ModelEvent.Name.all.union([
        MessageEvent.Name.received, MessageEvent.Name.responded, MessageEvent.Name.amended, MessageEvent.Name.withdrawn,
        MessageEvent.Name.demandOpened, MessageEvent.Name.demandCategorised, MessageEvent.Name.demandKindSet,
        MessageEvent.Name.demandJudged, MessageEvent.Name.demandRejoined, ReleasePublished.name,
    ])
    package let boundaryTypes: Set<String> = [ReleasePublished.name]
    /// A message is one stream, cells are sums, and models meet them in views only.
    package let isCommutative = true

    let countedTables: [StaticString] = ["cells"]

    package init() {}

    /// One publication a model: who said it, what they said, what came of it.
    func cells(_ coordinates: [String]) -> [String: [String]] {
        guard coordinates.count == 4 else { return [:] }
        return [coordinates[0]: Array(coordinates[1...])]
    }

    package func emptyDelta() -> ClassificationDelta { ClassificationDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout ClassificationDelta) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            delta.releases.append(Release(try ReleasePublished(decoding: event), event))
        } else if ModelEvent.Name.all.contains(event.type) {
            delta.models.append(try ModelEvent(decoding: event), event)
        } else {
            delta.fold(try MessageEvent(decoding: event), event.stream.id)
        }
    }

    package func apply(_ delta: ClassificationDelta, in context: ProjectionContext) async throws {
        try await write(delta, in: context)
        let touched = delta.touched
        let models = try await judges(in: context)
        try await counting(touched, delta.releases, { models }, in: context) {
            // Where no model has said anything, there is nothing to compare.
            guard !touched.all.isEmpty, !models.isEmpty else { return }
            let cells = try await context.connection.query(
                context.statement(
                    "apply",
                    [context.tenant.rawValue, touched.all, touched.before, context.countsAsItGoes]
                )
            )
            if !touched.before.isEmpty { try await sweep(cells, in: context) }
        }
    }

    /// Everything but what is compared.
    private func write(_ delta: ClassificationDelta, in context: ProjectionContext) async throws {
        let statements: [(name: String, isNeeded: Bool, binds: [any PostgresEncodable])] = [
            ("models", !delta.models.trained.number.isEmpty, delta.models.trained.binds),
            ("in_use", !delta.models.uses.what.isEmpty, delta.models.uses.binds),
            (
                "gone", !delta.withdrawn.isEmpty || !delta.rejoined.message.isEmpty,
                [delta.withdrawn] + delta.rejoined.binds
            ),
            ("messages", !delta.received.message.isEmpty, delta.received.binds),
            ("amendments", !delta.amended.message.isEmpty, delta.amended.binds),
            ("words", !delta.words.isEmpty, delta.words.binds),
            ("judges", !delta.judges.isEmpty, [delta.judges.sorted()]),
        ]
        for statement in statements where statement.isNeeded {
            try await context.connection.execute(
                context.statement(statement.name, [context.tenant.rawValue] + statement.binds)
            )
        }
    }

    /// The models that have said something; each is a publication.
    private func judges(in context: ProjectionContext) async throws -> [String] {
        let rows = try await context.connection.query(context.statement("publications", [context.tenant.rawValue]))
        return try rows.map { try $0.decode(0, as: String.self) }
    }

    /// A rebuild would never have made the cells that a batch emptied.
    private func sweep(_ cells: PostgresRows, in context: ProjectionContext) async throws {
        var grain: [String] = []
        var organization: [String] = []
        var coordinates: [UUID] = []
        for row in cells {
            let cell = try row.decode((String, String, UUID, Int32).self)
            guard cell.3 == 0 else { continue }
            grain.append(cell.0)
            organization.append(cell.1)
            coordinates.append(cell.2)
        }
        guard !grain.isEmpty else { return }
        try await context.connection.execute(
            context.statement("sweep", [context.tenant.rawValue, grain, organization, coordinates])
        )
    }
}
