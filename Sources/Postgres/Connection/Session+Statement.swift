import CLibpq

extension Session {
    /// Runs one statement with bound values and returns its rows.
    func perform(_ sql: SQL) throws(PostgresError) -> PostgresRows {
        let key = StatementCache.Key(text: sql.text, types: sql.parameters.types)
        try ready()
        guard let cached = statements.name(for: key) else {
            return try run(try prepare(key), sql.parameters)
        }
        do throws(PostgresError) {
            return try run(cached, sql.parameters)
        } catch {
            // DDL has changed the result type, or somebody deallocated the statement. Nothing was executed, so outside a
            // transaction it can be run again.
            guard error.sqlState == .featureNotSupported || error.sqlState == .invalidStatementName else { throw error }
            statements.remove(key)
            guard let connection, PQtransactionStatus(connection) == PQTRANS_IDLE else { throw error }
            return try run(try prepare(key), sql.parameters)
        }
    }

    /// Runs statements without values, one after the other; returns the command tag of the last.
    @discardableResult
    func perform(script: String) throws(PostgresError) -> String {
        try ready()
        try checkText(script)
        let results = try exchange { connection in PQsendQuery(connection, script) }
        return results.last?.commandTag ?? ""
    }

    /// Refuses a connection that is closed, in the middle of a COPY, or that the server has ended since last time.
    func ready() throws(PostgresError) {
        let connection = try open()
        guard copy == nil else { throw .misuse("a statement in the middle of a COPY on the same connection") }
        guard looksAlive(shared) else {
            // Something came while the connection was idle. Nothing has been sent yet, so nothing can be unknown.
            // PQisBusy makes libpq read it; a farewell to an idle connection is a notice, before the socket ends.
            guard PQconsumeInput(connection) == 1, PQisBusy(connection) == 0, !isEnding,
                PQstatus(connection) == CONNECTION_OK
            else {
                drop()
                throw .connectionLost(outcomeUnknown: false)
            }
            return
        }
    }

    func checkText(_ text: String) throws(PostgresError) {
        guard !text.utf8.contains(0) else { throw .misuse("a statement with a NUL character") }
    }

    private func prepare(_ key: StatementCache.Key) throws(PostgresError) -> String {
        try checkText(key.text)
        try deallocateRetired()
        let name = statements.freshName()
        _ = try exchange { connection in
            PQsendPrepare(connection, name, key.text, Int32(key.types.count), key.types)
        }
        statements.insert(key, name: name)
        return name
    }

    /// Outside a transaction only: an error would end it.
    private func deallocateRetired() throws(PostgresError) {
        guard PQtransactionStatus(try open()) == PQTRANS_IDLE else { return }
        for name in statements.takeRetired() {
            do throws(PostgresError) {
                _ = try exchange { connection in PQsendQuery(connection, "DEALLOCATE \(name)") }
            } catch {
                guard case .server = error else { throw error }
            }
        }
    }

    private func run(_ name: String, _ parameters: Parameters) throws(PostgresError) -> PostgresRows {
        let results = try exchange { connection in
            parameters.withPointers { count, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1)
            }
        }
        guard let result = results.last else { throw lost() }
        return PostgresRows(result: result.box)
    }
}

extension Parameters {
    /// The arrays that libpq wants. Pointers lead into the one buffer; NULL has none.
    func withPointers<R>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
    ) -> R {
        guard count > 0 else { return body(0, nil, nil, nil) }
        let formats = [Int32](repeating: 1, count: count)
        // An empty value needs an address too: nil would be NULL.
        return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
            let emptyValue: [CChar] = [0]
            return emptyValue.withUnsafeBufferPointer { emptyValue in
                bytes.withUnsafeBytes { bytes in
                    var offset = 0
                    for (index, length) in lengths.enumerated() {
                        let start = bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
                        values.initializeElement(
                            at: index,
                            to: length < 0 ? nil : length == 0 ? emptyValue.baseAddress : start
                        )
                        offset += Int(max(0, length))
                    }
                    return body(Int32(count), UnsafePointer(values.baseAddress), lengths, formats)
                }
            }
        }
    }
}
