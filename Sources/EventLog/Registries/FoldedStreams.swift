import EventSourcing
import Foundation
import Postgres
import Synchronization

/// The present state of streams that each tenant has once (its channels, its taxonomy), kept in memory.
///
/// Asked for on the way of every message, so it looks at the log at most once in `lifetime`: a change by another node is
/// seen that much later. What must hold at append is read by the decision itself (`Submission.reads`), not from here.
package final class FoldedStreams: Sendable {
    private struct Key: Hashable {
        let tenant: TenantID
        let type: String
    }

    private struct Folded {
        var version: Version
        var state: any Sendable
        var lookedAt: ContinuousClock.Instant
    }

    private let pool: PostgresPool
    private let lifetime: Duration
    private let cache = Mutex<[Key: Folded]>([:])

    package init(pool: PostgresPool, lifetime: Duration = .seconds(1)) {
        self.pool = pool
        self.lifetime = lifetime
    }

    /// The state of the tenant's one stream of this type; the initial state when it has none yet.
    package func state<D: Decider>(of decider: D.Type, type: String, tenant: TenantID) async throws -> D.State {
        let key = Key(tenant: tenant, type: type)
        let clock = ContinuousClock()
        let known = cache.withLock { $0[key] }
        if let known, clock.now - known.lookedAt < lifetime, let state = known.state as? D.State { return state }
        let stream = StreamID.only(type)
        let log = LogTables(pool: pool)
        let lookedAt = clock.now
        let version = try await log.version(of: stream.id, tenant: tenant)
        let state: D.State
        if let known, known.version == version, let unchanged = known.state as? D.State {
            state = unchanged
        } else {
            state = try D.state(after: try await log.streams([stream.id], tenant: tenant)[stream.id]?.events ?? [])
        }
        cache.withLock { $0[key] = Folded(version: version, state: state, lookedAt: lookedAt) }
        return state
    }

    /// Makes the next question look at the log again: for whoever has just changed a stream.
    package func forget(_ type: String, tenant: TenantID) {
        cache.withLock { $0[Key(tenant: tenant, type: type)] = nil }
    }
}
