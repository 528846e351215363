import ChorusHTTP
import EventLog
import EventSourcing
import Foundation
import NIOCore
import Postgres
import Projectors
import Refinement
import ServiceLifecycle

/// The long-running parts of a server on one database.
struct Serving {
    let database: Database
    let address: ListenAddress
    /// Nil: no metrics.
    let metricsAddress: ListenAddress?
    /// How many clients may be connected at once.
    let connectionLimit: Int
    /// Told the port once connections are taken.
    let onListening: @Sendable (_ port: Int) -> Void

    /// Projectors that write at the same time near the head.
    private static let projectingAtOnce = 2
    /// Few connections suffice, because appends are grouped. Processes have their own, so that one that reads the log again
    /// holds up nobody who reads.
    private static let pools = (
        appends: 2, projections: projectingAtOnce + 1, reads: 4, lookups: 2, processes: ProcessEngine.width
    )

    /// Runs until SIGTERM or SIGINT, then ends in order: not ready, requests under way, projections, connections.
    func run() async throws {
        let logger = database.settings.logger
        let appends = database.appending(size: Self.pools.appends)
        // A batch may fold many events between two statements, and a sweep may touch many rows in one.
        let projections = database.serving(
            size: Self.pools.projections,
            statementTimeout: .seconds(600),
            idleInTransactionTimeout: nil
        )
        let reads = database.serving(size: Self.pools.reads)
        let lookups = database.serving(size: Self.pools.lookups)
        let signal = LogSignal()
        let draining = Draining()
        let now: @Sendable () -> Timestamp = {
            Timestamp(microsecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded(.down)))
        }
        let counts = AppendCounts()
        let services = Services(
            store: PostgresEventStore(pool: appends, reads: reads, signal: signal, counts: counts),
            tenants: TenantDirectory(pool: lookups),
            keys: APIKeys(pool: lookups),
            reads: reads,
            lookups: lookups,
            progress: ProjectionProgress(pool: reads),
            logger: logger,
            trainer: { TrainingOptions.trainer($0) },
            now: now,
            isDraining: { draining.hasBegun }
        )
        let projectors = AllProjectors.make()
        let leases = TenantLeases(pool: projections)
        let journal = ProjectionJournal(pool: projections, logger: logger)
        let engine = ProjectionEngine(
            projectors: projectors,
            pool: projections,
            files: database.files,
            signal: signal,
            progress: services.progress,
            leases: leases,
            journal: journal,
            width: Self.projectingAtOnce,
            logger: logger
        )
        let apart = database.serving(size: Self.pools.processes)
        let log = SeparateReads(services.store, reads: PostgresEventStore(pool: apart))
        let categories = CategoryHistories(store: log, pool: apart)
        let processes = ProcessEngine(
            sources: [
                ClassificationProcesses(
                    store: log,
                    folded: services.folded,
                    models: services.models,
                    reads: apart,
                    categories: categories
                ),
                TaxonomyProcesses(store: log, reads: apart, categories: categories),
                TopicProcesses(store: log, tenants: services.tenants, reads: apart),
                RoutingProcesses(tables: services.routing),
            ],
            store: log,
            pool: apart,
            leases: leases,
            // What they say is wanted soon, not at once: fewer, longer stretches cost less.
            pollInterval: .milliseconds(500),
            logger: logger
        )
        let escalator = Escalator(
            store: services.store,
            tenants: services.tenants,
            routing: services.routing,
            reads: reads,
            now: now,
            logger: logger
        )
        let releaser = Releaser(
            store: services.store,
            tenants: services.tenants,
            reads: reads,
            progress: services.progress,
            now: now,
            logger: logger
        )
        var http = HTTPConfiguration()
        http.host = address.host
        http.port = address.port
        http.maximumConnections = connectionLimit
        let application = ListeningApplication(
            base: buildApplication(services, configuration: http),
            onListening: onListening
        )

        // A connection of its own: whatever keeps the others busy is what the metrics should tell.
        let asking = database.serving(size: 1, statementTimeout: .seconds(5))
        let metrics = metricsAddress.map { address in
            MetricsListener(
                metrics: ServerMetrics(
                    pool: asking,
                    journal: journal,
                    appends: counts,
                    versions: Dictionary(uniqueKeysWithValues: projectors.map { ($0.name, $0.version) })
                ),
                address: address,
                logger: logger
            )
        }

        // Told to end from the last to the first, each when the one before has ended.
        let parts: [any Service] =
            [engine, processes, escalator, releaser] + (metrics.map { [$0] } ?? []) + [application, draining]
        var group = ServiceGroupConfiguration(
            services: (database.cluster.map { [$0] } ?? []) + parts,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = .seconds(12)
        group.maximumCancellationDuration = .seconds(4)
        let outcome: Result<Void, any Error>
        do {
            try await ServiceGroup(configuration: group).run()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for pool in [appends, projections, reads, lookups, apart, asking] { await pool.close() }
        do {
            try outcome.get()
        } catch  where draining.hasBegun {
            logger.warning("a part of the server was cut off at the end", metadata: ["error": "\(error)"])
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Complaint(
                "\(address.host):\(address.port) is in use by another program; stop it, or choose another address with "
                    + "--address or CHORUS_ADDRESS"
            )
        } catch let error as IOError {
            throw Complaint(
                "cannot listen on \(address.host):\(address.port): \(String(cString: strerror(error.errnoCode)))"
            )
        }
    }
}
