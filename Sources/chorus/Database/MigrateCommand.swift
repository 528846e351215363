import ArgumentParser

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema up to date.",
        discussion: """
            `chorus serve` does this by itself; run it alone before a new version starts on several machines. It is safe \
            to run twice, and twenty times at once: one works, the others wait.

            Examples:
              chorus migrate
              DATABASE_URL=postgresql://chorus@db/chorus chorus migrate
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await Settings.load(common)
        try await Database.with(settings, missing: .make) { database in
            let applied = try await database.migrate()
            Console.result(applied.isEmpty ? "The schema is up to date." : "Applied \(applied.count) files.")
        }
    }
}
