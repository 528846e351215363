extension PostgresConnection {
    /// Runs `COPY ... TO STDOUT` and hands over its rows in buffers of about 256 KiB.
    ///
    /// A buffer holds whole rows; the binary format's header is in front of the first row and its trailer behind the last.
    /// When `consume` throws or the task is cancelled the COPY is stopped and the connection stays usable. The server's
    /// `statement_timeout` counts for the whole COPY, the time in `consume` included.
    nonisolated(nonsending) package func copyOut(
        _ statement: UtilitySQL,
        _ consume: nonisolated(nonsending) ([UInt8]) async throws -> Void
    ) async throws {
        try await beginCopy(statement, .fromServer)
        do {
            while let buffer = try await nextCopyBuffer() {
                try await consume(buffer)
            }
        } catch {
            await abandonCopy()
            throw error
        }
    }

    /// Runs `COPY ... FROM STDIN` with what `produce` writes; returns how many rows were copied.
    ///
    /// When `produce` throws or the task is cancelled the COPY is aborted, nothing of it is stored, and the connection
    /// stays usable. A row that the server refuses makes a later `write`, or the end, throw its error.
    @discardableResult
    nonisolated(nonsending) package func copyIn(
        _ statement: UtilitySQL,
        _ produce: nonisolated(nonsending) (CopyWriter) async throws -> Void
    ) async throws -> Int {
        try await beginCopy(statement, .toServer)
        do {
            try await produce(CopyWriter(connection: self))
            return try await endCopy()
        } catch {
            await abandonCopy()
            throw error
        }
    }

    private func beginCopy(_ statement: UtilitySQL, _ direction: CopyState.Direction) async throws(PostgresError) {
        try await cancellable { session throws(PostgresError) in try session.beginCopy(statement.text, direction) }
    }

    private func nextCopyBuffer() async throws(PostgresError) -> [UInt8]? {
        try await cancellable { session throws(PostgresError) in try session.nextCopyBuffer() }
    }

    private func endCopy() async throws(PostgresError) -> Int {
        try await cancellable { session throws(PostgresError) in try session.endCopy() }
    }

    private func abandonCopy() {
        // An error means that the connection is gone; the caller has the error that led here.
        try? uncancellable { session throws(PostgresError) in try session.abandonCopy() }
    }

    fileprivate func putCopyData(_ bytes: [UInt8]) async throws(PostgresError) {
        try await cancellable { session throws(PostgresError) in try session.putCopyData(bytes) }
    }
}

/// The writing end of a `COPY ... FROM STDIN`; of no use after it.
package struct CopyWriter: Sendable {
    fileprivate let connection: PostgresConnection

    /// Sends bytes, which need not end with a row, and waits while the server is slower. Each call goes to the
    /// connection's thread and back: write 64 KiB and more at a time.
    package func write(_ bytes: [UInt8]) async throws(PostgresError) {
        try await connection.putCopyData(bytes)
    }
}
