import EventLog
import EventSourcing
import Foundation
import JSONText
import Postgres
import Synchronization
import TestSupport

/// Writers over several nodes append through the real road, while a reader follows the log.
package struct TailTheEventLog: Sendable {
    private let plan: TailingPlan
    private let configuration: PostgresConfiguration
    private let tenant: TenantID

    /// - Parameter connectionString: of a superuser, to a migrated database whose tenant has an empty log.
    package init(_ plan: TailingPlan, connectionString: String, tenant: TenantID) throws {
        self.plan = plan
        self.tenant = tenant
        configuration = try PostgresConfiguration(connectionString: connectionString)
    }

    /// - Parameters:
    ///   - allowsVolatile: as of `DurableConnection.check`.
    ///   - progress: how many events the reader has got.
    package func run(allowsVolatile: Bool, progress: (@Sendable (Int) -> Void)? = nil) async throws -> TailingResult {
        let table: UtilitySQL = "log.batches"
        let pools = (0...plan.nodes).map { _ in
            PostgresPool(
                DurableConnection.configuration(configuration),
                size: 4,
                waitTimeout: .seconds(60),
                onConnect: DurableConnection.check(allowsVolatile: allowsVolatile)
            )
        }
        let operators = PostgresPool(configuration, size: 2, waitTimeout: .seconds(60))
        let hindrances = try await Hindrances.begin(plan, on: table, configuration)
        let reader = PostgresEventStore(pool: pools[plan.nodes])
        let done = WritersDone()
        let tenant = self.tenant
        let follower = TailingReader(
            read: { try await reader.events(of: tenant, after: $0, limit: $1).map(\.position) },
            progress: progress
        )
        let stores = pools.prefix(plan.nodes).map { PostgresEventStore(pool: $0) }
        let start = ContinuousClock.now
        async let tally = follower.follow(until: done)
        var result = TailingResult()
        do {
            defer { done.reach() }
            try await withThrowingTaskGroup(of: Writer.self) { group in
                for index in 0..<plan.writers {
                    group.addTask {
                        var writer = Writer(plan, index, tenant)
                        try await writer.write(to: stores[index % stores.count], rollingBackOn: operators)
                        return writer
                    }
                }
                for try await writer in group {
                    result.refused += writer.refused
                    result.rolledBack += writer.rolledBack
                }
            }
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        let read = try await tally
        result.seen = read.seen
        result.repeated = read.repeated
        let rows = try await operators.query(
            "SELECT count(*), COALESCE(max(position), 0) FROM log.events WHERE tenant_id = \(tenant.rawValue)"
        )
        if let (count, last) = try rows.first?.decode((Int64, Int64).self) {
            result.committed = Int(count)
            result.gaps = Int(last - count)
        }
        result.slowCommits = try await hindrances.end(on: table)
        for pool in pools + [operators] { await pool.close() }
        return result
    }
}

/// One of the writers: so many commands under way at once, until it has added its share.
private struct Writer: Sendable {
    private let plan: TailingPlan
    private let tenant: TenantID
    private let index: Int
    private var random: SeededRandom
    private var left: Int
    private var streams: [StreamID] = []
    private(set) var refused = 0
    private(set) var rolledBack = 0

    private struct Refused: Error {}

    private enum Outcome {
        case stored
        case refused
        case broken
    }

    init(_ plan: TailingPlan, _ index: Int, _ tenant: TenantID) {
        self.plan = plan
        self.index = index
        self.tenant = tenant
        random = SeededRandom(seed: plan.seed &+ UInt64(index))
        left = plan.share(of: index)
    }

    mutating func write(to store: PostgresEventStore, rollingBackOn operators: PostgresPool) async throws {
        var chunks = 0
        while left > 0 {
            chunks += 1
            var submissions: [Submission] = []
            while left > 0, submissions.count < plan.chunk { submissions.append(next()) }
            // A statement that PostgreSQL refuses for one of its commands is rolled back and cut in two.
            if chunks % plan.rollBackEvery == 1 { submissions.append(broken()) }
            let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for submission in submissions { group.addTask { try await Self.outcome(of: submission, on: store) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            refused += outcomes.count { $0 == .refused }
            rolledBack += outcomes.count { $0 == .broken }
            if chunks % plan.rollBackEvery == 0 { rolledBack += try await rollBack(on: operators) }
        }
    }

    private static func outcome(of submission: Submission, on store: PostgresEventStore) async throws -> Outcome {
        do {
            _ = try await store.execute(submission)
            return .stored
        } catch is Refused {
            return .refused
        } catch StoreFailure.unavailable where submission.actor == "broken" {
            return .broken
        }
    }

    /// A new stream mostly, or a further event of a late one; now and then a command that is refused.
    private mutating func next() -> Submission {
        if random.chance(5) {
            return Submission(tenant: tenant, stream: newStream(), actor: "writer") { _ in throw Refused() }
        }
        let isNew = streams.isEmpty || random.chance(70)
        let stream = isNew ? newStream() : streams[Int.random(in: 0..<streams.count, using: &random)]
        if isNew {
            streams.append(stream)
            if streams.count > 50 { streams.removeFirst() }
        }
        let count = min(left, Int.random(in: 1...4, using: &random))
        left -= count
        let writer = index
        return Submission(tenant: tenant, stream: stream, likelyNew: isNew, actor: "writer") { known in
            Decision(
                events: (0..<count).map { number in
                    NewEvent(
                        type: "Written",
                        schemaVersion: 1,
                        body: JSONWriter.object { json in
                            json.field("writer", writer)
                            json.field("number", known.history.count + number + 1)
                            json.field("place", "A7县")
                            json.field("commitment", "0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b")
                        }
                    )
                }
            )
        }
    }

    private func broken() -> Submission {
        Submission(tenant: tenant, stream: newStream(), actor: "broken") { _ in
            Decision(events: [NewEvent(type: "Broken", schemaVersion: 1, body: Array("{".utf8))])
        }
    }

    private func newStream() -> StreamID { StreamID(type: "feedback", id: UUID()) }

    /// Takes the head, moves it, writes an event there, and gives up.
    private func rollBack(on operators: PostgresPool) async throws -> Int {
        struct GivenUp: Error {}
        let tenant = self.tenant
        do {
            try await operators.withTransaction { connection in
                try await connection.execute(
                    "UPDATE log.heads SET position = position + 1 WHERE tenant_id = \(tenant.rawValue)"
                )
                try await connection.execute(
                    """
                    INSERT INTO log.events (
                        tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type,
                        actor, body
                    )
                    SELECT tenant_id, position, \(UUID()), 1, 1, now(), 'feedback', 'Written', 'test', '{}'
                    FROM log.heads
                    WHERE tenant_id = \(tenant.rawValue)
                    """
                )
                throw GivenUp()
            }
        } catch is GivenUp {
            return 1
        }
        return 0
    }
}
