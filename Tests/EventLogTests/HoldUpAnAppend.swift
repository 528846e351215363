import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// Appends that are held up or cut off, on purpose: what stored nothing is tried again, what nobody knows is not, unless
/// the command recognises itself.
@Suite struct HoldUpAnAppend {
    private let tenant = TestLog.tenants[0]

    /// Connections that append, whose locks are waited for a short time only.
    private func pool(_ log: TestLog, lockTimeout: Duration? = .milliseconds(50)) throws -> PostgresPool {
        var configuration = DurableConnection.appends(
            try PostgresConfiguration(connectionString: log.connectionString)
        )
        if let lockTimeout { configuration.lockTimeout = lockTimeout }
        return PostgresPool(
            configuration,
            size: 2,
            onConnect: DurableConnection.check(allowsVolatile: true)
        )
    }

    /// Opens its stream, and knows it again.
    private func opening(_ stream: StreamID = Counter.stream(), recognisesItself: Bool = true) -> Submission {
        Submission(
            tenant: tenant,
            stream: stream,
            likelyNew: true,
            actor: "test",
            recognisesItself: recognisesItself
        ) { known in
            known.history.isEmpty ? Decision(events: [Counter.event(1)]) : .nothing
        }
    }

    /// Runs `fault` while an append waits for the head row.
    ///
    /// - Parameter pauses: whether the store then tries again: the row is free once it has begun to pause.
    private func outcome(
        of submission: Submission,
        _ log: TestLog,
        lockTimeout: Duration? = .seconds(60),
        pauses: Bool = true,
        fault: @escaping @Sendable () async throws -> Void
    ) async throws -> Result<Appended, any Error> {
        let paused = Gate()
        let pool = try pool(log, lockTimeout: lockTimeout)
        let store = PostgresEventStore(pool: pool, clock: ManualClock { _ in paused.open() }.commands)
        let result = try await log.holdingTheHead {
            let appended = Task { try await store.execute(submission) }
            try await log.anAppendWaits()
            try await fault()
            if pauses { await paused.passed() }
            return appended
        }.result
        await pool.close()
        return result
    }

    private func stopWaiting(_ log: TestLog, with function: String) async throws {
        let stopped = try await log.operators.query(
            """
            SELECT CASE \(function) WHEN 'cancel' THEN pg_cancel_backend(a.pid) ELSE pg_terminate_backend(a.pid) END
            FROM pg_stat_activity AS a
            WHERE a.datname = current_database()
                AND a.wait_event_type = 'Lock'
            """
        )
        #expect(stopped.count == 1)
    }

    @Test func aLockThatIsNotFreeInTimeIsTriedAgain() async throws {
        let log = try await TestLog.make()
        let appended = try await outcome(of: opening(), log, lockTimeout: .milliseconds(50)) {}.get()
        #expect(appended.position == 1 && !appended.isRepeat)
        await log.close()
    }

    @Test func aCancelledStatementIsTriedAgain() async throws {
        let log = try await TestLog.make()
        let unmarked = opening(recognisesItself: false)
        let appended = try await outcome(of: unmarked, log) { try await stopWaiting(log, with: "cancel") }.get()
        #expect(appended.position == 1 && !appended.isRepeat)
        await log.close()
    }

    @Test func aCutConnectionIsTriedAgainByACommandThatRecognisesItself() async throws {
        let log = try await TestLog.make()
        let appended = try await outcome(of: opening(), log) { try await stopWaiting(log, with: "terminate") }.get()
        #expect(appended.position == 1 && appended.history.count == 1)
        await log.close()
    }

    @Test func aCutConnectionLeavesOtherCommandsUnknown() async throws {
        let log = try await TestLog.make()
        let unmarked = opening(recognisesItself: false)
        let outcome = try await outcome(of: unmarked, log, pauses: false) {
            try await stopWaiting(log, with: "terminate")
        }
        guard case .failure(StoreFailure.outcomeUnknown) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        await log.close()
    }

    /// The first arrival was stored after all, behind a connection that told nobody.
    @Test func whatWasStoredAfterAllIsStoredOnce() async throws {
        let log = try await TestLog.make()
        let submission = opening()
        let other = PostgresEventStore(pool: log.pool)
        let pool = try pool(log, lockTimeout: .seconds(60))
        let freed = Gate()
        let clock = ManualClock { _ in
            await freed.passed()
            _ = try? await other.execute(submission)
        }
        let store = PostgresEventStore(pool: pool, clock: clock.commands)
        let appended = try await log.holdingTheHead {
            let appended = Task { try await store.execute(submission) }
            try await log.anAppendWaits()
            try await stopWaiting(log, with: "terminate")
            return appended
        }
        freed.open()
        let outcome = try await appended.value
        #expect(outcome.isRepeat && outcome.history.count == 1)
        #expect(try await store.head(of: tenant) == 1)
        await pool.close()
        await log.close()
    }

    @Test func patienceEndsWithAnAnswerAndNothingStored() async throws {
        let log = try await TestLog.make()
        let pool = try pool(log)
        var limits = AppendLimits()
        limits.batchCommands = 1
        let clock = ManualClock { $0.advance(.seconds(11)) }
        let store = PostgresEventStore(pool: pool, limits: limits, clock: clock.commands)
        try await log.holdingTheHead {
            let outcomes = await withTaskGroup(of: String.self) { group in
                for _ in 1...2 {
                    group.addTask {
                        do {
                            return "\(try await store.execute(opening()).position)"
                        } catch StoreFailure.unavailable {
                            return "unavailable"
                        } catch StoreFailure.queueFull {
                            return "queue full"
                        } catch {
                            return "\(error)"
                        }
                    }
                }
                return await group.reduce(into: [String]()) { $0.append($1) }
            }
            // One was tried; the other's patience may have ended before its turn.
            #expect(outcomes.contains("unavailable"))
            #expect(Set(outcomes).isSubset(of: ["unavailable", "queue full"]))
        }
        #expect(try await store.head(of: tenant) == 0)
        #expect(try await store.execute(opening()).position == 1)
        await pool.close()
        await log.close()
    }

    @Test func aDatabaseThatTakesNobodyIsTriedAgain() async throws {
        let log = try await TestLog.make()
        let pool = try pool(log)
        let allow: @Sendable (Bool) async throws -> Void = { allowed in
            try await log.operators.execute(
                "UPDATE pg_database SET datallowconn = \(allowed) WHERE datname = current_database()"
            )
        }
        try await allow(false)
        let clock = ManualClock { _ in try? await allow(true) }
        let store = PostgresEventStore(pool: pool, clock: clock.commands)
        #expect(try await store.execute(opening(recognisesItself: false)).position == 1)
        await pool.close()
        await log.close()
    }

    @Test func anUnreachableDatabaseIsUnavailableWhenPatienceIsOver() async throws {
        let configuration = try PostgresConfiguration(connectionString: "host=/nowhere dbname=none")
        let clock = ManualClock { $0.advance(.seconds(4)) }
        let store = PostgresEventStore(pool: PostgresPool(configuration, size: 1), clock: clock.commands)
        do {
            _ = try await store.execute(opening())
            Issue.record("was stored")
        } catch StoreFailure.unavailable(let reason) {
            #expect(reason.contains("/nowhere"))
        }
    }

    @Test func appendsHaveTimeLimitsOfTheirOwn() async throws {
        let log = try await TestLog.make()
        let pool = try pool(log, lockTimeout: nil)
        let rows = try await pool.query(
            """
            SELECT
                current_setting('lock_timeout'), current_setting('statement_timeout'),
                current_setting('idle_in_transaction_session_timeout')
            """
        )
        let (lock, statement, idle) = try #require(rows.first).decode((String, String, String).self)
        #expect([lock, statement, idle] == ["2s", "10s", "5s"])
        await pool.close()
        await log.close()
    }
}
