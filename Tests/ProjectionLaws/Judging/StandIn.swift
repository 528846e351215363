import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// A projector that breaks a law on purpose: the control of those who judge the others.
package struct StandIn: PostgresProjector {
    /// What is wrong with it.
    package enum Fault: String, Sendable, CaseIterable {
        /// Nothing: it counts events by type.
        case none
        /// Numbers follow the order of a Set.
        case setOrder
        /// It counts its batches.
        case batches
        /// It reads how far the other projectors are.
        case neighbours
    }

    package let name = "stand_in"
    package let version = 1
    package let sharedTables: [String] = []
    package let comparedTables = ["marks"]
    package let eventTypes = MessageEvent.types
    let fault: Fault

    package init(_ fault: Fault) { self.fault = fault }

    package struct Delta: Sendable {
        var counts: [String: Int] = [:]
    }

    package func emptyDelta() -> Delta { Delta() }

    package func fold(_ event: RecordedEvent, into delta: inout Delta) throws(UndecodableEvent) {
        delta.counts[event.type, default: 0] += 1
    }

    package func apply(_ delta: Delta, in context: ProjectionContext) async throws {
        guard !delta.counts.isEmpty else { return }
        var marks = delta.counts
        switch fault {
        case .none: break
        case .setOrder:
            for (place, type) in Set(MessageEvent.types.map { $0 + "!" }).enumerated() { marks[type] = place }
        case .batches: marks["batches"] = 1
        case .neighbours:
            let rows = try await context.connection.query(
                """
                SELECT COALESCE(sum(c.position), 0)::bigint
                FROM projections.checkpoints AS c
                WHERE c.tenant_id = \(context.tenant.rawValue)
                    AND c.generation <> \(context.generation)
                """
            )
            marks["neighbours"] = try rows.first?.decode(0, as: Int.self) ?? 0
        }
        let keys = marks.keys.sorted()
        try await context.connection.execute(
            context.statement("apply", [context.tenant.rawValue, keys, keys.map { Int64(marks[$0] ?? 0) }])
        )
    }

    /// The tree with its SQL, in a new folder.
    package static func files(beside files: SchemaFiles, in folder: URL) throws -> SchemaFiles {
        let source = folder.appendingPathComponent("stand_in")
        try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
        for (name, text) in [("tables", tables), ("apply", apply), ("views", "SELECT 1")] {
            try text.write(to: source.appendingPathComponent("\(name).sql"), atomically: true, encoding: .utf8)
        }
        return try files.adding("stand_in", from: source, in: folder.appendingPathComponent("schema"))
    }

    private static let tables = """
        CREATE TABLE marks (
            tenant_id integer NOT NULL,
            mark      text    NOT NULL,
            n         bigint  NOT NULL,
            CONSTRAINT marks_pkey PRIMARY KEY (tenant_id, mark)
        )
        """

    private static let apply = """
        INSERT INTO marks AS m (tenant_id, mark, n)
        SELECT $1, d.mark, d.n
        FROM unnest($2::text[], $3::bigint[]) AS d (mark, n)
        ORDER BY d.mark
        ON CONFLICT (tenant_id, mark) DO UPDATE SET n = m.n + EXCLUDED.n
        """
}
