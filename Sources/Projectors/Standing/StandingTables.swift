import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Messages and demands as they stand: `schema/projections/standing.sql`, beside `names.sql`.
struct StandingTables {
    /// For `sharedTables` and `comparedTables`.
    static let files = ["publication", "names", "standing"]
    static let tables =
        ["messages", "demands", "named_groups", "publications", "published_rows", "published_members"]
        + NameTables.tables

    let context: ProjectionContext

    private var tenant: Int32 { context.tenant.rawValue }

    /// Writes a batch.
    ///
    /// - Returns: the messages whose counts may be others now: those of the batch, and those that name what leads
    ///   elsewhere since. None are left out, whatever the size of the batch.
    func apply(_ delta: StandingDelta) async throws -> TouchedMessages {
        let renamed = try await NameTables(context: context).apply(delta.names)
        if !delta.messages.id.isEmpty { try await insert(delta.messages) }
        if !delta.amended.id.isEmpty { try await amend(delta.amended) }
        let opened = delta.opened.standing
        if !opened.isEmpty { try await insert(opened) }
        if !delta.changes.isEmpty { try await update(delta.changes) }
        let groups = delta.namedGroups
        if !groups.message.isEmpty { try await insert(groups) }
        if !delta.withdrawals.message.isEmpty {
            try await context.connection.execute(
                """
                UPDATE messages AS m
                SET withdrawn = true
                WHERE m.tenant_id = \(tenant)
                    AND m.message_id = ANY (\(delta.withdrawals.message))
                """
            )
        }
        var touched = delta.touched
        if !renamed.values.allSatisfy(\.isEmpty) { touched.formUnion(try await naming(renamed)) }
        return TouchedMessages(touched, new: delta.messages.id)
    }

    private func insert(_ messages: StandingMessages) async throws {
        try await context.connection.execute(
            """
            INSERT INTO messages (
                tenant_id, message_id, position, organization, place, place_key, channel, occurred_on, received_on, person,
                reported_support, withdrawn
            )
            SELECT
                t.tenant_id, m.message_id, m.position, m.organization, m.place, m.place_key, m.channel,
                (COALESCE(m.occurred_at, m.received_at) AT TIME ZONE t.time_zone)::date,
                (m.received_at AT TIME ZONE t.time_zone)::date, m.person, m.support, false
            FROM unnest(
                \(messages.id), \(messages.position), \(messages.organization), \(messages.place), \(messages.placeKey),
                \(messages.channel), \(messages.occurredAt), \(messages.receivedAt), \(messages.person),
                \(messages.support)
            ) AS m (message_id, position, organization, place, place_key, channel, occurred_at, received_at, person, support)
            CROSS JOIN log.tenants AS t
            WHERE t.tenant_id = \(tenant)
            """
        )
    }

    /// What the sender said anew takes the place of what was said; the groups that it names now come in with the others.
    private func amend(_ messages: StandingMessages) async throws {
        try await context.connection.execute(
            """
            UPDATE messages AS m
            SET organization = a.organization,
                place = a.place,
                place_key = a.place_key,
                channel = a.channel,
                occurred_on = COALESCE((a.occurred_at AT TIME ZONE t.time_zone)::date, m.received_on),
                person = a.person,
                reported_support = a.support
            FROM unnest(
                \(messages.id), \(messages.organization), \(messages.place), \(messages.placeKey),
                \(messages.channel), \(messages.occurredAt), \(messages.person), \(messages.support)
            ) AS a (message_id, organization, place, place_key, channel, occurred_at, person, support)
            CROSS JOIN log.tenants AS t
            WHERE t.tenant_id = \(tenant)
                AND m.tenant_id = \(tenant)
                AND m.message_id = a.message_id
            """
        )
        try await context.connection.execute(
            """
            DELETE FROM named_groups AS n
            WHERE n.tenant_id = \(tenant)
                AND n.message_id = ANY (\(messages.id))
                AND n.demand = 0
            """
        )
    }

    private func insert(_ opened: OpenedDemands) async throws {
        let columns = opened.columns
        try await context.connection.execute(
            """
            INSERT INTO demands (
                tenant_id, message_id, demand, category, kind, sets_place, place, place_key, sets_groups
            )
            SELECT
                \(tenant), d.message_id, d.demand, d.category, COALESCE(d.kind, ''), d.sets_place, d.place,
                d.place_key, d.sets_groups
            FROM unnest(
                \(columns.message), \(columns.demand), \(columns.category.map { $0 ?? unclassifiedCategory }),
                \(columns.kind), \(columns.setsPlace),
                \(columns.place), \(columns.placeKey), \(columns.setsGroups)
            ) AS d (message_id, demand, category, kind, sets_place, place, place_key, sets_groups)
            """
        )
    }

    private func update(_ changes: DemandChanges) async throws {
        let columns = changes.columns
        try await context.connection.execute(
            """
            UPDATE demands AS d
            SET category = COALESCE(c.category, d.category),
                kind = CASE WHEN c.sets_kind THEN COALESCE(c.kind, '') ELSE d.kind END,
                sets_place = d.sets_place OR c.sets_place,
                place = CASE WHEN c.sets_place THEN c.place ELSE d.place END,
                place_key = CASE WHEN c.sets_place THEN c.place_key ELSE d.place_key END,
                sets_groups = d.sets_groups OR c.sets_groups
            FROM unnest(
                \(columns.message), \(columns.demand), \(columns.category), \(columns.setsKind), \(columns.kind),
                \(columns.setsPlace), \(columns.place), \(columns.placeKey), \(columns.setsGroups)
            ) AS c (message_id, demand, category, sets_kind, kind, sets_place, place, place_key, sets_groups)
            WHERE d.tenant_id = \(tenant)
                AND d.message_id = c.message_id
                AND d.demand = c.demand
            """
        )
        let rejoined = changes.rejoined
        if !rejoined.isEmpty {
            try await context.connection.execute(
                """
                DELETE FROM demands AS d
                USING unnest(\(rejoined.map(\.message)), \(rejoined.map(\.demand))) AS r (message_id, demand)
                WHERE d.tenant_id = \(tenant)
                    AND d.message_id = r.message_id
                    AND d.demand = r.demand
                """
            )
        }
        try await forgetGroups(of: changes.groupsSet.map(\.key) + rejoined)
    }

    private func forgetGroups(of demands: [DemandKey]) async throws {
        guard !demands.isEmpty else { return }
        try await context.connection.execute(
            """
            DELETE FROM named_groups AS n
            USING unnest(\(demands.map(\.message)), \(demands.map(\.demand))) AS s (message_id, demand)
            WHERE n.tenant_id = \(tenant)
                AND n.message_id = s.message_id
                AND n.demand = s.demand
            """
        )
    }

    private func insert(_ groups: NamedGroupColumns) async throws {
        try await context.connection.execute(
            """
            INSERT INTO named_groups (
                tenant_id, message_id, demand, ordinal, name, name_key, ties, asserted_by
            )
            SELECT \(tenant), g.message_id, g.demand, g.ordinal, g.name, g.name_key, g.ties, g.asserted_by
            FROM unnest(
                \(groups.message), \(groups.demand), \(groups.ordinal), \(groups.name), \(groups.key), \(groups.ties),
                \(groups.assertedBy)
            ) AS g (message_id, demand, ordinal, name, name_key, ties, asserted_by)
            """
        )
    }

    /// The messages that name any of these, by themselves or by a correction.
    private func naming(_ renamed: [NameDomain: [String]]) async throws -> [UUID] {
        let rows = try await context.connection.query(
            """
            SELECT n.message_id
            FROM named_groups AS n
            WHERE n.tenant_id = \(tenant)
                AND n.name_key = ANY (\(renamed[.group] ?? []))
            UNION
            SELECT m.message_id
            FROM messages AS m
            WHERE m.tenant_id = \(tenant)
                AND m.place_key <> ''
                AND m.place_key = ANY (\(renamed[.place] ?? []))
            UNION
            SELECT d.message_id
            FROM demands AS d
            WHERE d.tenant_id = \(tenant)
                AND d.sets_place
                AND d.place_key = ANY (\(renamed[.place] ?? []))
            """
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }
}
