import Demands
import EventLog
import EventSourcing
import Postgres

/// A tenant has this process once a version of its taxonomy says what happens to demands.
package final class TaxonomyProcesses: ProcessSource {
    package let name = "taxonomy"

    private let store: any EventStore
    private let reads: PostgresPool
    private let categories: CategoryHistories

    package init(store: any EventStore, reads: PostgresPool, categories: CategoryHistories) {
        self.store = store
        self.reads = reads
        self.categories = categories
    }

    package func processes(of tenant: TenantID) async throws -> [any LogProcess] {
        let known = try await categories.history(of: tenant)
        guard known.codes.lastChanging > 0 else { return [] }
        let worded = WordedDemands(tenant: tenant, store: store, reads: reads)
        return [TaxonomyFollowing(tenant: tenant, known: known, worded: worded)]
    }
}
