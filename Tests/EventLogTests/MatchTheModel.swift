import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// Random commands, sent in random concurrency, leave exactly what a simple model leaves that is told them in the order of
/// the log; and every caller was told the truth.
///
/// `CHORUS_TEST_SEED` repeats one seed.
@Suite struct MatchTheModel {
    /// One to three nodes on one database, two tenants at once under the same ids.
    @Test(.timeLimit(.minutes(5)), arguments: ModelSeeds.all)
    func onPostgreSQL(_ seed: UInt64) async throws {
        let plan = ModelPlan(seed: seed, breaksBatches: true)
        let log = try await TestLog.make()
        let pools = try (0..<plan.nodes).map { _ in try log.node() }
        // Half of the seeds take every stranger for a new person, until the append says otherwise.
        var limits = AppendLimits()
        if seed % 2 == 1 { limits.newBeforeTrust = 0 }
        // And a third has small batches, so that commands find no room and wait for each other.
        if seed % 3 == 1 { limits.batchCommands = 2 + Int(seed % 7) }
        let nodes = pools.map { PostgresEventStore(pool: $0, limits: limits) }
        async let one = ModelTrial.run(plan, on: nodes, of: log, tenant: TestLog.tenants[0])
        async let two = ModelTrial.run(plan, on: nodes, of: log, tenant: TestLog.tenants[1])
        for trial in try await [one, two] { report(trial) }
        for pool in pools { await pool.close() }
        await log.close()
    }

    @Test(arguments: ModelSeeds.all)
    func inMemory(_ seed: UInt64) async throws {
        let store = InMemoryEventStore(tenants: TestLog.tenants, now: { Timestamp(microsecondsSince1970: 1_000_000) })
        let plan = ModelPlan(seed: seed, breaksBatches: false)
        report(try await ModelTrial.run(plan, on: store, tenant: TestLog.tenants[0]))
    }

    private func report(_ trial: ModelTrial) {
        let plan = trial.plan
        let outcomes = trial.outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        print(
            "model: seed \(plan.seed), \(plan.nodes) nodes, \(plan.workers) workers: \(outcomes.joined(separator: ", "))"
        )
        #expect(trial.violations.isEmpty, "CHORUS_TEST_SEED=\(plan.seed): \(trial.violations.prefix(5))")
        // It tried something.
        #expect((trial.outcomes["appended"] ?? 0) > 40)
        #expect((trial.outcomes["nothing"] ?? 0) > 5)
        #expect((trial.outcomes["refused"] ?? 0) > 5)
    }
}

extension TestLog {
    /// Connections of a node of its own.
    func node() throws -> PostgresPool {
        PostgresPool(
            DurableConnection.configuration(try PostgresConfiguration(connectionString: connectionString)),
            size: 4,
            onConnect: DurableConnection.check(allowsVolatile: true)
        )
    }
}
