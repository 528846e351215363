/// Every way in which talking to PostgreSQL can fail.
///
/// No case and no `description` holds a bound value: they may be people's words.
package enum PostgresError: Error, Hashable, Sendable {
    /// What was being waited for when time ran out.
    package enum Wait: String, Hashable, Sendable {
        /// Opening a connection.
        case connect
        /// A statement: the server's `statement_timeout`, or our own deadline a little later. It had no effect.
        case statement
        /// A free connection of the pool.
        case pool
    }

    /// The server refused a statement; the connection stays usable.
    case server(ServerError)
    /// No connection came about.
    case connectionFailed(reason: String, sqlState: SQLState? = nil)
    /// The connection broke. `outcomeUnknown` is true when a statement was under way that may have been committed.
    case connectionLost(outcomeUnknown: Bool)
    /// Time ran out.
    case timedOut(Wait)
    /// As many callers wait for the pool as may wait.
    case poolExhausted
    /// The task was cancelled; a statement under way was stopped and had no effect.
    case cancelled
    /// A value or row is not what the caller asked for. Names column and types, never the value.
    case decoding(String)
    /// The connection or pool was closed before.
    case closed
    /// The caller broke a rule of this client, such as a second statement in the middle of a COPY.
    case misuse(String)
}

extension PostgresError {
    /// The server's error, if it is one.
    package var serverError: ServerError? {
        if case .server(let error) = self { error } else { nil }
    }

    /// The SQLSTATE; a statement timeout has the one that the server uses for it.
    package var sqlState: SQLState? {
        switch self {
        case .server(let error): error.sqlState
        case .connectionFailed(_, let state): state
        case .timedOut(.statement): .queryCancelled
        default: nil
        }
    }

    /// The name of the broken constraint.
    package var constraint: String? {
        serverError?.constraint
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line, safe to log.
    package var description: String {
        switch self {
        case .server(let error): "PostgreSQL: \(error)"
        case .connectionFailed(let reason, let state):
            "cannot connect to PostgreSQL: \(reason)\(state.map { " (\($0))" } ?? "")"
        case .connectionLost(outcomeUnknown: true):
            "connection to PostgreSQL lost while a statement ran: its outcome is unknown"
        case .connectionLost(outcomeUnknown: false): "connection to PostgreSQL lost; nothing was committed"
        case .timedOut(.connect): "timed out connecting to PostgreSQL"
        case .timedOut(.statement): "statement timed out"
        case .timedOut(.pool): "timed out waiting for a free connection"
        case .poolExhausted: "too many callers wait for a connection"
        case .cancelled: "cancelled"
        case .decoding(let what): "cannot decode: \(what)"
        case .closed: "connection closed"
        case .misuse(let what): "misuse of the PostgreSQL client: \(what)"
        }
    }
}
