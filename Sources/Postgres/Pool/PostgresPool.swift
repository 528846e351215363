import Synchronization

/// A fixed number of connections, each lent to one task at a time.
///
/// Connections are opened when they are first needed. Callers wait in order of arrival, at most `maximumWaiters` of them
/// and each at most `waitTimeout`: a full pool answers at once with `.poolExhausted`. A connection that comes back with
/// an open or failed transaction is rolled back; one that broke is dropped, and the next caller opens another. Session
/// state (SET, temporary tables, advisory locks) is not reset. Waiting for a connection while holding one of the same
/// pool ends in a timeout when everybody does it.
package final class PostgresPool: Sendable {
    /// How many connections there are and how many callers wait for one.
    package struct Usage: Hashable, Sendable {
        /// Open, or being opened.
        package let connections: Int
        /// Open and not lent.
        package let idle: Int
        /// Callers that wait.
        package let waiting: Int
    }

    private typealias Grant = PoolGrant<PostgresConnection>
    private typealias Waiter = CheckedContinuation<Result<Grant, PostgresError>, Never>

    private struct State {
        var places: PoolState<PostgresConnection, Waiter>
        var lastWaiter: UInt64 = 0
        var isTimerRunning = false
    }

    let configuration: PostgresConfiguration
    private let waitTimeout: Duration
    private let onConnect: (@Sendable (PostgresConnection) async throws -> Void)?
    private let state: Mutex<State>

    /// Opens nothing yet. `onConnect` runs on each new connection before its first use; when it throws, the connection is
    /// closed and the caller gets the error.
    package init(
        _ configuration: PostgresConfiguration,
        size: Int,
        maximumWaiters: Int = 256,
        waitTimeout: Duration = .seconds(5),
        onConnect: (@Sendable (PostgresConnection) async throws -> Void)? = nil
    ) {
        self.configuration = configuration
        self.waitTimeout = waitTimeout
        self.onConnect = onConnect
        state = Mutex(State(places: PoolState(size: size, maximumWaiters: maximumWaiters)))
    }

    /// What the pool is doing right now.
    package var usage: Usage {
        state.withLock { state in
            Usage(
                connections: state.places.places,
                idle: state.places.idleCount,
                waiting: state.places.waitingCount
            )
        }
    }

    /// Lends a connection to `body`, which runs where the caller runs and must not keep it.
    nonisolated(nonsending) package func withConnection<R>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await release(connection)
            return value
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Runs `body` in a transaction on a connection of its own: see `PostgresConnection.withTransaction`.
    nonisolated(nonsending) package func withTransaction<R>(
        isolation: TransactionIsolation = .readCommitted,
        readOnly: Bool = false,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withConnection { connection in
            try await connection.withTransaction(isolation: isolation, readOnly: readOnly, body)
        }
    }

    /// Runs one statement, its own transaction, on any connection.
    nonisolated(nonsending) package func query(_ sql: SQL) async throws(PostgresError) -> PostgresRows {
        let connection = try await acquire()
        do throws(PostgresError) {
            let rows = try await connection.query(sql)
            await release(connection)
            return rows
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Runs one statement, its own transaction, on any connection; returns how many rows it touched.
    @discardableResult
    nonisolated(nonsending) package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await query(sql).affectedRows
    }

    /// Closes the idle connections now and the lent ones when they come back; callers and waiters get `.closed`.
    ///
    /// Does not wait for lent connections.
    package func close() async {
        let (waiters, idle) = state.withLock { $0.places.close() }
        for waiter in waiters {
            waiter.resume(returning: .failure(.closed))
        }
        for connection in idle {
            await connection.close()
        }
    }

    // MARK: Lending

    nonisolated(nonsending) private func acquire() async throws(PostgresError) -> PostgresConnection {
        guard !Task.isCancelled else { throw .cancelled }
        if case .use(let connection) = try await place() {
            if connection.isIdleAndAlive { return connection }
            // The server said something meanwhile: a parameter change does no harm, an end does.
            await connection.reset()
            if connection.isIdleAndAlive { return connection }
            await connection.close()
        }
        do throws(PostgresError) {
            return try await open()
        } catch {
            serve(state.withLock { $0.places.giveBackEmpty() })
            throw error
        }
    }

    nonisolated(nonsending) private func open() async throws(PostgresError) -> PostgresConnection {
        let connection = try await PostgresConnection.connect(configuration)
        guard let onConnect else { return connection }
        do {
            try await onConnect(connection)
            return connection
        } catch {
            await connection.close()
            throw error as? PostgresError ?? .connectionFailed(reason: "refused by onConnect: \(error)")
        }
    }

    nonisolated(nonsending) private func release(_ connection: PostgresConnection) async {
        if connection.condition == .inTransaction || connection.condition == .copying {
            await connection.reset()
        }
        guard connection.condition == .idle else {
            await connection.close()
            serve(state.withLock { $0.places.giveBackEmpty() })
            return
        }
        let (next, discarded) = state.withLock { $0.places.giveBack(connection) }
        serve(next)
        await discarded?.close()
    }

    private func serve(_ next: (Waiter, Grant)?) {
        next?.0.resume(returning: .success(next?.1 ?? .open))
    }

    // MARK: Waiting

    nonisolated(nonsending) private func place() async throws(PostgresError) -> Grant {
        let (request, id) = state.withLock { state in
            state.lastWaiter += 1
            return (state.places.request(), state.lastWaiter)
        }
        switch request {
        case .granted(let grant): return grant
        case .refused(let error): throw error
        case .wait: return try await wait(id).get()
        }
    }

    nonisolated(nonsending) private func wait(_ id: UInt64) async -> Result<Grant, PostgresError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                enqueue(waiter, id)
                // The handler may have run before there was a waiter to find.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func enqueue(_ waiter: Waiter, _ id: UInt64) {
        let (answer, startsTimer) = state.withLock { state in
            // Asked again: a place may have come back since.
            switch state.places.request() {
            case .granted(let grant): return (Result<Grant, PostgresError>?.some(.success(grant)), false)
            case .refused(let error): return (.some(.failure(error)), false)
            case .wait:
                state.places.enqueue(waiter, id: id, deadline: .now + waitTimeout)
                defer { state.isTimerRunning = true }
                return (nil, !state.isTimerRunning)
            }
        }
        if let answer {
            waiter.resume(returning: answer)
        }
        if startsTimer {
            Task { await expireWaiters() }
        }
    }

    private func cancel(_ id: UInt64) {
        state.withLock { $0.places.cancel(id: id) }?.resume(returning: .failure(.cancelled))
    }

    /// One timer for all waiters: they are in the order of their deadlines.
    private func expireWaiters() async {
        while let deadline = nextDeadline() {
            try? await Task.sleep(until: deadline, clock: .continuous)
            for waiter in state.withLock({ $0.places.expire(now: .now) }) {
                waiter.resume(returning: .failure(.timedOut(.pool)))
            }
        }
    }

    private func nextDeadline() -> ContinuousClock.Instant? {
        state.withLock { state in
            state.isTimerRunning = state.places.nextDeadline != nil
            return state.places.nextDeadline
        }
    }
}
