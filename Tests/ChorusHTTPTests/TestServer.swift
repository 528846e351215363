import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSONText
import Logging
import ModelTraining
import NIOCore
import Postgres
import Projectors
import Refinement
import Synchronization
import TestSupport
import Testing

@testable import ChorusHTTP

/// A migrated database of its own with two tenants and keys of every kind, and the server over it.
struct TestServer {
    /// Who calls; each has one key.
    enum Who: String, CaseIterable {
        case admin, collector, otherCollector, reviewer, reviewerOfUnion, analyst, author, publishable
        case foreignAdmin, foreignCollector, foreignReviewer, foreignAnalyst

        var secret: String { "chorus_sk_\(rawValue)_0123456789abcdef0123456789" }
        var isForeign: Bool { rawValue.hasPrefix("foreign") }

        fileprivate var scopes: Set<Scope> {
            switch self {
            case .admin, .foreignAdmin: [.admin]
            case .collector, .otherCollector, .foreignCollector: [.collector]
            case .reviewer, .reviewerOfUnion, .foreignReviewer: [.reviewer]
            case .analyst, .foreignAnalyst: [.analyst]
            case .author: [.author]
            case .publishable: [.intake]
            }
        }
    }

    static let one = TenantID(rawValue: 1)
    static let two = TenantID(rawValue: 2)
    /// 2026-06-01T00:00:00Z.
    static let now = Timestamp(microsecondsSince1970: 1_780_272_000_000_000)

    let connectionString: String
    let services: Services
    let operators: PostgresPool
    let pool: PostgresPool
    let engine: ProjectionEngine
    let processes: ProcessEngine
    let log: LogLines
    let clock = ManualClock()
    var configuration = HTTPConfiguration()

    static func make(
        store: (any EventStore)? = nil,
        isDraining: Bool = false,
        limits: AppendLimits = AppendLimits()
    ) async throws -> TestServer {
        let files = try SchemaFiles.find()
        let connectionString = try await TestPostgres.connectionString(template: "http") { template in
            try await prepare(template, files)
        }
        return try TestServer(connectionString, files, store, isDraining, limits)
    }

    /// Another server on the same database: a second node, or the same one after a restart.
    func node() throws -> TestServer {
        try TestServer(connectionString, try SchemaFiles.find(), nil, false, AppendLimits())
    }

    private static func prepare(_ connectionString: String, _ files: SchemaFiles) async throws {
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        let generations = Generations(files: files)
        try await Migrator(files: files, logger: Logger(label: "test")).migrate(configuration) { connection in
            _ = try await generations.ensureLive(AllProjectors.make(), on: connection)
            for code in ["one", "two"] {
                _ = try await TenantCreation.create(
                    code: code,
                    timeZone: "Asia/Shanghai",
                    language: "zh",
                    k: 2,
                    channels: ["web", "phone", "forum", "other"],
                    on: connection
                )
            }
        }
        let pool = PostgresPool(configuration, size: 1)
        for who in Who.allCases {
            _ = try await APIKeys(pool: pool).create(
                tenant: who.isForeign ? two : one,
                name: who.rawValue,
                scopes: who.scopes,
                organization: who == .reviewerOfUnion ? "union" : nil,
                isPublishable: who == .publishable,
                secret: who.secret
            )
        }
        await pool.close()
    }

    /// The built `chorus`, beside the test bundle that runs now.
    private static let trainingProcesses: TrainingProcesses = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let program = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("chorus").path
        return TrainingProcesses(program: program, arguments: ["classify", "worker"])
    }()

    private init(
        _ connectionString: String,
        _ files: SchemaFiles,
        _ store: (any EventStore)?,
        _ isDraining: Bool,
        _ limits: AppendLimits
    ) throws {
        self.connectionString = connectionString
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        operators = PostgresPool(configuration, size: 2)
        pool = PostgresPool(
            DurableConnection.configuration(configuration),
            size: 6,
            onConnect: DurableConnection.check(allowsVolatile: true)
        )
        let lines = LogLines()
        log = lines
        let logger = lines.logger()
        let signal = LogSignal()
        let progress = ProjectionProgress(pool: pool)
        engine = ProjectionEngine(
            projectors: AllProjectors.make(),
            pool: pool,
            files: files,
            signal: signal,
            progress: progress,
            logger: logger
        )
        services = Services(
            store: store ?? PostgresEventStore(pool: pool, signal: signal, limits: limits),
            tenants: TenantDirectory(pool: pool),
            keys: APIKeys(pool: pool),
            reads: pool,
            lookups: pool,
            progress: progress,
            logger: logger,
            trainer: { Trainer(settings: $0, processes: Self.trainingProcesses) },
            now: { Self.now },
            isDraining: { isDraining }
        )
        let categories = CategoryHistories(store: services.store, pool: pool)
        processes = ProcessEngine(
            sources: [
                ClassificationProcesses(
                    store: services.store,
                    folded: services.folded,
                    models: services.models,
                    reads: pool,
                    categories: categories
                ),
                TaxonomyProcesses(store: services.store, reads: pool, categories: categories),
                TopicProcesses(store: services.store, tenants: services.tenants, reads: pool),
                RoutingProcesses(tables: services.routing),
            ],
            store: services.store,
            pool: pool,
            leases: nil,
            logger: logger
        )
        let clock = clock
        self.configuration.clock = { clock.now }
    }

    /// Runs a test on the router, without a socket.
    func run<R: Sendable>(_ test: @Sendable (TestCaller) async throws -> R) async throws -> R {
        try await run(.router, test)
    }

    func run<R: Sendable>(_ setup: TestingSetup, _ test: @Sendable (TestCaller) async throws -> R) async throws -> R {
        let result: Result<R, any Error>
        do {
            result = .success(
                try await buildApplication(services, configuration: configuration).test(setup) { client in
                    try await test(TestCaller(client: client))
                }
            )
        } catch {
            result = .failure(error)
        }
        await pool.close()
        await operators.close()
        return try result.get()
    }

    /// Brings the projectors to the head of the log.
    func project() async throws {
        while try await engine.round() {}
    }

    /// Lets the processes read to the head of the log, and the projectors after them.
    func refine() async throws {
        while try await processes.round() {}
        try await project()
    }

    /// Forgets the words of a message, as an operator does on demand.
    func forget(_ message: String) async throws {
        let stream = StreamID(type: "feedback", id: try #require(UUID(uuidString: message)))
        _ = try await services.store.execute(
            Submission(tenant: Self.one, stream: stream, actor: "operator") { _ in
                Decision(
                    events: [
                        NewEvent(type: "MessageForgotten", schemaVersion: 1, body: Array(#"{"scope":"message"}"#.utf8))
                    ],
                    forgets: [.words(of: stream.id)]
                )
            }
        )
    }

    /// Publishes a release and projects it.
    func release(_ number: Int) async throws {
        let stream = StreamID(type: Releases.streamType, id: UUID(hash: Array(repeating: 7, count: 16)))
        _ = try await services.store.execute(
            Submission(tenant: Self.one, stream: stream, actor: "system:test") { _ in
                Decision(events: [ReleasePublished(release: number, reason: .manual, k: 2).encoded])
            }
        )
        try await project()
    }
}

/// A clock that moves when a test says so.
final class ManualClock: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex<Duration>(.zero)

    var now: ContinuousClock.Instant { start + passed.withLock { $0 } }

    func advance(_ duration: Duration) {
        passed.withLock { $0 += duration }
    }
}
