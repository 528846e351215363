import EventSourcing
import Foundation
import Postgres
import Synchronization

/// How long it takes until every live generation has read what the log holds.
///
/// Looks every few milliseconds; each look gives the head and the lowest checkpoint at one instant. The lag of a look is
/// the time until a look that finds its head passed.
final class LagWatch: Sendable {
    struct Lags: Sendable {
        var times: [Duration] = []
        /// Heads that were not reached within `patience` after the load; they count with the time until then.
        var unreached = 0
    }

    private struct Look {
        let at: ContinuousClock.Instant
        let head: Position
        let lowest: Position
    }

    private static let interval = Duration.milliseconds(5)
    private static let patience = Duration.seconds(60)

    private let configuration: PostgresConfiguration
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    init() throws {
        configuration = try BenchLog.database()
    }

    /// Looks go on until what was stored by now is reached.
    func loadHasEnded() {
        end.withLock { $0 = .now }
    }

    func run() async throws -> Lags {
        let connection = try await PostgresConnection.connect(configuration)
        do {
            let lags = try await watch(connection)
            await connection.close()
            return lags
        } catch {
            await connection.close()
            throw error
        }
    }

    private func watch(_ connection: PostgresConnection) async throws -> Lags {
        let clock = ContinuousClock()
        let begun = try await look(connection).head
        var waiting: [Look] = []
        var reached = 0
        var lags = Lags()
        var next = clock.now
        while true {
            let look = try await look(connection)
            while reached < waiting.count, waiting[reached].head <= look.lowest {
                lags.times.append(look.at - waiting[reached].at)
                reached += 1
            }
            let end = end.withLock { $0 }
            // Only heads under load count, not the quiet before and after.
            if end == nil, look.head > begun { waiting.append(look) }
            if let end {
                if reached == waiting.count { return lags }
                if look.at > end + Self.patience {
                    lags.unreached = waiting.count - reached
                    lags.times += waiting[reached...].map { look.at - $0.at }
                    return lags
                }
            }
            next = max(next + Self.interval, clock.now)
            try await clock.sleep(until: next)
        }
    }

    private func look(_ connection: PostgresConnection) async throws -> Look {
        let rows = try await connection.query(
            """
            SELECT h.position, (
                SELECT COALESCE(min(c.position), 0)
                FROM projections.generations AS g
                JOIN projections.checkpoints AS c
                    ON c.generation = g.generation
                    AND c.tenant_id = h.tenant_id
                WHERE g.state = 'live'
            )
            FROM log.heads AS h
            JOIN log.tenants AS t
                ON t.tenant_id = h.tenant_id
            WHERE t.code = 'default'
            """
        )
        guard let row = rows.first else { throw NoHead() }
        let (head, lowest) = try row.decode((Int64, Int64).self)
        return Look(at: .now, head: head, lowest: lowest)
    }

    private struct NoHead: Error {}
}
