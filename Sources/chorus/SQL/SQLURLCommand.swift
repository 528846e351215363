import ArgumentParser
import EventLog
import Foundation

struct SQLURLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql-url",
        abstract: "Print the libpq connection string of a tenant's database login.",
        discussion: """
            For scripts/sql. With the private PostgreSQL it leads over its socket, and the server must be running; with \
            DATABASE_URL it is the same server and database with the login in place of the user, without a password.

            Examples:
              psql "$(chorus sql-url --role analyst)"
              psql "$(chorus sql-url --role reviewer --tenant north)"
            """,
        shouldDisplay: false
    )

    enum Role: String, ExpressibleByArgument, CaseIterable {
        case analyst, reviewer
    }

    @Option(help: "Who asks: analyst (the last release) or reviewer (live, exact).")
    var role = Role.analyst

    @Option(help: "The tenant's code.")
    var tenant = "default"

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await Settings.load(common)
        let login = TenantCreation.login(tenant: tenant, audience: role.rawValue)
        let text =
            if let url = settings.databaseURL {
                ConnectionText.replacingUser(of: url, with: login)
            } else {
                try ConnectionText.embedded(home: settings.home, login: login)
            }
        // psql would only say that there is no such role.
        try await Database.with(settings) { database in
            try await database.withOperators { pool in _ = try await database.tenant(tenant, from: pool) }
        }
        Console.result(text)
    }
}
