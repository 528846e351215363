import CLibpq
import Glibc

extension Session {
    /// Opens the connection within `connectTimeout`.
    ///
    /// Only the resolver may take longer, on this thread alone: getaddrinfo(3) cannot be interrupted.
    func connect() throws(PostgresError) {
        let parameters = try configuration.connectionParameters().pairs
        let deadline = ContinuousClock.now + configuration.connectTimeout
        guard let connection = start(parameters) else {
            throw .connectionFailed(reason: "libpq has no memory left")
        }
        adopt(connection)
        do throws(PostgresError) {
            try establish(connection, deadline: deadline)
        } catch {
            drop()
            throw error
        }
        shared.socket.store(PQsocket(connection), ordering: .releasing)
        publishCondition()
    }

    private func establish(_ connection: OpaquePointer, deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard PQstatus(connection) != CONNECTION_BAD else { throw failure(connection) }
        var events = Int16(POLLOUT)
        while true {
            // The socket may be another one after each step, when hosts or encryption are tried in turn.
            let ready = pollSocket(PQsocket(connection), events, (deadline - .now).wholeMilliseconds)
            if interrupt.isRequested { throw .cancelled }
            if ready == 0 {
                guard deadline > .now else { throw .timedOut(.connect) }
                continue
            }
            switch PQconnectPoll(connection) {
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            case PGRES_POLLING_OK:
                guard PQsetnonblocking(connection, 1) == 0 else { throw failure(connection) }
                return
            default: throw failure(connection)
            }
        }
    }

    private func start(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
        let keywords = parameters.map { strdup($0.keyword) }
        let values = parameters.map { strdup($0.value) }
        defer {
            keywords.forEach { free($0) }
            values.forEach { free($0) }
        }
        let constKeywords = keywords.map { UnsafePointer($0) } + [nil]
        let constValues = values.map { UnsafePointer($0) } + [nil]
        return PQconnectStartParams(constKeywords, constValues, 0)
    }

    /// libpq's own words name host, database and user, never the password. It keeps no SQLSTATE of a refusal.
    private func failure(_ connection: OpaquePointer) -> PostgresError {
        let message = String(cString: PQerrorMessage(connection))
        return .connectionFailed(reason: message.split(whereSeparator: \.isNewline).joined(separator: "; "))
    }
}
