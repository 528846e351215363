import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// What an empty installation gets so that it can be used at once: tenant `default`, an admin key, an intake key.
struct FirstStart {
    static let tenant = "default"
    /// A chosen key must not be guessable.
    static let shortestKey = 24
    private static let everything: Set<Scope> = [.admin, .author, .collector, .reviewer, .analyst]

    /// What there is to tell people about the keys.
    struct Keys: Sendable {
        /// A random admin key that was made just now: shown this once.
        var newAdminKey: String?
        /// The publishable key of this installation's home, if it has one.
        var intakeKey: String?
        var isNewIntakeKey = false
        /// Where client commands find the admin key; nil: in CHORUS_ADMIN_KEY, or not here at all.
        var adminKeyFile: String?
    }

    let database: Database
    let timeZone: String

    /// Makes what is missing.
    ///
    /// - Parameter store: appends the tenant's first event.
    func prepare(_ store: PostgresEventStore) async throws -> Keys {
        let settings = database.settings
        if let chosen = settings.adminKey, chosen.count < Self.shortestKey {
            throw Complaint(
                "CHORUS_ADMIN_KEY has \(chosen.count) characters; it needs \(Self.shortestKey) or more, for example from: "
                    + "openssl rand -hex 24"
            )
        }
        let wanted = TenantSettings(code: Self.tenant, timeZone: timeZone, language: "zh", k: 5)
        let (tenant, isNew) = try await database.createTenant(wanted, appendingWith: store)
        if isNew {
            Console.note(
                "Days are those of \(timeZone); another zone can be chosen at the first start only, with --timezone or "
                    + "CHORUS_TIMEZONE"
            )
        }
        return try await database.withOperators(size: 1) { pool in
            let keys = APIKeys(pool: pool)
            let existing = try await keys.list(tenant)
            var told = Keys()
            if let chosen = settings.adminKey {
                try await register(chosen, tenant, keys)
            } else {
                told.newAdminKey = try await makeAdminKey(tenant, keys, existing)
                let file = KeyFile.admin(in: settings.home)
                if file.read() != nil { told.adminKeyFile = file.path }
            }
            let file = KeyFile.intake(in: settings.home)
            if !existing.contains(where: \.isPublishable) {
                let made = try await keys.create(
                    tenant: tenant,
                    name: "public intake",
                    scopes: [.intake],
                    isPublishable: true
                )
                try file.write(made.secret)
                told.isNewIntakeKey = true
            }
            told.intakeKey = file.read()
            return told
        }
    }

    /// 190 random bits.
    private static func randomSecret() -> String {
        let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var generator = SystemRandomNumberGenerator()
        return "chorus_sk_" + String((0..<32).compactMap { _ in letters.randomElement(using: &generator) })
    }

    /// Makes sure that the operator's own key works.
    private func register(_ secret: String, _ tenant: TenantID, _ keys: APIKeys) async throws {
        if let known = try await keys.find(secret) {
            guard known.tenant == tenant, known.scopes.contains(.admin) else {
                throw Complaint("the key in CHORUS_ADMIN_KEY is already in use as another key; choose another one")
            }
            return
        }
        do {
            _ = try await keys.create(
                tenant: tenant,
                name: "CHORUS_ADMIN_KEY",
                scopes: Self.everything,
                secret: secret
            )
        } catch let error as PostgresError where error.constraint == "keys_pkey" {
            // Another server made it just now, or it was revoked.
            guard try await keys.find(secret) != nil else {
                throw Complaint("the key in CHORUS_ADMIN_KEY was revoked; choose another one")
            }
        }
    }

    /// Makes the first admin key; nil when the tenant has, or had, one, or the file holds it already.
    ///
    /// The file comes first: killed in between, the next start finds the key there and stores its hash.
    private func makeAdminKey(_ tenant: TenantID, _ keys: APIKeys, _ existing: [APIKey]) async throws -> String? {
        let admins = existing.filter { $0.scopes.contains(.admin) }
        guard admins.isEmpty else {
            if admins.allSatisfy({ $0.revokedAt != nil }) {
                Console.note("Every admin key is revoked; make one: chorus keys create --name admin --scope admin")
            }
            return nil
        }
        let file = KeyFile.admin(in: database.settings.home)
        let kept = file.read()
        if let kept, kept.count < Self.shortestKey {
            throw Complaint(
                "\(file.path) holds a key of \(kept.count) characters; it needs \(Self.shortestKey) or more. Remove the "
                    + "file to have a key made, or write a longer one into it"
            )
        }
        let secret = kept ?? Self.randomSecret()
        try file.write(secret)
        _ = try await keys.create(
            tenant: tenant,
            name: "first admin key",
            scopes: Self.everything,
            secret: secret
        )
        return kept == nil ? secret : nil
    }
}
