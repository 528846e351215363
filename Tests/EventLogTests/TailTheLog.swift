import EventLog
import EventSourcing
import LogTailing
import Postgres
import TestSupport
import Testing

/// A reader that follows the log by position while many write must skip nothing. `scripts/skip-test` does the same with a
/// million events.
@Suite struct TailTheLog {
    private static let seed = UInt64.random(in: 1...999_999)

    private let plan = TailingPlan(events: 3_000, chunk: 8, slowCommitEvery: 10, rollBackEvery: 4, seed: seed)

    /// 16 writers over 4 nodes, some commands refused, appends that are rolled back in between, commits that take their
    /// time, and a long foreign transaction open all the while.
    @Test(.timeLimit(.minutes(5)))
    func skipsNoPosition() async throws {
        let log = try await TestLog.make()
        let result = try await TailTheEventLog(
            plan,
            connectionString: log.connectionString,
            tenant: TestLog.tenants[0]
        ).run(allowsVolatile: true)
        #expect(result.committed == plan.events, "seed \(plan.seed)")
        #expect(result.seen == plan.events, "seed \(plan.seed)")
        #expect(result.skipped == 0 && result.repeated == 0 && result.gaps == 0, "seed \(plan.seed): \(result)")
        #expect(result.rolledBack >= 32 && result.refused > 0 && result.slowCommits > 0, "seed \(plan.seed): \(result)")
        await log.close()
    }

    /// The control: with positions out of a plain sequence, the same reader passes over what the same writers commit late.
    @Test(.timeLimit(.minutes(5)))
    func aPlainSequenceSkipsUnderTheSameWriters() async throws {
        let result = try await TailAPlainSequence(
            plan,
            connectionString: await TestPostgres.connectionString()
        ).run()
        #expect(result.committed == plan.events && result.slowCommits > 0, "seed \(plan.seed): \(result)")
        #expect(result.skipped > 0, "seed \(plan.seed): \(result)")
    }

    /// Why it does, step by step.
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
