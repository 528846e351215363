import EventSourcing
import Logging
import Postgres
import Synchronization

/// Sees to it that a young generation's tables have statistics, long before autovacuum looks at them.
///
/// Asked after a generation's first batch, and whenever it has read four times as much since: tables that were small may have
/// grown by then, and each is analysed once; after a rebuild all are. Nobody waits for it while events are projected. A failure
/// costs good plans and nothing else, so that it is told of and stops nobody.
final class GenerationStatistics: Sendable {
    private struct Age {
        var events: Int64 = 0
        var next: Int64 = 1
    }

    private let ages = Mutex<[Int32: Age]>([:])
    private let gathering = Mutex<Task<Void, Never>?>(nil)

    /// A batch of so many events was written.
    func wrote(_ events: Int64, _ generation: Int32, on pool: PostgresPool, _ logger: Logger) {
        let isDue = ages.withLock { ages in
            var age = ages[generation] ?? Age()
            age.events += events
            let isDue = age.events >= age.next
            while age.next <= age.events { age.next *= 4 }
            ages[generation] = age
            return isDue
        }
        guard isDue else { return }
        gathering.withLock { gathering in
            // One generation after the other.
            gathering = Task { [before = gathering] in
                await before?.value
                await gather(generation, isFull: false, on: pool, logger)
            }
        }
    }

    /// Waits until what is due is gathered.
    func isGathered() async {
        await gathering.withLock { $0 }?.value
    }

    /// Sees to all tables of a generation that is filled and that nobody reads yet, as autovacuum would at the next occasion: it
    /// would compete with readers and writers then.
    func vacuum(_ generation: Int32, on pool: PostgresPool, _ logger: Logger) async {
        do {
            let schema = Generations.schema(generation)
            let tables = try await pool.query(
                """
                SELECT c.relname::text
                FROM pg_class AS c
                WHERE c.relnamespace = to_regnamespace(\(schema))
                    AND c.relkind = 'r'
                    AND pg_relation_size(c.oid) > 0
                ORDER BY c.oid
                """
            )
            for table in tables {
                let name = try table.decode(0, as: String.self)
                // A statement of its own: it is refused within a transaction.
                try await pool.withConnection { connection in
                    try await connection.run(
                        script: "VACUUM (SKIP_LOCKED) \(identifier: schema).\(identifier: name)"
                    )
                }
            }
        } catch {
            logger.warning(
                "a rebuilt read model's tables are left to autovacuum",
                metadata: ["generation": "\(generation)", "error": "\(error)"]
            )
        }
        await gather(generation, isFull: true, on: pool, logger)
    }

    /// - Parameter isFull: also of tables that have some.
    func gather(_ generation: Int32, isFull: Bool, on pool: PostgresPool, _ logger: Logger) async {
        do {
            try await pool.execute("SELECT projections.gather_statistics(\(generation), \(isFull))")
        } catch {
            logger.warning(
                "a read model's tables have no statistics yet",
                metadata: ["generation": "\(generation)", "error": "\(error)"]
            )
        }
    }
}
