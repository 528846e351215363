import EmbeddedPostgres
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// The private PostgreSQL while this process uses it; as a service it is started again when it dies.
final class Cluster: Service {
    private let settings: EmbeddedPostgres.Settings
    private let logger: Logger
    private let present: Mutex<EmbeddedPostgres>
    /// Fit for libpq; stays the same when the cluster is started again.
    let connectionString: String

    /// Starts the home's cluster or adopts the running one.
    init(_ settings: EmbeddedPostgres.Settings, logger: Logger) async throws {
        let cluster = try await EmbeddedPostgres.start(settings) { Console.note($0) }
        self.settings = settings
        self.logger = logger
        connectionString = cluster.connectionString
        present = Mutex(cluster)
    }

    /// Looks once a second whether the postmaster still lives.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(1))) != nil {
                let cluster = self.present.withLock { $0 }
                if Postmaster.isAlive(cluster.postmasterPID, in: cluster.dataDirectory) { continue }
                await self.startAgain()
            }
        }
    }

    /// Ends it, unless another process uses it too.
    func stop() async throws {
        try await present.withLock { $0 }.stop()
    }

    private func startAgain() async {
        logger.error("PostgreSQL has died; starting it again")
        do {
            let cluster = try await EmbeddedPostgres.start(settings) { Console.note($0) }
            present.withLock { $0 = cluster }
            if cluster.connectionString == connectionString {
                logger.notice("PostgreSQL is back", metadata: ["pid": "\(cluster.postmasterPID)"])
            } else {
                logger.critical("PostgreSQL came back at another address; restart chorus serve")
            }
        } catch {
            if !Task.isCancelled { logger.error("PostgreSQL does not start", metadata: ["error": "\(error)"]) }
        }
    }
}
