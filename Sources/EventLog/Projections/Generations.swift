import EventSourcing
import Logging
import Postgres

/// Makes generations of projectors' tables and switches views between them; needs an operator's connection.
package struct Generations: Sendable {
    let files: SchemaFiles

    package init(files: SchemaFiles) {
        self.files = files
    }

    /// Gives every projector a live generation, refreshes its views, and tells which ones want a rebuild because their
    /// live generation was built by another version.
    package func ensureLive(
        _ projectors: [any PostgresProjector],
        on connection: PostgresConnection
    ) async throws -> [String] {
        var outdated: [String] = []
        for projector in projectors {
            if let live = try await self.live(projector.name, on: connection) {
                if live.version == projector.version {
                    try await refreshViews(projector, live.generation, on: connection)
                } else {
                    outdated.append(projector.name)
                }
                continue
            }
            try await connection.withTransaction { connection in
                let generation = try await create(projector, on: connection)
                try await makeViews(projector, generation, on: connection)
                try await connection.execute(
                    """
                    UPDATE projections.generations
                    SET state = 'live', switched_at = now()
                    WHERE generation = \(generation)
                    """
                )
            }
        }
        return outdated
    }

    /// The live generation of a projector and the version that built it; nil when there is none.
    func live(
        _ projector: String,
        on connection: PostgresConnection
    ) async throws -> (generation: Int32, version: Int)? {
        let rows = try await connection.query(
            """
            SELECT g.generation, g.projector_version
            FROM projections.generations AS g
            WHERE g.projector = \(projector)
                AND g.state = 'live'
            """
        )
        return try rows.first.map { row in
            let (generation, version) = try row.decode((Int32, Int32).self)
            return (generation, Int(version))
        }
    }

    /// Makes the next generation's schema and tables, in state `building`.
    ///
    /// Where the log is distributed over several servers they are distributed here, while they are empty.
    ///
    /// - Parameters:
    ///   - name: of a generation as of a time.
    ///   - byRebuild: which makes the late indexes once it has filled it.
    func create(
        _ projector: some PostgresProjector,
        name: String? = nil,
        byRebuild: Bool = false,
        on connection: PostgresConnection
    ) async throws -> Int32 {
        let rows = try await connection.query(
            """
            INSERT INTO projections.generations (projector, projector_version, name)
            VALUES (\(projector.name), \(Int32(projector.version)), \(name))
            RETURNING generation
            """
        )
        guard let row = rows.first else { throw StoreFailure.unavailable("no generation was made") }
        let generation = try row.decode(0, as: Int32.self)
        let schema = Self.schema(generation)
        // No generation has this number yet: a schema of its name was left by a database that a dump was restored over.
        try await connection.run(
            script: """
                DROP SCHEMA IF EXISTS \(identifier: schema) CASCADE;
                CREATE SCHEMA \(identifier: schema);
                GRANT USAGE ON SCHEMA \(identifier: schema) TO chorus_app;
                SET LOCAL search_path = \(identifier: schema), pg_catalog
                """
        )
        for shared in projector.sharedTables {
            try await connection.run(script: UtilitySQL(trusted: try files.file("projections/\(shared).sql").text))
        }
        for file in ["tables", "indexes"] + (byRebuild ? [] : [Self.lateIndexes])
        where files.hasProjection(projector.name, file) {
            try await connection.run(script: UtilitySQL(trusted: try files.projection(projector.name, file).text))
        }
        try await connection.run(
            script: """
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(identifier: schema) TO chorus_app;
                COMMENT ON SCHEMA \(identifier: schema) IS \(literal: "Tables of projector \(projector.name)");
                RESET search_path
                """
        )
        try await connection.execute("SELECT projections.distribute_generation(\(generation))")
        if byRebuild { try await Self.leaveToAutovacuum(generation, false, on: connection) }
        return generation
    }

    /// Whether autovacuum looks after a generation's tables: while they are filled it would go through all of them again and
    /// again, for nobody. Where they are distributed it always does, because nobody else gathers statistics of shards.
    static func leaveToAutovacuum(_ generation: Int32, _ is: Bool, on connection: PostgresConnection) async throws {
        let distributed = try await connection.query("SELECT projections.is_distributed()")
        if try distributed.first?.decode(0, as: Bool.self) == true { return }
        let change: UtilitySQL = `is` ? "RESET (autovacuum_enabled)" : "SET (autovacuum_enabled = off)"
        for table in try await tables(generation, on: connection) {
            try await connection.run(
                script: "ALTER TABLE \(identifier: schema(generation)).\(identifier: table) \(change)"
            )
        }
    }

    private static func tables(_ generation: Int32, on connection: PostgresConnection) async throws -> [String] {
        let rows = try await connection.query(
            """
            SELECT c.relname::text
            FROM pg_class AS c
            WHERE c.relnamespace = to_regnamespace(\(schema(generation)))
                AND c.relkind = 'r'
            ORDER BY c.relname
            """
        )
        return try rows.map { try $0.decode(0, as: String.self) }
    }

    private static let lateIndexes = "late_indexes"

    /// Makes the indexes that a rebuild did without; those that are there stay.
    func makeLateIndexes(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        on connection: PostgresConnection
    ) async throws {
        guard files.hasProjection(projector.name, Self.lateIndexes) else { return }
        try await connection.run(
            script: "SET LOCAL search_path = \(identifier: Self.schema(generation)), pg_catalog"
        )
        try await connection.run(
            script: UtilitySQL(trusted: try files.projection(projector.name, Self.lateIndexes).text)
        )
    }

    /// Makes the views again when their file changed since: a start behind a long query must not queue up readers.
    private func refreshViews(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        on connection: PostgresConnection
    ) async throws {
        let file = try files.projection(projector.name, "views")
        let made = try await connection.query(
            "SELECT checksum FROM migrations.applied WHERE name = \(Self.viewsName(projector.name, generation))"
        )
        guard try made.first?.decode(0, as: String.self) != file.checksum else { return }
        try await makeViews(projector, generation, on: connection)
    }

    private static func viewsName(_ projector: String, _ generation: Int32) -> String {
        "views of \(projector), generation \(generation)"
    }

    /// Points the projector's views at a generation.
    ///
    /// Views stay on the server that people connect to; where the tables are distributed each gets a function under it
    /// that reads them for the view's owner. The setting of Citus is unknown to a plain server, which takes it as it is.
    func makeViews(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        on connection: PostgresConnection
    ) async throws {
        try await connection.run(
            script: """
                SET citus.enable_ddl_propagation = off;
                SET search_path = \(identifier: Self.schema(generation)), pg_catalog
                """
        )
        let file = try files.projection(projector.name, "views")
        try await connection.run(script: UtilitySQL(trusted: file.text))
        try await connection.execute("SELECT projections.guard_views(\(generation))")
        try await connection.execute(
            """
            INSERT INTO migrations.applied (name, checksum)
            VALUES (\(Self.viewsName(projector.name, generation)), \(file.checksum))
            ON CONFLICT (name) DO UPDATE SET checksum = EXCLUDED.checksum, applied_at = now()
            """
        )
        try await connection.run(
            script: """
                RESET search_path;
                GRANT SELECT ON ALL TABLES IN SCHEMA review TO chorus_reviewer;
                GRANT SELECT ON ALL TABLES IN SCHEMA aggregates TO chorus_analyst, chorus_reviewer;
                RESET citus.enable_ddl_propagation
                """
        )
    }

    /// Makes a projector's exact views over a generation as of a time, in a schema of their own.
    ///
    /// What is published to analysts is left out: a past state must not tell them what releases did not.
    func makeViews(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        asOf: AsOf,
        on connection: PostgresConnection
    ) async throws {
        let unpublished = "\(asOf.schema)_aggregates"
        let viewsAsOf = try files.projection(projector.name, "views").text
            .replacing("aggregates.", with: "\(unpublished).")
            .replacing("review.", with: "\(asOf.schema).")
            .replacing("g.state = 'live'", with: "g.generation = \(generation)")
        try await connection.run(
            script: """
                CREATE SCHEMA IF NOT EXISTS \(identifier: asOf.schema);
                CREATE SCHEMA \(identifier: unpublished);
                SET LOCAL citus.enable_ddl_propagation = off;
                SET LOCAL search_path = \(identifier: Self.schema(generation)), pg_catalog
                """
        )
        // The views of the generation that had this name before, if any, are made over this one.
        try await connection.run(script: UtilitySQL(trusted: viewsAsOf))
        try await connection.run(
            script: """
                SET LOCAL search_path = pg_catalog;
                DROP SCHEMA \(identifier: unpublished) CASCADE;
                GRANT USAGE ON SCHEMA \(identifier: asOf.schema) TO chorus_reviewer;
                GRANT SELECT ON ALL TABLES IN SCHEMA \(identifier: asOf.schema) TO chorus_reviewer;
                COMMENT ON SCHEMA \(identifier: asOf.schema) IS
                    'The views of review as the log stood at an earlier position: their log_position says which.'
                """
        )
    }

    package static func schema(_ generation: Int32) -> String { "gen_\(generation)" }

    /// Makes the rest of a transaction work on a generation.
    ///
    /// - Parameter durably: false: its commit does not wait for the disk. What a crash takes of a read model goes with its
    ///   checkpoint, and is folded again.
    static func enter(_ generation: Int32, durably: Bool = true, on connection: PostgresConnection) async throws {
        // Cells are named by texts of dates, which must not follow a login's taste.
        // Plans for the sizes that this batch has: a generic one takes every array for ten rows and loops over them.
        // Rows are looked up by key: without statistics, as in a new generation, a whole table would seem as cheap.
        try await connection.execute(
            """
            SELECT
                set_config('search_path', \(schema(generation)) || ', pg_catalog', true),
                set_config('plan_cache_mode', 'force_custom_plan', true),
                set_config('datestyle', 'ISO, YMD', true),
                set_config('enable_seqscan', 'off', true)
            """
        )
        if !durably { try await connection.execute("SELECT set_config('synchronous_commit', 'off', true)") }
    }

    /// A tenant or a generation is new: it begins at 0.
    static func addCheckpoints(_ generation: Int32, _ pool: PostgresPool) async throws {
        try await pool.execute(
            """
            INSERT INTO projections.checkpoints (tenant_id, generation)
            SELECT h.tenant_id, \(generation)
            FROM log.heads AS h
            ON CONFLICT (tenant_id, generation) DO NOTHING
            """
        )
    }

    /// Sets `search_path` to a projector's live generation for the rest of the transaction.
    ///
    /// - Returns: how far it has come in the tenant's log; nil when the projector has no live generation.
    package static func enterLive(
        _ projector: String,
        tenant: TenantID,
        on connection: PostgresConnection
    ) async throws -> Position? {
        let rows = try await connection.query(
            """
            WITH reached AS MATERIALIZED (
                SELECT c.generation, c.position
                FROM projections.checkpoints AS c
                WHERE c.tenant_id = \(tenant.rawValue)
            )
            SELECT g.generation, COALESCE(r.position, 0)
            FROM projections.generations AS g
            LEFT JOIN reached AS r
                ON r.generation = g.generation
            WHERE g.projector = \(projector)
                AND g.state = 'live'
            """
        )
        guard let row = rows.first else { return nil }
        let (generation, position) = try row.decode((Int32, Int64).self)
        try await connection.execute(
            "SELECT set_config('search_path', \(schema(generation) + ", pg_catalog"), true)"
        )
        return position
    }
}
