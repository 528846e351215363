import EventLog
import EventSourcing
import HTTPTypes

/// Who calls, and for which tenant.
struct Caller: Sendable {
    let key: APIKey
    let tenant: TenantRecord

    /// As events name it.
    var actor: String { "key:" + key.id }

    func has(_ scope: Scope) -> Bool { key.scopes.contains(scope) }
}

/// Bearer authentication: a key, its tenant, its scopes.
struct Access: Sendable {
    private let keys: KeyCache
    private let tenants: TenantDirectory

    init(keys: KeyCache, tenants: TenantDirectory) {
        self.keys = keys
        self.tenants = tenants
    }

    /// The caller, who must have one of the scopes.
    ///
    /// - Throws: `Problem` 401 without a working key, 403 without a scope; whatever the database throws.
    func caller(_ call: Call, scopes: Set<Scope>) async throws -> Caller {
        guard let authorization = call.header(.authorization) else {
            throw Self.unauthorized("missing-key", "send an API key: Authorization: Bearer <key>")
        }
        guard let secret = authorization.credentials(scheme: "bearer") else {
            throw Self.unauthorized("wrong-key", "the Authorization header must be: Bearer <key>")
        }
        guard let key = try await keys.key(secret) else {
            throw Self.unauthorized("wrong-key", "this API key does not exist, or was revoked")
        }
        guard !key.scopes.isDisjoint(with: scopes) else {
            let names = scopes.map(\.rawValue).sorted().joined(separator: ", ")
            throw Problem(403, "missing-scope", "this route needs a key with one of the scopes: \(names)")
        }
        guard let tenant = try await tenants.tenant(key.tenant) else {
            throw StoreFailure.unknownTenant(key.tenant)
        }
        return Caller(key: key, tenant: tenant)
    }

    private static func unauthorized(_ code: String, _ detail: String) -> Problem {
        Problem(401, code, detail, headers: [.wwwAuthenticate: "Bearer realm=\"chorus\""])
    }
}

extension String {
    /// What follows the scheme (compared without case) in an Authorization header; nil for another scheme or nothing.
    func credentials(scheme: String) -> String? {
        guard utf8.count <= 512, let blank = firstIndex(of: " "), self[..<blank].lowercased() == scheme else {
            return nil
        }
        let credentials = self[blank...].trimmingBlanks
        return credentials.isEmpty ? nil : credentials
    }
}
