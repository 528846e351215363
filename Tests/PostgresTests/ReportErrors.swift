import Foundation
import Postgres
import Synchronization
import Testing

@Suite struct ReportErrors {
    @Test func constraintsAreNamed() async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(
                script: """
                    CREATE SCHEMA s;
                    CREATE TABLE s.t (id int CONSTRAINT t_pk PRIMARY KEY, n int NOT NULL CONSTRAINT t_n_positive CHECK (n > 0),
                        parent int CONSTRAINT t_parent REFERENCES s.t);
                    INSERT INTO s.t VALUES (1, 1, NULL);
                    """
            )
            let cases: [(SQL, SQLState, String?, String?)] = [
                ("INSERT INTO s.t VALUES (1, 1, NULL)", .uniqueViolation, "t_pk", nil),
                ("INSERT INTO s.t VALUES (2, -1, NULL)", .checkViolation, "t_n_positive", nil),
                ("INSERT INTO s.t VALUES (2, 1, 99)", .foreignKeyViolation, "t_parent", nil),
                ("INSERT INTO s.t VALUES (2, NULL, NULL)", .notNullViolation, nil, "n"),
            ]
            for (statement, state, constraint, column) in cases {
                let error = try #require(try await postgresError { try await connection.execute(statement) })
                let server = try #require(error.serverError)
                #expect(error.sqlState == state)
                #expect(error.constraint == constraint)
                #expect(server.column == column)
                #expect(server.table == "t" && server.schema == "s" && server.severity == "ERROR")
            }
        }
    }

    @Test func statesAreThoseOfTheServer() async throws {
        try await withFreshConnection { connection async throws in
            let cases: [(SQL, SQLState)] = [
                ("SELEC 1", .syntaxError), ("SELECT * FROM missing", .undefinedTable),
                ("SELECT missing", .undefinedColumn),
                ("SELECT missing()", .undefinedFunction), ("SELECT 1 / \(0)", .divisionByZero),
                ("SELECT \("x")::int", .invalidTextRepresentation), ("SELECT \(40_000)::int2", .numericValueOutOfRange),
                ("SET ROLE missing", .invalidParameterValue), ("SELECT $1", .protocolViolation),
                ("CREATE TABLE pg_catalog.x ()", .insufficientPrivilege),
            ]
            for (statement, state) in cases {
                let error = try await postgresError { try await connection.execute(statement) }
                #expect(error?.sqlState == state, "\(statement)")
            }
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func raisedFieldsArriveWhole() async throws {
        try await withFreshConnection { connection async throws in
            let error = try await postgresError {
                try await connection.run(
                    script: """
                        DO $$ BEGIN RAISE EXCEPTION 'closed 汇' USING ERRCODE = 'CH001', DETAIL = 'd', HINT = 'h', CONSTRAINT = 'c',
                            TABLE = 't', COLUMN = 'k', SCHEMA = 's'; END $$
                        """
                )
            }
            let server = try #require(error?.serverError)
            #expect(server.sqlState == "CH001")
            #expect(server.message == "closed 汇" && server.detail == "d" && server.hint == "h")
            #expect([server.constraint, server.table, server.column, server.schema] == ["c", "t", "k", "s"])
        }
    }

    @Test func descriptionsRepeatNoValues() async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(
                script: """
                    CREATE TABLE words (word text CONSTRAINT words_unique UNIQUE CONSTRAINT words_short CHECK (length(word) < 20));
                    INSERT INTO words VALUES ('secret');
                    """
            )
            for statement: SQL in [
                "INSERT INTO words VALUES (\("secret"))",
                "INSERT INTO words VALUES (\("secret" + String(repeating: "x", count: 30)))",
                "SELECT \("secret")::int", "SELECT \("{secret")::json", "SELECT \("secret")::timestamptz",
                "SELECT \("secret")::uuid",
            ] {
                let error = try #require(try await postgresError { try await connection.execute(statement) })
                // The control: the server did repeat the value somewhere.
                let server = try #require(error.serverError)
                let everything = [server.message, server.detail, server.context].compactMap { $0 }.joined()
                #expect(everything.contains("secret"), "\(statement)")
                #expect(!"\(error)".contains("secret") && !String(reflecting: error).contains("secret"), "\(statement)")
                #expect(!"\(server)".contains("secret"))
            }
        }
    }

    @Test func noticesGoToTheirReceiver() async throws {
        let notices = Mutex<[ServerError]>([])
        try await withFreshConnection({ $0.onNotice = { notice in notices.withLock { $0.append(notice) } } }) {
            connection in
            try await connection.run(script: "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$")
        }
        #expect(notices.withLock { $0.map(\.message) } == ["one", "two"])
        #expect(notices.withLock { $0.map(\.severity) } == ["NOTICE", "WARNING"])
    }

    @Test func aScriptStopsAtItsFirstErrorAndIsOneTransaction() async throws {
        try await withFreshConnection { connection async throws in
            let error = try await postgresError {
                try await connection.run(script: "CREATE TABLE a (); SELECT 1 / 0; CREATE TABLE b ()")
            }
            #expect(error?.sqlState == .divisionByZero)
            #expect(
                try await connection.query("SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL").decodeOne(
                    Bool.self
                ) == true
            )
            let copy = try await postgresError {
                try await connection.run(script: "CREATE TABLE c (x int); COPY c FROM STDIN")
            }
            #expect(copy?.sqlState == .queryCancelled || copy?.sqlState == .featureNotSupported)
            let out = try await postgresError {
                try await connection.run(script: "COPY (SELECT 1) TO STDOUT; SELECT 1")
            }
            #expect(out?.sqlState == .featureNotSupported)
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func runtimeParametersHoldFromTheStart() async throws {
        try await withFreshConnection({
            $0.runtimeParameters = [
                ("synchronous_commit", "on"), ("search_path", #""a b", "c\d", public"#),
                ("chorus.note", "two  words\ttab"),
                ("role", "pg_monitor"),
            ]
            $0.applicationName = "the name"
            $0.statementTimeout = nil
            $0.lockTimeout = .milliseconds(1500)
        }) { connection async throws in
            let rows = try await connection.query(
                """
                SELECT current_setting('search_path'), current_setting('chorus.note'), current_user::text,
                    current_setting('application_name'), current_setting('statement_timeout'), current_setting('lock_timeout'),
                    current_setting('client_encoding'), current_setting('synchronous_commit')
                """
            )
            let row = try #require(rows.first)
            let values = try (0..<8).map { try row.decode($0, as: String.self) }
            #expect(
                values == [
                    #""a b", "c\d", public"#, "two  words\ttab", "pg_monitor", "the name", "0", "1500ms", "UTF8", "on",
                ]
            )
        }
    }

    @Test func connectionStringsAreCheckedWithoutRepeatingThem() {
        for wrong in ["postgresql://u:secret@[host/db", "password=secret nonsense", "host='secret", "a\0b"] {
            let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(connectionString: wrong) }
            #expect(!"\(String(describing: error))".contains("secret"))
        }
    }

    @Test func aConfigurationShowsNoPassword() throws {
        let configuration = try PostgresConfiguration(connectionString: "postgresql://u:secret@host/db")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(configuration.connectionString.contains("secret"))
        #expect(!"\(configuration)".contains("secret") && !dumped.contains("secret"))
    }

    @Test func refusedConnectionsSaySo() async throws {
        var configuration = try await freshDatabase()
        configuration = try PostgresConfiguration(connectionString: "host=/nonexistent port=1")
        let error = try await postgresError { _ = try await PostgresConnection.connect(configuration) }
        guard case .connectionFailed(let reason, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("/nonexistent"))
    }
}
