import EventSourcing
import Postgres
import Synchronization

/// How far the live generations have come: what `?min_position=` waits for.
package final class ProjectionProgress: Sendable {
    private let pool: PostgresPool
    private let waiters = Mutex<[UInt64: CheckedContinuation<Void, Never>]>([:])
    private let next = Mutex<UInt64>(0)

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Waits until every live generation has reached `position`.
    ///
    /// - Returns: whether they have, before `timeout`.
    package func wait(for position: Position, tenant: TenantID, upTo timeout: Duration) async throws -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: timeout)
        while true {
            if try await lowest(of: tenant) >= position { return true }
            if clock.now >= deadline { return false }
            await nextMove(upTo: .milliseconds(50))
        }
    }

    /// The lowest checkpoint of the tenant's live generations.
    package func lowest(of tenant: TenantID) async throws -> Position {
        let rows = try await pool.query(
            """
            WITH reached AS MATERIALIZED (
                SELECT c.generation, c.position
                FROM projections.checkpoints AS c
                WHERE c.tenant_id = \(tenant.rawValue)
            )
            SELECT COALESCE(min(COALESCE(r.position, 0)), 0)
            FROM projections.generations AS g
            LEFT JOIN reached AS r
                ON r.generation = g.generation
            WHERE g.state = 'live'
            """
        )
        return try rows.first?.decode(0, as: Int64.self) ?? 0
    }

    /// Wakes whoever waits, to look again.
    func reached() {
        let woken = waiters.withLock { waiters in
            let woken = Array(waiters.values)
            waiters.removeAll()
            return woken
        }
        for waiter in woken { waiter.resume() }
    }

    private func nextMove(upTo timeout: Duration) async {
        let id = next.withLock { next in
            next += 1
            return next
        }
        // The timer starts once the waiter is registered: an earlier one could ring before anybody listens.
        let timer = Mutex<Task<Void, Never>?>(nil)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.withLock { $0[id] = continuation }
                timer.withLock { timer in
                    timer = Task {
                        try? await Task.sleep(for: timeout)
                        self.wake(id)
                    }
                }
                if Task.isCancelled { wake(id) }
            }
        } onCancel: {
            wake(id)
        }
        timer.withLock { $0?.cancel() }
    }

    private func wake(_ id: UInt64) {
        waiters.withLock { $0.removeValue(forKey: id) }?.resume()
    }
}
