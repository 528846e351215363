import EmbeddedPostgres
import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct LendConnections {
    private struct Stop: Error {}

    private func withPool(
        size: Int,
        maximumWaiters: Int = 256,
        waitTimeout: Duration = .seconds(60),
        _ body: (PostgresPool) async throws -> Void
    ) async throws {
        let pool = PostgresPool(
            try await freshDatabase(),
            size: size,
            maximumWaiters: maximumWaiters,
            waitTimeout: waitTimeout
        )
        do {
            try await body(pool)
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }

    @Test func manyTasksShareFewConnections() async throws {
        try await withPool(size: 3, waitTimeout: .seconds(60)) { pool async throws in
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...200 {
                    group.addTask { try await pool.query("SELECT \(number)").decodeOne(Int.self) ?? 0 }
                }
                return try await group.reduce(0, +)
            }
            #expect(total == 20_100)
            #expect(pool.usage.connections <= 3 && pool.usage.connections == pool.usage.idle)
            let pids = try await pool.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            #expect(try #require(try pids.decodeOne(Int.self)) <= 3)
        }
    }

    @Test func refusesAtOnceWhenTooManyWait() async throws {
        try await withPool(size: 1, maximumWaiters: 1) { pool async throws in
            try await pool.withConnection { _ async throws in
                let waiter = Task { try await pool.query("SELECT 1").decodeOne(Int.self) }
                #expect(try await eventually { pool.usage.waiting == 1 })
                #expect(try await postgresError { try await pool.execute("SELECT 1") } == .poolExhausted)
                waiter.cancel()
                #expect(try await postgresError { _ = try await waiter.value } == .cancelled)
                #expect(pool.usage.waiting == 0)
            }
            #expect(try await pool.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func waitsSoLongOnly() async throws {
        try await withPool(size: 1, waitTimeout: .milliseconds(100)) { pool async throws in
            try await pool.withConnection { _ async throws in
                let first = Task { try await postgresError { try await pool.execute("SELECT 1") } }
                let second = Task { try await postgresError { try await pool.execute("SELECT 1") } }
                #expect(try await first.value == .timedOut(.pool))
                #expect(try await second.value == .timedOut(.pool))
            }
            #expect(try await pool.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func servesInOrderOfArrival() async throws {
        try await withPool(size: 1) { pool async throws in
            let (order, arrived) = AsyncStream<Int>.makeStream()
            var tasks: [Task<Void, any Error>] = []
            try await pool.withConnection { _ async throws in
                for number in 0..<5 {
                    tasks.append(Task { try await pool.withConnection { _ in _ = arrived.yield(number) } })
                    #expect(try await eventually { pool.usage.waiting == number + 1 })
                }
            }
            for task in tasks { try await task.value }
            arrived.finish()
            var seen: [Int] = []
            for await number in order { seen.append(number) }
            #expect(seen == [0, 1, 2, 3, 4])
        }
    }

    @Test func anOpenTransactionIsRolledBackBeforeReuse() async throws {
        try await withPool(size: 1) { pool async throws in
            try await pool.execute("CREATE TABLE t (n int)")
            try await pool.withConnection { connection async throws in
                try await connection.run(script: "BEGIN; INSERT INTO t VALUES (1)")
            }
            #expect(try await pool.query("SELECT count(*) FROM t").decodeOne(Int.self) == 0)
            try await pool.withConnection { connection async throws in
                try await connection.run(script: "BEGIN")
                _ = try? await connection.execute("SELECT 1 / 0")
            }
            #expect(try await pool.query("SELECT 1").decodeOne(Int.self) == 1)
            await #expect(throws: Stop.self) {
                try await pool.withTransaction { connection async throws in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            try await pool.withTransaction { _ = try await $0.execute("INSERT INTO t VALUES (1)") }
            #expect(try await pool.query("SELECT count(*) FROM t").decodeOne(Int.self) == 1)
            #expect(pool.usage == PostgresPool.Usage(connections: 1, idle: 1, waiting: 0))
        }
    }

    @Test func aTerminatedConnectionIsReplaced() async throws {
        try await withPool(size: 2) { pool async throws in
            for _ in 0..<5 {
                let pid = try #require(try await pool.query("SELECT pg_backend_pid()").decodeOne(Int32.self))
                try await withConnection(
                    try PostgresConfiguration(connectionString: pool.configuration.connectionString)
                ) {
                    other async throws in
                    _ = try await other.query("SELECT pg_terminate_backend(\(pid))")
                    let isGone = try await eventually {
                        try await other.query("SELECT count(*) FROM pg_stat_activity WHERE pid = \(pid)").decodeOne(
                            Int.self
                        ) == 0
                    }
                    #expect(isGone)
                }
                // Nothing was sent on the dead connection, so the caller sees no error.
                #expect(try await pool.query("SELECT pg_backend_pid()").decodeOne(Int32.self) != pid)
            }
        }
    }

    @Test func aStatementUnderWayIsLostWithItsOutcome() async throws {
        try await withPool(size: 2) { pool async throws in
            let (started, signal) = AsyncStream<Int32>.makeStream()
            let task = Task {
                try await pool.withConnection { connection async throws in
                    signal.yield(try await connection.query("SELECT pg_backend_pid()").decodeOne(Int32.self) ?? 0)
                    try await connection.execute("SELECT pg_sleep(60)")
                }
            }
            for await pid in started {
                let isActive = try await eventually {
                    let state = try await pool.query(
                        "SELECT query LIKE '%pg_sleep%' FROM pg_stat_activity WHERE pid = \(pid)"
                    )
                    return try state.decodeOne(Bool.self) ?? false
                }
                #expect(isActive)
                try await pool.execute("SELECT pg_terminate_backend(\(pid))")
                break
            }
            #expect(try await postgresError { try await task.value } == .connectionLost(outcomeUnknown: true))
            #expect(try await pool.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func survivesARestartOfTheServer() async throws {
        let cluster = try await TestPostgres.dedicatedCluster(durable: false)
        let pool = PostgresPool(
            try PostgresConfiguration(connectionString: cluster.connectionString(database: "postgres")),
            size: 3
        )
        for immediately in [false, true] {
            for _ in 0..<3 { #expect(try await pool.query("SELECT 1").decodeOne(Int.self) == 1) }
            try await cluster.stop(immediately: immediately)
            let error = try await postgresError { try await pool.execute("SELECT 1") }
            guard case .connectionFailed = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(pool.usage.connections == pool.usage.idle)
            let again = try await EmbeddedPostgres.start(
                TestPostgres.clusterSettings(home: cluster.home, durable: false)
            )
            #expect(again.connectionString == cluster.connectionString)
            #expect(try await pool.query("SELECT 1").decodeOne(Int.self) == 1)
        }
        await pool.close()
        try await cluster.stop(immediately: true)
    }

    @Test func newConnectionsArePreparedOrRefused() async throws {
        let configuration = try await freshDatabase()
        let pool = PostgresPool(configuration, size: 1) { try await $0.run(script: "SET chorus.mark = 'prepared'") }
        #expect(try await pool.query("SELECT current_setting('chorus.mark')").decodeOne(String.self) == "prepared")
        await pool.close()
        let refusing = PostgresPool(configuration, size: 1) { _ in throw Stop() }
        let error = try await postgresError { try await refusing.execute("SELECT 1") }
        guard case .connectionFailed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusing.usage.connections == 0)
        await refusing.close()
    }

    @Test func closingRefusesEverybody() async throws {
        let pool = PostgresPool(try await freshDatabase(), size: 1)
        try await pool.withConnection { connection async throws in
            let waiter = Task { try await postgresError { try await pool.execute("SELECT 1") } }
            #expect(try await eventually { pool.usage.waiting == 1 })
            await pool.close()
            #expect(try await waiter.value == .closed)
            // What is lent works until it comes back.
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
        #expect(pool.usage.connections == 0)
        #expect(try await postgresError { try await pool.execute("SELECT 1") } == .closed)
    }
}
