import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// The control of the model: a store that breaks its promise, and a log that somebody changed, are found out.
@Suite struct FindFaultyStores {
    @Test(arguments: FaultyStore.Fault.allCases)
    func inMemory(_ fault: FaultyStore.Fault) async throws {
        let sound = InMemoryEventStore(tenants: TestLog.tenants, now: { Timestamp(microsecondsSince1970: 1_000_000) })
        let plan = ModelPlan(seed: 3, breaksBatches: false)
        let trial = try await ModelTrial.run(plan, on: FaultyStore(sound, fault), tenant: TestLog.tenants[0])
        #expect(!trial.violations.isEmpty)
    }

    /// `log.append` without the check of streams that a decision only read: three nodes then store what they decided on
    /// histories that were no longer so. Of three runs, in case one is so lucky that nobody is overtaken.
    @Test(.timeLimit(.minutes(5)))
    func anAppendThatDoesNotCheckStreamsRead() async throws {
        let check = "WHERE c.version <> COALESCE("
        var violations: [String] = []
        for seed in [UInt64(5), 8, 13] {
            let log = try await TestLog.make()
            let rows = try await log.operators.query("SELECT pg_get_functiondef('log.append'::regproc)")
            let sound = try #require(try rows.first?.decode(0, as: String.self))
            #expect(sound.components(separatedBy: check).count == 2)
            let broken = sound.replacingOccurrences(
                of: check,
                with: "WHERE c.stream = p_command_streams[c.command] AND c.version <> COALESCE("
            )
            try await log.operators.withConnection { try await $0.run(script: UtilitySQL(trusted: broken)) }
            let plan = ModelPlan(seed: seed, breaksBatches: false, nodes: 3, workers: 48)
            let pools = try (0..<plan.nodes).map { _ in try log.node() }
            let nodes = pools.map { PostgresEventStore(pool: $0) }
            violations += try await ModelTrial.run(plan, on: nodes, of: log, tenant: TestLog.tenants[0]).violations
            for pool in pools { await pool.close() }
            await log.close()
        }
        #expect(violations.contains { $0.contains("had to be") }, "\(violations)")
    }

    /// What each does, and what is said about it. The owner of the database, with triggers off.
    @Test(arguments: [
        ("UPDATE log.events SET body = (body::text || ' ')::json WHERE position = 7", "had to be"),
        ("UPDATE log.events SET actor = 'nobody' WHERE position = 9", "had to be"),
        ("DELETE FROM log.events WHERE position = 20", "position 20 is missing"),
        ("DELETE FROM log.events WHERE position >= (SELECT max(first_position) FROM log.batches)", "is not there"),
        ("UPDATE log.events SET recorded_at = recorded_at - interval '1 day' WHERE position = 30", "recorded_at"),
        ("DELETE FROM log.batches WHERE first_position > 1", "the head stands at"),
        ("UPDATE log.batches SET digests = sha256(digests) WHERE first_position = 1", "other digests"),
        ("UPDATE log.batches SET chain = sha256(chain) WHERE first_position = 1", "the chain breaks"),
        ("UPDATE log.heads SET chain = sha256(chain)", "another chain"),
        ("UPDATE log.heads SET recorded_at = recorded_at + interval '1 second'", "another time"),
        ("DELETE FROM log.commands WHERE position = (SELECT min(position) FROM log.commands)", "ids of commands"),
        ("UPDATE vault.passages SET body = body || '.'", "passages differ"),
        ("DELETE FROM vault.intakes", "intakes differ"),
        ("UPDATE vault.persons SET person_ref = person_ref || '2'", "map of persons"),
    ])
    func aLogThatSomebodyChanged(_ change: String, _ said: String) async throws {
        let log = try await TestLog.make()
        let trial = try await ModelTrial.run(
            ModelPlan(seed: 2, breaksBatches: false, nodes: 1, workers: 8),
            on: [PostgresEventStore(pool: log.pool)],
            of: log,
            tenant: TestLog.tenants[0],
            tampering: UtilitySQL(
                trusted: "SET session_replication_role = replica; \(change); RESET session_replication_role"
            )
        )
        #expect(trial.violations.contains { $0.contains(said) }, "\(trial.violations.prefix(5))")
        await log.close()
    }
}
