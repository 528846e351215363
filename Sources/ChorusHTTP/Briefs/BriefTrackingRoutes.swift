import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Postgres
import Topics

/// `GET /v1/track/briefs`, `POST /v1/track/briefs/{brief}/check`: what is said in the name of those behind a topic, for them
/// to judge, with the tracking code of any of their messages.
///
/// They read the reviewer's words alone, and learn how briefs ended; never numbers, nor who answered what.
struct BriefTrackingRoutes: Sendable {
    let services: Services
    let tracking: TrackingRoutes
    let read: BoundedRead

    /// Briefs that one person is shown, the latest first; they are chosen among ten times as many.
    private static let longestList = 100

    private var reads: BriefReads { BriefReads(read: read) }

    var routes: [Route] {
        [
            Route(.get, "/v1/track/briefs", respond: list),
            Route(.post, "/v1/track/briefs/{brief}/check", respond: check),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        _ = try call.query.values([])
        let tracked = try await tracking.find(call)
        let tenant = tracked.tenant.id
        let person = try await sender(tracked)
        let open = try await shown(tenant)
        let standing = try await reads.standing(
            behind: Array(Set(open.flatMap(\.topics))).sorted(),
            message: tracked.stream.id,
            person: person,
            tenant
        ).topics
        let own = open.filter { !standing.isDisjoint(with: $0.topics) }.prefix(Self.longestList)
        let rows = try await words(own.map(\.id), tracked.stream.id, person, tenant)
        return .json { json in
            json.array("briefs", of: rows) { json, row in
                json.object { json in
                    json.field("brief", (try? row.decode(0, as: UUID.self))?.text)
                    json.field("organization", row.text(1))
                    json.field("state", row.text(2))
                    json.field("title", row.text(3))
                    json.field("text", row.text(4))
                    json.field("answer", row.text(5))
                    json.field("deliveredAt", row.time(6)?.description)
                    json.field("outcome", row.text(7))
                    json.field("decidedAt", row.time(8)?.description)
                }
            }
        }
    }

    private func check(_ call: Call) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let tracked = try await tracking.find(call)
        let stream = try call.briefStream
        var fields = FieldReader(try await call.jsonBody())
        let answer = fields.oneOf("answer", BriefChecked.Answer.self, required: true)
        fields.finish()
        guard fields.errors.isEmpty, let answer else { throw Problem.fields(fields.errors) }
        let tenant = tracked.tenant.id
        guard let brief = try BriefRecord(try await services.store.history(of: stream, tenant: tenant)),
            brief.isBeforeSupporters
        else { throw Problem.notFound }
        let person = try await sender(tracked)
        let standing = try await reads.standing(
            behind: brief.draft.topics.map(\.topic.description),
            message: tracked.stream.id,
            person: person,
            tenant
        )
        let appended = try await services.store.execute(
            Submission(
                tenant: tenant,
                stream: stream,
                reads: [tracked.stream],
                // Of this message: others may call their request the same.
                commandID: key?.commandID(
                    "check " + tracked.stream.id.text,
                    stream,
                    caller: "track",
                    secret: tracked.tenant.intakeSecret
                ),
                actor: "system:track"
            ) { known in
                guard let message = try MessageRecord(known.others[tracked.stream] ?? []) else {
                    throw TrackingRoutes.unknownCode
                }
                // The read model may not know yet that it was withdrawn.
                let stands = message.withdrawnAt == nil && !standing.byMessage.isEmpty
                let command = CheckBrief(
                    answer: answer,
                    message: message.id,
                    person: message.coordinates.person,
                    isSupporter: stands || !standing.byPerson.isEmpty
                )
                let events = try Brief.decide(.check(command), Brief.state(after: known.history))
                return Decision(events: events.map(\.encoded))
            }
        )
        guard let position = appended.commandPosition,
            let event = appended.history.first(where: { $0.position == position }),
            case .checked(let stored) = try BriefEvent(decoding: event)
        else { throw Problem.notFound }
        guard stored.answer == answer else { throw Problem.idempotencyKeyReused }
        return .json(status: .created) { json in
            json.field("status", "answered")
            json.field("answer", stored.answer.rawValue)
            json.field("position", position)
        }
    }

    /// Who sent the message with this code.
    private func sender(_ tracked: TrackingRoutes.Tracked) async throws -> UUID? {
        let history = try await services.store.history(of: tracked.stream, tenant: tracked.tenant.id)
        guard let record = try MessageRecord(history) else { throw TrackingRoutes.unknownCode }
        return record.coordinates.person
    }

    /// The latest briefs that those behind their topics may see, with these topics.
    private func shown(_ tenant: TenantID) async throws -> [(id: UUID, topics: [String])] {
        try await run(tenant) { connection in
            try await connection.query(
                """
                SELECT
                    b.brief_id,
                    ARRAY(
                        SELECT t.topic
                        FROM brief_topics AS t
                        WHERE t.tenant_id = b.tenant_id
                            AND t.brief_id = b.brief_id
                    )
                FROM briefs AS b
                WHERE b.tenant_id = \(tenant.rawValue)
                    AND b.state IN ('checking', 'delivered', 'decided')
                ORDER BY b.drafted_position DESC
                LIMIT \(Int64(10 * Self.longestList))
                """
            ).decode((UUID, [String]).self).map { (id: $0.0, topics: $0.1) }
        }
    }

    /// The briefs with their words, the latest first, and what this person has answered to these.
    private func words(
        _ briefs: [UUID],
        _ message: UUID,
        _ person: UUID?,
        _ tenant: TenantID
    ) async throws -> PostgresRows {
        try await run(tenant) { connection in
            try await connection.query(
                """
                SELECT
                    b.brief_id, b.organization, b.state, h.body, w.body, c.answer, b.delivered_at, b.outcome, b.decided_at
                FROM briefs AS b
                LEFT JOIN vault.passages AS h
                    ON h.tenant_id = b.tenant_id
                    AND h.stream_id = b.brief_id
                    AND h.number = b.title_passage
                LEFT JOIN vault.passages AS w
                    ON w.tenant_id = b.tenant_id
                    AND w.stream_id = b.brief_id
                    AND w.number = b.text_passage
                LEFT JOIN LATERAL (
                    SELECT c.answer
                    FROM brief_checks AS c
                    WHERE c.tenant_id = b.tenant_id
                        AND c.brief_id = b.brief_id
                        AND c.wording = b.wording
                        AND (c.message_id = \(message) OR c.person = \(person))
                    ORDER BY c.message_id
                    LIMIT 1
                ) AS c
                    ON true
                WHERE b.tenant_id = \(tenant.rawValue)
                    AND b.brief_id = ANY (\(briefs))
                    AND b.state IN ('checking', 'delivered', 'decided')
                ORDER BY b.drafted_position DESC
                """
            )
        }
    }

    private func run<Value: Sendable>(
        _ tenant: TenantID,
        _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await read.run { connection in
            guard try await Generations.enterLive("briefs", tenant: tenant, on: connection) != nil else {
                throw Problem.unavailable("not-yet", "the briefs are not projected yet; ask again a little later")
            }
            return try await body(connection)
        }
    }
}
