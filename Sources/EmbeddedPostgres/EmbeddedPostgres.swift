import Foundation

/// A running PostgreSQL cluster of our own, for people who set no DATABASE_URL.
///
/// Its postmaster outlives this process: after a kill the next `start` of the same home adopts it. It listens on a
/// Unix socket in a private folder and nowhere else; who may enter the folder (its account, and root) needs no
/// password. Several processes may use one cluster at once; the last one to call `stop()` ends it.
package struct EmbeddedPostgres: Sendable {
    /// What to run, and where.
    package struct Settings: Sendable {
        /// The folder of one Chorus installation (CHORUS_HOME); may be relative. Made when missing, mode 0700.
        package var home: String
        /// False lets the machine's crash lose data (fsync and full_page_writes off); for tests only.
        package var durable: Bool
        /// PostgreSQL settings that replace or join ours in `chorus.conf`, values unquoted.
        package var extra: [String: String]
        /// Where root's clusters put their data, below which the unprivileged account can reach.
        package var sharedDataFolder = "/var/lib/chorus"
        /// A folder that takes the socket folder; nil lets us choose (/run, XDG_RUNTIME_DIR or /tmp).
        package var socketParent: String?

        package init(home: String, durable: Bool = true, extra: [String: String] = [:]) {
            self.home = home
            self.durable = durable
            self.extra = extra
        }
    }

    /// The home, absolute and without links.
    package let home: String
    /// Absolute, without links; when root made the cluster it is outside the home, which links to it.
    package let dataDirectory: String
    package let socketDirectory: String
    package let port: Int
    package let postmasterPID: Int32
    /// True when the postmaster was already running.
    package let wasAdopted: Bool
    /// The folder with the server's own `psql`, `pg_dump` and so on.
    package let programs: String
    /// Held (shared) for as long as this cluster is in use through this value; nil for one that was only found.
    let usage: FileLock?

    /// A URI for the superuser `chorus` and the database `chorus`, fit for libpq, psql and DATABASE_URL.
    package var connectionString: String { connectionString(database: "chorus") }

    /// A URI for the superuser `chorus` and another database of the cluster.
    package func connectionString(database: String) -> String {
        let plain = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        func encoded(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? text }
        return "postgresql://chorus@/\(encoded(database))?host=\(encoded(socketDirectory))&port=\(port)"
    }

    /// The home's cluster if its postmaster is running and ready; nil when it is not.
    ///
    /// Takes no part in the cluster's use: whoever started it may stop it meanwhile. Throws when the data is there
    /// but belongs to somebody else.
    package static func find(home: String) throws(EmbeddedPostgresError) -> EmbeddedPostgres? {
        guard let home = resolved(home), let folder = try DataFolder.existing(home: home),
            let postmaster = try Postmaster.running(in: folder.path), postmaster.state == .ready
        else { return nil }
        let installation = try Installation.find(version: folder.version)
        return EmbeddedPostgres(
            home: home,
            folder: folder,
            postmaster: postmaster,
            installation: installation,
            adopted: true,
            usage: nil
        )
    }

    init(
        home: String,
        folder: DataFolder,
        postmaster: Postmaster,
        installation: Installation,
        adopted: Bool,
        usage: FileLock?
    ) {
        self.home = home
        dataDirectory = folder.path
        socketDirectory = postmaster.socketFolder
        port = postmaster.port
        postmasterPID = postmaster.pid
        wasAdopted = adopted
        programs = installation.folder
        self.usage = usage
    }
}
