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
        var position: Position
        var state: any Sendable
        /// Nil: somebody has just changed it.
        var lookedAt: ContinuousClock.Instant?
    }

    private struct Cache {
        var folded: [Key: Folded] = [:]
        /// What was read before this is not kept: somebody has changed the stream since.
        var forgottenAt: [Key: ContinuousClock.Instant] = [:]
    }

    /// A state, and how much of its stream it stands on.
    package struct Present<State: Sendable>: Sendable {
        package let state: State
        /// Of the stream's last event; 0 when there is none.
        package let version: Version
        package let position: Position
    }

    private let pool: PostgresPool
    private let lifetime: Duration
    private let cache = Mutex(Cache())

    package init(pool: PostgresPool, lifetime: Duration = .seconds(1)) {
        self.pool = pool
        self.lifetime = lifetime
    }

    /// The state of the tenant's one stream of this type; the initial state when it has none yet.
    package func state<D: Decider>(of decider: D.Type, type: String, tenant: TenantID) async throws -> D.State {
        try await present(of: decider, type: type, tenant: tenant).state
    }

    /// The same, with its place in the log.
    package func present<D: Decider>(
        of decider: D.Type,
        type: String,
        tenant: TenantID
    ) async throws -> Present<D.State> {
        let key = Key(tenant: tenant, type: type)
        let clock = ContinuousClock()
        let known = cache.withLock { $0.folded[key] }
        if let known, let at = known.lookedAt, clock.now - at < lifetime, let state = known.state as? D.State {
            return Present(state: state, version: known.version, position: known.position)
        }
        let stream = StreamID.only(type)
        let log = LogTables(pool: pool)
        let lookedAt = clock.now
        let present: Present<D.State>
        let version = try await log.version(of: stream.id, tenant: tenant)
        if let known, let state = known.state as? D.State, version == known.version {
            present = Present(state: state, version: known.version, position: known.position)
        } else {
            // Only what came since: a stream may hold long versions of the same thing. All of it when the log is another.
            var state = D.initialState
            var before: Version = 0
            if let known, let older = known.state as? D.State, known.version < version {
                state = older
                before = known.version
            }
            let events = try await log.events(of: stream.id, after: before, tenant: tenant)
            for event in events { D.evolve(&state, try D.Event(decoding: event)) }
            present = Present(
                state: state,
                version: events.last?.version ?? version,
                position: events.last?.position ?? 0
            )
        }
        let folded = Folded(
            version: present.version,
            position: present.position,
            state: present.state,
            lookedAt: lookedAt
        )
        cache.withLock { cache in
            if let forgotten = cache.forgottenAt[key], forgotten > lookedAt { return }
            cache.folded[key] = folded
        }
        return present
    }

    /// Makes the next question look at the log again: for whoever has just changed a stream.
    package func forget(_ type: String, tenant: TenantID) {
        let key = Key(tenant: tenant, type: type)
        cache.withLock { cache in
            cache.folded[key]?.lookedAt = nil
            cache.forgottenAt[key] = ContinuousClock().now
        }
    }
}
