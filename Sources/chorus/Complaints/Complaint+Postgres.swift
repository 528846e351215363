import Postgres

extension Complaint {
    /// What kept us from PostgreSQL, or PostgreSQL from doing as asked.
    init(_ error: PostgresError) {
        switch error.sqlState {
        case .insufficientPrivilege?:
            self.init(
                "the user of DATABASE_URL lacks a right: \(Self.reason(error)). It must own the database and be allowed "
                    + "to create roles (ALTER ROLE … CREATEROLE)"
            )
        case .undefinedTable?, .undefinedSchema?, .undefinedFunction?, .undefinedColumn?:
            self.init(
                "this database has no schema of Chorus, or an older one (\(Self.reason(error))). Run: chorus migrate"
            )
        case .tooManyConnections?:
            self.init("PostgreSQL has no connection left: \(Self.reason(error)). Raise max_connections")
        default:
            self.init(other: error)
        }
    }

    private init(other error: PostgresError) {
        switch error {
        case .connectionFailed(let reason, _):
            // libpq gives no SQLSTATE here; FATAL tells that a server answered, and its own words say what it minds.
            let words = oneLine(reason)
            if let refusal = words.range(of: "FATAL:") {
                let said = words[refusal.upperBound...].trimmingPrefix(while: \.isWhitespace)
                self.init("PostgreSQL refuses: \(said). Check user, password and database in DATABASE_URL")
            } else {
                self.init("PostgreSQL cannot be reached: \(words). Check DATABASE_URL and that the server runs")
            }
        case .timedOut(.connect):
            self.init("PostgreSQL did not answer in time. Check DATABASE_URL and that the server runs")
        default:
            self.init(oneLine(error.description))
        }
    }

    private static func reason(_ error: PostgresError) -> String {
        switch error {
        case .server(let error): oneLine(error.message)
        case .connectionFailed(let reason, _): oneLine(reason)
        default: oneLine(error.description)
        }
    }
}
