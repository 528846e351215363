import Classification
import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// What people said of a tenant's demands: the texts that a model is trained from.
///
/// A reviewer's word, else what the collector gave. What words or another model found teaches nothing. The person is the
/// log's random token, so that a wording is kept only when several people's texts contain it.
package struct LabelledDemands: Sendable {
    private let reads: PostgresPool

    package init(reads: PostgresPool) {
        self.reads = reads
    }

    /// Of the demands that stand, in order of their ids; those whose words are forgotten are left out.
    ///
    /// - Throws: `NotProjected` before the board is built.
    package func texts(for target: ModelTarget, tenant: TenantID) async throws -> [LabelledText] {
        try await reads.withTransaction(readOnly: true) { connection in
            guard try await Generations.enterLive("demand_board", tenant: tenant, on: connection) != nil else {
                throw NotProjected()
            }
            let rows = try await connection.query(
                """
                SELECT
                    CASE WHEN \(target == .category) THEN f.category ELSE f.kind END, s.body, t.body, f.spans, f.person
                FROM facts AS f
                JOIN messages AS m
                    ON m.tenant_id = f.tenant_id
                    AND m.message_id = f.message_id
                JOIN vault.passages AS t
                    ON t.tenant_id = f.tenant_id
                    AND t.stream_id = f.message_id
                    AND t.number = COALESCE(f.narrowed_in, f.passage, m.text, 1)
                LEFT JOIN vault.passages AS s
                    ON s.tenant_id = f.tenant_id
                    AND s.stream_id = f.message_id
                    AND s.number = m.subject
                    AND f.narrowed_in IS NULL
                    AND f.passage IS NULL
                WHERE f.tenant_id = \(tenant.rawValue)
                    AND NOT f.withdrawn
                    AND CASE
                        WHEN \(target == .category) THEN
                            f.category_method IN ('given', 'reviewer') AND f.category <> \(unclassifiedCategory)
                        ELSE f.kind IS NOT NULL AND f.kind_method IN ('given', 'reviewer')
                    END
                ORDER BY f.message_id, f.demand
                """
            )
            return try rows.map { row in
                let (label, subject, body, ends, person) = try row.decode(
                    (String, String?, String, [Int32]?, UUID?).self
                )
                let part = ends.map { [Span](ends: $0).words(of: body) }
                let words = DemandWords(subject: subject ?? "", detail: part ?? body)
                return LabelledText(text: words.text, label: label, person: person?.uuidString)
            }
        }
    }
}

/// The read model that is asked is not built yet.
package struct NotProjected: Error, CustomStringConvertible {
    package var description: String { "the demand board is not built yet; ask again a little later" }
}
