import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// Nobody changes the log: no right to, and a trigger for those who have every right.
@Suite struct KeepTheLogAppendOnly {
    @Test(arguments: [
        "UPDATE log.events SET actor = 'x'", "DELETE FROM log.events", "TRUNCATE log.events",
        "UPDATE log.batches SET commands = 0", "DELETE FROM log.commands",
        "INSERT INTO log.events SELECT * FROM log.events", "UPDATE log.heads SET position = 0",
        "INSERT INTO vault.secrets VALUES (1, 'x', 'x')", "DELETE FROM vault.passages",
        "UPDATE access.keys SET revoked_at = NULL", "INSERT INTO access.logins VALUES ('x', 1, 'analyst')",
    ])
    func theServersRoleHasNoRightTo(_ statement: String) async throws {
        let log = try await TestLog.make()
        _ = try await PostgresEventStore(pool: log.pool).execute(Counter.increment(Counter.stream()))
        do {
            try await log.pool.execute(SQL(statement))
            Issue.record("was allowed: \(statement)")
        } catch {
            #expect(error.sqlState == .insufficientPrivilege)
        }
        await log.close()
    }

    @Test(arguments: [
        "UPDATE log.events SET actor = 'x'", "DELETE FROM log.events", "TRUNCATE log.events",
        "DELETE FROM log.batches", "UPDATE log.commands SET position = 1",
    ])
    func evenTheOwnerIsStopped(_ statement: String) async throws {
        let log = try await TestLog.make()
        _ = try await PostgresEventStore(pool: log.pool).execute(Counter.increment(Counter.stream()))
        do {
            try await log.operators.execute(SQL(statement))
            Issue.record("was allowed: \(statement)")
        } catch {
            #expect(error.sqlState?.rawValue == "CH002")
        }
        await log.close()
    }

    /// The chain that PostgreSQL keeps equals one computed here from the same digests.
    @Test func chainsWhatItAccepts() async throws {
        let log = try await TestLog.make()
        let store = PostgresEventStore(pool: log.pool)
        for _ in 1...5 { _ = try await store.execute(Counter.increment(Counter.stream())) }
        var chain = [UInt8](repeating: 0, count: 32)
        let batches = try await log.operators.query(
            """
            SELECT
                digests, chain, first_position, last_position,
                (extract(epoch FROM recorded_at - timestamptz '2000-01-01 00:00:00+00') * 1000000)::bigint
            FROM log.batches
            WHERE tenant_id = 1
            ORDER BY first_position
            """
        )
        #expect(batches.count == 5)
        for batch in batches {
            let (digests, stored, first, last, at) = try batch.decode(([UInt8], [UInt8], Int64, Int64, Int64).self)
            // Tenant 1 in four bytes, then three numbers of eight, all big-endian.
            var framed = chain + [0, 0, 0, 1]
            for number in [first, last, at] {
                framed += (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
            }
            chain = sha256(framed + digests)
            #expect(chain == stored)
        }
        await log.close()
    }
}
