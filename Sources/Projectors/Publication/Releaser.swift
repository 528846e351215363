import Demands
import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Makes releases: on demand, and by itself once at least k more people have spoken, were answered or judged an answer, at
/// most once an hour (the first one at once).
///
/// A release is a position at which things are published. What each table may show of it is for `publish` to decide, which
/// changes no row by fewer than k people whoever made the release, and why.
package final class Releaser: Service {
    private let store: any EventStore
    private let tenants: TenantDirectory
    private let reads: PostgresPool
    private let progress: ProjectionProgress
    private let now: @Sendable () -> Timestamp
    private let interval: Duration
    private let logger: Logger

    /// What was published.
    package struct PublishedRelease: Sendable {
        package let release: Int
        package let position: Position
    }

    /// - Parameter interval: how often the service looks whether a release is due.
    package init(
        store: any EventStore,
        tenants: TenantDirectory,
        reads: PostgresPool,
        progress: ProjectionProgress,
        now: @escaping @Sendable () -> Timestamp,
        interval: Duration = .seconds(10),
        logger: Logger
    ) {
        self.store = store
        self.tenants = tenants
        self.reads = reads
        self.progress = progress
        self.now = now
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: self.interval)
                if Task.isCancelled { break }
                do {
                    for tenant in try await self.tenants.all() { await self.releaseIfDue(tenant) }
                } catch {
                    if Task.isCancelled { break }
                    self.logger.error("the tenants cannot be read", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// One tenant's trouble keeps no other tenant from its release.
    private func releaseIfDue(_ tenant: TenantRecord) async {
        do {
            guard try await isDue(tenant) else { return }
            _ = try await release(tenant, reason: .automatic)
        } catch is ReleaseRejection {
            return
        } catch {
            if Task.isCancelled { return }
            logger.error("no release could be made", metadata: ["tenant": "\(tenant.code)", "error": "\(error)"])
        }
    }

    /// Publishes everything up to now.
    ///
    /// Waits for the projectors first, so that the people who spoke are counted up to the head.
    /// - Throws: `ReleaseRejection` when what happened since the last release concerns fewer than k people.
    package func release(_ tenant: TenantRecord, reason: ReleaseReason) async throws -> PublishedRelease {
        let head = try await store.head(of: tenant.id)
        guard try await progress.wait(for: head, tenant: tenant.id, upTo: .seconds(60)) else {
            throw StoreFailure.unavailable("the projectors have not reached position \(head); is the server running?")
        }
        let last = try await lastRelease(of: tenant)
        let people = try await people(since: last, tenant)
        let command = Releases.Command(
            reason: reason,
            after: last?.number ?? 0,
            peopleSinceLast: people,
            k: tenant.k
        )
        let appended = try await store.execute(
            Submission(tenant: tenant.id, stream: Self.stream, actor: "system:releaser") { known in
                let state = try Releases.state(after: known.history)
                return Decision(events: try Releases.decide(command, state).map(\.encoded))
            }
        )
        guard let event = appended.history.last else { throw StoreFailure.unavailable("no release was stored") }
        return PublishedRelease(release: try ReleasePublished(decoding: event).release, position: event.position)
    }

    private static let stream = StreamID.only(Releases.streamType)

    private func isDue(_ tenant: TenantRecord) async throws -> Bool {
        guard try await store.head(of: tenant.id) > 0 else { return false }
        let last = try await lastRelease(of: tenant)
        if let last, now().microsecondsSince1970 - last.at.microsecondsSince1970 < 3_600_000_000 { return false }
        return try await people(since: last, tenant) >= tenant.k
    }

    private struct Last {
        let number: Int
        let position: Position
        let at: Timestamp
    }

    private func lastRelease(of tenant: TenantRecord) async throws -> Last? {
        guard let event = try await store.history(of: Self.stream, tenant: tenant.id).last else { return nil }
        return Last(
            number: try ReleasePublished(decoding: event).release,
            position: event.position,
            at: event.recordedAt
        )
    }

    /// Persons of whom one read model has something that they, or whoever answered them, brought about since the last release;
    /// an unidentified message counts as one. The largest of the numbers, as most are in all, or one that is large enough: the
    /// rest is not asked then.
    private func people(since last: Last?, _ tenant: TenantRecord) async throws -> Int {
        var people = 0
        for projector in ["demand_board", "participation"] where people < tenant.k {
            people = max(people, try await spoke(since: last, tenant, projector))
        }
        if people < tenant.k, let last { people = max(people, try await wereAnswered(since: last, tenant)) }
        return people
    }

    /// Who spoke, or whose messages changed. Responses voice no demands: only `participation` has them.
    private func spoke(since last: Last?, _ tenant: TenantRecord, _ projector: String) async throws -> Int {
        try await count(
            """
            SELECT count(DISTINCT f.person) + count(DISTINCT f.message_id) FILTER (WHERE f.person IS NULL)
            FROM facts AS f
            WHERE f.tenant_id = \(tenant.id.rawValue)
                AND f.changed_position > \(last?.position ?? 0)
            """,
            tenant,
            projector
        )
    }

    /// Who was answered with substance, or judged an answer. What rules and processes say of demands makes no release.
    private func wereAnswered(since last: Last, _ tenant: TenantRecord) async throws -> Int {
        try await count(
            """
            SELECT count(DISTINCT d.person) + count(DISTINCT d.message_id) FILTER (WHERE d.person IS NULL)
            FROM (
                SELECT j.message_id, j.demand
                FROM demands AS j
                WHERE j.tenant_id = \(tenant.id.rawValue)
                    AND j.judged_at >= \(PostgresTimestamp(microsecondsSince1970: last.at.microsecondsSince1970))
                UNION
                SELECT r.message_id, r.demand
                FROM replies AS r
                WHERE r.tenant_id = \(tenant.id.rawValue)
                    AND r.position > \(last.position)
                    AND r.is_substantive
            ) AS n
            JOIN demands AS d
                ON d.tenant_id = \(tenant.id.rawValue)
                AND d.message_id = n.message_id
                AND d.demand = n.demand
            WHERE NOT d.withdrawn
            """,
            tenant,
            "handling"
        )
    }

    private func count(_ statement: SQL, _ tenant: TenantRecord, _ projector: String) async throws -> Int {
        try await reads.withTransaction(readOnly: true) { connection in
            guard try await Generations.enterLive(projector, tenant: tenant.id, on: connection) != nil else {
                return 0
            }
            return try await connection.query(statement).first?.decode(0, as: Int.self) ?? 0
        }
    }
}
