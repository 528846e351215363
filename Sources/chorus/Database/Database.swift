import EmbeddedPostgres
import EventLog
import Foundation
import Postgres

/// The database of a command: the one of DATABASE_URL, else the home's private cluster, running for as long as this is
/// open.
struct Database: Sendable {
    /// Connects as the owner of the schema; for migrations and for what only operators do.
    let operating: PostgresConfiguration
    /// Nil: the database is the operator's own.
    let cluster: Cluster?
    let files: SchemaFiles
    let settings: Settings

    /// What to do when the home has no cluster yet.
    enum Missing {
        case make
        /// Most commands have nothing to do in an empty home, which is more often a wrong one.
        case refuse
    }

    /// Starts or adopts what is needed and looks whether it answers.
    static func open(_ settings: Settings, missing: Missing) async throws -> Database {
        let files = try SchemaFiles.find()
        if let url = settings.databaseURL {
            let database = Database(
                operating: try configuration(url),
                cluster: nil,
                files: files,
                settings: settings
            )
            try await database.checkVersion()
            return database
        }
        if missing == .refuse, !hasCluster(settings.home) {
            throw Complaint(
                "there is nothing in \(settings.home) yet. Run `chorus serve` there first, or name the right folder with "
                    + "CHORUS_HOME, or a database with DATABASE_URL"
            )
        }
        var wanted = EmbeddedPostgres.Settings(home: settings.home)
        if let folder = settings.sharedDataFolder { wanted.sharedDataFolder = folder }
        let cluster = try await Cluster(wanted, logger: settings.logger)
        return Database(
            operating: try configuration(cluster.connectionString),
            cluster: cluster,
            files: files,
            settings: settings
        )
    }

    /// Ends the private cluster unless another process uses it too.
    func close() async throws {
        try await cluster?.stop()
    }

    /// Opens the database, runs `body`, closes it again, whatever happens.
    static func with<Value>(
        _ settings: Settings,
        missing: Missing = .refuse,
        _ body: (Database) async throws -> Value
    ) async throws -> Value {
        let database = try await open(settings, missing: missing)
        do {
            let value = try await body(database)
            try await database.close()
            return value
        } catch {
            try? await database.close()
            throw error
        }
    }

    /// Lends a pool of operator's connections.
    func withOperators<Value>(
        size: Int = 2,
        statementTimeout: Duration? = .seconds(30),
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var configuration = operating
        configuration.statementTimeout = statementTimeout
        configuration.idleInTransactionTimeout = statementTimeout
        return try await Self.with(PostgresPool(configuration, size: size), body)
    }

    /// Lends a pool of connections that may append to the log.
    func withServing<Value>(size: Int, _ body: (PostgresPool) async throws -> Value) async throws -> Value {
        try await Self.with(serving(size: size), body)
    }

    /// Connections with the server's own rights, whose settings were checked.
    ///
    /// - Parameter idleInTransactionTimeout: nil for work that thinks for as long as it takes between two statements.
    func serving(
        size: Int,
        statementTimeout: Duration? = .seconds(30),
        idleInTransactionTimeout: Duration? = .seconds(30)
    ) -> PostgresPool {
        var configuration = DurableConnection.configuration(operating)
        configuration.statementTimeout = statementTimeout
        configuration.idleInTransactionTimeout = idleInTransactionTimeout
        return checked(configuration, size: size)
    }

    /// Connections that append to the log, with the time limits of an append.
    func appending(size: Int) -> PostgresPool {
        checked(DurableConnection.appends(operating), size: size)
    }

    private func checked(_ configuration: PostgresConfiguration, size: Int) -> PostgresPool {
        PostgresPool(
            configuration,
            size: size,
            onConnect: DurableConnection.check(allowsVolatile: settings.allowsVolatileDatabase, notice: warn)
        )
    }

    /// Tells the operator that a tenant's log goes on in another database than before.
    var warn: @Sendable (EpochNotice) -> Void {
        let logger = settings.logger
        return { notice in
            logger.warning(
                "this database was restored, copied or promoted: a new epoch begins, and cursors of the old one are refused",
                metadata: [
                    "tenant": "\(notice.tenant)", "epoch": "\(notice.epoch.uuidString.lowercased())",
                    "afterPosition": "\(notice.afterPosition)", "reason": "\(notice.reason)",
                ]
            )
        }
    }

    private static func with<Value>(
        _ pool: PostgresPool,
        _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    private static func configuration(_ url: String) throws -> PostgresConfiguration {
        do {
            return try PostgresConfiguration(connectionString: url)
        } catch {
            throw Complaint(
                "DATABASE_URL cannot be read; it has the form postgresql://user:password@host:5432/database"
            )
        }
    }

    private static func hasCluster(_ home: String) -> Bool {
        var info = stat()
        return lstat("\(home)/postgres", &info) == 0
    }
}
