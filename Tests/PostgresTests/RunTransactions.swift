import Postgres
import Testing

@Suite struct RunTransactions {
    private struct Stop: Error {}

    private func withTable(_ body: (PostgresConnection) async throws -> Void) async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(
                script: "CREATE TABLE t (n int CONSTRAINT t_unique UNIQUE DEFERRABLE INITIALLY DEFERRED)"
            )
            try await body(connection)
        }
    }

    private func count(_ connection: PostgresConnection) async throws -> Int? {
        try await connection.query("SELECT count(*) FROM t").decodeOne(Int.self)
    }

    @Test func commitsWhenTheBodyReturns() async throws {
        try await withTable { connection async throws in
            var statements = 0
            let value = try await connection.withTransaction { connection async throws in
                statements += try await connection.execute("INSERT INTO t VALUES (1), (2)")
                return "done"
            }
            #expect(value == "done" && statements == 2)
            #expect(try await count(connection) == 2)
        }
    }

    @Test func rollsBackWhenTheBodyThrows() async throws {
        try await withTable { connection async throws in
            await #expect(throws: Stop.self) {
                try await connection.withTransaction { connection async throws in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            #expect(try await count(connection) == 0)
        }
    }

    @Test func rollsBackWhenAStatementFails() async throws {
        try await withTable { connection async throws in
            let error = try await postgresError {
                try await connection.withTransaction { connection async throws in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    try await connection.execute("SELECT 1 / 0")
                }
            }
            #expect(error?.sqlState == .divisionByZero)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func aSwallowedErrorIsNoSilentRollback() async throws {
        try await withTable { connection async throws in
            let error = try await postgresError {
                try await connection.withTransaction { connection async throws in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    _ = try? await connection.execute("SELECT 1 / 0")
                }
            }
            #expect(error?.sqlState == .inFailedTransaction)
            #expect(try await count(connection) == 0)
        }
    }

    @Test func anErrorAtCommitLeavesNoTransaction() async throws {
        try await withTable { connection async throws in
            let error = try await postgresError {
                try await connection.withTransaction { connection async throws in
                    _ = try await connection.execute("INSERT INTO t VALUES (1), (1)")
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.constraint == "t_unique")
            #expect(try await count(connection) == 0)
        }
    }

    @Test func rollsBackWhenTheTaskIsCancelled() async throws {
        try await withTable { connection async throws in
            for swallows in [false, true] {
                let (reached, signal) = AsyncStream<Void>.makeStream()
                let task = Task {
                    try await connection.withTransaction { connection async throws in
                        try await connection.execute("INSERT INTO t VALUES (1)")
                        signal.yield()
                        // Ends by cancellation, whose error the second run swallows.
                        do { try await connection.execute("SELECT pg_sleep(60)") } catch {
                            if !swallows { throw error }
                        }
                    }
                }
                for await _ in reached { break }
                task.cancel()
                let error = try await postgresError { try await task.value }
                #expect(error == .cancelled)
                #expect(try await count(connection) == 0)
            }
        }
    }

    @Test func doesNotNest() async throws {
        try await withTable { connection async throws in
            try await connection.withTransaction { connection async throws in
                try await connection.execute("INSERT INTO t VALUES (1)")
                let error = try await postgresError { try await connection.withTransaction { _ in } }
                #expect(error?.sqlState == .activeTransaction)
            }
            #expect(try await count(connection) == 1)
        }
    }

    @Test func isolationAndReadOnlyReachTheServer() async throws {
        try await withTable { connection async throws in
            for (level, text) in [
                (TransactionIsolation.readCommitted, "read committed"), (.repeatableRead, "repeatable read"),
                (.serializable, "serializable"),
            ] {
                let shown = try await connection.withTransaction(isolation: level) { connection in
                    try await connection.query("SELECT current_setting('transaction_isolation')").decodeOne(String.self)
                }
                #expect(shown == text)
            }
            let error = try await postgresError {
                try await connection.withTransaction(readOnly: true) { connection in
                    _ = try await connection.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.sqlState == .readOnlyTransaction)
        }
    }

    @Test func aConnectionLostInTheBodyCommittedNothing() async throws {
        let configuration = try await freshDatabase()
        try await withConnection(configuration) { other async throws in
            let connection = try await PostgresConnection.connect(configuration)
            let error = try await postgresError {
                try await connection.withTransaction { connection async throws in
                    let pid = try await connection.query("SELECT pg_backend_pid()").decodeOne(Int32.self)
                    _ = try await other.query("SELECT pg_terminate_backend(\(pid))")
                    try await connection.execute("SELECT pg_sleep(60)")
                }
            }
            #expect(error == .connectionLost(outcomeUnknown: false))
            await connection.close()
        }
    }
}
