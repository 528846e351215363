import Demands
import Postgres

/// Which demands a reviewer asks for.
struct DemandFilter: Sendable {
    static let parameters: Set<String> = [
        "category", "organization", "group", "place", "channel", "kind", "from", "to", "status", "limit", "cursor",
        "min_position",
    ]

    let category: String?
    let organization: String?
    /// A registered code, or a name as messages give it; the same for places.
    let group: String?
    let place: String?
    let channel: String?
    let kind: String?
    /// First and last day on which it occurred, in the tenant's time zone, both included.
    let from: PostgresDate?
    let to: PostgresDate?
    let isWithdrawn: Bool
    let limit: Int
    /// The one organization whose demands the caller may see; nil: all.
    let onlyOrganization: String?
    /// That organization and those above it: what speaks against one of them is not shown.
    let guarded: [String]

    init(
        _ query: [String: String],
        onlyOrganization: String?,
        _ organizations: OrganizationTree
    ) throws(Problem) {
        guarded = onlyOrganization.map { organizations.andAbove($0) } ?? []
        category = query["category"]
        organization = query["organization"]
        group = query["group"]
        place = query["place"]
        channel = query["channel"]
        kind = query["kind"]
        from = try query.date("from")
        to = try query.date("to")
        isWithdrawn = try query.oneOf("status", ["open", "withdrawn"]) == "withdrawn"
        limit = Int(try query.int64("limit", in: 1...1_000) ?? 100)
        self.onlyOrganization = onlyOrganization
    }

    /// What the pages of one walk have in common; a cursor of another question is refused.
    var question: [String] {
        [
            "demands", category, organization, group, place, channel, kind, from?.iso, to?.iso,
            isWithdrawn ? "withdrawn" : "open", onlyOrganization,
        ].map { $0.map { "=" + $0 } ?? "" }
    }

    /// One page behind the given place, one row more than asked for, in the order in which demands were opened.
    ///
    /// Runs with `search_path` at the live generation.
    func statement(tenant: Int32, after position: Int64, demand: Int16) -> SQL {
        """
        SELECT
            f.message_id, f.demand, f.opened_position, f.kind, f.category, f.category_method, f.organization,
            f.place_given, f.channel, f.groups, f.source, f.language, f.occurred_at, f.received_at,
            f.reported_support, f.withdrawn,
            CASE WHEN f.kind IS DISTINCT FROM 'report' THEN s.body END,
            CASE WHEN f.kind IS DISTINCT FROM 'report' THEN t.body END,
            CASE WHEN f.place_registered THEN f.place END, f.spans, t.number, s.number
        FROM facts AS f
        JOIN messages AS m
            ON m.tenant_id = f.tenant_id
            AND m.message_id = f.message_id
        LEFT JOIN vault.passages AS s
            ON s.tenant_id = f.tenant_id
            AND s.stream_id = f.message_id
            AND s.number = m.subject
        LEFT JOIN vault.passages AS t
            ON t.tenant_id = f.tenant_id
            AND t.stream_id = f.message_id
            AND t.number = COALESCE(f.narrowed_in, f.passage, m.text, 1)
        WHERE f.tenant_id = \(tenant)
            AND (f.opened_position, f.demand) > (\(position), \(demand))
            AND f.withdrawn = \(isWithdrawn)
            AND (\(category) IS NULL OR f.category = \(category))
            AND (\(organization) IS NULL OR f.organization = \(organization))
            AND (\(onlyOrganization) IS NULL OR f.organization = \(onlyOrganization))
            AND (f.against IS NULL OR NOT f.against = ANY (\(guarded)))
            AND (\(place) IS NULL OR f.place = \(place) OR f.place_given = \(place))
            AND (
                \(group) IS NULL
                OR \(group) = ANY (f.groups)
                OR f.group_keys && ARRAY(
                    SELECT n.name_key
                    FROM resolved_names AS n
                    WHERE n.tenant_id = \(tenant)
                        AND n.domain = 'group'
                        AND n.code = \(group)
                )
            )
            AND (\(channel) IS NULL OR f.channel = \(channel))
            AND (\(kind) IS NULL OR f.kind = \(kind))
            AND (\(from) IS NULL OR f.occurred_on >= \(from))
            AND (\(to) IS NULL OR f.occurred_on <= \(to))
        ORDER BY f.opened_position, f.demand
        LIMIT \(Int64(limit + 1))
        """
    }
}
