import Postgres

/// Reads whose cost the caller's question decides; each statement of them has a bound of its own.
struct BoundedRead: Sendable {
    let pool: PostgresPool
    let timeout: Duration

    /// Runs `body` in one snapshot.
    ///
    /// - Throws: `PostgresError`, which becomes 503 `too-slow`, when a statement takes longer than `timeout`.
    func run<Value: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> Value) async throws -> Value {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            let milliseconds = String(max(1, Int(timeout.seconds * 1_000)))
            try await connection.execute("SELECT set_config('statement_timeout', \(milliseconds), true)")
            return try await body(connection)
        }
    }
}
