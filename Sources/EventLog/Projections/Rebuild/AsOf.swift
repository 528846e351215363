import EventSourcing
import Postgres

/// A past position or time at which generations are built, to be read beside the live ones.
package struct AsOf: Sendable {
    /// Views are in schema `review_asof_<name>`: a small letter, then small letters, digits and underscores, 40 at most.
    package let name: String
    /// The position of one tenant's log: exactly the events up to it.
    private let position: (position: Position, tenant: String)?
    /// For every tenant the events recorded by then.
    private let time: Timestamp

    /// As one tenant's log stood at a position.
    ///
    /// - Returns: nil when the name has another form.
    package init?(_ position: Position, tenant: String, name: String) {
        guard Self.isWord(name) else { return nil }
        self.name = name
        self.position = (position, tenant)
        time = Timestamp(microsecondsSince1970: 0)
    }

    /// As every tenant's log stood at a time.
    ///
    /// - Returns: nil when the name has another form.
    package init?(_ time: Timestamp, name: String) {
        guard Self.isWord(name) else { return nil }
        self.name = name
        self.time = time
        position = nil
    }

    private static func isWord(_ name: String) -> Bool {
        let isWord = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
        return isWord && (1...40).contains(name.utf8.count) && name.utf8.first.map { $0 > UInt8(ascii: "_") } == true
    }

    /// Where each tenant's log stood.
    ///
    /// - Throws: `NotInTheLog`.
    func goals(_ pool: PostgresPool) async throws -> [TenantID: Position] {
        guard let position else { return try await Self.goals(at: time, pool) }
        return try await Self.goal(position.position, of: position.tenant, pool)
    }

    private static func goal(
        _ position: Position,
        of tenant: String,
        _ pool: PostgresPool
    ) async throws -> [TenantID: Position] {
        let rows = try await pool.query(
            """
            SELECT t.tenant_id, h.position
            FROM log.tenants AS t
            JOIN log.heads AS h
                ON h.tenant_id = t.tenant_id
            WHERE t.code = \(tenant)
            """
        )
        guard let row = rows.first else { throw NotInTheLog(description: "there is no tenant \(tenant)") }
        let (id, head) = try row.decode((Int32, Int64).self)
        guard position <= head else {
            throw NotInTheLog(
                description: "the log of tenant \(tenant) ends at position \(head); \(position) is not in it yet"
            )
        }
        return [TenantID(rawValue: id): position]
    }

    private static func goals(at time: Timestamp, _ pool: PostgresPool) async throws -> [TenantID: Position] {
        let rows = try await pool.query(
            """
            SELECT h.tenant_id, COALESCE(b.last_position, 0)
            FROM log.heads AS h
            LEFT JOIN LATERAL (
                SELECT max(b.last_position) AS last_position
                FROM log.batches AS b
                WHERE b.tenant_id = h.tenant_id
                    AND b.recorded_at <= \(PostgresTimestamp(microsecondsSince1970: time.microsecondsSince1970))
            ) AS b
                ON true
            """
        )
        var goals: [TenantID: Position] = [:]
        for row in rows {
            let (tenant, position) = try row.decode((Int32, Int64).self)
            goals[TenantID(rawValue: tenant)] = position
        }
        return goals
    }

    package var schema: String { Self.schema(name) }

    static func schema(_ name: String) -> String { "review_asof_\(name)" }
}

/// A point that is not in the log.
package struct NotInTheLog: Error, CustomStringConvertible {
    package let description: String
}

extension Rebuild {
    /// Builds generations that stand at a past position, and makes views over them in a schema of their own.
    func build(
        _ projectors: [any PostgresProjector],
        _ asOf: AsOf,
        _ options: Options,
        report: @Sendable (Progress) -> Void
    ) async throws -> [Outcome] {
        let goals = try await asOf.goals(pool)
        var runs = try await begin(projectors, name: asOf.name)
        var stretches = try await stretches(runs, upTo: goals)
        if stretches.contains(where: { $0.position > $0.goal }) {
            // Left behind on the way to a later point.
            try await records.retire(runs.map(\.generation))
            runs = try await begin(projectors, name: asOf.name)
            stretches = try await self.stretches(runs, upTo: goals)
        }
        try await bring(stretches, runs, step(options), options, report: report)
        var outcomes: [Outcome] = []
        for run in runs {
            try await pool.withTransaction { connection in
                try await generations.makeViews(run.projector, run.generation, asOf: asOf, on: connection)
                try await connection.execute(
                    """
                    UPDATE projections.generations
                    SET state = CASE WHEN generation = \(run.generation) THEN 'as_of' ELSE 'retired' END
                    WHERE projector = \(run.projector.name)
                        AND name = \(asOf.name)
                        AND state IN ('building', 'as_of')
                    """
                )
            }
            try await records.dropRetired(run.projector.name)
            outcomes.append(
                Outcome(
                    projector: run.projector.name,
                    generation: run.generation,
                    events: goals.values.reduce(0, +),
                    comparison: nil
                )
            )
        }
        return outcomes
    }

    /// Drops generations as of a time, with their views.
    ///
    /// - Returns: how many there were.
    package func dropAsOf(_ name: String) async throws -> Int {
        let rows = try await pool.query(
            """
            SELECT g.generation, g.projector
            FROM projections.generations AS g
            WHERE g.name = \(name)
            ORDER BY g.generation
            """
        )
        let found = try rows.map { try $0.decode((Int32, String).self) }
        guard !found.isEmpty else { return 0 }
        try await pool.withTransaction { connection in
            try await connection.run(script: "DROP SCHEMA IF EXISTS \(identifier: AsOf.schema(name)) CASCADE")
        }
        try await records.retire(found.map(\.0))
        for projector in Set(found.map(\.1)).sorted() { try await records.dropRetired(projector) }
        return found.count
    }

    private func stretches(_ runs: [ProjectionRun], upTo goals: [TenantID: Position]) async throws -> [Stretch] {
        var stretches: [Stretch] = []
        for run in runs {
            try await Generations.addCheckpoints(run.generation, pool)
            for (tenant, goal) in goals.sorted(by: { $0.key < $1.key }) {
                let rows = try await pool.query(
                    """
                    SELECT c.position
                    FROM projections.checkpoints AS c
                    WHERE c.tenant_id = \(tenant.rawValue)
                        AND c.generation = \(run.generation)
                    """
                )
                guard let row = rows.first else { continue }
                stretches.append(
                    Stretch(
                        tenant: tenant,
                        generation: run.generation,
                        position: try row.decode(0, as: Int64.self),
                        goal: goal
                    )
                )
            }
        }
        return stretches
    }
}
