import Demands
import Postgres

/// The words of a demand, read where the demand board stands: those of the parts of its passage that voice it.
struct BoardWording: Sendable {
    /// Of its message; nil: it has none, or it was forgotten.
    let subject: String?
    /// Nil: it was forgotten.
    let text: String?
    /// It is voiced by parts of a passage only, of which the subject may say nothing.
    let isPart: Bool

    /// The subject, or all words where that says nothing of this demand.
    var gist: String? { isPart ? text : subject ?? text }

    /// What a statement selects.
    static let columns: StaticString = "s.body, t.body, f.spans"

    /// What it joins, with `facts AS f` before.
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
        """

    /// - Parameter first: where in the row the columns begin.
    init(_ row: PostgresRow, at first: Int) throws(PostgresError) {
        let subject = try row.decode(first, as: String?.self)
        self.subject = subject?.isEmpty == true ? nil : subject
        let body = try row.decode(first + 1, as: String?.self)
        let ends = try row.decode(first + 2, as: [Int32]?.self)
        isPart = ends != nil
        text = body.map { body in ends.map { [Span](ends: $0).words(of: body) } ?? body }
    }
}
