import Synchronization

/// One connection, with a thread of its own as executor: libpq never runs on the cooperative pool.
///
/// Statements of one connection run one after the other; a statement never has another in its middle. But two tasks
/// that share a connection share its transaction too, so a connection belongs to one task at a time:
/// ``PostgresPool`` lends it out that way. Cancelling the task stops the statement on the server and leaves the
/// connection usable. A statement that succeeded although it was cancelled or late returns its result: what happened
/// is never hidden.
package actor PostgresConnection {
    private nonisolated let thread: ConnectionThread
    private nonisolated let interrupt: Interrupt
    private nonisolated let shared: Session.Shared
    private let session: Session

    /// The connection's thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Opens a connection within `connectTimeout`.
    package static func connect(
        _ configuration: PostgresConfiguration
    ) async throws(PostgresError) -> PostgresConnection {
        let connection = try PostgresConnection(configuration)
        do throws(PostgresError) {
            try await connection.cancellable { session throws(PostgresError) in try session.connect() }
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    private init(_ configuration: PostgresConfiguration) throws(PostgresError) {
        thread = try ConnectionThread(name: configuration.threadName)
        do throws(PostgresError) {
            interrupt = try Interrupt()
        } catch {
            thread.stop {}
            throw error
        }
        shared = Session.Shared()
        session = Session(configuration: configuration, interrupt: interrupt, shared: shared)
    }

    // On the thread, so that libpq is there even when it ends a connection that nobody closed.
    isolated deinit {
        thread.stop {}
    }

    /// Runs one statement and returns its rows.
    ///
    /// The statement is prepared once, by its text and parameter types (the last 256 are kept), and prepared again if DDL
    /// has made it stale and no transaction is open. Values go and come in binary.
    package func query(_ sql: SQL) async throws(PostgresError) -> PostgresRows {
        try await cancellable { session throws(PostgresError) in try session.perform(sql) }
    }

    /// Runs one statement; returns how many rows it touched.
    @discardableResult
    package func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await query(sql).affectedRows
    }

    /// Runs one or several statements by the simple protocol; several are one transaction unless they say otherwise.
    ///
    /// After an error the rest is skipped. A transaction that the script leaves open stays open.
    package func run(script: UtilitySQL) async throws(PostgresError) {
        try await cancellable { session throws(PostgresError) in _ = try session.perform(script: script.text) }
    }

    /// Ends the connection and its thread. Later calls throw `.closed`; closing again does nothing.
    package func close() {
        session.finish()
        thread.stop {}
    }

    /// Runs `operation` here, and stops its statement on the server when the task is cancelled.
    func cancellable<R>(
        _ operation: (Session) throws(PostgresError) -> R
    ) async throws(PostgresError) -> R {
        guard !Task.isCancelled else { throw .cancelled }
        let ticket = interrupt.begin()
        let result = await withTaskCancellationHandler { () async -> Result<R, PostgresError> in
            do throws(PostgresError) {
                return .success(try operation(session))
            } catch {
                return .failure(error)
            }
        } onCancel: { [interrupt] in
            interrupt.request(ticket)
        }
        interrupt.end()
        return try result.get()
    }

    /// Runs `operation` here whether or not the task is cancelled: rollback and the like. Deadlines still hold.
    func uncancellable<R>(_ operation: (Session) throws(PostgresError) -> R) throws(PostgresError) -> R {
        _ = interrupt.begin()
        defer { interrupt.end() }
        return try operation(session)
    }
}

extension PostgresConnection {
    /// What state the connection is in, without going to its thread.
    nonisolated var condition: Session.Condition {
        Session.Condition(rawValue: shared.condition.load(ordering: .acquiring)) ?? .broken
    }

    /// True if an idle connection can be lent out: nothing has come from the server in the meantime.
    nonisolated var isIdleAndAlive: Bool {
        condition == .idle && looksAlive(shared)
    }

    /// Ends whatever the last user left open; afterwards the connection is idle or broken.
    func reset() {
        do throws(PostgresError) {
            try uncancellable { session throws(PostgresError) in
                session.isInsideManagedTransaction = false
                try session.abandonCopy()
                if session.shared.condition.load(ordering: .acquiring) != Session.Condition.idle.rawValue {
                    try session.perform(script: "ROLLBACK")
                } else {
                    // Something unasked has come: let libpq read it.
                    try session.ready()
                }
            }
        } catch {
            session.drop()
        }
    }
}
