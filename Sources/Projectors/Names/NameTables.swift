import EventLog
import EventSourcing
import Postgres

/// The names that a generation knows: `schema/projections/names.sql`.
struct NameTables {
    /// For `comparedTables`.
    static let tables = ["registered_names", "recognised_names", "resolved_names"]

    let context: ProjectionContext

    /// Writes what a batch's events say about names.
    ///
    /// - Returns: the names whose meaning changed, by domain, in order of their bytes: whatever is counted under them
    ///   has to be counted anew.
    func apply(_ changes: NameChanges) async throws -> [NameDomain: [String]] {
        var touched: [NameDomain: [String]] = [:]
        guard !changes.isEmpty else { return touched }
        let language = try await language()
        for domain in NameDomain.allCases {
            let own = changes.all.filter { $0.domain == domain }
            guard !own.isEmpty else { continue }
            var registry = try await load(domain)
            for change in own { registry.apply(change.change, at: change.position) }
            try await write(registry, domain, language)
            touched[domain] = registry.changedKeys.inByteOrder
        }
        return touched
    }

    private var tenant: Int32 { context.tenant.rawValue }

    private func language() async throws -> String {
        let rows = try await context.connection.query(
            "SELECT t.language FROM log.tenants AS t WHERE t.tenant_id = \(tenant)"
        )
        return try rows.first?.decode(0, as: String.self) ?? "en"
    }

    private func load(_ domain: NameDomain) async throws -> NameRegistry {
        let rows = try await context.connection.query(
            """
            SELECT r.code, r.labels, r.aliases, r.ties, r.parent, r.size, r.merged_into, r.is_retired
            FROM registered_names AS r
            WHERE r.tenant_id = \(tenant)
                AND r.domain = \(domain.rawValue)
            """
        )
        var entries: [NameCode: NamedEntry] = [:]
        for row in rows {
            let (code, labels, aliases, ties, parent, size, merged, isRetired) = try row.decode(
                (String, [String], [String], [String], String?, Int64?, String?, Bool).self
            )
            entries[NameCode(code)] = NamedEntry(
                labels: stride(from: 0, to: labels.count - 1, by: 2).map {
                    NamedEntry.Label(language: labels[$0], text: labels[$0 + 1])
                },
                aliases: aliases,
                ties: ties,
                parent: parent,
                size: size,
                mergedInto: merged,
                isRetired: isRetired
            )
        }
        guard domain.isResolved else { return NameRegistry(entries: entries, resolves: false) }
        var recognised: [String: String] = [:]
        if domain == .group {
            let rows = try await context.connection.query(
                "SELECT r.name_key, r.code FROM recognised_names AS r WHERE r.tenant_id = \(tenant)"
            )
            for row in rows {
                let (key, code) = try row.decode((String, String).self)
                recognised[key] = code
            }
        }
        var resolved: [String: NameRegistry.Resolution] = [:]
        let known = try await context.connection.query(
            """
            SELECT r.name_key, r.code, r.position
            FROM resolved_names AS r
            WHERE r.tenant_id = \(tenant)
                AND r.domain = \(domain.rawValue)
            """
        )
        for row in known {
            let (key, code, position) = try row.decode((String, String?, Int64).self)
            resolved[key] = NameRegistry.Resolution(code: code, position: position)
        }
        return NameRegistry(entries: entries, recognised: recognised, resolved: resolved, resolves: true)
    }

    private func write(_ registry: NameRegistry, _ domain: NameDomain, _ language: String) async throws {
        let codes = registry.changedCodes.map(\.text).inByteOrder
        if !codes.isEmpty { try await write(codes, of: registry, domain, language) }
        let recognised = registry.changedRecognised.inByteOrder
        if !recognised.isEmpty {
            try await context.connection.execute(
                """
                INSERT INTO recognised_names AS r (tenant_id, name_key, code)
                SELECT \(tenant), n.name_key, n.code
                FROM unnest(\(recognised), \(recognised.map { registry.recognised[$0] })) AS n (name_key, code)
                ON CONFLICT (tenant_id, name_key) DO UPDATE
                SET code = EXCLUDED.code
                """
            )
        }
        let keys = registry.changedKeys.inByteOrder
        guard !keys.isEmpty else { return }
        try await context.connection.execute(
            """
            INSERT INTO resolved_names AS r (tenant_id, domain, name_key, code, position)
            SELECT \(tenant), \(domain.rawValue), n.name_key, n.code, n.position
            FROM unnest(
                \(keys), \(keys.map { registry.resolved[$0]?.code }), \(keys.map { registry.resolved[$0]?.position ?? 0 })
            ) AS n (name_key, code, position)
            ON CONFLICT (tenant_id, domain, name_key) DO UPDATE
            SET code = EXCLUDED.code,
                position = EXCLUDED.position
            """
        )
    }

    /// Lists go joined: a column of lists of different lengths is no array of PostgreSQL, and no name holds a control.
    private func write(
        _ codes: [String],
        of registry: NameRegistry,
        _ domain: NameDomain,
        _ language: String
    ) async throws {
        let entries = codes.map { registry.entries[NameCode($0)] ?? NamedEntry(labels: []) }
        let labels = entries.map { $0.labels.flatMap { [$0.language, $0.text] }.joinedForSQL }
        try await context.connection.execute(
            """
            INSERT INTO registered_names AS r (
                tenant_id, domain, code, name, labels, aliases, ties, parent, size, merged_into, is_retired
            )
            SELECT
                \(tenant), \(domain.rawValue), e.code, e.name,
                string_to_array(e.labels, E'\\x1f'), string_to_array(e.aliases, E'\\x1f'),
                string_to_array(e.ties, E'\\x1f'),
                e.parent, e.size, e.merged_into, e.is_retired
            FROM unnest(
                \(codes), \(zip(codes, entries).map { $1.name(in: language) ?? $0 }), \(labels),
                \(entries.map(\.aliases.joinedForSQL)), \(entries.map(\.ties.joinedForSQL)), \(entries.map(\.parent)),
                \(entries.map(\.size)), \(entries.map(\.mergedInto)), \(entries.map(\.isRetired))
            ) AS e (code, name, labels, aliases, ties, parent, size, merged_into, is_retired)
            ON CONFLICT (tenant_id, domain, code) DO UPDATE
            SET name = EXCLUDED.name,
                labels = EXCLUDED.labels,
                aliases = EXCLUDED.aliases,
                ties = EXCLUDED.ties,
                parent = EXCLUDED.parent,
                size = EXCLUDED.size,
                merged_into = EXCLUDED.merged_into,
                is_retired = EXCLUDED.is_retired
            """
        )
    }
}

extension [String] {
    /// For `string_to_array(…, E'\\x1f')`.
    var joinedForSQL: String { map { $0.replacing("\u{1F}", with: " ") }.joined(separator: "\u{1F}") }
}

extension Sequence<String> {
    /// In order of their bytes.
    var inByteOrder: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
