import Classification
import EventSourcing
import Postgres
import Synchronization

/// The tenants' trained models, found by what they are; the last few used stay in memory.
package final class ModelStore: Sendable {
    private struct Key: Hashable {
        let tenant: TenantID
        let digest: String
    }

    private static let kept = 8

    private let pool: PostgresPool
    private let known = Mutex<[(key: Key, model: LinearModel)]>([])

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Keeps a model's bytes; the same ones twice are one.
    package func add(_ bytes: [UInt8], digest: String, tenant: TenantID) async throws {
        try await pool.execute(
            """
            INSERT INTO vault.models (tenant_id, digest, bytes)
            VALUES (\(tenant.rawValue), decode(\(digest), 'hex'), \(bytes))
            ON CONFLICT (tenant_id, digest) DO NOTHING
            """
        )
    }

    /// The model of that digest.
    ///
    /// - Throws: `ModelMissing`, `ModelFileError`, `PostgresError`.
    package func model(_ digest: String, tenant: TenantID) async throws -> LinearModel {
        let key = Key(tenant: tenant, digest: digest)
        if let model = known.withLock({ $0.first { $0.key == key }?.model }) { return model }
        let rows = try await pool.query(
            """
            SELECT m.bytes
            FROM vault.models AS m
            WHERE m.tenant_id = \(tenant.rawValue)
                AND m.digest = decode(\(digest), 'hex')
            """
        )
        guard let bytes = try rows.first?.decode(0, as: [UInt8].self) else { throw ModelMissing(digest: digest) }
        guard ModelFile.name(bytes) == digest else { throw ModelMissing(digest: digest) }
        let model = try ModelFile.decode(bytes)
        known.withLock { known in
            known.removeAll { $0.key == key }
            known.append((key, model))
            if known.count > Self.kept { known.removeFirst() }
        }
        return model
    }
}

/// The weights of a model that the log names are not there, or are not what they were.
package struct ModelMissing: Error, CustomStringConvertible {
    package let digest: String

    package var description: String {
        "the weights of model \(digest) are not in vault.models, or were changed there; restore them from a backup, or train "
            + "a model anew and use that one"
    }
}
