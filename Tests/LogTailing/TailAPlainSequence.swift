import Postgres
import TestSupport

/// The control: the same writers and the same reader on a table whose positions come from a plain sequence.
///
/// A sequence gives a position before its transaction commits: whoever reads a later one first has passed it by.
package struct TailAPlainSequence: Sendable {
    private let plan: TailingPlan
    private let configuration: PostgresConfiguration

    /// - Parameter connectionString: of a superuser; it makes and drops the tables `naive_events` and `naive_batches`.
    package init(_ plan: TailingPlan, connectionString: String) throws {
        self.plan = plan
        configuration = try PostgresConfiguration(connectionString: connectionString)
    }

    package func run(progress: (@Sendable (Int) -> Void)? = nil) async throws -> TailingResult {
        let table: UtilitySQL = "naive_batches"
        let pool = PostgresPool(configuration, size: plan.writers + 1, waitTimeout: .seconds(60))
        try await pool.withConnection { connection in
            try await connection.run(
                script: """
                    CREATE TABLE naive_events (position bigserial PRIMARY KEY, body json NOT NULL);
                    CREATE TABLE naive_batches (id bigserial PRIMARY KEY);
                    """
            )
        }
        let hindrances = try await Hindrances.begin(plan, on: table, configuration)
        let done = WritersDone()
        let follower = TailingReader(
            read: { checkpoint, limit in
                try await pool.query(
                    """
                    SELECT position, body
                    FROM naive_events
                    WHERE position > \(checkpoint)
                    ORDER BY position
                    LIMIT \(limit)
                    """
                ).map { try $0.decode(0, as: Int64.self) }
            },
            progress: progress
        )
        let start = ContinuousClock.now
        async let tally = follower.follow(until: done)
        var result = TailingResult()
        do {
            defer { done.reach() }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<plan.writers { group.addTask { try await write(index, on: pool) } }
                for try await rolledBack in group { result.rolledBack += rolledBack }
            }
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        let read = try await tally
        result.seen = read.seen
        result.repeated = read.repeated
        let rows = try await pool.query("SELECT count(*), COALESCE(max(position), 0) FROM naive_events")
        if let (count, last) = try rows.first?.decode((Int64, Int64).self) {
            result.committed = Int(count)
            result.gaps = Int(last - count)
        }
        result.slowCommits = try await hindrances.end(on: table)
        try await pool.withConnection { try await $0.run(script: "DROP TABLE naive_events, naive_batches") }
        await pool.close()
        return result
    }

    private func write(_ index: Int, on pool: PostgresPool) async throws -> Int {
        struct GivenUp: Error {}
        var random = SeededRandom(seed: plan.seed &+ UInt64(index))
        var left = plan.share(of: index)
        var chunks = 0
        var rolledBack = 0
        let body =
            #"{"writer":1,"place":"A7县","commitment":"0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b"}"#
        while left > 0 {
            chunks += 1
            let commands = (0..<plan.chunk).reduce(into: 0) { count, _ in count += Int.random(in: 1...4, using: &random)
            }
            let count = min(left, commands)
            let insert: SQL = """
                WITH batch AS (
                    INSERT INTO naive_batches DEFAULT VALUES
                )
                INSERT INTO naive_events (body)
                SELECT \(body)::json
                FROM generate_series(1, \(count))
                """
            try await pool.withConnection { connection in _ = try await connection.execute(insert) }
            left -= count
            if chunks % plan.rollBackEvery == 0 {
                do {
                    try await pool.withTransaction { connection in
                        try await connection.execute(insert)
                        throw GivenUp()
                    }
                } catch is GivenUp {
                    rolledBack += 1
                }
            }
        }
        return rolledBack
    }
}
