import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// A log that goes on in another database than the one that wrote it begins a new epoch before its first append.
@Suite struct NoticeEpochs {
    private let tenant = TestLog.tenants[0]

    private func reason(_ log: TestLog) async throws -> String? {
        try await LogEpoch.all(tenant, from: log.operators).first?.reason
    }

    /// Every test's database is a copy of a template within one cluster.
    @Test func aCopyWithinTheClusterIsNoticedOnce() async throws {
        let log = try await TestLog.make()
        let before = try await LogHead.read(tenant, from: log.operators)
        #expect(try await reason(log) == "the tenant was created")
        let store = PostgresEventStore(pool: log.pool)
        for _ in 1...2 { _ = try await store.execute(Counter.increment(Counter.stream())) }
        let after = try await LogHead.read(tenant, from: log.operators)
        #expect(after.epoch != before.epoch && after.position == 2)
        let epochs = try await LogEpoch.all(tenant, from: log.operators)
        #expect(epochs.count == 2)
        #expect(epochs[0].epoch == after.epoch && epochs[0].afterPosition == 0)
        #expect(epochs[0].reason == "another database of the cluster: it was restored or copied")
        await log.close()
    }

    @Test(arguments: [
        (
            "system_identifier = system_identifier + 1",
            "another cluster: a dump was restored, or PostgreSQL was upgraded"
        ),
        (
            "timeline = timeline + 1",
            "another timeline: a standby was promoted, or an earlier time was recovered"
        ),
        ("database_id = database_id + 1", "another database of the cluster: it was restored or copied"),
        ("heads_id = heads_id + 1", "other tables in the database: a dump was restored over it"),
        (
            "data_folder_since = data_folder_since - interval '1 second'",
            "another data folder: it was copied, or restored from a base backup"
        ),
    ])
    func eachSignIsNoticed(_ change: String, _ expected: String) async throws {
        let log = try await TestLog.make()
        _ = try await log.pool.query("SELECT 1")
        try await log.operators.execute(SQL("UPDATE log.heads SET " + change))
        let notices = try await log.operators.withConnection { try await EpochNotice.look(on: $0) }
        #expect(notices.map(\.reason) == [expected, expected])
        let again = try await log.operators.withConnection { try await EpochNotice.look(on: $0) }
        #expect(again.isEmpty)
        await log.close()
    }

    /// What a database from before the signs were kept does not know is written down, and nothing more.
    @Test func whatWasNotKnownIsNoSign() async throws {
        let log = try await TestLog.make()
        _ = try await log.pool.query("SELECT 1")
        let before = try await LogHead.read(tenant, from: log.operators)
        try await log.operators.execute(
            "UPDATE log.heads SET database_id = NULL, heads_id = NULL, data_folder_since = NULL"
        )
        let notices = try await log.operators.withConnection { try await EpochNotice.look(on: $0) }
        #expect(notices.isEmpty)
        #expect(try await LogHead.read(tenant, from: log.operators).epoch == before.epoch)
        await log.close()
    }

    /// A dump restored over the database of a running server: its connections are open, and append nothing before the
    /// new epoch.
    @Test func anOpenConnectionNoticesNewTables() async throws {
        let log = try await TestLog.make()
        let store = PostgresEventStore(pool: log.pool)
        _ = try await store.execute(Counter.increment(Counter.stream()))
        let before = try await LogHead.read(tenant, from: log.operators)
        try await log.operators.execute("UPDATE log.heads SET heads_id = heads_id + 1 WHERE tenant_id = 1")
        _ = try await store.execute(Counter.increment(Counter.stream()))
        let epochs = try await LogEpoch.all(tenant, from: log.operators)
        #expect(epochs[0].epoch != before.epoch && epochs[0].afterPosition == 1)
        #expect(epochs[0].reason == "other tables in the database: a dump was restored over it")
        #expect(try await LogHead.read(tenant, from: log.operators).position == 2)
        await log.close()
    }
}
