import Demands
import EventLog
import EventSourcing
import Postgres
import Synchronization

/// Which models classify a tenant's demands at present: those in use, and those that run beside them.
package final class ClassificationProcesses: ProcessSource {
    package let name = "models"

    private struct Key: Hashable {
        let tenant: TenantID
        let use: ModelInUse
        let isBeside: Bool
    }

    private let store: any EventStore
    private let folded: FoldedStreams
    private let models: ModelStore
    private let reads: PostgresPool
    private let categories: CategoryHistories
    private let made = Mutex<[Key: ModelClassification]>([:])

    package init(
        store: any EventStore,
        folded: FoldedStreams,
        models: ModelStore,
        reads: PostgresPool,
        categories: CategoryHistories
    ) {
        self.store = store
        self.folded = folded
        self.models = models
        self.reads = reads
        self.categories = categories
    }

    package func processes(of tenant: TenantID) async throws -> [any LogProcess] {
        // Whoever has read the log up to its head must know what that says, also where another node has just said it.
        folded.forget(Models.streamType, tenant: tenant)
        let state = try await folded.state(of: Models.self, type: Models.streamType, tenant: tenant)
        var wanted = ModelTarget.allCases.compactMap { state.active[$0] }
            .map { Key(tenant: tenant, use: $0, isBeside: false) }
        wanted += state.attempted.map { Key(tenant: tenant, use: $0, isBeside: true) }
        var processes: [ModelClassification] = []
        for key in wanted { processes.append(try await process(key, state)) }
        let kept = Set(wanted)
        made.withLock { made in
            for key in made.keys where key.tenant == tenant && !kept.contains(key) { made[key] = nil }
        }
        return processes
    }

    private func process(_ key: Key, _ state: Models.State) async throws -> ModelClassification {
        if let known = made.withLock({ $0[key] }) { return known }
        guard let trained = state.model(key.use.model) else { throw ModelRejection.unknown(key.use.model) }
        let process = ModelClassification(
            key.use,
            trained,
            at: try await position(of: key.use.model, tenant: key.tenant),
            try await models.model(trained.digest, tenant: key.tenant),
            isBeside: key.isBeside,
            tenant: key.tenant,
            worded: WordedDemands(tenant: key.tenant, store: store, reads: reads),
            categories: categories
        )
        made.withLock { $0[key] = process }
        return process
    }

    /// Where the log has it that the model was trained.
    private func position(of model: Int, tenant: TenantID) async throws -> Position {
        for event in try await store.history(of: .only(Models.streamType), tenant: tenant) {
            if case .trained(let trained) = try ModelEvent(decoding: event), trained.number == model {
                return event.position
            }
        }
        return 0
    }
}
