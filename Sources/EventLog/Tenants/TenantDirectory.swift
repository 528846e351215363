import EventSourcing
import Foundation
import Postgres
import Synchronization

/// A tenant as the doors need it.
package struct TenantRecord: Sendable {
    package let id: TenantID
    package let code: String
    package let timeZone: String
    package let language: String
    package let k: Int
    package let channels: [String]
    /// Stream ids, tracking codes and request hashes are derived with it.
    package let intakeSecret: SecretKey
}

/// The tenants of this database, kept in memory and read again when one is missing.
package final class TenantDirectory: Sendable {
    private let pool: PostgresPool
    private let cache = Mutex<[TenantRecord]>([])

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    package func tenant(_ id: TenantID) async throws -> TenantRecord? {
        try await find { $0.id == id }
    }

    package func tenant(code: String) async throws -> TenantRecord? {
        try await find { $0.code == code }
    }

    /// Every tenant, in order of number, as the database has them now.
    package func all() async throws -> [TenantRecord] {
        let rows = try await pool.query(
            """
            SELECT t.tenant_id, t.code, t.time_zone, t.language, t.k, t.channels, s.secret
            FROM log.tenants AS t
            JOIN vault.secrets AS s
                ON s.tenant_id = t.tenant_id
                AND s.name = 'intake'
            ORDER BY t.tenant_id
            """
        )
        let tenants = try rows.map { row in
            let (id, code, zone, language, k, channels, secret) = try row.decode(
                (Int32, String, String, String, Int32, [String], [UInt8]).self
            )
            return TenantRecord(
                id: TenantID(rawValue: id),
                code: code,
                timeZone: zone,
                language: language,
                k: Int(k),
                channels: channels,
                intakeSecret: SecretKey(secret)
            )
        }
        cache.withLock { $0 = tenants }
        return tenants
    }

    private func find(_ matches: (TenantRecord) -> Bool) async throws -> TenantRecord? {
        if let known = cache.withLock({ $0.first(where: matches) }) { return known }
        return try await all().first(where: matches)
    }
}
