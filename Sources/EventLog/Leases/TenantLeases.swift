import EventSourcing
import Foundation
import Postgres
import Synchronization

/// Which tenants this node works on: its projectors, and the processes that read the log and issue commands.
///
/// One node at a time holds a tenant's lease, renews it twice a second, and loses it two seconds after it stopped doing so:
/// then the next node that asks takes over. A lease saves work, it guards nothing: two nodes that both believe to hold one
/// are told apart by the checkpoint (`Fenced`) and by the ids of their commands.
package final class TenantLeases: Sendable {
    /// Within five seconds of a node's death another one must be at work: two here, half a one until it asks, the rest to spare.
    package static let lifetime = Duration.seconds(2)
    package static let renewal = Duration.milliseconds(500)

    private struct State {
        var held: Set<TenantID> = []
        var askedAt: ContinuousClock.Instant?
    }

    /// This process, at random: a restarted one is another node.
    package let node: UUID
    private let pool: PostgresPool
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    package init(
        pool: PostgresPool,
        node: UUID = UUID(),
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.pool = pool
        self.node = node
        self.clock = clock
    }

    /// The tenants whose lease this node holds; asks the database once in `renewal`, so that what it says is never older.
    package func held() async throws -> Set<TenantID> {
        let now = clock()
        let known = state.withLock { state -> Set<TenantID>? in
            guard let asked = state.askedAt, now - asked < Self.renewal else { return nil }
            return state.held
        }
        if let known { return known }
        let renewed = try await renew()
        state.withLock { state in
            // From before the question, so that a lease never lasts longer here than there.
            state.askedAt = now
            state.held = renewed
        }
        return renewed
    }

    /// The same as numbers in order, for SQL.
    func numbers() async throws -> [Int32] {
        try await held().map(\.rawValue).sorted()
    }

    /// Prolongs what is held and takes what is free.
    ///
    /// Two statements, because a log that is distributed over several servers takes no time of day in `DO UPDATE`.
    private func renew() async throws -> Set<TenantID> {
        let seconds = Double(Self.lifetime.components.seconds)
        let known = try await pool.query(
            """
            UPDATE projections.leases
            SET node = \(node),
                expires_at = now() + make_interval(secs => \(seconds))
            WHERE node = \(node)
                OR expires_at < now()
            RETURNING tenant_id
            """
        )
        let new = try await pool.query(
            """
            INSERT INTO projections.leases (tenant_id, node, expires_at)
            SELECT h.tenant_id, \(node), now() + make_interval(secs => \(seconds))
            FROM log.heads AS h
            ON CONFLICT (tenant_id) DO NOTHING
            RETURNING tenant_id
            """
        )
        let held = try known.map { try $0.decode(0, as: Int32.self) } + new.map { try $0.decode(0, as: Int32.self) }
        return Set(held.map { TenantID(rawValue: $0) })
    }

    /// Gives everything back, so that another node need not wait: for a server that ends in order.
    package func release() async throws {
        state.withLock { state in
            state.held = []
            state.askedAt = nil
        }
        try await pool.execute("DELETE FROM projections.leases WHERE node = \(node)")
    }
}
