import Foundation
import Testing

@testable import Postgres

@Suite(.serialized) struct EndThreads {
    /// How many threads of this process bear a name of ours and serve one of these connections.
    private func connectionThreads() -> Int {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.filter { task in
            let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
            return name?.hasPrefix("pg-leaktest") ?? false
        }.count
    }

    @Test func closedAndForgottenConnectionsLeaveNoThread() async throws {
        var configuration = try await freshDatabase()
        configuration.threadName = "pg-leaktest"
        let kept = configuration
        try await {
            let pool = PostgresPool(kept, size: 4, waitTimeout: .seconds(60))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await pool.execute("SELECT pg_sleep(0.01)") } }
                try await group.waitForAll()
            }
            // Dropped without close.
            let forgotten = try await PostgresConnection.connect(kept)
            try await forgotten.execute("SELECT 1")
            #expect(connectionThreads() >= 2)
            await pool.close()
        }()
        #expect(try await eventually { connectionThreads() == 0 })
        // Refused connections neither.
        var refused = try PostgresConfiguration(connectionString: "host=/nonexistent")
        refused.threadName = "pg-leaktest"
        for _ in 0..<20 { _ = try? await PostgresConnection.connect(refused) }
        #expect(try await eventually { connectionThreads() == 0 })
    }

    @Test func aClosedConnectionStillAnswers() async throws {
        let connection = try await PostgresConnection.connect(try await freshDatabase())
        await connection.close()
        for _ in 0..<100 {
            #expect(try await postgresError { try await connection.execute("SELECT 1") } == .closed)
        }
        await connection.close()
    }
}
