import EventSourcing
import Foundation
import Postgres

/// What a key may do.
package enum Scope: String, Sendable, CaseIterable {
    case admin, author, collector, reviewer, analyst, intake
}

/// An API key as the doors know it: never the secret itself.
package struct APIKey: Sendable {
    package let id: String
    package let tenant: TenantID
    package let name: String
    package let scopes: Set<Scope>
    /// A reviewer's organization; nil: the whole tenant.
    package let organization: String?
    package let isPublishable: Bool
    package let createdAt: Timestamp
    /// Nil: the key works.
    package let revokedAt: Timestamp?
}

/// A key that was just made: the only time that its secret is known.
package struct NewAPIKey: Sendable {
    package let key: APIKey
    package let secret: String
}

/// Makes, finds and revokes API keys. Only SHA-256 of a key is stored; keys are random with 190 bits.
package struct APIKeys: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The key that a caller shows; nil when there is none or it was revoked.
    package func find(_ secret: String) async throws -> APIKey? {
        let rows = try await pool.query(
            """
            SELECT k.key_id, k.tenant_id, k.name, k.scopes, k.organization, k.publishable, k.created_at, k.revoked_at
            FROM access.keys AS k
            WHERE k.key_hash = \(sha256(Array(secret.utf8)))
                AND k.revoked_at IS NULL
            """
        )
        return try rows.first.map(APIKey.init)
    }

    /// Every key of a tenant, oldest first.
    package func list(_ tenant: TenantID) async throws -> [APIKey] {
        let rows = try await pool.query(
            """
            SELECT k.key_id, k.tenant_id, k.name, k.scopes, k.organization, k.publishable, k.created_at, k.revoked_at
            FROM access.keys AS k
            WHERE k.tenant_id = \(tenant.rawValue)
            ORDER BY k.created_at, k.key_id
            """
        )
        return try rows.map(APIKey.init)
    }

    /// Makes a key; needs an operator's connection.
    ///
    /// - Parameter secret: a secret chosen outside (at least 24 characters), or nil for a random one.
    package func create(
        tenant: TenantID,
        name: String,
        scopes: Set<Scope>,
        organization: String? = nil,
        isPublishable: Bool = false,
        secret: String? = nil
    ) async throws -> NewAPIKey {
        let id = randomText(10)
        let secret = secret ?? "chorus_\(isPublishable ? "pk" : "sk")_\(randomText(32))"
        let names = scopes.map(\.rawValue).sorted()
        let rows = try await pool.query(
            """
            INSERT INTO access.keys (key_hash, key_id, tenant_id, name, scopes, organization, publishable)
            VALUES (
                \(sha256(Array(secret.utf8))), \(id), \(tenant.rawValue), \(name), \(names), \(organization),
                \(isPublishable)
            )
            RETURNING key_id, tenant_id, name, scopes, organization, publishable, created_at, revoked_at
            """
        )
        guard let row = rows.first else { throw StoreFailure.unavailable("the key was not stored") }
        return NewAPIKey(key: try APIKey(row), secret: secret)
    }

    /// Ends a key; running servers notice within seconds.
    ///
    /// - Returns: whether there was such a working key.
    package func revoke(_ id: String, tenant: TenantID) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE access.keys
            SET revoked_at = now()
            WHERE tenant_id = \(tenant.rawValue)
                AND key_id = \(id)
                AND revoked_at IS NULL
            """
        ) == 1
    }

    private func randomText(_ count: Int) -> String {
        let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).compactMap { _ in letters.randomElement(using: &generator) })
    }
}

extension APIKey {
    init(_ row: PostgresRow) throws {
        let (id, tenant, name, scopes, organization, publishable, created, revoked) = try row.decode(
            (String, Int32, String, [String], String?, Bool, PostgresTimestamp, PostgresTimestamp?).self
        )
        self.init(
            id: id,
            tenant: TenantID(rawValue: tenant),
            name: name,
            scopes: Set(scopes.compactMap(Scope.init)),
            organization: organization,
            isPublishable: publishable,
            createdAt: Timestamp(microsecondsSince1970: created.microsecondsSince1970),
            revokedAt: revoked.map { Timestamp(microsecondsSince1970: $0.microsecondsSince1970) }
        )
    }
}
