import ArgumentParser

/// The command line's root: it only holds the subcommands.
struct Chorus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chorus",
        abstract: "Collects what groups of people want and gives it to analysts as SQL.",
        discussion: """
            Begin with `chorus serve`: it needs no set-up, runs a private PostgreSQL of its own and prints what to try.

            Settings come from the flag, else from the environment, else from the file chorus.json in the home, else \
            from the default:

              home      --home          CHORUS_HOME       (not in the file)  .chorus
              address   --address       CHORUS_ADDRESS    "address"          127.0.0.1:8080
              database  --database-url  DATABASE_URL      "databaseUrl"      the private PostgreSQL
              server    --url           CHORUS_URL        "url"              http:// and the address
              key       --key           CHORUS_KEY        "key"              admin.key in the home
              time zone --timezone      CHORUS_TIMEZONE   "timezone"         Asia/Shanghai
              log level --log-level     CHORUS_LOG_LEVEL  "logLevel"         notice
            """,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, ImportCommand.self, ReleaseCommand.self, ProjectionsCommand.self,
            TaxonomyCommand.self, ClassifyCommand.self, ModelsCommand.self, TopicsCommand.self, InboxCommand.self,
            RoutingCommand.self, TenantsCommand.self, KeysCommand.self, ForgetCommand.self, LogCommand.self,
            SQLURLCommand.self,
        ]
    )
}

@main
enum Main {
    static func main() async {
        Allocator.shareArenas()
        var command: any ParsableCommand
        do {
            command = try Chorus.parseAsRoot()
        } catch {
            Chorus.exit(withError: error)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as ExitCode {
            Chorus.exit(withError: error)
        } catch  where Chorus.exitCode(for: error).isSuccess {
            // No failure: help that was asked for, or the help of a command that only holds others.
            Chorus.exit(withError: error)
        } catch {
            Console.complain(Complaint(explaining: error).text)
            Chorus.exit(withError: ExitCode.failure)
        }
    }
}
