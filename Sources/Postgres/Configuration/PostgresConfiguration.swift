import CLibpq

/// How to open connections: where to, who as, and after what time to give up.
package struct PostgresConfiguration: Sendable {
    /// URL (`postgresql://...`) or key=value text. Its own options override ours, except `runtimeParameters`.
    package let connectionString: String
    /// Settings that hold from the first statement on: role, synchronous_commit, search_path, ... Later ones win.
    package var runtimeParameters: [(String, String)] = []
    /// What `pg_stat_activity` shows, unless the connection string says otherwise.
    package var applicationName = "chorus"
    /// Longest time to open a connection, over all hosts of the connection string (its `connect_timeout` is not used).
    package var connectTimeout: Duration = .seconds(5)
    /// Longest time a statement may run on the server; nil for no limit. A COPY counts from first to last byte, so give
    /// connections that stream for long a configuration without it.
    package var statementTimeout: Duration? = .seconds(30)
    /// Longest wait for one lock; nil for no limit.
    package var lockTimeout: Duration? = .seconds(5)
    /// Longest pause inside a transaction before the server ends the connection; nil for no limit.
    package var idleInTransactionTimeout: Duration? = .seconds(30)
    /// Time given to the server to answer after `statementTimeout`, and after a cancel request, before the client stops
    /// waiting and drops the connection.
    package var grace: Duration = .seconds(5)
    /// What `top -H` shows for the connection's thread, at most 15 bytes.
    package var threadName = "postgres"
    /// Receives NOTICEs and warnings, on the connection's thread: return quickly. Dropped by default.
    package var onNotice: (@Sendable (ServerError) -> Void)?

    /// Refuses text that libpq cannot read; opens nothing.
    ///
    /// The error does not repeat the text, which may hold a password.
    package init(connectionString: String) throws(PostgresError) {
        self.connectionString = connectionString
        _ = try ConnectionParameters(parsing: connectionString)
    }

    /// Adds a setting at the end and returns the result.
    package func with(parameter name: String, _ value: String) -> PostgresConfiguration {
        var copy = self
        copy.runtimeParameters.append((name, value))
        return copy
    }

    /// All that libpq is told.
    func connectionParameters() throws(PostgresError) -> ConnectionParameters {
        var parameters = try ConnectionParameters(parsing: connectionString)
        parameters.setDefault("fallback_application_name", applicationName)
        parameters.setDefault("keepalives", "1")
        parameters.setDefault("keepalives_idle", "30")
        parameters.setDefault("keepalives_interval", "10")
        parameters.setDefault("keepalives_count", "3")
        parameters.setDefault("tcp_user_timeout", "30000")
        parameters.set("client_encoding", "UTF8")

        var timeouts = StartupOptions()
        try timeouts.append("standard_conforming_strings", "on")
        try timeouts.append("statement_timeout", milliseconds: statementTimeout)
        try timeouts.append("lock_timeout", milliseconds: lockTimeout)
        try timeouts.append("idle_in_transaction_session_timeout", milliseconds: idleInTransactionTimeout)
        var settings = StartupOptions()
        for (name, value) in runtimeParameters {
            try settings.append(name, value)
        }
        let all = [timeouts.text, parameters["options"] ?? "", settings.text].filter { !$0.isEmpty }
        parameters.set("options", all.joined(separator: " "))
        return parameters
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// Without the connection string and parameters, which may hold a password.
    package var description: String { "PostgresConfiguration(\(applicationName))" }

    /// Nothing, for the same reason.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The keywords and values of a connection string.
struct ConnectionParameters: Sendable {
    private(set) var pairs: [(keyword: String, value: String)] = []

    init(parsing text: String) throws(PostgresError) {
        guard !text.utf8.contains(0) else {
            throw .connectionFailed(reason: "the connection string has a NUL character")
        }
        guard let options = PQconninfoParse(text, nil) else {
            throw .connectionFailed(reason: "the connection string is not one that libpq can read")
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                pairs.append((String(cString: keyword), String(cString: value)))
            }
            option += 1
        }
    }

    subscript(keyword: String) -> String? {
        pairs.first { $0.keyword == keyword }?.value
    }

    mutating func set(_ keyword: String, _ value: String) {
        pairs.removeAll { $0.keyword == keyword }
        pairs.append((keyword, value))
    }

    mutating func setDefault(_ keyword: String, _ value: String) {
        if self[keyword] == nil {
            pairs.append((keyword, value))
        }
    }
}
