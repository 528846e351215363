import EventSourcing
import Foundation
import Postgres

/// What the vault holds of somebody: for forgetting it.
package struct Vault: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The token of a sender; nil when nobody is known by this reference, or was forgotten.
    package func token(of person: PersonReference, tenant: TenantID) async throws -> UUID? {
        try await LogTables(pool: pool).tokens(of: [person], tenant: tenant).first?.1
    }

    /// The streams of the messages that a person sent, or that were once given as theirs, in order of position.
    ///
    /// Reads the whole log of the tenant: nothing else leads from a person to messages, on purpose.
    package func messages(of token: UUID, tenant: TenantID) async throws -> [StreamID] {
        let rows = try await pool.query(
            """
            SELECT e.stream_type, e.stream_id
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.type IN ('FeedbackReceived', 'FeedbackAmended', 'ResponseSubmitted')
                AND e.body ->> 'person' = \(token.uuidString.lowercased())
            GROUP BY e.stream_type, e.stream_id
            ORDER BY min(e.position)
            """
        )
        return try rows.decode((String, UUID).self).map { StreamID(type: $0.0, id: $0.1) }
    }

    /// The messages that a source knows by an id of its own, while the vault knows them: a feedback, and a response to
    /// each survey, may have the same.
    package func messages(source: String, externalID: String, tenant: TenantID) async throws -> [UUID] {
        let rows = try await pool.query(
            """
            SELECT i.stream_id
            FROM vault.intakes AS i
            WHERE i.tenant_id = \(tenant.rawValue)
                AND i.source = \(source)
                AND i.external_id = \(externalID)
            ORDER BY i.stream_id
            """
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }

    /// Messages of persons who were forgotten that still have their words: what a run that broke off has left.
    package func leftovers(tenant: TenantID) async throws -> [StreamID] {
        let rows = try await pool.query(
            """
            SELECT e.stream_type, e.stream_id
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.type IN ('FeedbackReceived', 'FeedbackAmended', 'ResponseSubmitted')
                AND e.body ->> 'person' IN (
                    SELECT p.stream_id::text
                    FROM log.events AS p
                    WHERE p.tenant_id = \(tenant.rawValue)
                        AND p.stream_type = 'person'
                )
                AND EXISTS (
                    SELECT 1
                    FROM vault.intakes AS i
                    WHERE i.tenant_id = e.tenant_id
                        AND i.stream_id = e.stream_id
                )
            GROUP BY e.stream_type, e.stream_id
            ORDER BY min(e.position)
            """
        )
        return try rows.decode((String, UUID).self).map { StreamID(type: $0.0, id: $0.1) }
    }

    /// How many passages of these streams are there.
    package func passages(of streams: [StreamID], tenant: TenantID) async throws -> Int {
        let rows = try await pool.query(
            """
            SELECT count(*)
            FROM vault.passages AS p
            WHERE p.tenant_id = \(tenant.rawValue)
                AND p.stream_id = ANY (\(streams.map(\.id)))
            """
        )
        return try rows.first?.decode(0, as: Int.self) ?? 0
    }
}
