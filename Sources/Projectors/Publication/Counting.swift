import EventLog
import EventSourcing
import Foundation
import Statistics

/// The messages that a batch is about.
struct TouchedMessages: Sendable {
    let all: [UUID]
    /// Those of them that earlier batches brought.
    let before: [UUID]

    /// - Parameter new: those that the batch brought; others may be among them.
    init(_ touched: Set<UUID>, new: [UUID]) {
        all = touched.inByteOrder
        before = touched.subtracting(new).inByteOrder
    }
}

extension Set<UUID> {
    /// The order that the database has for them.
    var inByteOrder: [UUID] {
        sorted { left, right in
            withUnsafeBytes(of: left.uuid) { left in
                withUnsafeBytes(of: right.uuid) { right in left.lexicographicallyPrecedes(right) }
            }
        }
    }
}

/// A projector whose rows are published by releases: what messages say, counted.
protocol PublishingProjector: PostgresProjector {
    /// The cell of what has these coordinates (`contributions.sql`, byte by byte), by publication.
    func cells(_ coordinates: [String]) -> [String: [String]]

    /// Tables that a rebuild fills once, at its end, by the statement of their name.
    var countedTables: [StaticString] { get }
}

extension PublishingProjector {
    package var separateStreamTypes: Set<String> { ["feedback", "response"] }

    package func settle(in context: ProjectionContext) async throws {
        try await context.load?.memory.known(PublicationLoad.self)?.settle(in: context)
        guard !context.countsAsItGoes else { return }
        // Every row is read, and thousands of groups are sorted by texts, unless hashed.
        try await context.connection.execute(
            """
            SELECT
                set_config('enable_seqscan', 'on', true), set_config('enable_sort', 'off', true),
                set_config('work_mem', '64MB', true)
            """
        )
        for table in countedTables {
            // A rebuild that was killed may have counted already.
            try await context.connection.execute(
                "DELETE FROM \(unescaped: table) WHERE tenant_id = \(context.tenant.rawValue)"
            )
            try await context.connection.execute(context.statement(table.description, [context.tenant.rawValue]))
        }
    }

    /// Writes what a batch counts, and publishes its releases: a live batch's one after it, a rebuild's batch's each at its
    /// place.
    ///
    /// - Parameters:
    ///   - publications: asked for when a release is there, or in a rebuild.
    ///   - releasesBefore: of messages, within a rebuild's batch; nil: as the batch was cut.
    /// - Returns: for each release of a rebuild's batch the rows that it wrote or retired; else nothing.
    @discardableResult
    func counting(
        _ touched: TouchedMessages,
        _ releases: [Release],
        _ publications: () async throws -> [String],
        in context: ProjectionContext,
        releasesBefore: [UUID: Int]? = nil,
        _ write: () async throws -> Void
    ) async throws -> [PublicationLoad.Published] {
        guard let load = context.load else {
            try await write()
            for release in releases { try await publish(release, try await publications(), in: context) }
            return []
        }
        // Before the first release nothing is kept: what stands can be read then.
        guard !releases.isEmpty || load.memory.known(PublicationLoad.self) != nil else {
            try await write()
            return []
        }
        let kept = try await load.memory.recall { PublicationLoad() }
        try await kept.begin(try await publications(), touched.before, self, in: context)
        try await write()
        return try await kept.end(
            try await publications(),
            touched,
            releases,
            releasesBefore ?? load.releasesBefore,
            self,
            in: context
        )
    }
}
