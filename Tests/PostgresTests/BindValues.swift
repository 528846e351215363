import Foundation
import Postgres
import Testing

@Suite struct BindValues {
    private let attacks = [
        "'; DROP TABLE victims; --", "\" OR 1=1", "$1", "\\'; SELECT pg_sleep(10); --", "*/ DROP TABLE victims /*",
        "$$; DROP TABLE victims; $$", "%s %d", "\u{2019}; DROP TABLE victims", "'\u{301}; DROP TABLE victims; --",
    ]

    @Test func valuesNeverBecomeText() async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(script: "CREATE TABLE victims (word text NOT NULL)")
            for attack in attacks {
                let statement: SQL = "INSERT INTO victims (word) VALUES (\(attack))"
                #expect(statement.text == "INSERT INTO victims (word) VALUES ($1)")
                #expect(try await connection.execute(statement) == 1)
            }
            let words = try await connection.query("SELECT word FROM victims ORDER BY word COLLATE \"C\"").decode(
                String.self
            )
            #expect(Set(words) == Set(attacks))
            #expect(words.count == attacks.count)
        }
    }

    @Test func writingTheTypeBeforeTheLiteralBindsToo() {
        let word = "'; DROP TABLE victims; --"
        #expect(SQL("SELECT \(word)").text == "SELECT $1")
        #expect(SQL("SELECT \(word), \(String?.none)").text == "SELECT $1, $2")
    }

    @Test func quotedValuesComeBackAsTheyWere() async throws {
        try await withFreshConnection { connection async throws in
            for attack in attacks + ["", "plain", "back\\slash", "q'q\"q", "汇声", String(repeating: "'\\", count: 1000)]
            {
                let literal: UtilitySQL = "SELECT \(literal: attack)"
                #expect(try await connection.query(SQL(literal.text)).decodeOne(String.self) == attack)
                // PostgreSQL cuts names after 63 bytes and has no empty one.
                guard !attack.isEmpty, attack.utf8.count < 64 else { continue }
                let identifier: UtilitySQL = "SELECT 1 AS \(identifier: attack)"
                #expect(try await connection.query(SQL(identifier.text)).columns == [attack])
            }
        }
    }

    @Test func quotesAsLibpqDoes() {
        #expect("\(UtilitySQL("\(literal: "it's")"))" == "'it''s'")
        #expect("\(UtilitySQL("\(literal: #"a\'b"#)"))" == #" E'a\\''b'"#)
        #expect("\(UtilitySQL("\(identifier: #"a"b"#)"))" == #""a""b""#)
        #expect("\(UtilitySQL("SET x = \(literal: -5)"))" == "SET x = (-5)")
    }

    @Test func refusesNULInStatements() async throws {
        try await withFreshConnection { connection async throws in
            let script: UtilitySQL = "SELECT \(literal: "a\0'; SELECT 1; --")"
            for error in [
                try await postgresError { try await connection.run(script: script) },
                try await postgresError { try await connection.execute(SQL("SELECT 1\0; x")) },
                try await postgresError { try await connection.copyOut(script) { _ in } },
            ] {
                guard case .misuse = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func piecesAreNumberedOn() {
        let filter: SQL = "kind = \("request") AND place = \(7)"
        var statement: SQL = "SELECT * FROM demands WHERE tenant = \("t") AND \(filter)"
        statement += " LIMIT \(10)"
        #expect(statement.text == "SELECT * FROM demands WHERE tenant = $1 AND kind = $2 AND place = $3 LIMIT $4")
        let file = SQL("f($1, $2, $1)", [1, "x"])
        #expect(("SELECT \(true), " + file).text == "SELECT $1, f($2, $3, $2)")
    }

    @Test func numberingOnLeavesQuotesAndCommentsAlone() {
        let piece = SQL(
            """
            SELECT '$1', "$1", E'\\'$1''\\'$1', $1, a$1, /* $1 /* $1 */ $1 */ $$ $1 $$, $x$ $1 $$ $1 $x$, $2 -- $1 it's
            , $1::text, 'it''s $1', U&"$1", $12
            """
        )
        #expect(
            (SQL("\(0)") + piece).text == """
                $1SELECT '$1', "$1", E'\\'$1''\\'$1', $2, a$1, /* $1 /* $1 */ $1 */ $$ $1 $$, $x$ $1 $$ $1 $x$, $3 -- $1 it's
                , $2::text, 'it''s $1', U&"$1", $13
                """
        )
    }

    @Test func piecesRunTogether() async throws {
        try await withFreshConnection { connection async throws in
            let text =
                SQL("SELECT $2::text || $1 || '$1'", ["b", "a"]) + " || \("c") || \(Optional<String>.none) IS NULL"
            #expect(try await connection.query(text).decodeOne(Bool.self) == true)
            let order = SQL("SELECT $2::text || $1 || '$1'", ["b", "a"]) + " || \("c") || \(unescaped: "'d'")"
            #expect(try await connection.query(order).decodeOne(String.self) == "ab$1cd")
        }
    }

    @Test func aStatementShowsNoValues() {
        let statement: SQL = "SELECT \("very secret words")"
        var dumped = ""
        dump(statement, to: &dumped)
        for shown in ["\(statement)", String(reflecting: statement), dumped, "\([statement])"] {
            #expect(shown.contains("SELECT $1") && !shown.contains("secret"))
            // 118 = "v", as in a dump of the encoded bytes
            #expect(!shown.contains("118"))
        }
    }

    @Test func emptyAndNullValuesDiffer() async throws {
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query(
                "SELECT \("") IS NULL, \(String?.none) IS NULL, \([UInt8]()) IS NULL, \("") = ''"
            )
            #expect(try #require(try rows.decodeOne((Bool, Bool, Bool, Bool).self)) == (false, true, false, true))
            #expect(try await connection.query("SELECT \("")").decodeOne(String?.self) == .some(""))
        }
    }

    @Test func tooManyParametersAreRefused() async throws {
        try await withFreshConnection { connection async throws in
            let binds = [any PostgresEncodable](repeating: 1, count: 65_536)
            let error = try await postgresError { try await connection.execute(SQL("SELECT 1", binds)) }
            guard case .misuse = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }
}
