import EventSourcing
import Logging
import Postgres
import ServiceLifecycle

/// Keeps every projector's live generation at the head of every tenant's log.
///
/// Near the head several projectors write at the same time, so that readers see what was said soon; far behind it one. Under a
/// load which nobody can keep up with whoever speaks goes first (`RightOfWay`). Where several tenants' logs moved, each gets a
/// batch at a time: one that imports a million messages holds up nobody else's views.
///
/// Woken by this process's own appends, and every `pollInterval` by itself for those of other nodes. One statement a
/// round reads all heads that moved, of the tenants whose lease this node holds. A projector that fails is loud and tried
/// again in the next round; the others go on.
package final class ProjectionEngine: Service {
    /// Rounds begin at least this far apart.
    private static let pace = Duration.milliseconds(40)
    /// Events of the largest batch that counts as near the head.
    private static let calm = 2_000

    private let projectors: [any PostgresProjector]
    private let step: ProjectionStep
    private let pool: PostgresPool
    private let signal: LogSignal
    private let progress: ProjectionProgress
    /// Nil: every tenant is this engine's work.
    private let leases: TenantLeases?
    private let journal: ProjectionJournal
    private let pollInterval: Duration
    private let batchSize: Int
    private let standstills: Standstills

    package init(
        projectors: [any PostgresProjector],
        pool: PostgresPool,
        files: SchemaFiles,
        signal: LogSignal,
        progress: ProjectionProgress,
        leases: TenantLeases? = nil,
        journal: ProjectionJournal? = nil,
        pollInterval: Duration = .milliseconds(200),
        batchSize: Int = 4000,
        width: Int = 1,
        logger: Logger
    ) {
        self.projectors = projectors
        self.step = ProjectionStep(
            pool: pool,
            files: files,
            logger: logger,
            batchSize: batchSize,
            width: width,
            calm: Self.calm
        )
        self.pool = pool
        self.signal = signal
        self.progress = progress
        self.leases = leases
        self.journal = journal ?? ProjectionJournal(pool: pool, logger: logger)
        self.pollInterval = pollInterval
        self.batchSize = batchSize
        self.standstills = Standstills(of: "projector", logger: logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var rests: [TenantID: ContinuousClock.Instant]? = [:]
            while !Task.isCancelled {
                let next = clock.now.advanced(by: Self.pace)
                do {
                    _ = try await self.turn(&rests)
                } catch {
                    if Task.isCancelled { break }
                    self.standstills.complain(of: "every projector", error)
                }
                await self.signal.wait(upTo: self.pollInterval)
                // Under load each round then takes what came in a while, instead of a transaction for every few events.
                try? await clock.sleep(until: next)
            }
        }
        await step.isGathered()
        // In a task of its own: this one may be cancelled. A node that cannot give back is waited for.
        await Task { try? await self.leases?.release() }.value
    }

    /// Brings every projector that lags to the head, one batch of the log for all that stand at the same position (of several
    /// tenants: each a batch further), and gathers the statistics that are due then: what `run` does, in steps.
    ///
    /// - Returns: whether any moved.
    package func round() async throws -> Bool {
        var rests: [TenantID: ContinuousClock.Instant]?
        let moved = try await turn(&rests)
        await step.isGathered()
        return moved
    }

    /// - Parameter rests: until when a tenant's projectors leave the machine to who speaks; nil: they never do.
    private func turn(_ rests: inout [TenantID: ContinuousClock.Instant]?) async throws -> Bool {
        let clock = ContinuousClock()
        let began = clock.now
        var moved = false
        let lagging = try await lagging()
        let tenants = Set(lagging.map(\.tenant)).sorted()
        var step = step
        // What is read ahead for one would be thrown away for the next.
        step.readsAhead = tenants.count == 1
        for tenant in tenants {
            if let end = rests?[tenant], end > clock.now { continue }
            let work = lagging.filter { $0.tenant == tenant }
            var isEnough = false
            let watches = work.map { journal.begin($0.run, tenant, at: $0.position) }
            var rounds = ProjectionRounds(
                tenant: tenant,
                work.map { ProjectionRounds.Course(run: $0.run, position: $0.position, goal: $0.head) }
            )
            var rightOfWay = RightOfWay(
                allowance: 2 * Position(batchSize),
                at: work.map(\.position).min() ?? 0,
                head: work.map(\.head).max() ?? 0,
                now: began
            )
            rightOfWay.goOn(now: clock.now)
            try await rounds.run(
                step,
                until: { Task.isCancelled || isEnough },
                moved: { courses in
                    if courses.contains(where: { $0.error == nil }) { moved = true }
                    for (watch, course) in zip(watches, courses) { watch.reached(course.position) }
                    progress.reached()
                    if tenants.count > 1 { isEnough = true }
                    guard rests != nil, let position = courses.filter({ $0.error == nil }).map(\.position).min() else {
                        return
                    }
                    let head = try await head(of: tenant)
                    let pause = rightOfWay.pause(at: position, head: head, now: clock.now)
                    rests?[tenant] = pause > .zero ? clock.now + pause : nil
                    if pause > .zero { isEnough = true }
                    rightOfWay.goOn(now: clock.now)
                }
            )
            for (watch, course) in zip(watches, rounds.courses) {
                let name = "\(course.run.projector.name) of tenant \(tenant)"
                switch course.error {
                case nil: standstills.isWell(name)
                case is Fenced: watch.fenced()
                case let error?:
                    if Task.isCancelled { throw error }
                    standstills.complain(of: name, error, at: course.position)
                    await watch.failed(error)
                }
            }
        }
        standstills.isWell("every projector")
        return moved
    }

    private struct Work {
        let tenant: TenantID
        let head: Position
        let run: ProjectionRun
        let position: Position
    }

    /// Every tenant and live projector whose checkpoint is behind the head, from one look at all heads.
    ///
    /// The generations are read apart: in a log that is distributed over several servers their table stays on one.
    private func lagging() async throws -> [Work] {
        let held = try await leases?.numbers()
        if held == [] { return [] }
        let live = try await liveGenerations()
        var behind = try await behind(live, of: held)
        if behind.contains(where: { $0.position == nil }) {
            for generation in live.keys.sorted() { try await Generations.addCheckpoints(generation, pool) }
            behind = try await self.behind(live, of: held)
        }
        return behind.compactMap { place in
            guard let generation = live[place.generation],
                let projector = projectors.first(where: { $0.name == generation.projector }),
                projector.version == generation.version
            else { return nil }
            return Work(
                tenant: place.tenant,
                head: place.head,
                run: ProjectionRun(projector: projector, generation: place.generation),
                position: place.position ?? 0
            )
        }
        .sorted { ($0.tenant.rawValue, $0.run.projector.name) < ($1.tenant.rawValue, $1.run.projector.name) }
    }

    private func head(of tenant: TenantID) async throws -> Position {
        let rows = try await pool.query("SELECT h.position FROM log.heads AS h WHERE h.tenant_id = \(tenant.rawValue)")
        return try rows.first?.decode(0, as: Int64.self) ?? 0
    }

    private func liveGenerations() async throws -> [Int32: (projector: String, version: Int)] {
        let rows = try await pool.query(
            "SELECT g.generation, g.projector, g.projector_version FROM projections.generations AS g WHERE g.state = 'live'"
        )
        var live: [Int32: (projector: String, version: Int)] = [:]
        for row in rows {
            let (generation, projector, version) = try row.decode((Int32, String, Int32).self)
            live[generation] = (projector, Int(version))
        }
        return live
    }

    /// Where a generation stands in a log; no position: it has no checkpoint there yet.
    private struct Place {
        let tenant: TenantID
        let head: Position
        let generation: Int32
        let position: Position?
    }

    /// - Parameter held: the tenants to look at; nil: all.
    private func behind(
        _ live: [Int32: (projector: String, version: Int)],
        of held: [Int32]?
    ) async throws -> [Place] {
        let rows = try await pool.query(
            """
            SELECT h.tenant_id, h.position, c.generations, c.positions
            FROM log.heads AS h
            LEFT JOIN (
                SELECT
                    k.tenant_id, array_agg(k.generation) AS generations, array_agg(k.position) AS positions,
                    min(k.position) AS lowest
                FROM projections.checkpoints AS k
                WHERE k.generation = ANY (\(live.keys.sorted()))
                GROUP BY k.tenant_id
            ) AS c
                ON c.tenant_id = h.tenant_id
            WHERE (\(held)::integer[] IS NULL OR h.tenant_id = ANY (\(held)))
                AND (
                    c.tenant_id IS NULL
                    OR cardinality(c.generations) < \(Int32(live.count))
                    OR c.lowest < h.position
                )
            """
        )
        return try rows.flatMap { row in
            let (tenant, head, generations, positions) = try row.decode((Int32, Int64, [Int32]?, [Int64]?).self)
            let reached = Dictionary(zip(generations ?? [], positions ?? []), uniquingKeysWith: { first, _ in first })
            return live.keys.sorted().compactMap { generation -> Place? in
                let position = reached[generation]
                guard position ?? -1 < head else { return nil }
                return Place(tenant: TenantID(rawValue: tenant), head: head, generation: generation, position: position)
            }
        }
    }
}
