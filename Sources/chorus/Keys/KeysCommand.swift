import ArgumentParser
import Demands
import EventLog
import Foundation

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Create, list and revoke API keys.",
        discussion: "A key belongs to one tenant. Only its hash is stored: it is shown once, when it is made.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create an API key and print it, this once.",
            discussion: """
                Scopes: admin (everything of the tenant), author (surveys), collector (sends messages and reads its \
                own), reviewer (reads and corrects, perhaps of one organization), analyst (reads aggregates, never \
                words). A publishable key may stand in a web page: it takes messages in and reads nothing.

                Examples:
                  chorus keys create --name hotline --scope collector
                  chorus keys create --name union-desk --scope reviewer --organization city-union
                  chorus keys create --name website --publishable
                """
        )

        @Option(help: "What it is for; shown in lists.")
        var name: String

        @Option(help: "What it may do; may be given several times.")
        var scope: [String] = []

        @Option(help: "A reviewer's organization; without it, the whole tenant. Only with the scope reviewer alone.")
        var organization: String?

        @Flag(help: "May be shown in public: only takes messages in, rate-limited.")
        var publishable = false

        @Option(help: "The tenant's code.")
        var tenant = "default"

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let scopes = try Set(scope.map(parse))
            guard publishable ? scopes.isSubset(of: [.intake]) : !scopes.isEmpty && !scopes.contains(.intake) else {
                throw Complaint(
                    publishable
                        ? "a publishable key has no scopes but intake; leave --scope out"
                        : "name at least one --scope: admin, author, collector, reviewer or analyst"
                )
            }
            guard organization == nil || scopes == [.reviewer] else {
                throw Complaint("only a key whose one scope is reviewer can be bound to an organization")
            }
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators { pool in
                    let record = try await database.tenant(tenant, from: pool)
                    let made = try await APIKeys(pool: pool).create(
                        tenant: record.id,
                        name: name,
                        scopes: publishable ? [.intake] : scopes,
                        organization: organization,
                        isPublishable: publishable
                    )
                    if let organization {
                        let registered = try await FoldedStreams(pool: pool)
                            .state(of: Organizations.self, type: Organizations.streamType, tenant: record.id)
                        if registered[organization] == nil {
                            Console.note(
                                "No organization \(organization) is registered: the key reads nothing until one is "
                                    + "(POST /v1/organizations, or chorus import organizations)."
                            )
                        }
                    }
                    Console.note("Key \(made.key.id) of tenant \(tenant). It is not stored; keep it now:")
                    Console.result(made.secret)
                }
            }
        }

        private func parse(_ name: String) throws -> Scope {
            guard let scope = Scope(rawValue: name) else {
                throw Complaint("\(name) is not a scope; there are admin, author, collector, reviewer and analyst")
            }
            return scope
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a tenant's keys, never the secrets.",
            discussion: """
                Examples:
                  chorus keys list
                  chorus keys list --tenant north
                """
        )

        @Option(help: "The tenant's code.")
        var tenant = "default"

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators { pool in
                    let record = try await database.tenant(tenant, from: pool)
                    let keys = try await APIKeys(pool: pool).list(record.id)
                    Table(["ID", "NAME", "SCOPES", "ORGANIZATION", "CREATED", "REVOKED"]).show(
                        keys.map { key in
                            [
                                key.id, key.name, key.scopes.map(\.rawValue).sorted().joined(separator: ","),
                                key.organization ?? "-", "\(key.createdAt)", key.revokedAt.map { "\($0)" } ?? "-",
                            ]
                        }
                    )
                }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a key for good.",
            discussion: """
                Running servers notice within seconds. A revoked key never works again; make another instead.

                Example:
                  chorus keys revoke 7Kd0QzW1nB
                """
        )

        @Argument(help: "The key's id, as `chorus keys list` shows it.")
        var id: String

        @Option(help: "The tenant's code.")
        var tenant = "default"

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators { pool in
                    let record = try await database.tenant(tenant, from: pool)
                    guard try await APIKeys(pool: pool).revoke(id, tenant: record.id) else {
                        throw Complaint("tenant \(tenant) has no working key \(id); `chorus keys list` shows them")
                    }
                    Console.result("Revoked key \(id).")
                }
            }
        }
    }
}
