import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Postgres

/// `GET /v1/feedback/changes?after=`: what became of the messages that a collector sent, in the order in which it happened.
///
/// A collector keeps `next` and asks again from there: nothing is told twice, nothing is left out, whatever the pause.
struct ChangesRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead

    /// Events of the log that one request looks at.
    static let window: Int64 = 20_000

    var routes: [Route] {
        [.keyed(.get, "/v1/feedback/changes", [.collector, .admin], access, respond: list)]
    }

    /// Stored names of what a collector is told.
    static let told: [String] = [
        HandlingEvent.Name.routed, HandlingEvent.Name.routingDeclined, HandlingEvent.Name.accepted,
        HandlingEvent.Name.started, HandlingEvent.Name.replied, HandlingEvent.Name.closed, HandlingEvent.Name.refused,
        HandlingEvent.Name.duplicateMarked, HandlingEvent.Name.reopened, HandlingEvent.Name.escalated,
        HandlingEvent.Name.judged, HandlingEvent.Name.urgencySet, MessageEvent.Name.demandCategorised,
        MessageEvent.Name.withdrawn, MessageEvent.Name.forgotten,
    ]

    private struct Change: Sendable {
        let event: RecordedEvent
        let source: String?
        let externalID: String?
        let words: String?
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["after", "limit"])
        let limit = Int(try query.int64("limit", in: 1...1_000) ?? 200)
        let question = ["changes", caller.key.id]
        let secret = caller.tenant.intakeSecret
        let head = try await services.head(of: caller.tenant.id)
        var after: Int64 = 0
        if let text = query["after"], !text.isEmpty {
            do throws(Problem) {
                let cursor = try PageCursor(reading: text, question: question, secret: secret, epoch: head.epoch)
                guard let position = cursor.numbers.first, cursor.numbers.count == 1 else { throw Self.badCursor }
                after = position
            } catch {
                guard error.code != "epoch-changed" else {
                    throw Problem.epochChanged("after", "ask again without after, and compare what you have")
                }
                throw Self.badCursor
            }
        }
        let until = min(head.position, after + Self.window)
        let changes = try await changes(after, until, limit: limit, caller)
        let next = changes.count > limit ? changes[limit - 1].event.position : until
        let shown = changes.prefix(limit)
        var told: [(Change, MessageEvent)] = []
        for change in shown { told.append((change, try MessageEvent(decoding: change.event))) }
        return .json { json in
            json.array("changes", of: told) { json, change in
                json.object { Self.write(change.0, change.1, to: &$0) }
            }
            json.field("next", PageCursor([next]).text(question: question, secret: secret, epoch: head.epoch))
            json.field("isComplete", next >= head.position)
        }
    }

    private static var badCursor: Problem {
        .parameter("after", "bad_cursor", "must be the next of an earlier answer to this key, or absent")
    }

    private func changes(_ after: Int64, _ until: Int64, limit: Int, _ caller: Caller) async throws -> [Change] {
        guard after < until else { return [] }
        return try await read.run { connection in
            try await connection.query(
                """
                SELECT
                    e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                    e.recorded_at, i.source, i.external_id, p.body, pm.spans
                FROM log.events AS e
                JOIN log.events AS f
                    ON f.tenant_id = e.tenant_id
                    AND f.stream_id = e.stream_id
                    AND f.version = 1
                LEFT JOIN vault.intakes AS i
                    ON i.tenant_id = e.tenant_id
                    AND i.stream_id = e.stream_id
                LEFT JOIN vault.passages AS p
                    ON p.tenant_id = e.tenant_id
                    AND p.stream_id = e.stream_id
                    AND p.number = COALESCE(
                        (e.body -> 'text' ->> 'passage')::smallint, (e.body -> 'reason' ->> 'passage')::smallint
                    )
                LEFT JOIN LATERAL (
                    SELECT m.body -> 'spans' AS spans
                    FROM log.events AS m
                    WHERE m.tenant_id = p.tenant_id
                        AND m.stream_id = p.stream_id
                        AND m.type = 'PassageMasked'
                        AND (m.body ->> 'passage')::smallint = p.number
                    ORDER BY m.version DESC
                    LIMIT 1
                ) AS pm ON true
                WHERE e.tenant_id = \(caller.tenant.id.rawValue)
                    AND e.position > \(after)
                    AND e.position <= \(until)
                    AND e.type = ANY (\(Self.told))
                    AND e.version > 1
                    AND f.tenant_id = \(caller.tenant.id.rawValue)
                    AND f.actor = \(caller.actor)
                ORDER BY e.position
                LIMIT \(Int64(limit + 1))
                """
            ).map { row in
                let masks = try [Span].masks(row, 12)
                return Change(
                    event: try RecordedEvent(row),
                    source: try row.decode(9),
                    externalID: try row.decode(10),
                    words: try row.decode(11, as: String?.self).map(masks.masking)
                )
            }
        }
    }

    private static func write(_ change: Change, _ event: MessageEvent, to json: inout JSONWriter) {
        json.field("position", change.event.position)
        json.field("at", change.event.recordedAt.description)
        json.field("feedbackId", change.event.stream.id.text)
        json.field("source", change.source)
        json.field("externalId", change.externalID)
        if let step = MessageStep(event, at: change.event.recordedAt) {
            json.field("what", step.what)
            if let demand = step.demand { json.field("demand", "\(change.event.stream.id.text).\(demand)") }
            json.field("value", step.value)
        }
        guard case .handled(let handled) = event else { return }
        switch handled {
        case .replied(let reply):
            json.field("isSubstantive", reply.isSubstantive)
            json.field("repliedAt", (reply.repliedAt ?? change.event.recordedAt).description)
            json.field("text", change.words)
        // Whoever sends a demand elsewhere tells colleagues why, not who spoke.
        case .refused, .reopened: json.field("text", change.words)
        case .routed(let routed): json.field("dueAt", routed.due?.description)
        default: break
        }
    }
}
