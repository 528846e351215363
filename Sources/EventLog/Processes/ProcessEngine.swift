import EventSourcing
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Keeps the processes of every tenant whose lease this node holds at the head of its log.
///
/// Looks for heads that moved every `pollInterval`. A process that fails is loud and tried again; the others go on.
package final class ProcessEngine: Service {
    private let sources: [any ProcessSource]
    private let store: any EventStore
    private let pool: PostgresPool
    private let leases: TenantLeases?
    private let pollInterval: Duration
    private let logger: Logger
    private let state = Mutex(State())

    private struct Key: Hashable {
        let tenant: TenantID
        let process: String
        let version: Int
    }

    private struct State {
        var runs: [Key: ProcessRun] = [:]
        /// The heads up to which nothing is left to do.
        var done: [TenantID: Position] = [:]
        /// What was said last of each process that stands still.
        var complaints: [Key: String] = [:]
    }

    /// - Parameter leases: nil: every tenant is this engine's work.
    package init(
        sources: [any ProcessSource],
        store: any EventStore,
        pool: PostgresPool,
        leases: TenantLeases?,
        pollInterval: Duration = .milliseconds(200),
        logger: Logger
    ) {
        self.sources = sources
        self.store = store
        self.pool = pool
        self.leases = leases
        self.pollInterval = pollInterval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if try await self.round() { continue }
                } catch {
                    if Task.isCancelled { break }
                    self.logger.error("the processes cannot look for work", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: self.pollInterval)
            }
        }
    }

    /// One stretch of every process that has something to read.
    ///
    /// - Returns: whether any went further.
    package func round() async throws -> Bool {
        var moved = false
        for (tenant, head) in try await heads() where state.withLock({ $0.done[tenant] }) != head {
            var isDone = true
            for source in sources {
                for process in try await source.processes(of: tenant) {
                    switch await advance(process, tenant) {
                    case .moved:
                        moved = true
                        isDone = false
                    case .failed: isDone = false
                    case .atHead: break
                    }
                    if Task.isCancelled { return moved }
                }
            }
            if isDone { state.withLock { $0.done[tenant] = head } }
        }
        return moved
    }

    private enum Outcome { case moved, atHead, failed }

    private func advance(_ process: any LogProcess, _ tenant: TenantID) async -> Outcome {
        let key = Key(tenant: tenant, process: process.name, version: process.version)
        let run = state.withLock { state in
            if let known = state.runs[key] { return known }
            let made = ProcessRun(process, tenant: tenant, store: store, pool: pool, logger: logger)
            state.runs[key] = made
            return made
        }
        do {
            let moved = try await run.advance()
            state.withLock { $0.complaints[key] = nil }
            return moved ? .moved : .atHead
        } catch is Overtaken {
            return .failed
        } catch {
            if !Task.isCancelled { complain(of: key, error) }
            return .failed
        }
    }

    private func complain(of key: Key, _ error: any Error) {
        let text = "\(error)"
        let isNew = state.withLock { state in
            defer { state.complaints[key] = text }
            return state.complaints[key] != text
        }
        guard isNew else { return }
        logger.error(
            "a process stands still; it is tried again in every round",
            metadata: [
                "process": "\(key.process)", "version": "\(key.version)", "tenant": "\(key.tenant)",
                "error": "\(text)",
            ]
        )
    }

    private func heads() async throws -> [(TenantID, Position)] {
        let held = try await leases?.held().map(\.rawValue).sorted()
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
