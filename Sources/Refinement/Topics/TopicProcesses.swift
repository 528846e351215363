import EventLog
import EventSourcing
import Postgres
import Synchronization
import Topics

/// Every tenant has a topic finder.
package final class TopicProcesses: ProcessSource {
    package let name = "topics"

    private let store: any EventStore
    private let tenants: TenantDirectory
    private let reads: PostgresPool
    private let made = Mutex<[TenantID: TopicFinding]>([:])

    package init(store: any EventStore, tenants: TenantDirectory, reads: PostgresPool) {
        self.store = store
        self.tenants = tenants
        self.reads = reads
    }

    package func processes(of tenant: TenantID) async throws -> [any LogProcess] {
        if let known = made.withLock({ $0[tenant] }) { return [known] }
        guard let record = try await tenants.tenant(tenant) else { return [] }
        let finding = TopicFinding(
            tenant: tenant,
            store: store,
            worded: WordedDemands(tenant: tenant, store: store, reads: reads),
            key: Self.key(record.intakeSecret)
        )
        made.withLock { $0[tenant] = finding }
        return [finding]
    }

    /// Of the tenant's own, so that sketches of two tenants have nothing in common.
    private static func key(_ secret: SecretKey) -> UInt64 {
        secret.hmacSHA256(of: Array("topics".utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
