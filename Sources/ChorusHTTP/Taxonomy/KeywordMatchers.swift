import Demands
import EventSourcing
import Synchronization

/// The matcher of each tenant's present taxonomy, made when its version is first asked for.
package final class KeywordMatchers: Sendable {
    private let matchers = Mutex<[TenantID: KeywordMatcher]>([:])

    package init() {}

    /// - Returns: nil for a tenant without a taxonomy.
    package func matcher(of state: Taxonomy.State, tenant: TenantID) -> KeywordMatcher? {
        guard let taxonomy = state.current else { return nil }
        if let known = matchers.withLock({ $0[tenant] }), known.version == taxonomy.version { return known }
        let made = KeywordMatcher(taxonomy)
        matchers.withLock { $0[tenant] = made }
        return made
    }
}
