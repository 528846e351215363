import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// The current taxonomy as rows to join, the list of its versions, and what each made of the demands.
package struct TaxonomyTree: PostgresProjector {
    package let name = "taxonomy"
    package let version = 2
    package let sharedTables: [String] = []
    package let comparedTables = ["categories", "versions", "changes", "carried"]
    package let eventTypes: Set<String> = [
        TaxonomyPublished.name, MessageEvent.Name.demandCategorised, MessageEvent.Name.demandRejoined,
        MessageEvent.Name.withdrawn,
    ]
    /// Versions are one stream; what becomes of a demand is in its message's.
    package let isCommutative = true

    package init() {}

    package func emptyDelta() -> TaxonomyDelta { TaxonomyDelta() }

    package func fold(_ event: RecordedEvent, into delta: inout TaxonomyDelta) throws(UndecodableEvent) {
        guard event.type == TaxonomyPublished.name else {
            return delta.carried.fold(try MessageEvent(decoding: event), event)
        }
        delta.publish(try TaxonomyPublished(decoding: event), event)
    }

    package func apply(_ delta: TaxonomyDelta, in context: ProjectionContext) async throws {
        let tenant = context.tenant.rawValue
        if !delta.carried.isEmpty {
            try await context.connection.execute(context.statement("carried", [tenant] + delta.carried.binds))
        }
        guard let newest = delta.newest else { return }
        try await context.connection.execute(context.statement("versions", [tenant] + delta.versions))
        try await context.connection.execute(context.statement("changes", [tenant] + delta.changes.binds))
        try await context.connection.execute(context.statement("clear", [tenant]))
        let settings = try await context.connection.query(
            "SELECT language FROM log.tenants WHERE tenant_id = \(tenant)"
        )
        let language = try settings.first?.decode(0, as: String.self) ?? ""
        let columns = TaxonomyColumns(newest.categories, language: language)
        try await context.connection.execute(context.statement("apply", [tenant] + columns.binds))
    }
}

/// The versions of a batch; only the newest one's categories are written.
package struct TaxonomyDelta: Sendable {
    private(set) var newest: TaxonomyPublished?
    private var version: [Int32] = []
    private var position: [Int64] = []
    private var publishedAt: [PostgresTimestamp] = []
    private var categories: [Int32] = []
    private(set) var changes = ChangeColumns()
    var carried = CarriedDemands()

    mutating func publish(_ taxonomy: TaxonomyPublished, _ event: RecordedEvent) {
        newest = taxonomy
        version.append(Int32(clamping: taxonomy.version))
        position.append(event.position)
        publishedAt.append(PostgresTimestamp(event.recordedAt))
        categories.append(Int32(clamping: taxonomy.categories.count))
        changes.append(taxonomy)
    }

    var versions: [any PostgresEncodable] { [version, position, publishedAt, categories] }
}

/// Categories as columns, with the names of those above them.
private struct TaxonomyColumns {
    private var ordinal: [Int32] = []
    private var code: [String] = []
    private var level: [Int32] = []
    private var parent: [String?] = []
    private var name: [String] = []
    private var level1Code: [String] = []
    private var level1Name: [String] = []
    private var level2Code: [String?] = []
    private var level2Name: [String?] = []
    private var path: [String] = []
    private var keywords: [Int32] = []

    init(_ categories: [Category], language: String) {
        var places: [String: Int] = [:]
        for (place, category) in categories.enumerated() { places[category.code] = place }
        for (place, category) in categories.enumerated() {
            var line = [category]
            while let parent = line[0].parent.flatMap({ places[$0] }), line.count < TaxonomyRules.maximumLevels {
                line.insert(categories[parent], at: 0)
            }
            let names = line.map { $0.name(in: language) }
            ordinal.append(Int32(place + 1))
            code.append(category.code)
            level.append(Int32(line.count))
            parent.append(category.parent)
            name.append(category.name(in: language))
            level1Code.append(line[0].code)
            level1Name.append(names[0])
            level2Code.append(line.count > 1 ? line[1].code : nil)
            level2Name.append(line.count > 1 ? names[1] : nil)
            path.append(names.joined(separator: " / "))
            keywords.append(Int32(clamping: category.keywords.count))
        }
    }

    var binds: [any PostgresEncodable] {
        [ordinal, code, level, parent, name, level1Code, level1Name, level2Code, level2Name, path, keywords]
    }
}
