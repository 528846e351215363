import EventLog
import EventSourcing
import Foundation
import JSONText
import Postgres
import Topics

/// Which briefs a reviewer asks for.
struct BriefFilter: Sendable {
    static let parameters: Set<String> = ["state", "topic", "limit", "cursor", "min_position"]

    let state: String?
    let topic: String?
    let limit: Int
    /// The one organization whose briefs the caller may see; nil: all.
    let onlyOrganization: String?

    init(_ query: [String: String], _ caller: Caller) throws(Problem) {
        state = try query.oneOf("state", BriefState.Status.allCases.map(\.rawValue))
        topic = query["topic"]
        if let topic, TopicID(topic) == nil {
            throw .parameter("topic", "bad_format", "must be the name of a topic, such as t17")
        }
        limit = Int(try query.int64("limit", in: 1...1_000) ?? 100)
        onlyOrganization = caller.onlyOrganization
    }

    /// What the pages of one walk have in common; a cursor of another question is refused.
    var question: [String] { ["briefs", state ?? "", topic ?? "", onlyOrganization.map { "=" + $0 } ?? ""] }

    /// The place behind which the page begins.
    func place(_ cursor: String?, secret: SecretKey, epoch: UUID) throws(Problem) -> Int64 {
        guard let cursor else { return 0 }
        let numbers = try PageCursor(reading: cursor, question: question, secret: secret, epoch: epoch).numbers
        guard numbers.count == 1 else {
            throw Problem.parameter("cursor", "bad_cursor", "must come from a Link of the same question")
        }
        return numbers[0]
    }

    /// One page, one row more than asked for, in the order in which briefs were drafted.
    ///
    /// Runs with `search_path` at the live generation.
    func statement(tenant: Int32, after position: Int64) -> SQL {
        """
        SELECT
            b.brief_id, b.drafted_position, b.state, b.organization, p.body, b.wording, b.demands, b.people,
            b.unidentified, c.yes, c.partly, c.no, b.drafted_at, b.delivered_at, b.outcome, b.decided_at,
            ARRAY(
                SELECT t.topic
                FROM brief_topics AS t
                WHERE t.tenant_id = b.tenant_id
                    AND t.brief_id = b.brief_id
                ORDER BY t.topic
            )
        FROM briefs AS b
        LEFT JOIN vault.passages AS p
            ON p.tenant_id = b.tenant_id
            AND p.stream_id = b.brief_id
            AND p.number = b.title_passage
        LEFT JOIN LATERAL (
            SELECT
                count(*) FILTER (WHERE c.answer = 'yes') AS yes,
                count(*) FILTER (WHERE c.answer = 'partly') AS partly,
                count(*) FILTER (WHERE c.answer = 'no') AS no
            FROM brief_checks AS c
            WHERE c.tenant_id = b.tenant_id
                AND c.brief_id = b.brief_id
                AND c.wording = b.wording
        ) AS c
            ON true
        WHERE b.tenant_id = \(tenant)
            AND b.drafted_position > \(position)
            AND (\(state) IS NULL OR b.state = \(state))
            AND (\(onlyOrganization) IS NULL OR b.organization = \(onlyOrganization))
            AND (
                \(topic) IS NULL
                OR EXISTS (
                    SELECT
                    FROM brief_topics AS t
                    WHERE t.tenant_id = b.tenant_id
                        AND t.brief_id = b.brief_id
                        AND t.topic = \(topic)
                )
            )
        ORDER BY b.drafted_position
        LIMIT \(Int64(limit + 1))
        """
    }
}

/// One brief of the list.
struct BriefRow {
    private let id: UUID
    let draftedPosition: Int64
    private let row: PostgresRow

    init(_ row: PostgresRow) throws(PostgresError) {
        id = try row.decode(0)
        draftedPosition = try row.decode(1)
        self.row = row
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id.text)
            json.field("state", row.text(2))
            json.field("organization", row.text(3))
            json.field("title", row.text(4))
            json.field("wording", number(5))
            json.array("topics", of: (try? row.decode(16, as: [String].self)) ?? []) { json, topic in json.value(topic)
            }
            json.object("then") { json in
                json.field("demands", number(6))
                json.field("people", number(7))
                json.field("unidentified", number(8))
            }
            json.object("checks") { json in
                json.field("yes", (try? row.decode(9, as: Int64.self)).map { Int($0) })
                json.field("partly", (try? row.decode(10, as: Int64.self)).map { Int($0) })
                json.field("no", (try? row.decode(11, as: Int64.self)).map { Int($0) })
            }
            json.field("draftedAt", row.time(12)?.description)
            json.field("deliveredAt", row.time(13)?.description)
            json.field("outcome", row.text(14))
            json.field("decidedAt", row.time(15)?.description)
        }
    }

    private func number(_ column: Int) -> Int? { (try? row.decode(column, as: Int32.self)).map { Int($0) } }
}

extension PostgresRow {
    /// Nil for NULL.
    func text(_ column: Int) -> String? { (try? decode(column, as: String?.self)) ?? nil }

    /// Nil for NULL.
    func time(_ column: Int) -> Timestamp? {
        guard let time = (try? decode(column, as: PostgresTimestamp?.self)) ?? nil else { return nil }
        return Timestamp(microsecondsSince1970: time.microsecondsSince1970)
    }
}
