/// What a transaction sees of others, in SQL's words.
package enum TransactionIsolation: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// The whole transaction sees one snapshot; writing what others changed since fails with 40001.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other; may fail with 40001 at any statement, COMMIT included.
    case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws or the task is cancelled.
    ///
    /// `body` gets this same connection and runs where the caller runs. Retrying (40001, 40P01) is the caller's. When the
    /// connection breaks in `body` nothing was committed (`.connectionLost(outcomeUnknown: false)`); when it breaks at
    /// COMMIT the outcome is unknown. A body that swallows a statement's error gets 25P02 here instead of a silent
    /// rollback. Transactions do not nest (25001).
    nonisolated(nonsending) package func withTransaction<R>(
        isolation: TransactionIsolation = .readCommitted,
        readOnly: Bool = false,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await begin(isolation, readOnly: readOnly)
        let value: R
        do {
            value = try await body(self)
            guard !Task.isCancelled else { throw PostgresError.cancelled }
        } catch {
            await rollback()
            throw error
        }
        try await commit()
        return value
    }

    private func begin(_ isolation: TransactionIsolation, readOnly: Bool) async throws(PostgresError) {
        try await cancellable { session throws(PostgresError) in
            try session.ready()
            guard session.shared.condition.load(ordering: .acquiring) == Session.Condition.idle.rawValue else {
                throw .server(
                    ServerError(sqlState: .activeTransaction, message: "there is already a transaction in progress")
                )
            }
            session.isInsideManagedTransaction = true
            do throws(PostgresError) {
                let access = readOnly ? "READ ONLY" : "READ WRITE"
                try session.perform(script: "BEGIN ISOLATION LEVEL \(isolation.rawValue) \(access)")
            } catch {
                session.isInsideManagedTransaction = false
                throw error
            }
        }
    }

    private func commit() throws(PostgresError) {
        try uncancellable { session throws(PostgresError) in
            session.isInsideManagedTransaction = false
            let tag: String
            do throws(PostgresError) {
                tag = try session.perform(script: "COMMIT")
            } catch {
                // Such as a COPY that somebody left under way: the transaction must not stay open.
                if session.connection != nil { reset() }
                throw error
            }
            guard tag != "ROLLBACK" else {
                throw .server(
                    ServerError(
                        sqlState: .inFailedTransaction,
                        message: "a statement failed and its error was swallowed: the transaction was rolled back"
                    )
                )
            }
        }
    }

    private func rollback() {
        reset()
    }
}
