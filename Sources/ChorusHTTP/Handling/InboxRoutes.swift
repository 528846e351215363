import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Postgres

/// `GET /v1/inbox`: the demands that wait for the caller, what is urgent first, then what is due first.
///
/// A reviewer of one organization sees those that it must answer, stands for, or that were escalated to it; one of the whole
/// tenant sees all, and with `unrouted=true` those that nobody is responsible for.
struct InboxRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead

    var routes: [Route] {
        [.keyed(.get, "/v1/inbox", [.reviewer, .admin], access, respond: list)]
    }

    private static let parameters: Set<String> = [
        "phase", "state", "responsible", "steward", "category", "kind", "urgent", "overdue", "unrouted", "claimed",
        "limit", "cursor", "min_position",
    ]

    /// Which demands a reviewer asks for.
    private struct Filter: Sendable {
        let phase: String?
        let state: String?
        let responsible: String?
        let steward: String?
        let category: String?
        let kind: String?
        let isUrgent: Bool
        let isOverdue: Bool
        let isUnrouted: Bool
        /// `mine`, `nobody` or nil.
        let claimed: String?
        /// The caller's own, as events name it.
        let actor: String
        let limit: Int
        let own: String?
        /// The caller's organization and those above it: what speaks against one of them is not shown.
        let guarded: [String]
        let readsReports: Bool

        init(_ query: [String: String], _ caller: Caller, _ tree: OrganizationTree, readsReports: Bool) throws(Problem) {
            state = try query.oneOf("state", HandlingState.allCases.map(\.rawValue))
            phase = try query.oneOf("phase", HandlingPhase.allCases.map(\.rawValue) + ["all"]) ?? (state == nil ? "open" : "all")
            responsible = query["responsible"]
            steward = query["steward"]
            category = query["category"]
            kind = try query.oneOf("kind", DemandKind.allCases.map(\.rawValue))
            isUrgent = try query.oneOf("urgent", ["true", "false"]) == "true"
            isOverdue = try query.oneOf("overdue", ["true", "false"]) == "true"
            isUnrouted = try query.oneOf("unrouted", ["true", "false"]) == "true"
            claimed = try query.oneOf("claimed", ["mine", "nobody"])
            actor = caller.actor
            limit = Int(try query.int64("limit", in: 1...200) ?? 50)
            own = caller.has(.admin) ? nil : caller.key.organization
            guarded = own.map { tree.andAbove($0) } ?? []
            self.readsReports = readsReports
        }

        /// What the pages of one walk have in common.
        var question: [String] {
            [
                "inbox", phase, state, responsible, steward, category, kind, "\(isUrgent)\(isOverdue)\(isUnrouted)",
                claimed, actor, own,
            ].map { $0.map { "=" + $0 } ?? "" }
        }

        /// - Parameter place: rank of urgency, due time in microseconds, position and number of the last row of the page before.
        func statement(_ tenant: TenantID, after place: [Int64], now: PostgresTimestamp) -> SQL {
            """
            SELECT w.message_id, w.demand, w.opened_position, w.rank, w.due
            FROM (
                SELECT
                    d.message_id, d.demand, d.opened_position,
                    CASE WHEN d.is_urgent THEN 0 ELSE 1 END::bigint AS rank,
                    COALESCE((extract(epoch FROM d.due_at) * 1000000)::bigint, 9223372036854775807) AS due
                FROM demands AS d
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND NOT d.withdrawn
                    AND (\(phase) = 'all' OR d.phase = \(phase))
                    AND (\(state) IS NULL OR d.state = \(state))
                    AND (\(responsible) IS NULL OR d.responsible = \(responsible))
                    AND (\(steward) IS NULL OR d.steward = \(steward))
                    AND (\(category) IS NULL OR d.category = \(category))
                    AND (\(kind) IS NULL OR d.kind = \(kind))
                    AND (NOT \(isUrgent) OR d.is_urgent)
                    AND (NOT \(isOverdue) OR d.due_at < \(now))
                    AND (NOT \(isUnrouted) OR d.responsible = '')
                    AND (
                        \(claimed) IS NULL
                        OR (\(claimed) = 'mine' AND d.claimed_by = \(actor))
                        OR (\(claimed) = 'nobody' AND d.claimed_by IS NULL)
                    )
                    AND (\(own) IS NULL OR \(own) IN (d.responsible, d.steward, d.escalated_to, d.organization))
                    AND (d.against = '' OR NOT d.against = ANY (\(guarded)))
                    AND (\(readsReports) OR d.kind <> 'report')
            ) AS w
            WHERE (w.rank, w.due, w.opened_position, w.demand) > (
                    \(place[0]), \(place[1]), \(place[2]), \(Int16(clamping: place[3]))
                )
            ORDER BY w.rank, w.due, w.opened_position, w.demand
            LIMIT \(Int64(limit + 1))
            """
        }
    }

    private struct Found: Sendable {
        let id: DemandID
        /// As in `Filter.statement`.
        let place: [Int64]
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(Self.parameters)
        let filter = try Filter(
            query,
            caller,
            try await services.routing.organizations(of: caller.tenant.id),
            readsReports: try await services.reads(reports: caller)
        )
        let secret = caller.tenant.intakeSecret
        let epoch = try await services.head(of: caller.tenant.id).epoch
        var after: [Int64] = [-1, 0, 0, 0]
        if let text = query["cursor"] {
            let cursor = try PageCursor(reading: text, question: filter.question, secret: secret, epoch: epoch)
            guard cursor.numbers.count == 4 else {
                throw Problem.parameter("cursor", "bad_cursor", "must come from a Link of the same question")
            }
            after = cursor.numbers
        }
        try await services.wait(for: query, tenant: caller.tenant.id)
        let place = after
        let now = PostgresTimestamp(microsecondsSince1970: services.now().microsecondsSince1970)
        let (found, position) = try await read.run { connection in
            guard let position = try await Generations.enterLive("handling", tenant: caller.tenant.id, on: connection)
            else { throw Problem.unavailable("not-yet", "the inbox is not built yet; ask again a little later") }
            let rows = try await connection.query(filter.statement(caller.tenant.id, after: place, now: now))
            let found = try rows.map { row in
                let (message, number, opened, rank, due) = try row.decode((UUID, Int16, Int64, Int64, Int64).self)
                return Found(id: DemandID(message: message, number: number), place: [rank, due, opened, Int64(number)])
            }
            return (found, position)
        }
        let page = Array(found.prefix(filter.limit))
        let demands = try await page.mapConcurrently(width: 8) { try await shown($0.id, caller) }
        var headers: HTTPFields = [:]
        if found.count > filter.limit, let last = page.last {
            let cursor = PageCursor(last.place).text(question: filter.question, secret: secret, epoch: epoch)
            headers[.link] = NextLink.header("/v1/inbox", query, cursor: cursor)
        }
        return .json(headers: headers) { json in
            json.field("position", position)
            json.array("demands", of: demands.compactMap { $0 }) { json, shown in
                json.object { json in
                    json.field("position", shown.record.position)
                    shown.record.write(shown.demand, to: &json, handled: shown.passages)
                    json.field("receivedAt", shown.record.receivedAt.description)
                    json.field("occurredAt", shown.record.coordinates.occurredAt?.description)
                    json.field("channel", shown.record.coordinates.channel)
                    json.field("isReport", shown.demand.kind == .report)
                    json.field("text", shown.text)
                }
            }
        }
    }

    private struct Shown: Sendable {
        let record: MessageRecord
        let demand: MessageRecord.Demand
        let passages: [Int16: Passage]
        /// Nil: forgotten, or a report, which is opened by its id so that the reading is recorded.
        let text: String?
    }

    /// The demand as its stream tells it now; nil when it is gone since the read model saw it.
    private func shown(_ id: DemandID, _ caller: Caller) async throws -> Shown? {
        do {
            let record = try await services.reviewable(id, caller)
            guard let demand = record.demands.first(where: { $0.number == id.number }) else { return nil }
            let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
            let text = demand.kind == .report ? nil : record.words(of: demand, passages)
            return Shown(record: record, demand: demand, passages: passages, text: text)
        } catch let problem as Problem where problem.status == 404 {
            return nil
        }
    }
}
