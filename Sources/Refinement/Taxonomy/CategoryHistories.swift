import Demands
import EventLog
import EventSourcing
import JSONText
import Postgres
import Synchronization

/// What the versions of each tenant's taxonomy say about demands that were there before; read anew when there is another.
package final class CategoryHistories: Sendable {
    /// One tenant's.
    struct Known: Sendable {
        /// Of the taxonomy's stream.
        var version: Version = 0
        var codes = CategoryHistory()
        /// The versions that split a category, by number.
        var splitters: [Int: Splitter] = [:]
    }

    private let store: any EventStore
    private let pool: PostgresPool
    private let known = Mutex<[TenantID: Known]>([:])

    package init(store: any EventStore, pool: PostgresPool) {
        self.store = store
        self.pool = pool
    }

    /// As the log has it now, not a moment ago: a process that took an older one for the present would stand at the head
    /// of the log and miss what was published last.
    func history(of tenant: TenantID) async throws -> Known {
        let stream = StreamID.only(Taxonomy.streamType)
        let rows = try await pool.query(
            """
            SELECT COALESCE(max(e.version), 0)
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.stream_id = \(stream.id)
            """
        )
        let version = Version(try rows.first?.decode(0, as: Int32.self) ?? 0)
        if let known = known.withLock({ $0[tenant] }), known.version == version { return known }
        var made = Known()
        for event in try await store.history(of: stream, tenant: tenant) {
            let taxonomy = try TaxonomyPublished(decoding: event)
            made.codes.add(taxonomy, at: event.position)
            made.version = event.version
            if taxonomy.changes.contains(where: { $0.kind == .split }) {
                made.splitters[taxonomy.version] = Splitter(taxonomy)
            }
        }
        known.withLock { [made] in $0[tenant] = made }
        return made
    }
}

/// Tells which half of a split category words mean, by the keywords of the version that split it.
struct Splitter: Sendable {
    private let matcher: KeywordMatcher
    private let parents: [ExactText: String]

    init(_ taxonomy: TaxonomyPublished) {
        matcher = KeywordMatcher(taxonomy)
        var parents: [ExactText: String] = [:]
        for category in taxonomy.categories { parents[ExactText(category.code)] = category.parent }
        self.parents = parents
    }

    /// The category that the words tell, and those above it.
    func line(_ words: DemandWords) -> [String] {
        let texts = words.subject.isEmpty ? [words.detail] : [words.subject, words.detail]
        guard let found = matcher.category(of: texts) else { return [] }
        var line = [found.code]
        while let above = line.last.flatMap({ parents[ExactText($0)] }), line.count < TaxonomyRules.maximumLevels {
            line.append(above)
        }
        return line
    }
}
