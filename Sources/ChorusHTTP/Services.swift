import EventLog
import EventSourcing
import Logging
import ModelTraining
import Postgres
import Refinement

/// What the routes stand on; made by the executable and by tests.
package struct Services: Sendable {
    package let store: any EventStore
    package let tenants: TenantDirectory
    package let keys: APIKeys
    /// Connections in role `chorus_app`.
    package let reads: PostgresPool
    /// Connections for short look-ups only, so that long reads cannot keep callers from being known.
    package let lookups: PostgresPool
    package let progress: ProjectionProgress
    /// What the tenants have registered, as messages on their way in need it.
    package let folded: FoldedStreams
    package let matchers = KeywordMatchers()
    package let routing: RoutingTables
    package let models: ModelStore
    package let trainings: ModelTrainings
    package let logger: Logger
    package let now: @Sendable () -> Timestamp
    /// Whether the server is about to end: `/readyz` then says so, everything else goes on.
    package let isDraining: @Sendable () -> Bool

    /// - Parameter trainer: whose children train models, under these settings.
    package init(
        store: any EventStore,
        tenants: TenantDirectory,
        keys: APIKeys,
        reads: PostgresPool,
        lookups: PostgresPool,
        progress: ProjectionProgress,
        logger: Logger,
        trainer: @escaping @Sendable (TrainingSettings) -> Trainer,
        now: @escaping @Sendable () -> Timestamp,
        isDraining: @escaping @Sendable () -> Bool = { false }
    ) {
        self.store = store
        self.tenants = tenants
        self.keys = keys
        self.reads = reads
        self.lookups = lookups
        self.progress = progress
        folded = FoldedStreams(pool: lookups)
        routing = RoutingTables(folded: folded)
        models = ModelStore(pool: reads)
        trainings = ModelTrainings(
            store: store,
            models: models,
            labelled: LabelledDemands(reads: reads),
            trainer: trainer
        )
        self.logger = logger
        self.now = now
        self.isDraining = isDraining
    }
}
