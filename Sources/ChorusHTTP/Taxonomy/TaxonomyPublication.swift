import Demands
import EventLog
import EventSourcing

extension EventStore {
    /// Publishes the categories as the tenant's next version; the same ones again change nothing.
    ///
    /// - Parameters:
    ///   - changes: what happens to the demands of categories that were there before.
    ///   - empty: categories that may go without a change: no demand was ever in them.
    /// - Returns: the version that holds now, and the outcome.
    /// - Throws: `TaxonomyRejection`, `Conflict`, `StoreFailure`.
    package func publishTaxonomy(
        _ categories: [Category],
        changes: [CategoryChange] = [],
        empty: [String] = [],
        tenant: TenantID,
        actor: String
    ) async throws -> (taxonomy: TaxonomyPublished, appended: Appended) {
        let appended = try await execute(
            Submission(tenant: tenant, stream: .only(Taxonomy.streamType), actor: actor) { known in
                let state = try Taxonomy.state(after: known.history)
                return Decision(
                    events: try Taxonomy.decide(.publish(categories, changes: changes, empty: empty), state)
                        .map(\.encoded)
                )
            }
        )
        guard let last = appended.history.last else { throw StoreFailure.outcomeUnknown }
        return (try TaxonomyPublished(decoding: last), appended)
    }
}
