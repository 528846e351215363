import EventLog
import EventSourcing
import Logging
import Postgres
import Projectors

/// A copy of the database that holds a history, with live generations at position 0 and an empty log: the test moves
/// events into it and turns the engine by hand.
package struct LawBoard: Sendable {
    let history: History
    let projectors: [any PostgresProjector]
    package let files: SchemaFiles
    package let pool: PostgresPool
    package let operators: PostgresPool
    package let logger: Logger

    /// How the engine works; what it writes must not depend on any of it.
    package struct Manner: Sendable {
        package var batchSize: Int
        /// Of the projectors; nil: as `AllProjectors` has them.
        package var order: [Int]?
        /// All at once and without leases: they fence each other.
        package var engines: Int
        /// How many projectors each engine, or a rebuild, lets write at the same time.
        package var width: Int

        package init(batchSize: Int = 4_000, order: [Int]? = nil, engines: Int = 1, width: Int = 1) {
            self.batchSize = batchSize
            self.order = order
            self.engines = engines
            self.width = width
        }
    }

    package init(
        _ connectionString: String,
        _ history: History,
        files: SchemaFiles,
        projectors: [any PostgresProjector]
    ) throws {
        var logger = Logger(label: "laws")
        // Streams are parked on purpose, which it says loudly.
        logger.logLevel = .critical
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        self.history = history
        self.files = files
        self.projectors = projectors
        self.logger = logger
        pool = PostgresPool(configuration, size: 6)
        // Four of a rebuild, and one for each of the four that may write at the same time.
        operators = PostgresPool(configuration, size: 8)
    }

    package func close() async {
        await pool.close()
        await operators.close()
    }

    /// Ends of the logs, of each tenant.
    package var heads: [Position] { history.logs.map { Position($0.events.count) } }

    /// Makes each log as long as that, as if the events had just been appended.
    package func advance(to positions: [Position]) async throws {
        for (log, position) in zip(history.logs, positions) {
            try await operators.withTransaction { connection in
                try await connection.execute(
                    """
                    INSERT INTO log.events
                    SELECT e.*
                    FROM laws.events AS e
                    WHERE e.tenant_id = \(log.tenant.rawValue)
                        AND e.position > (SELECT h.position FROM log.heads AS h WHERE h.tenant_id = e.tenant_id)
                        AND e.position <= \(position)
                    ORDER BY e.position
                    """
                )
                try await connection.execute(
                    """
                    UPDATE log.heads
                    SET position = \(position)
                    WHERE tenant_id = \(log.tenant.rawValue)
                        AND position < \(position)
                    """
                )
            }
        }
    }

    /// Turns the engine until nothing moves.
    package func project(_ manner: Manner = Manner()) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<manner.engines {
                group.addTask { try await turn(number, manner) }
            }
            try await group.waitForAll()
        }
        // A round that was fenced out moved nothing: only one without a rival tells that all is done.
        if manner.engines > 1 { try await turn(0, manner) }
        let behind = try await operators.query(
            """
            SELECT count(*)
            FROM log.heads AS h
            JOIN projections.generations AS g
                ON g.state = 'live'
            LEFT JOIN projections.checkpoints AS c
                ON c.tenant_id = h.tenant_id
                AND c.generation = g.generation
            WHERE COALESCE(c.position, 0) < h.position
            """
        )
        let count = try behind.first?.decode(0, as: Int.self) ?? 0
        guard count == 0 else { throw StandsStill(count: count) }
    }

    /// Engine `number` takes the projectors in its own order.
    private func turn(_ number: Int, _ manner: Manner) async throws {
        var order = manner.order ?? Array(projectors.indices)
        for _ in 0..<number { order.append(order.removeFirst()) }
        let engine = ProjectionEngine(
            projectors: order.map { projectors[$0] },
            pool: pool,
            files: files,
            signal: LogSignal(),
            progress: ProjectionProgress(pool: pool),
            batchSize: manner.batchSize + number * 3,
            width: manner.width,
            logger: logger
        )
        while try await engine.round() {}
    }

    /// Builds every generation anew, all in one pass over the log.
    ///
    /// - Returns: what the rebuild says of the differences that it found, by projector; empty: there are none.
    package func rebuild(_ manner: Manner = Manner()) async throws -> [String] {
        var options = Rebuild.Options()
        options.parallel = manner.width
        options.dropsOld = true
        let outcomes = try await Rebuild(pool: operators, files: files, logger: logger)
            .run((manner.order ?? Array(projectors.indices)).map { projectors[$0] }, options)
        return outcomes.flatMap { outcome in
            (outcome.differences ?? ["everything": 1]).sorted { $0.key < $1.key }
                .map { "\(outcome.projector): \($0.value) rows of \($0.key)" }
        }
    }

    struct StandsStill: Error, CustomStringConvertible {
        let count: Int
        var description: String { "\(count) checkpoints stay behind their heads" }
    }
}
