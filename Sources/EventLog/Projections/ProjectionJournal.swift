import EventSourcing
import Logging
import Postgres
import Synchronization

/// What this process's projections did and why they failed: counters for metrics, and complaints for whoever asks the
/// database (`projections.complaints`).
///
/// Everything counts from the start of the process. A complaint is written when it is new and then every ten seconds;
/// while it lasts the log repeats it once a minute.
package final class ProjectionJournal: Sendable {
    package struct Key: Hashable, Sendable {
        package let projector: String
        package let tenant: TenantID

        package init(projector: String, tenant: TenantID) {
            self.projector = projector
            self.tenant = tenant
        }
    }

    package struct Counts: Sendable, Equatable {
        package var events: Position = 0
        package var batches = 0
        package var failures = 0
        /// Batches that another instance was faster with, or that were read before a decision about a parked stream.
        package var fenced = 0
        /// Of the last batch.
        package var lastEvents: Position = 0
        package var lastSeconds = 0.0
    }

    private struct Trouble {
        let position: Position
        let text: String
        var unwritten = 0
        var writtenAt: ContinuousClock.Instant?
        var saidAt: ContinuousClock.Instant

        /// One more failure: how many are to be written now, and whether it is to be said again.
        mutating func add(
            at now: ContinuousClock.Instant,
            writing: Duration,
            saying: Duration
        ) -> (unwritten: Int, isLasting: Bool) {
            unwritten += 1
            let isLasting = now - saidAt >= saying
            if isLasting { saidAt = now }
            guard writtenAt.map({ now - $0 >= writing }) ?? true else { return (0, isLasting) }
            defer { unwritten = 0 }
            writtenAt = now
            return (unwritten, isLasting)
        }
    }

    private struct State {
        var counts: [Key: Counts] = [:]
        var troubles: [Key: Trouble] = [:]
    }

    private static let writing = Duration.seconds(10)
    private static let saying = Duration.seconds(60)

    private let pool: PostgresPool
    private let logger: Logger
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    package init(
        pool: PostgresPool,
        logger: Logger,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.pool = pool
        self.logger = logger
        self.clock = clock
    }

    /// What was counted so far.
    package var counts: [Key: Counts] { state.withLock { $0.counts } }

    /// Begins a catch-up, whose batches it then counts.
    func begin(_ run: ProjectionRun, _ tenant: TenantID, at position: Position) -> Watch {
        Watch(self, Key(projector: run.projector.name, tenant: tenant), run.generation, at: position)
    }

    /// The batches of one catch-up. Projectors that stand at the same position share one, and its time.
    final class Watch: Sendable {
        private let journal: ProjectionJournal
        private let key: Key
        private let generation: Int32
        private let last: Mutex<(position: Position, at: ContinuousClock.Instant)>

        fileprivate init(_ journal: ProjectionJournal, _ key: Key, _ generation: Int32, at position: Position) {
            self.journal = journal
            self.key = key
            self.generation = generation
            last = Mutex((position, journal.clock()))
        }

        /// A batch was written, by this one or by others meanwhile.
        func reached(_ position: Position) {
            let now = journal.clock()
            let before = last.withLock { last in
                defer { last = (position, now) }
                return last
            }
            guard position > before.position else { return }
            journal.state.withLock { state in
                state.troubles[key] = nil
                state.counts[key, default: Counts()].add(position - before.position, now - before.at)
            }
        }

        /// A batch was not written, because somebody else was faster.
        func fenced() {
            journal.state.withLock { $0.counts[key, default: Counts()].fenced += 1 }
        }

        /// A batch could not be written.
        func failed(_ error: any Error) async {
            await journal.failed(key, generation, at: last.withLock { $0.position }, "\(error)")
        }
    }

    private func failed(_ key: Key, _ generation: Int32, at position: Position, _ text: String) async {
        let now = clock()
        let (unwritten, isLasting) = state.withLock { state -> (Int, Bool) in
            state.counts[key, default: Counts()].failures += 1
            var trouble = state.troubles[key] ?? Trouble(position: position, text: text, saidAt: now)
            if trouble.position != position || trouble.text != text {
                trouble = Trouble(position: position, text: text, saidAt: now)
            }
            defer { state.troubles[key] = trouble }
            return trouble.add(at: now, writing: Self.writing, saying: Self.saying)
        }
        if isLasting {
            logger.error(
                "a projector still stands still",
                metadata: [
                    "projector": "\(key.projector)", "tenant": "\(key.tenant)", "position": "\(position)",
                    "error": "\(text)",
                ]
            )
        }
        guard unwritten > 0 else { return }
        // A database that is away cannot be complained to; the log has said why.
        _ = try? await write(generation, key.tenant, position, text, unwritten)
    }

    private func write(
        _ generation: Int32,
        _ tenant: TenantID,
        _ position: Position,
        _ text: String,
        _ failures: Int
    ) async throws {
        try await pool.execute(
            """
            INSERT INTO projections.complaints AS k (
                tenant_id, generation, position, error, failures, since, latest_at
            )
            VALUES (\(tenant.rawValue), \(generation), \(position), \(text), \(Int32(clamping: failures)), now(), now())
            ON CONFLICT (tenant_id, generation) DO UPDATE
            SET position = EXCLUDED.position,
                error = EXCLUDED.error,
                failures = CASE WHEN k.position = EXCLUDED.position THEN k.failures ELSE 0 END + EXCLUDED.failures,
                since = CASE WHEN k.position = EXCLUDED.position THEN k.since ELSE EXCLUDED.since END,
                latest_at = EXCLUDED.latest_at
            """
        )
    }
}

extension ProjectionJournal.Counts {
    fileprivate mutating func add(_ events: Position, _ time: Duration) {
        self.events += events
        batches += 1
        lastEvents = events
        lastSeconds = time / .seconds(1)
    }
}
