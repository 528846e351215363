import EventLog
import EventSourcing
import Logging
import Postgres

/// What the routes stand on; made by the executable and by tests.
package struct Services: Sendable {
    package let store: any EventStore
    package let tenants: TenantDirectory
    package let keys: APIKeys
    /// Connections in role `chorus_app`.
    package let reads: PostgresPool
    package let progress: ProjectionProgress
    package let logger: Logger
    package let now: @Sendable () -> Timestamp
    /// Whether the server is about to end: `/readyz` then says so, everything else goes on.
    package let isDraining: @Sendable () -> Bool

    package init(
        store: any EventStore,
        tenants: TenantDirectory,
        keys: APIKeys,
        reads: PostgresPool,
        progress: ProjectionProgress,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp,
        isDraining: @escaping @Sendable () -> Bool = { false }
    ) {
        self.store = store
        self.tenants = tenants
        self.keys = keys
        self.reads = reads
        self.progress = progress
        self.logger = logger
        self.now = now
        self.isDraining = isDraining
    }
}
