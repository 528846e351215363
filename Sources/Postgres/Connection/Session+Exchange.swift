import CLibpq
import Glibc

extension Session {
    /// One result that is no error.
    struct Outcome {
        let box: ResultBox
        let status: ExecStatusType
        let commandTag: String
    }

    /// Sends something and waits for everything that the server answers to it.
    ///
    /// Throws the first error, after the last answer: the connection is usable again, or dropped.
    func exchange(_ send: (OpaquePointer) -> Int32) throws(PostgresError) -> [Outcome] {
        var watch = newWatch()
        let started = ContinuousClock.now
        defer { publishCondition() }
        try begin(&watch, send)
        var outcomes: [Outcome] = []
        var failure: ServerError?
        while let result = try nextResult(&watch) {
            let status = PQresultStatus(result)
            switch status {
            case PGRES_COPY_IN, PGRES_COPY_BOTH:
                PQclear(result)
                failure = failure ?? Self.copyInsideScript
                try endCopyIn(try open(), "COPY needs copyIn or copyOut", &watch)
            case PGRES_COPY_OUT:
                PQclear(result)
                failure = failure ?? Self.copyInsideScript
                while try nextCopyMessage(&watch, { _ in }) {}
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                let tag = String(cString: PQcmdStatus(result))
                outcomes.append(Outcome(box: ResultBox(result), status: status, commandTag: tag))
            default:
                failure = failure ?? ServerError(result: result)
                PQclear(result)
            }
        }
        try settle(&watch)
        if let failure {
            throw error(for: failure, stop: watch.stop, elapsed: .now - started)
        }
        return outcomes
    }

    /// COPY FROM STDIN or TO STDOUT in a script has nobody to talk to.
    private static let copyInsideScript = ServerError(
        sqlState: .featureNotSupported,
        message: "COPY FROM STDIN and TO STDOUT need copyIn or copyOut"
    )

    /// The limits of one statement, from now.
    func newWatch() -> StatementWatch {
        StatementWatch(now: .now, limit: clientLimit, grace: configuration.grace)
    }

    /// A little later than the server's own limit, for when the server or the network does not answer.
    var clientLimit: Duration? {
        configuration.statementTimeout.map { $0 + configuration.grace }
    }

    /// Queues the message and writes it out.
    func begin(_ watch: inout StatementWatch, _ send: (OpaquePointer) -> Int32) throws(PostgresError) {
        let connection = try open()
        guard send(connection) == 1 else {
            guard PQstatus(connection) == CONNECTION_OK else { throw lost() }
            throw .misuse(String(cString: PQerrorMessage(connection)))
        }
        try flush(&watch)
    }

    /// Writes out what libpq holds, reading meanwhile: a server that cannot send may not read either.
    func flush(_ watch: inout StatementWatch) throws(PostgresError) {
        while true {
            switch PQflush(try open()) {
            case 0: return
            case 1: try wait(toWrite: true, watch: &watch)
            default: throw lost()
            }
        }
    }

    /// The next result, to be cleared by the caller; nil after the last.
    func nextResult(_ watch: inout StatementWatch) throws(PostgresError) -> OpaquePointer? {
        let connection = try open()
        while PQisBusy(connection) == 1 {
            try wait(toWrite: false, watch: &watch)
        }
        return PQgetResult(connection)
    }

    /// After the last answer: waits for a cancel request under way, forgets notifications, drops a dead connection.
    func settle(_ watch: inout StatementWatch) throws(PostgresError) {
        try waitForCancelRequest(&watch)
        let connection = try open()
        guard PQstatus(connection) == CONNECTION_OK else { throw lost() }
        while let notification = PQnotifies(connection) {
            PQfreemem(notification)
        }
    }

    /// What a server's error means, given what we asked for ourselves.
    func error(for failure: ServerError, stop: StatementWatch.Stop?, elapsed: Duration) -> PostgresError {
        guard failure.sqlState == .queryCancelled else { return .server(failure) }
        if let stop { return Self.error(for: stop) }
        // The server's own timeout and pg_cancel_backend have the same SQLSTATE; time tells them apart.
        guard let limit = configuration.statementTimeout, elapsed >= limit - .milliseconds(20) else {
            return .server(failure)
        }
        return .timedOut(.statement)
    }

    /// The error for a statement that we stopped ourselves.
    static func error(for stop: StatementWatch.Stop) -> PostgresError {
        switch stop {
        case .cancelled: .cancelled
        case .timedOut: .timedOut(.statement)
        }
    }
}

/// True if nothing has come on an idle connection's socket: no end, no unasked message. Safe on any thread, no libpq.
func looksAlive(_ shared: Session.Shared) -> Bool {
    let socket = shared.socket.load(ordering: .acquiring)
    guard socket >= 0 else { return false }
    var byte: UInt8 = 0
    let count = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
}
