import EventSourcing
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Keeps the processes of every tenant whose lease this node holds at the head of its log.
///
/// Looks for heads that moved every `pollInterval`. Every process reads at its own pace, `width` of them at once: one that has
/// much to make anew after a start holds up no other. One that fails, or a source that cannot say what a tenant's processes
/// are, is complained of once and tried again at every look; the others go on.
///
/// Under load whoever speaks and whoever reads go first: the further the read models are behind, the shorter is each process's
/// next stretch; while they are more than `allowance` events behind, it waits for `patience` before it takes the shortest.
package final class ProcessEngine: Service {
    /// Processes that read at once: as many as the pool for them is to have connections.
    package static let width = 4

    private let sources: [any ProcessSource]
    private let store: any EventStore
    private let pool: PostgresPool
    private let leases: TenantLeases?
    private let pollInterval: Duration
    private let allowance: Position
    private let patience: Duration
    private let logger: Logger
    private let standstills: Standstills
    private let state = Mutex(State())

    private struct Key: Hashable, CustomStringConvertible {
        let tenant: TenantID
        let source: Int
        let process: String
        let version: Int

        var description: String { "\(process) version \(version) of tenant \(tenant)" }
    }

    private struct State {
        var runs: [Key: ProcessRun] = [:]
        /// The heads up to which nothing is left to do.
        var done: [TenantID: Position] = [:]
        /// The tenants whose work it was at the last look.
        var tenants: Set<TenantID> = []
        /// Processes that are reading now.
        var busy: Set<Key> = []
        /// Whether others wait for their turn, and when each had its last one, in order.
        var isCrowded = false
        var turns: [Key: Int] = [:]
        var turn = 0
        /// The heads that processes have come to.
        var reached: [Key: Position] = [:]
    }

    /// - Parameter leases: nil: every tenant is this engine's work.
    package init(
        sources: [any ProcessSource],
        store: any EventStore,
        pool: PostgresPool,
        leases: TenantLeases?,
        pollInterval: Duration = .milliseconds(200),
        allowance: Position = 1_000,
        patience: Duration = .milliseconds(500),
        logger: Logger
    ) {
        self.sources = sources
        self.store = store
        self.pool = pool
        self.leases = leases
        self.pollInterval = pollInterval
        self.allowance = allowance
        self.patience = patience
        self.logger = logger
        standstills = Standstills(of: "process", logger: logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    do {
                        for waiting in self.begin(try await self.waiting()) {
                            group.addTask { await self.goOn(waiting) }
                        }
                    } catch {
                        if Task.isCancelled { break }
                        self.standstills.complain(of: "every process", error)
                    }
                    try? await Task.sleep(for: self.pollInterval)
                }
            }
        }
    }

    private struct Waiting: Sendable {
        let run: ProcessRun
        let key: Key
        let head: Position
    }

    /// The runs that have something to read.
    private func waiting() async throws -> [Waiting] {
        let heads = try await heads()
        state.withLock { $0.tenants = Set(heads.map(\.0)) }
        var waiting: [Waiting] = []
        for (tenant, head) in heads where state.withLock({ $0.done[tenant] }) != head {
            var isDone = true
            for source in sources.indices {
                guard let runs = await runs(of: source, tenant) else {
                    isDone = false
                    continue
                }
                for (key, run) in runs where state.withLock({ $0.reached[key] ?? -1 }) < head {
                    isDone = false
                    waiting.append(Waiting(run: run, key: key, head: head))
                }
            }
            if isDone { state.withLock { $0.done[tenant] = head } }
        }
        standstills.isWell("every process")
        return waiting
    }

    /// Those whose turn it is, who had none for the longest time first; they are taken to be at it from now on.
    private func begin(_ waiting: [Waiting]) -> [Waiting] {
        state.withLock { state in
            let idle = waiting.filter { !state.busy.contains($0.key) }
                .sorted { state.turns[$0.key] ?? 0 < state.turns[$1.key] ?? 0 }
            let begun = Array(idle.prefix(max(0, Self.width - state.busy.count)))
            state.isCrowded = begun.count < idle.count
            for waiting in begun {
                state.turn += 1
                state.turns[waiting.key] = state.turn
                state.busy.insert(waiting.key)
            }
            return begun
        }
    }

    /// Reads as long as there is something, nobody waits, and it is this engine's work.
    private func goOn(_ waiting: Waiting) async {
        let (run, key) = (waiting.run, waiting.key)
        var outcome = Outcome.moved
        while case .moved = outcome, !Task.isCancelled,
            state.withLock({ $0.tenants.contains(key.tenant) && $0.runs[key] === run })
        {
            outcome = await advance(run, key, by: await giveWay(key.tenant))
            if state.withLock({ $0.isCrowded }) { break }
        }
        state.withLock { state in
            state.busy.remove(key)
            if case .atHead = outcome { state.reached[key] = waiting.head }
        }
    }

    /// Waits for the read models of a tenant, when they are far behind.
    ///
    /// - Returns: how many events the next stretch is to have.
    private func giveWay(_ tenant: TenantID) async -> Int {
        let deadline = ContinuousClock.now + patience
        while !Task.isCancelled, ContinuousClock.now < deadline {
            // What cannot be found out now is found out by the stretch.
            guard let behind = try? await behind(tenant) else { return ProcessRun.stretch }
            if behind <= allowance { return ProcessRun.stretch(whenBehind: behind, of: allowance) }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return ProcessRun.shortestStretch
    }

    /// How many events the last of the live read models is behind.
    private func behind(_ tenant: TenantID) async throws -> Position {
        let rows = try await pool.query(
            """
            SELECT h.position - min(c.position)
            FROM log.heads AS h
            JOIN projections.checkpoints AS c
                ON c.tenant_id = h.tenant_id
            JOIN projections.generations AS g
                ON g.generation = c.generation
                AND g.state = 'live'
            WHERE h.tenant_id = \(tenant.rawValue)
            GROUP BY h.position
            """
        )
        return try rows.first?.decode(0, as: Int64.self) ?? 0
    }

    /// One stretch of every process that has something to read, one after the other: what `run` does, in steps.
    ///
    /// - Returns: whether any went further.
    package func round() async throws -> Bool {
        var moved = false
        for waiting in try await waiting() {
            switch await advance(waiting.run, waiting.key) {
            case .moved: moved = true
            case .atHead: state.withLock { $0.reached[waiting.key] = waiting.head }
            case .failed: break
            }
            if Task.isCancelled { break }
        }
        return moved
    }

    /// The runs of the processes that a source wants for a tenant at present; those that it wants no more are let go.
    ///
    /// - Returns: nil when the source could not say.
    private func runs(of source: Int, _ tenant: TenantID) async -> [(Key, ProcessRun)]? {
        let subject = "every process of \(sources[source].name) of tenant \(tenant)"
        let wanted: [(key: Key, process: any LogProcess)]
        do {
            wanted = try await sources[source].processes(of: tenant).map { process in
                (Key(tenant: tenant, source: source, process: process.name, version: process.version), process)
            }
        } catch {
            if !Task.isCancelled { standstills.complain(of: subject, error) }
            return nil
        }
        standstills.isWell(subject)
        let keys = Set(wanted.map(\.key))
        let (runs, unwanted) = state.withLock { state in
            let unwanted = state.runs.keys.filter { $0.tenant == tenant && $0.source == source && !keys.contains($0) }
            for key in unwanted {
                state.runs[key] = nil
                state.reached[key] = nil
                state.turns[key] = nil
            }
            let runs = wanted.map { key, process in
                let run =
                    state.runs[key] ?? ProcessRun(process, tenant: tenant, store: store, pool: pool, logger: logger)
                state.runs[key] = run
                return (key, run)
            }
            return (runs, unwanted)
        }
        for key in unwanted { standstills.isWell("\(key)") }
        return runs
    }

    private enum Outcome { case moved, atHead, failed }

    private func advance(_ run: ProcessRun, _ key: Key, by events: Int = ProcessRun.stretch) async -> Outcome {
        do {
            let moved = try await run.advance(by: events)
            standstills.isWell("\(key)")
            return moved ? .moved : .atHead
        } catch is Overtaken {
            return .failed
        } catch {
            if !Task.isCancelled { standstills.complain(of: "\(key)", error) }
            return .failed
        }
    }

    private func heads() async throws -> [(TenantID, Position)] {
        let held = try await leases?.numbers()
        if held == [] { return [] }
        let rows = try await pool.query(
            """
            SELECT h.tenant_id, h.position
            FROM log.heads AS h
            WHERE \(held)::integer[] IS NULL OR h.tenant_id = ANY (\(held))
            ORDER BY h.tenant_id
            """
        )
        return try rows.decode((Int32, Int64).self).map { (TenantID(rawValue: $0.0), $0.1) }
    }
}
