import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// The tables of `schema/projections/handling`.
struct HandlingTables {
    let context: ProjectionContext

    private var tenant: Int32 { context.tenant.rawValue }
    private var connection: PostgresConnection { context.connection }

    /// The messages whose demands go to another topic because of what was done with topics.
    func moved(by changed: TopicTables.Changed) async throws -> [UUID] {
        guard !changed.isEmpty else { return [] }
        let rows = try await connection.query(
            context.statement("moved", [tenant, changed.topics, changed.positions])
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }

    /// Other messages of which something else may count, because of these.
    func neighbours(of messages: Set<UUID>, _ histories: DemandHistories) async throws -> [UUID] {
        guard !messages.isEmpty else { return [] }
        let rows = try await connection.query(
            context.statement(
                "neighbours",
                [
                    tenant, messages.inByteOrder, histories.demands.map(\.opened),
                    histories.demands.map(\.link),
                ]
            )
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }

    /// The messages of which something else may count, because of briefs.
    func demands(of briefs: BriefStages) async throws -> [UUID] {
        let rows = try await connection.query(
            context.statement("brief_demands", [tenant, briefs.earlier, briefs.drafted.map(\.topic)])
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }

    /// What is published by month.
    func publications() async throws -> [String] {
        let rows = try await connection.query(context.statement("publications", [tenant]))
        return try rows.map { try $0.decode(0, as: String.self) }
    }

    /// What earlier batches say of messages.
    func histories(of messages: Set<UUID>) async throws -> DemandHistories {
        var histories = DemandHistories()
        guard !messages.isEmpty else { return histories }
        let ids = messages.inByteOrder
        let rows = try await connection.query(
            """
            SELECT
                m.message_id, m.received_at, m.channel, m.occurred_at, m.person, m.organization, m.place, m.groups,
                m.withdrawn
            FROM messages AS m
            WHERE m.tenant_id = \(tenant)
                AND m.message_id = ANY (\(ids))
            ORDER BY m.message_id
            """
        )
        for row in rows {
            let (id, receivedAt, channel, occurredAt, person, organization, place, groups, isWithdrawn) =
                try row.decode(
                    (
                        UUID, PostgresTimestamp, String, PostgresTimestamp, UUID?, String, String, [String], Bool
                    ).self
                )
            var message = HandledMessage(id: id, receivedAt: Timestamp(receivedAt))
            message.channel = channel
            message.occurredAt = Timestamp(occurredAt)
            message.person = person
            message.organization = organization
            message.place = place
            message.groups = groups
            message.isWithdrawn = isWithdrawn
            histories.put(message)
        }
        for demand in try await demands(of: ids) { histories.put(demand) }
        return histories
    }

    private func demands(of messages: [UUID]) async throws -> [HandledDemand] {
        let rows = try await connection.query(
            """
            SELECT
                d.message_id, d.demand, d.opened_position, d.changed_position, d.category, d.kind,
                CASE WHEN d.sets_place THEN d.place END, CASE WHEN d.sets_groups THEN d.groups END, d.link, d.rejoined,
                d.state, d.responsible, d.steward, d.route_method, d.escalated_to, d.declined_by, d.against, d.is_urgent,
                d.due_at, d.first_due_at, d.claimed_by, d.replies, d.acknowledgements, d.first_replied_at,
                d.last_replied_at, d.closed_at, d.reopenings, d.is_solved, d.is_satisfied, d.judged_at, d.judged_by,
                d.judged_synthetic, d.duplicate_of
            FROM demands AS d
            WHERE d.tenant_id = \(tenant)
                AND d.message_id = ANY (\(messages))
            ORDER BY d.message_id, d.demand
            """
        )
        return try rows.map { row in
            let key = DemandKey(message: try row.decode(0, as: UUID.self), demand: try row.decode(1, as: Int16.self))
            var demand = HandledDemand(key, opened: try row.decode(2, as: Int64.self), try handling(row))
            demand.changed = try row.decode(3, as: Int64.self)
            demand.category = try row.decode(4, as: String.self)
            demand.kind = try row.decode(5, as: String.self)
            demand.place = try row.decode(6, as: String?.self)
            demand.groups = try row.decode(7, as: [String]?.self)
            demand.link = try row.decode(8, as: String.self)
            demand.isRejoined = try row.decode(9, as: Bool.self)
            demand.firstDue = try row.timestamp(19)
            demand.replies = try row.decode(21, as: Int32.self)
            demand.acknowledgements = try row.decode(22, as: Int32.self)
            demand.firstRepliedAt = try row.timestamp(23)
            demand.lastRepliedAt = try row.timestamp(24)
            demand.closedAt = try row.timestamp(25)
            if let at = try row.timestamp(29), let by = HandlingParty(rawValue: try row.decode(30, as: String.self)) {
                let judged = ReplyJudged(
                    demand: key.demand,
                    isSolved: try row.decode(27, as: Bool?.self),
                    isSatisfied: try row.decode(28, as: Bool?.self),
                    by: by
                )
                demand.judgement = (judged, at)
            }
            return demand
        }
    }

    /// But for the answers, which are counted.
    private func handling(_ row: PostgresRow) throws -> Handling {
        var handling = Handling()
        handling.state = HandlingState(rawValue: try row.decode(10, as: String.self)) ?? .received
        if let method = DemandRoute.Method(rawValue: try row.decode(13, as: String.self)) {
            handling.route = DemandRoute(
                responsible: try row.decode(11, as: String.self).ifNotEmpty,
                steward: try row.decode(12, as: String.self).ifNotEmpty,
                method: method
            )
        }
        handling.escalatedTo = try row.decode(14, as: String.self).ifNotEmpty
        handling.declinedBy = try row.decode(15, as: [String].self)
        handling.against = try row.decode(16, as: String.self).ifNotEmpty
        handling.isUrgent = try row.decode(17, as: Bool.self)
        handling.due = try row.timestamp(18)
        handling.claimedBy = try row.decode(20, as: String?.self)
        handling.reopenings = Int(try row.decode(26, as: Int32.self))
        let isJudged = try row.timestamp(29) != nil
        handling.isJudged = try row.decode(31, as: Bool.self) || isJudged
        handling.duplicateOf = try row.decode(32, as: String?.self).flatMap { DemandID($0) }
        return handling
    }

    // MARK: - Writing

    func write(_ histories: DemandHistories) async throws {
        if !histories.changedMessages.isEmpty { try await write(histories.changedMessages) }
        if !histories.demands.isEmpty {
            let columns = HandledDemandColumns(histories)
            try await connection.execute(context.statement("demands", [tenant] + columns.binds))
        }
        if !histories.replies.isEmpty { try await write(histories.replies) }
        if !histories.moments.isEmpty {
            let moments = histories.moments
            try await connection.execute(
                context.statement("months", [tenant, moments.map(\.what), moments.map { PostgresTimestamp($0.at) }])
            )
        }
    }

    private func write(_ messages: [HandledMessage]) async throws {
        let binds: [any PostgresEncodable] = [
            messages.map(\.id), messages.map(\.channel), messages.map { PostgresTimestamp($0.occurredAt) },
            messages.map { PostgresTimestamp($0.receivedAt) }, messages.map(\.person), messages.map(\.organization),
            messages.map(\.place), messages.map(\.groups.joinedForSQL), messages.map(\.isWithdrawn),
        ]
        try await connection.execute(context.statement("messages", [tenant] + binds))
    }

    private func write(_ replies: [HandledReply]) async throws {
        let binds: [any PostgresEncodable] = [
            replies.map(\.key.message), replies.map(\.key.demand), replies.map(\.position),
            replies.map { $0.reply.organization ?? "" }, replies.map { PostgresTimestamp($0.at) },
            replies.map(\.reply.isSubstantive), replies.map { $0.reply.topic ?? "" },
        ]
        try await connection.execute(context.statement("replies", [tenant] + binds))
    }

    /// Puts the demands of these messages into the topics that hold them now.
    func place(_ messages: [UUID]) async throws {
        guard !messages.isEmpty else { return }
        try await connection.execute(context.statement("homes", [tenant, messages]))
    }

    /// Which topics briefs are of, and how far these have come.
    func write(_ briefs: BriefStages, _ changed: TopicTables.Changed) async throws {
        if !briefs.isEmpty { try await connection.execute(context.statement("brief_topics", [tenant] + briefs.binds)) }
        if !changed.topics.isEmpty { try await connection.execute(context.statement("brief_homes", [tenant])) }
    }

    func moveClock(to latest: Timestamp) async throws {
        try await connection.execute(context.statement("clock", [tenant, PostgresTimestamp(latest)]))
    }

    /// The tree with these organizations; the registry lets no circle in. Organizations are few.
    func write(_ organizations: [Organization]) async throws {
        guard !organizations.isEmpty else { return }
        let rows = try await connection.query(
            "SELECT o.code, o.parent, o.path FROM organizations AS o WHERE o.tenant_id = \(tenant)"
        )
        var parents: [String: String?] = [:]
        var paths: [String: [String]] = [:]
        for row in rows {
            let (code, parent, path) = try row.decode((String, String?, [String]).self)
            parents[code] = .some(parent)
            paths[code] = path
        }
        var changed = Set(organizations.map(\.code))
        for organization in organizations { parents[organization.code] = .some(organization.parent) }
        let tree = parents
        func path(to code: String) -> [String] {
            var path = [code]
            // An organization whose parent comes with a later batch stands alone until then.
            while let top = path.last, let parent = tree[top] ?? nil, tree[parent] != nil { path.append(parent) }
            return path.reversed()
        }
        for code in tree.keys where paths[code] != path(to: code) { changed.insert(code) }
        let codes = changed.inByteOrder
        try await connection.execute(
            context.statement(
                "organizations",
                [tenant, codes, codes.map { tree[$0] ?? nil }, codes.map { path(to: $0).joinedForSQL }]
            )
        )
    }
}

/// Columns of `demands.sql`.
private struct HandledDemandColumns {
    let demands: [HandledDemand]
    let messages: [HandledMessage]

    init(_ histories: DemandHistories) {
        let known = histories.demands.compactMap { demand in
            histories.message(of: demand).map { (demand, $0) }
        }
        demands = known.map(\.0)
        messages = known.map(\.1)
    }

    var binds: [any PostgresEncodable] { itself + standing + answers }

    /// Up to whether it counts.
    private var itself: [any PostgresEncodable] {
        let both = Array(zip(demands, messages))
        return [
            demands.map(\.key.message), demands.map(\.key.demand), demands.map(\.opened), demands.map(\.changed),
            demands.map(\.category), demands.map(\.kind), messages.map(\.organization),
            both.map { $0.place ?? $1.place }, messages.map(\.channel),
            both.map { ($0.groups ?? $1.groups).joinedForSQL }, messages.map { PostgresTimestamp($0.occurredAt) },
            messages.map { PostgresTimestamp($0.receivedAt) }, messages.map(\.person),
            both.map { $0.isRejoined || $1.isWithdrawn },
        ]
    }

    /// Up to who has it in hand.
    private var standing: [any PostgresEncodable] {
        let handlings = demands.map(\.handling)
        return [
            handlings.map(\.state.rawValue), handlings.map(\.state.phase.rawValue),
            handlings.map { $0.route?.responsible ?? "" }, handlings.map { $0.route?.steward ?? "" },
            handlings.map { $0.route?.method.rawValue ?? "" }, handlings.map { $0.escalatedTo ?? "" },
            handlings.map(\.declinedBy.joinedForSQL), handlings.map { $0.against ?? "" }, handlings.map(\.isUrgent),
            handlings.map { $0.due.map { PostgresTimestamp($0) } },
            demands.map { $0.firstDue.map { PostgresTimestamp($0) } }, handlings.map(\.claimedBy),
        ]
    }

    private var answers: [any PostgresEncodable] {
        let judgements = demands.map(\.judgement)
        return [
            demands.map(\.replies), demands.map(\.acknowledgements),
            demands.map { $0.firstRepliedAt.map { PostgresTimestamp($0) } },
            demands.map { $0.lastRepliedAt.map { PostgresTimestamp($0) } },
            demands.map { $0.closedAt.map { PostgresTimestamp($0) } },
            demands.map { Int32(clamping: $0.handling.reopenings) }, judgements.map { $0?.judged.isSolved },
            judgements.map { $0?.judged.isSatisfied }, judgements.map { $0 != nil },
            judgements.map { ($0?.at).map { PostgresTimestamp($0) } }, judgements.map { $0?.judged.by.rawValue },
            demands.map(\.isJudgedSynthetically), demands.map { $0.handling.duplicateOf?.description },
            demands.map(\.link), demands.map(\.isRejoined), demands.map { $0.place != nil },
            demands.map { $0.groups != nil },
        ]
    }
}

extension PostgresRow {
    fileprivate func timestamp(_ column: Int) throws -> Timestamp? {
        try decode(column, as: PostgresTimestamp?.self).map { Timestamp($0) }
    }
}

extension Timestamp {
    fileprivate init(_ stored: PostgresTimestamp) {
        self.init(microsecondsSince1970: stored.microsecondsSince1970)
    }
}

extension String {
    fileprivate var ifNotEmpty: String? { isEmpty ? nil : self }
}
