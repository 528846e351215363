import EventLog
import EventSourcing
import Foundation
import Postgres
import Synchronization
import Testing

/// One node at a time works on a tenant, and another one takes over when it is gone.
@Suite struct HoldLeases {
    /// Moves when the test says so; the database's own clock is moved by changing the rows.
    private final class Clock: Sendable {
        private let start = ContinuousClock.now
        private let passed = Mutex(Duration.zero)
        var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
        func pass(_ time: Duration) { passed.withLock { $0 += time } }
    }

    private func letExpire(_ log: TestLog) async throws {
        try await log.operators.execute("UPDATE projections.leases SET expires_at = now() - interval '1 second'")
    }

    @Test func theFirstNodeHoldsEveryTenant() async throws {
        let log = try await TestLog.make()
        let first = TenantLeases(pool: log.pool)
        let second = TenantLeases(pool: log.pool)
        #expect(try await first.held() == Set(TestLog.tenants))
        #expect(try await second.held() == [])
        await log.close()
    }

    @Test func anotherTakesOverWhatExpired() async throws {
        let log = try await TestLog.make()
        let clock = Clock()
        let first = TenantLeases(pool: log.pool) { clock.now }
        let second = TenantLeases(pool: log.pool) { clock.now }
        _ = try await first.held()
        _ = try await second.held()
        try await letExpire(log)
        clock.pass(TenantLeases.renewal)
        #expect(try await second.held() == Set(TestLog.tenants))
        // Back too late: it is told so.
        #expect(try await first.held() == [])
        await log.close()
    }

    @Test func whatIsRenewedDoesNotExpire() async throws {
        let log = try await TestLog.make()
        let clock = Clock()
        let first = TenantLeases(pool: log.pool) { clock.now }
        _ = try await first.held()
        try await log.operators.execute("UPDATE projections.leases SET expires_at = now() + interval '1 ms'")
        clock.pass(TenantLeases.renewal)
        #expect(try await first.held() == Set(TestLog.tenants))
        let left = try await log.operators.query(
            "SELECT min(extract(epoch FROM expires_at - now()))::float8 > 1 FROM projections.leases"
        )
        #expect(try left.first?.decode(0, as: Bool.self) == true)
        await log.close()
    }

    @Test func whatIsGivenBackIsFree() async throws {
        let log = try await TestLog.make()
        let first = TenantLeases(pool: log.pool)
        let second = TenantLeases(pool: log.pool)
        _ = try await first.held()
        try await first.release()
        #expect(try await second.held() == Set(TestLog.tenants))
        await log.close()
    }

    /// Without an answer nobody works on, whatever was held.
    @Test func withoutTheDatabaseNothingIsHeld() async throws {
        let log = try await TestLog.make()
        let clock = Clock()
        let leases = TenantLeases(pool: log.pool) { clock.now }
        _ = try await leases.held()
        try await log.operators.execute("ALTER TABLE projections.leases RENAME TO hidden")
        clock.pass(TenantLeases.renewal)
        await #expect(throws: (any Error).self) { try await leases.held() }
        try await log.operators.execute("ALTER TABLE projections.hidden RENAME TO leases")
        try await log.operators.execute(
            "UPDATE projections.leases SET node = gen_random_uuid(), expires_at = now() + interval '1 hour'"
        )
        #expect(try await leases.held() == [])
        await log.close()
    }

    /// A tenant that is made later is taken with the next renewal.
    @Test func newTenantsAreTaken() async throws {
        let log = try await TestLog.make()
        let clock = Clock()
        let leases = TenantLeases(pool: log.pool) { clock.now }
        #expect(try await leases.held().count == 2)
        try await log.operators.execute("SELECT log.create_tenant('three', 'UTC', 'en', 5, '{web}')")
        clock.pass(TenantLeases.renewal)
        #expect(try await leases.held().count == 3)
        await log.close()
    }
}
