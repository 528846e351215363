import Demands
import JSONText
import Postgres

/// The words of a demand, read where the demand board stands: those of the parts of its passage that voice it, but for what a
/// reviewer masked; none of a report, which is read by its id so that the reading is recorded.
struct BoardWording: Sendable {
    /// Of its message; nil: it has none, it was forgotten, or the demand is a part of the message: what is said there may be
    /// that of another part, a report perhaps.
    let subject: String?
    /// Nil: it was forgotten.
    let text: String?
    /// The organization that it speaks against.
    let against: String?

    /// The subject, or all words where that says nothing of this demand.
    var gist: String? { subject ?? text }

    /// What a statement selects.
    static let columns: StaticString = "s.body, t.body, f.spans, f.kind, f.against, sm.spans, tm.spans"

    /// What it joins, with `facts AS f` before. Masks come out of the log itself, so that they hold at once.
    static let joins: StaticString = """
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
        LEFT JOIN LATERAL (
            SELECT e.body -> 'spans' AS spans
            FROM log.events AS e
            WHERE e.tenant_id = f.tenant_id
                AND e.stream_id = f.message_id
                AND e.type = 'PassageMasked'
                AND (e.body ->> 'passage')::smallint = s.number
            ORDER BY e.version DESC
            LIMIT 1
        ) AS sm ON true
        LEFT JOIN LATERAL (
            SELECT e.body -> 'spans' AS spans
            FROM log.events AS e
            WHERE e.tenant_id = f.tenant_id
                AND e.stream_id = f.message_id
                AND e.type = 'PassageMasked'
                AND (e.body ->> 'passage')::smallint = t.number
            ORDER BY e.version DESC
            LIMIT 1
        ) AS tm ON true
        """

    /// - Parameter first: where in the row the columns begin.
    init(_ row: PostgresRow, at first: Int) throws {
        let subject = try row.decode(first, as: String?.self)
        let body = try row.decode(first + 1, as: String?.self)
        let ends = try row.decode(first + 2, as: [Int32]?.self)
        let isReport = try row.decode(first + 3, as: String?.self) == DemandKind.report.rawValue
        against = try row.decode(first + 4)
        guard !isReport else {
            self.subject = nil
            text = nil
            return
        }
        let subjectMasks = try [Span].masks(row, first + 5)
        let textMasks = try [Span].masks(row, first + 6)
        self.subject = subject?.isEmpty == true || ends != nil ? nil : subject.map(subjectMasks.masking)
        text = body.map(textMasks.masking).map { shown in ends.map { [Span](ends: $0).words(of: shown) } ?? shown }
    }
}

extension [Span] {
    /// What is masked in a passage, as the last `PassageMasked` event of it says; none: there is no such event.
    static func masks(_ row: PostgresRow, _ column: Int) throws -> [Span] {
        guard let json = try row.decode(column, as: PostgresJSON?.self) else { return [] }
        return (try JSONValue.parse(json.bytes).array ?? []).compactMap { span in
            guard let from = span["from"]?.int, let to = span["to"]?.int else { return nil }
            return Span(from: from, to: to)
        }
    }
}
