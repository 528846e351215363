import Demands
import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import Projectors
import TestSupport

/// A database with live generations, a store, and an engine that the test turns by hand.
struct TestBoard {
    let store: PostgresEventStore
    let operators: PostgresPool
    let pool: PostgresPool
    var files: SchemaFiles
    let progress: ProjectionProgress
    let tenants: TenantDirectory
    var projectors = AllProjectors.make()
    let logger = Logger(label: "test")

    static let tenant = TenantID(rawValue: 1)

    static func make() async throws -> TestBoard {
        let files = try SchemaFiles.find()
        let connectionString = try await TestPostgres.connectionString(template: "board") { template in
            let configuration = try PostgresConfiguration(connectionString: template)
            try await Migrator(files: files, logger: Logger(label: "test")).migrate(configuration) { connection in
                _ = try await Generations(files: files).ensureLive(AllProjectors.make(), on: connection)
                for code in ["one", "two"] {
                    _ = try await TenantCreation.create(
                        code: code,
                        timeZone: "Asia/Shanghai",
                        language: "zh",
                        k: 3,
                        channels: ["web", "forum"],
                        on: connection
                    )
                }
            }
        }
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        let pool = PostgresPool(DurableConnection.configuration(configuration), size: 6)
        return TestBoard(
            store: PostgresEventStore(pool: pool),
            operators: PostgresPool(configuration, size: 8),
            pool: pool,
            files: files,
            progress: ProjectionProgress(pool: pool),
            tenants: TenantDirectory(pool: pool)
        )
    }

    func close() async {
        await pool.close()
        await operators.close()
    }

    /// Turns the engine until nothing moves.
    func project(batchSize: Int = 4000) async throws {
        let engine = ProjectionEngine(
            projectors: projectors,
            pool: pool,
            files: files,
            signal: LogSignal(),
            progress: progress,
            batchSize: batchSize,
            logger: logger
        )
        while try await engine.round() {}
    }

    func rebuild(_ options: Rebuild.Options? = nil) async throws -> [Rebuild.Outcome] {
        var options = options ?? Rebuild.Options()
        options.dropsOld = true
        return try await Rebuild(pool: operators, files: files, logger: logger).run(projectors, options)
    }

    func release(_ at: Timestamp = Timestamp(microsecondsSince1970: 0)) async throws -> Int {
        let releaser = Releaser(
            store: store,
            tenants: tenants,
            reads: pool,
            progress: progress,
            now: { at },
            logger: logger
        )
        guard let tenant = try await tenants.tenant(Self.tenant) else { return 0 }
        async let published = releaser.release(tenant, reason: .manual)
        let release = try await published.release
        try await project()
        return release
    }

    /// The number of a projector's live generation.
    func liveGeneration(of projector: String) async throws -> Int32 {
        let rows = try await operators.query(
            "SELECT g.generation FROM projections.generations AS g WHERE g.projector = \(projector) AND g.state = 'live'"
        )
        guard let live = rows.first else { throw StoreFailure.unavailable("\(projector) has no live generation") }
        return try live.decode(0, as: Int32.self)
    }

    /// Rows of a view as a login of tenant `one` sees them.
    func rows(_ query: String, as audience: String = "reviewer", tenant: String = "one") async throws -> [[String?]] {
        try await operators.withTransaction { connection in
            let role: UtilitySQL =
                "SET LOCAL ROLE \(identifier: TenantCreation.login(tenant: tenant, audience: audience))"
            try await connection.run(script: role)
            let rows = try await connection.query(SQL(query))
            return rows.map { row in
                row.columns.indices.map { index -> String? in
                    var json: [UInt8] = []
                    row.value(index).appendJSON(to: &json)
                    let text = String(decoding: json, as: UTF8.self)
                    return text == "null" ? nil : text.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
                }
            }
        }
    }

    // Commands

    func receive(
        _ stream: StreamID,
        category: String? = nil,
        person: String? = nil,
        at: String = "2020-01-02T08:00:00+08:00",
        channel: String = "web",
        organization: String? = nil,
        place: String? = nil,
        groups: [GroupLink] = [],
        kind: DemandKind? = nil,
        support: Int = 0,
        tenant: TenantID = TestBoard.tenant
    ) async throws {
        let time = Timestamp(rfc3339: at)
        _ = try await store.execute(
            Submission(
                tenant: tenant,
                stream: stream,
                likelyNew: true,
                person: person.map { PersonReference(source: "test", reference: $0) },
                actor: "test"
            ) { known in
                let received = FeedbackReceived(
                    coordinates: MessageCoordinates(
                        channel: channel,
                        source: "test",
                        occurredAt: time,
                        organization: organization,
                        place: place,
                        groups: groups,
                        reportedSupport: support,
                        person: known.personToken
                    ),
                    text: PassageLink(number: 1, commitment: "00")
                )
                let command = ReceiveFeedback(
                    received: received,
                    kind: kind,
                    category: category.map { GivenCategory(code: $0) },
                    allowedChannels: ["web", "forum"],
                    repeatsStoredRequest: true
                )
                return try decided(.receive(command), known)
            }
        )
    }

    func execute(_ command: Message.Command, _ stream: StreamID) async throws {
        _ = try await store.execute(
            Submission(tenant: Self.tenant, stream: stream, actor: "test") { known in try decided(command, known) }
        )
    }

    static func message() -> StreamID { StreamID(type: Message.streamType, id: UUID()) }
}

private func decided(_ command: Message.Command, _ known: Known) throws -> Decision {
    Decision(events: try Message.decide(command, Message.state(after: known.history)).map(\.encoded))
}
