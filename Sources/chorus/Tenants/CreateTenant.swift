import ChorusHTTP
import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

extension Database {
    /// Makes a tenant, its database logins, the first event of its log and its first taxonomy; what is there already
    /// stays as it is.
    ///
    /// - Returns: its number, and whether it is new.
    func createTenant(_ wanted: TenantSettings, appendingWith store: PostgresEventStore) async throws -> (
        id: TenantID, isNew: Bool
    ) {
        do throws(TenantRejection) {
            try wanted.check()
        } catch {
            throw Complaint(error.detail)
        }
        let connection = try await PostgresConnection.connect(operating)
        let tenant: TenantID
        do {
            tenant = try await TenantCreation.create(
                code: wanted.code,
                timeZone: wanted.timeZone,
                language: wanted.language,
                k: wanted.k,
                channels: Channel.defaults,
                on: connection
            )
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
        let stream = StreamID(type: Tenant.streamType, id: UUID(hash: sha256(Array("tenant \(wanted.code)".utf8))))
        let submission = Submission(tenant: tenant, stream: stream, actor: "operator") { known in
            let state = try Tenant.state(after: known.history)
            guard state.settings == nil else { return .nothing }
            return Decision(events: try Tenant.decide(.init(create: wanted), state).map(\.encoded))
        }
        let isNew = try await !store.execute(submission).isRepeat
        // Also for one whose making was cut off behind its first event.
        if try await store.head(of: tenant) == 1 {
            _ = try await store.publishTaxonomy(DefaultTaxonomy.categories(), tenant: tenant, actor: "operator")
        }
        return (tenant, isNew)
    }

    /// The tenant of a code.
    func tenant(_ code: String, from pool: PostgresPool) async throws -> TenantRecord {
        guard let tenant = try await TenantDirectory(pool: pool).tenant(code: code) else {
            throw Complaint("there is no tenant \(code); `chorus tenants list` shows those there are")
        }
        return tenant
    }
}
