import EventSourcing
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Keeps every projector's live generation at the head of every tenant's log.
///
/// Woken by this process's own appends, and every `pollInterval` by itself for those of other nodes. One statement a
/// round reads all heads that moved, of the tenants whose lease this node holds. A projector that fails is loud and tried again in the next round; the others go on.
package final class ProjectionEngine: Service {
    /// Rounds begin at least this far apart.
    private static let pace = Duration.milliseconds(40)

    private let projectors: [any PostgresProjector]
    private let step: ProjectionStep
    private let pool: PostgresPool
    private let signal: LogSignal
    private let progress: ProjectionProgress
    /// Nil: every tenant is this engine's work.
    private let leases: TenantLeases?
    private let pollInterval: Duration
    private let logger: Logger
    /// What was said last of each projector that stands still: a complaint is made once, not in every round.
    private let complaints = Mutex<[String: String]>([:])

    package init(
        projectors: [any PostgresProjector],
        pool: PostgresPool,
        files: SchemaFiles,
        signal: LogSignal,
        progress: ProjectionProgress,
        leases: TenantLeases? = nil,
        pollInterval: Duration = .milliseconds(200),
        batchSize: Int = 4000,
        logger: Logger
    ) {
        self.projectors = projectors
        self.step = ProjectionStep(pool: pool, files: files, logger: logger, batchSize: batchSize)
        self.pool = pool
        self.signal = signal
        self.progress = progress
        self.leases = leases
        self.pollInterval = pollInterval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            while !Task.isCancelled {
                let next = clock.now.advanced(by: Self.pace)
                do {
                    _ = try await self.round()
                } catch {
                    if Task.isCancelled { break }
                    self.complain(of: "every projector", error)
                }
                await self.signal.wait(upTo: self.pollInterval)
                // Under load each round then takes what came in a while, instead of a transaction for every few events.
                try? await clock.sleep(until: next)
            }
        }
        // In a task of its own: this one may be cancelled. A node that cannot give back is waited for.
        await Task { try? await self.leases?.release() }.value
    }

    /// Brings every projector that lags one catch-up further.
    ///
    /// - Returns: whether any moved.
    package func round() async throws -> Bool {
        var moved = false
        for work in try await lagging() {
            guard let projector = projectors.first(where: { $0.name == work.projector }) else { continue }
            guard projector.version == work.version else { continue }
            do {
                let reached = try await step.catchUp(
                    projector,
                    generation: work.generation,
                    tenant: work.tenant,
                    from: work.position,
                    to: work.head
                )
                moved = moved || reached > work.position
                progress.reached()
                complaints.withLock { $0["\(work.projector) of tenant \(work.tenant)"] = nil }
            } catch is Fenced {
                continue
            } catch {
                if Task.isCancelled { throw error }
                complain(of: "\(work.projector) of tenant \(work.tenant)", error, at: work.position)
            }
        }
        complaints.withLock { $0["every projector"] = nil }
        return moved
    }

    private func complain(of projector: String, _ error: any Error, at position: Position? = nil) {
        let text = "\(error)"
        let isNew = complaints.withLock { complaints in
            defer { complaints[projector] = text }
            return complaints[projector] != text
        }
        guard isNew else { return }
        logger.error(
            "a projector stands still; it is tried again in every round",
            metadata: [
                "projector": "\(projector)", "position": "\(position.map(String.init) ?? "any")", "error": "\(text)",
            ]
        )
    }

    private struct Work {
        let tenant: TenantID
        let head: Position
        let projector: String
        let version: Int
        let generation: Int32
        let position: Position
    }

    private func lagging() async throws -> [Work] {
        let held = try await leases?.held().map(\.rawValue).sorted()
        if held == [] { return [] }
        let statement: SQL = """
            SELECT h.tenant_id, h.position, g.projector, g.projector_version, g.generation, c.position
            FROM log.heads AS h
            CROSS JOIN projections.generations AS g
            LEFT JOIN projections.checkpoints AS c
                ON c.tenant_id = h.tenant_id
                AND c.generation = g.generation
            WHERE g.state = 'live'
                AND (c.position IS NULL OR c.position < h.position)
                AND (\(held)::integer[] IS NULL OR h.tenant_id = ANY (\(held)))
            ORDER BY h.tenant_id, g.projector
            """
        var rows = try await pool.query(statement)
        if try rows.contains(where: { try $0.decode(5, as: Int64?.self) == nil }) {
            try await addCheckpoints()
            rows = try await pool.query(statement)
        }
        return try rows.map { row in
            let (tenant, head, projector, version, generation, position) = try row.decode(
                (Int32, Int64, String, Int32, Int32, Int64).self
            )
            return Work(
                tenant: TenantID(rawValue: tenant),
                head: head,
                projector: projector,
                version: Int(version),
                generation: generation,
                position: position
            )
        }
    }

    /// A tenant or a generation is new: it begins at 0.
    private func addCheckpoints() async throws {
        try await pool.execute(
            """
            INSERT INTO projections.checkpoints (tenant_id, generation)
            SELECT h.tenant_id, g.generation
            FROM log.heads AS h
            CROSS JOIN projections.generations AS g
            WHERE g.state = 'live'
            ON CONFLICT (tenant_id, generation) DO NOTHING
            """
        )
    }
}
