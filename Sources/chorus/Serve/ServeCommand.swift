import ArgumentParser
import EventLog
import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server; the first start makes everything it needs.",
        discussion: """
            Without a database of your own it runs a private PostgreSQL in the home, from the installed binaries. The \
            first start makes tenant `default`, an admin key (CHORUS_ADMIN_KEY if set, else a random one that is printed \
            once and kept in admin.key) and a publishable intake key; days are those of Asia/Shanghai unless --timezone or \
            CHORUS_TIMEZONE says otherwise. SIGTERM or Ctrl-C ends it within 20 seconds: \
            requests under way are finished first.

            Examples:
              chorus serve
              chorus serve --address 0.0.0.0:8080 --timezone Asia/Shanghai
              DATABASE_URL=postgresql://chorus@db/chorus CHORUS_ADMIN_KEY=… chorus serve
            """
    )

    @Option(help: ArgumentHelp("Where to listen.", valueName: "host:port"))
    var address: String?

    @Option(
        help: ArgumentHelp(
            "Where to serve /metrics for Prometheus; nowhere unless given. Tells of all tenants: keep it from them.",
            valueName: "host:port"
        )
    )
    var metricsAddress: String?

    @Option(help: "The time zone of tenant `default`, chosen at the first start.")
    var timezone: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let started = ContinuousClock.now
        let settings = try await Settings.load(
            common,
            flags: ["address": address, "timezone": timezone, "metricsAddress": metricsAddress]
        )
        let listen = try ListenAddress(settings.address)
        let metrics = try settings.metricsAddress.map { text throws(Complaint) in try ListenAddress(text) }
        let zone = settings.timeZone
        guard TimeZone(identifier: zone) != nil else {
            throw Complaint("\(zone) is not a time zone; use an IANA name such as Asia/Shanghai")
        }
        // Before the private PostgreSQL starts, which inherits it.
        let fileLimit = OpenFiles.raiseLimit()
        try makeHome(settings.home)
        try await Database.with(settings, missing: .make) { database in
            try await database.checkDurability()
            _ = try await database.migrate()
            let keys = try await database.withServing(size: 1) { pool in
                try await FirstStart(database: database, timeZone: zone).prepare(PostgresEventStore(pool: pool))
            }
            let connections = OpenFiles.connections(under: fileLimit)
            let serving = Serving(
                database: database,
                address: listen,
                metricsAddress: metrics,
                connectionLimit: connections
            ) { port in
                let url = listen.url(port: port)
                for line in Welcome(url: url, keys: keys).lines { Console.result(line) }
                let elapsed = (ContinuousClock.now - started).formatted(
                    .units(allowed: [.seconds], fractionalPart: .show(length: 1))
                )
                Console.note("Ready after \(elapsed).")
            }
            try await serving.run()
            Console.note("Ended.")
        }
    }

    private func makeHome(_ home: String) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        do {
            try FileManager.default.createDirectory(
                atPath: home,
                withIntermediateDirectories: true,
                attributes: attributes
            )
        } catch {
            throw Complaint("the home \(home) cannot be made: check the folder above it, or choose another CHORUS_HOME")
        }
    }
}
