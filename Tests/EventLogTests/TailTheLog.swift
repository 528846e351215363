import EventLog
import EventSourcing
import Foundation
import Postgres
import TestSupport
import Testing

/// A reader that follows the log by position while many write must skip nothing.
@Suite struct TailTheLog {
    /// 16 writers over 4 nodes, some commands refused, appends that are rolled back in between, and a long foreign
    /// transaction open all the while.
    @Test(.timeLimit(.minutes(5)))
    func skipsNoPosition() async throws {
        let log = try await TestLog.make()
        let foreign = try await PostgresConnection.connect(
            PostgresConfiguration(connectionString: log.connectionString)
        )
        try await foreign.execute("CREATE TABLE foreign_work (id integer)")
        try await foreign.execute("BEGIN")
        try await foreign.execute("INSERT INTO foreign_work VALUES (1)")

        let writes = 3000
        let nodes = (0..<4).map { _ in PostgresEventStore(pool: log.pool) }
        let reader = PostgresEventStore(pool: log.pool)
        let tenant = TestLog.tenants[0]
        async let seen = tail(reader, tenant, until: Position(writes))
        async let rolledBack = rollBackAppends(log, tenant)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<16 {
                let store = nodes[writer % nodes.count]
                group.addTask {
                    var written = 0
                    while written < writes / 16 + (writer < writes % 16 ? 1 : 0) {
                        let limit = Int.random(in: 0...4) == 0 ? 0 : Int.max
                        do {
                            _ = try await store.execute(Counter.increment(Counter.stream(), limit: limit))
                            written += 1
                        } catch is Counter.TooHigh {
                            continue
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let positions = try await seen
        #expect(try await rolledBack == 50)
        #expect(positions == Array(1...Position(writes)))
        try await foreign.execute("ROLLBACK")
        await foreign.close()
        await log.close()
    }

    /// Takes the head, moves it, writes an event there, and gives up.
    private func rollBackAppends(_ log: TestLog, _ tenant: TenantID) async throws -> Int {
        struct GivenUp: Error {}
        var count = 0
        for _ in 1...50 {
            do {
                try await log.operators.withTransaction { connection in
                    try await connection.execute(
                        "UPDATE log.heads SET position = position + 1 WHERE tenant_id = \(tenant.rawValue)"
                    )
                    try await connection.execute(
                        """
                        INSERT INTO log.events
                        SELECT tenant_id, position, \(UUID()), 1, 1, now(), 'counter', 'Counted', 'test', '{}'
                        FROM log.heads
                        WHERE tenant_id = \(tenant.rawValue)
                        """
                    )
                    throw GivenUp()
                }
            } catch is GivenUp {
                count += 1
            }
        }
        return count
    }

    private func tail(_ store: PostgresEventStore, _ tenant: TenantID, until end: Position) async throws -> [Position] {
        var seen: [Position] = []
        while (seen.last ?? 0) < end {
            seen += try await store.events(of: tenant, after: seen.last ?? 0, limit: 500).map(\.position)
        }
        return seen
    }

    /// The control: with positions out of a plain sequence, the same reader passes over what commits later.
    @Test func aPlainSequenceSkips() async throws {
        let configuration = try PostgresConfiguration(connectionString: await TestPostgres.connectionString())
        let slow = try await PostgresConnection.connect(configuration)
        let fast = try await PostgresConnection.connect(configuration)
        let reader = try await PostgresConnection.connect(configuration)
        try await slow.execute("CREATE TABLE naive (position bigserial PRIMARY KEY)")
        try await slow.execute("BEGIN")
        try await slow.execute("INSERT INTO naive DEFAULT VALUES")
        try await fast.execute("INSERT INTO naive DEFAULT VALUES")
        var seen: [Int64] = []
        seen += try await reader.query("SELECT position FROM naive WHERE position > 0 ORDER BY 1").map {
            try $0.decode(0, as: Int64.self)
        }
        try await slow.execute("COMMIT")
        seen += try await reader.query(
            SQL("SELECT position FROM naive WHERE position > $1 ORDER BY 1", [seen.last ?? 0])
        )
        .map { try $0.decode(0, as: Int64.self) }
        let committed = try await reader.query("SELECT count(*) FROM naive").first?.decode(0, as: Int64.self)
        #expect(committed == 2)
        #expect(seen == [2])
        for connection in [slow, fast, reader] { await connection.close() }
    }
}
