import ArgumentParser
import Demands
import EventLog
import Foundation

struct TenantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants",
        abstract: "Create and list tenants: federations of organizations, each with a log of its own.",
        subcommands: [Create.self, List.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a tenant and its two database logins.",
            discussion: """
                The time zone defines the tenant's days, weeks and months and cannot be changed later. Nobody can use \
                the tenant before it has a key: see `chorus keys create --help`. Creating one that exists changes nothing.

                Examples:
                  chorus tenants create north --timezone Asia/Shanghai
                  chorus tenants create unions --timezone Europe/Berlin --language de --k 10
                """
        )

        @Argument(help: "Lower-case letters, digits and hyphens, a letter first, 40 at most.")
        var code: String

        @Option(help: "An IANA name such as Asia/Shanghai.")
        var timezone: String

        @Option(help: "The language of messages when nobody says (BCP 47).")
        var language = "zh"

        @Option(help: "No published number stands on fewer people (2 to 100).")
        var k = 5

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            let wanted = TenantSettings(code: code, timeZone: timezone, language: language, k: k)
            try await Database.with(settings) { database in
                try await database.withServing(size: 1) { pool in
                    let store = PostgresEventStore(pool: pool)
                    let (id, isNew) = try await database.createTenant(wanted, appendingWith: store)
                    guard isNew else {
                        Console.result("Tenant \(code) exists already (number \(id)); nothing was changed.")
                        return
                    }
                    Console.result("Created tenant \(code) (number \(id)).")
                    Console.result("Make its first key: chorus keys create --tenant \(code) --name admin --scope admin")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tenants.",
            discussion: """
                One line a tenant: code, time zone, language, k.

                Example:
                  chorus tenants list
                """
        )

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators { pool in
                    let tenants = try await TenantDirectory(pool: pool).all()
                    Table(["CODE", "TIME ZONE", "LANGUAGE", "K"]).show(
                        tenants.map { [$0.code, $0.timeZone, $0.language, "\($0.k)"] }
                    )
                }
            }
        }
    }
}
