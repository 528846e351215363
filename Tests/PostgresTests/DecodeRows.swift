import Foundation
import Postgres
import Testing

@Suite struct DecodeRows {
    @Test func byIndexNameAndTuple() async throws {
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query(
                "SELECT n AS id, CASE WHEN n > 1 THEN 'name ' || n END AS name FROM generate_series(1, 3) AS n ORDER BY n"
            )
            #expect(rows.columns == ["id", "name"])
            #expect(rows.count == 3)
            #expect(rows.affectedRows == 3)
            var seen: [String] = []
            for (id, name) in try rows.decode((Int64, String?).self) {
                seen.append("\(id):\(name ?? "-")")
            }
            #expect(seen == ["1:-", "2:name 2", "3:name 3"])
            #expect(try rows[2].decode("name", as: String.self) == "name 3")
            #expect(try rows[1].decode(0) as Int == 2)
        }
    }

    @Test func rowsOutliveTheConnection() async throws {
        let rows = try await withFreshConnection { try await $0.query("SELECT 'kept' FROM generate_series(1, 1000)") }
        #expect(try rows.decode(String.self) == Array(repeating: "kept", count: 1000))
    }

    @Test func refusesWhatDoesNotFit() async throws {
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query(
                "SELECT 70000 AS big, NULL::text AS none, 1.5::numeric, true, 'x'::text"
            )
            let row = try #require(rows.first)
            func refused<T: PostgresDecodable>(_ column: Int, _: T.Type) -> Bool {
                do throws(PostgresError) {
                    _ = try row.decode(column, as: T.self)
                    return false
                } catch {
                    if case .decoding = error { return true }
                    return false
                }
            }
            #expect(refused(0, Int16.self))
            #expect(!refused(0, Int32.self))
            #expect(refused(1, String.self))
            #expect(refused(2, Int.self))
            #expect(refused(3, Int.self))
            #expect(refused(4, Bool.self))
            #expect(refused(4, UUID.self))
            #expect(refused(5, Int.self))
            #expect(refused(-1, Int.self))
            #expect(throws: PostgresError.self) { try row.decode("missing", as: Int.self) }
            #expect(throws: PostgresError.self) { try rows.decode((Int, String?).self) }
            let many = try await connection.query("SELECT generate_series(1, 2)")
            #expect(throws: PostgresError.self) { try many.decodeOne(Int.self) }
        }
    }

    @Test func decodingErrorsNameNoValue() async throws {
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query("SELECT \("very secret words") AS words")
            let error = #expect(throws: PostgresError.self) { try rows.decode(Int.self) }
            let text = try #require(error.map { "\($0)" })
            #expect(text.contains("words") && !text.contains("secret"))
        }
    }

    @Test func numericAsTextAndNumbers() async throws {
        let texts = [
            "0", "0.00", "1", "-1", "10000", "9999", "100000000", "12345678.9012", "-0.0001", "0.000000000001",
            "123456789012345678901234567890.123", "NaN", "Infinity", "-Infinity", "1000000.0", "-9223372036854775808",
            "5000.50", "0.5000", "99999999.9999",
        ]
        try await withFreshConnection { connection async throws in
            // PostgreSQL turns each text into a numeric and back: its own answer is the expectation.
            let rows = try await connection.query(
                "SELECT x::numeric, x::numeric::text FROM unnest(\(texts)) WITH ORDINALITY AS u (x, n) ORDER BY n"
            )
            for (own, expected) in try rows.decode((String, String).self) {
                #expect(own == expected)
            }
            #expect(rows.count == texts.count)
            let sums = try await connection.query(
                """
                SELECT sum(n), sum(-n), 9223372036854775807::numeric, (-9223372036854775808)::numeric, 3.00::numeric, 0.1::numeric
                FROM generate_series(1::bigint, 100000) AS n
                """
            )
            let values = try #require(try sums.decodeOne((Int, Int64, Int, Int, Int32, Double).self))
            #expect(values == (5_000_050_000, -5_000_050_000, .max, .min, 3, 0.1))
            let tooLarge = try await connection.query("SELECT 9223372036854775808::numeric")
            #expect(throws: PostgresError.self) { try tooLarge.decode(Int.self) }
        }
    }

    @Test func randomNumericsReadAsPostgresWritesThem() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let texts = (0..<500).map { _ in
            let whole = (0..<Int.random(in: 1...25, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            let part = (0..<Int.random(in: 0...25, using: &random)).map { _ in
                String(Int.random(in: 0...9, using: &random))
            }
            return (Bool.random(using: &random) ? "-" : "") + whole.joined() + (part.isEmpty ? "" : "." + part.joined())
        }
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query("SELECT x::numeric, x::numeric::text FROM unnest(\(texts)) AS u (x)")
            for (own, expected) in try rows.decode((String, String).self) {
                #expect(own == expected, "seed \(seed)")
            }
        }
    }

    @Test func namesEnumsAndFixedText() async throws {
        try await withFreshConnection { connection async throws in
            try await connection.run(
                script: "CREATE TYPE mood AS ENUM ('gut', '好'); CREATE TYPE pair AS (a int, b int)"
            )
            let rows = try await connection.query(
                "SELECT '好'::mood, 'pg_class'::name, 'ab'::varchar(9), 'ab'::char(4), ARRAY['gut', '好']::mood[], '{}'::json"
            )
            let values = try #require(try rows.decodeOne((String, String, String, String, [String], String).self))
            #expect(values == ("好", "pg_class", "ab", "ab  ", ["gut", "好"], "{}"))
            let composite = try await connection.query("SELECT ROW(1, 2)::pair")
            #expect(throws: PostgresError.self) { try composite.decode(String.self) }
        }
    }
}
