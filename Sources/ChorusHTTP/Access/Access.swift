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
    /// What wrong keys take from.
    private let limiter: RateLimiter

    init(keys: KeyCache, tenants: TenantDirectory, limiter: RateLimiter) {
        self.keys = keys
        self.tenants = tenants
        self.limiter = limiter
    }

    /// The caller, who must have one of the scopes.
    ///
    /// - Throws: `Problem` 401 without a working key, 429 after too many wrong ones, 403 without a scope; whatever the
    ///   database throws.
    func caller(_ call: Call, scopes: Set<Scope>) async throws -> Caller {
        guard let authorization = call.header(.authorization) else {
            throw Self.unauthorized("missing-key", "send an API key: Authorization: Bearer <key>")
        }
        guard let secret = authorization.credentials(scheme: "bearer") else {
            throw Self.unauthorized("wrong-key", "the Authorization header must be: Bearer <key>")
        }
        guard let key = try await keys.key(secret, admit: { try limiter.requireRest("key", call.peer) }) else {
            _ = try limiter.require("key", call.peer)
            throw Self.unknownKey
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

    /// Whether the key that the call came with still works; for requests that last long.
    func stillWorks(_ call: Call) async throws -> Bool {
        guard let secret = call.header(.authorization)?.credentials(scheme: "bearer") else { return false }
        return try await keys.key(secret) != nil
    }

    static var unknownKey: Problem { unauthorized("wrong-key", "this API key does not exist, or was revoked") }

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
