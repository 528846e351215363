import EventLog
import EventSourcing
import Foundation
import JSONText
import Postgres
import Surveys

/// Which surveys a caller asks for.
struct SurveyFilter: Sendable {
    static let parameters: Set<String> = ["status", "limit", "cursor", "min_position"]

    let status: String?
    let limit: Int
    /// The one organization whose surveys the caller may see; nil: all.
    let onlyOrganization: String?
    let showsDrafts: Bool

    init(_ query: [String: String], _ caller: Caller) throws(Problem) {
        status = try query.oneOf("status", Survey.Status.allCases.map(\.rawValue))
        limit = Int(try query.int64("limit", in: 1...1_000) ?? 100)
        showsDrafts = caller.has(.admin) || caller.has(.author) || caller.has(.reviewer)
        onlyOrganization = showsDrafts ? caller.onlyOrganization : nil
    }

    /// What the pages of one walk have in common; a cursor of another question is refused.
    var question: [String] {
        ["surveys", status ?? "", onlyOrganization.map { "=" + $0 } ?? "", showsDrafts ? "all" : "opened"]
    }

    /// The place behind which the page begins.
    func place(_ cursor: String?, secret: SecretKey, epoch: UUID) throws(Problem) -> Int64 {
        guard let cursor else { return 0 }
        let numbers = try PageCursor(reading: cursor, question: question, secret: secret, epoch: epoch).numbers
        guard numbers.count == 1 else {
            throw Problem.parameter("cursor", "bad_cursor", "must come from a Link of the same question")
        }
        return numbers[0]
    }

    /// One page, one row more than asked for, in the order in which surveys were drafted.
    ///
    /// Runs with `search_path` at the live generation.
    func statement(tenant: Int32, after position: Int64) -> SQL {
        """
        SELECT
            s.survey_id, s.drafted_position, s.status, s.survey_version, s.language, s.organization, s.title,
            s.opened_at, s.closed_at
        FROM surveys AS s
        WHERE s.tenant_id = \(tenant)
            AND s.drafted_position > \(position)
            AND (\(status) IS NULL OR s.status = \(status))
            AND (\(onlyOrganization) IS NULL OR s.organization = \(onlyOrganization))
            AND (\(showsDrafts) OR s.status <> 'draft')
        ORDER BY s.drafted_position
        LIMIT \(Int64(limit + 1))
        """
    }
}

/// One survey of the list.
struct SurveyRow {
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
            json.field("status", text(2))
            json.field("surveyVersion", (try? row.decode(3, as: Int32.self)).map { Int($0) })
            json.field("language", text(4))
            json.field("organization", text(5))
            var title: [UInt8] = []
            row.value(6).appendJSON(to: &title)
            json.field("title", json: title)
            json.field("openedAt", text(7))
            json.field("closedAt", text(8))
        }
    }

    private func text(_ column: Int) -> String? {
        guard case .text(let text) = row.value(column), !text.isEmpty else { return nil }
        return text
    }
}
