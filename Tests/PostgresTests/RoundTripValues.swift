import Foundation
import Postgres
import Testing

/// Every expected text is what PostgreSQL's documentation or psql gives, written here by hand.
@Suite struct RoundTripValues {
    /// Sends `value`, compares PostgreSQL's text of it, and reads it back, alone and in an array with a NULL.
    private func check<T>(
        _ value: T,
        text expected: String,
        type: String,
        on connection: PostgresConnection
    ) async throws
    where T: PostgresEncodable & PostgresDecodable & PostgresArrayElement & PostgresArrayDecodable & Equatable {
        let row = try #require(
            try await connection.query(
                """
                SELECT \(value)::text, pg_typeof(\(value))::text, \(value), \(T?.none), \(T?.none) IS NULL,
                    \([value, nil, value] as [T?]), \([T]()), array_length(\([value, value]), 1),
                    (\([value, nil] as [T?]))[2] IS NULL, (\([nil, value] as [T?]))[2]::text
                """
            ).first
        )
        #expect(try row.decode(0, as: String.self) == expected)
        #expect(try row.decode(1, as: String.self) == type)
        #expect(try row.decode(2, as: T.self) == value)
        #expect(try row.decode(2, as: T?.self) == value)
        #expect(try row.decode(3, as: T?.self) == nil)
        #expect(try row.decode(4, as: Bool.self))
        #expect(try row.decode(5, as: [T?].self) == [value, nil, value])
        #expect(try row.decode(6, as: [T].self).isEmpty)
        #expect(try row.decode(7, as: Int.self) == 2)
        #expect(try row.decode(8, as: Bool.self))
        #expect(try row.decode(9, as: String.self) == expected)
    }

    @Test func booleans() async throws {
        try await withFreshConnection { connection async throws in
            try await check(true, text: "true", type: "boolean", on: connection)
            try await check(false, text: "false", type: "boolean", on: connection)
        }
    }

    @Test func integersAtTheirLimits() async throws {
        try await withFreshConnection { connection async throws in
            try await check(Int16.min, text: "-32768", type: "smallint", on: connection)
            try await check(Int16.max, text: "32767", type: "smallint", on: connection)
            try await check(Int32.min, text: "-2147483648", type: "integer", on: connection)
            try await check(Int32.max, text: "2147483647", type: "integer", on: connection)
            try await check(Int64.min, text: "-9223372036854775808", type: "bigint", on: connection)
            try await check(Int64.max, text: "9223372036854775807", type: "bigint", on: connection)
            try await check(0, text: "0", type: "bigint", on: connection)
            try await check(-1, text: "-1", type: "bigint", on: connection)
        }
    }

    @Test func doubles() async throws {
        try await withFreshConnection { connection async throws in
            try await check(0.1, text: "0.1", type: "double precision", on: connection)
            try await check(-1.5e300, text: "-1.5e+300", type: "double precision", on: connection)
            try await check(Double.leastNonzeroMagnitude, text: "5e-324", type: "double precision", on: connection)
            try await check(Double.infinity, text: "Infinity", type: "double precision", on: connection)
            try await check(-Double.infinity, text: "-Infinity", type: "double precision", on: connection)
            let nan = try await connection.query("SELECT \(Double.nan), 'NaN'::float8, \(Double.nan)::text")
            let values = try #require(try nan.decodeOne((Double, Double, String).self))
            #expect(values.0.isNaN && values.1.isNaN && values.2 == "NaN")
        }
    }

    @Test func text() async throws {
        let long = String(repeating: "留言", count: 500_000)
        try await withFreshConnection { connection async throws in
            for text in [
                "", " ", "plain", "汇声 · voix · 👩‍👩‍👧", "e\u{301}", "'; DROP TABLE x; --", #"\x \' $1"#, "\n\t\r\u{1}\u{7F}",
            ] {
                try await check(text, text: text, type: "text", on: connection)
            }
            try await check(long, text: long, type: "text", on: connection)
            #expect(try await connection.query("SELECT length(\(long))").decodeOne(Int.self) == 1_000_000)
        }
    }

    @Test func refusesNULInText() async throws {
        try await withFreshConnection { connection async throws in
            let error = try await postgresError { try await connection.execute("SELECT \("a\0b")") }
            #expect(error?.sqlState == .characterNotInRepertoire)
            #expect(try await connection.query("SELECT 1").decodeOne(Int.self) == 1)
        }
    }

    @Test func bytes() async throws {
        try await withFreshConnection { connection async throws in
            let all = (0...255).map { UInt8($0) }
            let hexadecimal = "\\x" + all.map { String(format: "%02x", $0) }.joined()
            try await check(all, text: hexadecimal, type: "bytea", on: connection)
            try await check([UInt8](), text: "\\x", type: "bytea", on: connection)
        }
    }

    @Test func uuids() async throws {
        try await withFreshConnection { connection async throws in
            for text in ["00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"] {
                try await check(try #require(UUID(uuidString: text)), text: text, type: "uuid", on: connection)
            }
            let asText = try await connection.query("SELECT 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid")
            #expect(try asText.decodeOne(String.self) == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
        }
    }

    @Test func timestamps() async throws {
        try await withFreshConnection({ $0.runtimeParameters.append(("TimeZone", "UTC")) }) { connection async throws in
            let cases: [(Int64, String)] = [
                (0, "1970-01-01 00:00:00+00"), (-1, "1969-12-31 23:59:59.999999+00"),
                (951_782_400_000_000, "2000-02-29 00:00:00+00"),
                (1_700_000_000_123_450, "2023-11-14 22:13:20.12345+00"),
                (.max, "infinity"), (.min, "-infinity"),
            ]
            for (microseconds, text) in cases {
                let value = PostgresTimestamp(microsecondsSince1970: microseconds)
                try await check(value, text: text, type: "timestamp with time zone", on: connection)
            }
            let tooEarly = PostgresTimestamp(microsecondsSince1970: .min + 1)
            let error = try await postgresError { try await connection.execute("SELECT \(tooEarly)") }
            #expect(error?.sqlState == .datetimeFieldOverflow)
            #expect(tooEarly.description.hasSuffix(" BC"))
            let tooLate = try await connection.query("SELECT '294276-12-31 23:59:59+00'::timestamptz")
            #expect(throws: PostgresError.self) { try tooLate.decode(PostgresTimestamp.self) }
        }
    }

    @Test func dates() async throws {
        try await withFreshConnection { connection async throws in
            for text in ["1970-01-01", "0001-01-01", "9999-12-31", "2024-02-29", "1900-03-01", "1999-12-31"] {
                try await check(try #require(PostgresDate(iso: text)), text: text, type: "date", on: connection)
            }
            try await check(PostgresDate(daysSince1970: .max), text: "infinity", type: "date", on: connection)
            try await check(PostgresDate(daysSince1970: .min), text: "-infinity", type: "date", on: connection)
        }
        for wrong in [
            "", "2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "24-01-01", "2024-01-32", "2024-01-01 ",
            "٢٠٢٤-01-01", "0000-01-01", "+024-01-01",
        ] {
            #expect(PostgresDate(iso: wrong) == nil, "\(wrong)")
        }
    }

    @Test func jsonKeepsItsBytes() async throws {
        try await withFreshConnection { connection async throws in
            let text = #"{"b": 1,  "a":"汇\u58f0", "b": 2.50}"#
            let row = try await connection.query(
                "SELECT \(PostgresJSON(text)), pg_typeof(\(PostgresJSON(text)))::text, \(text)::jsonb, \(text)::json::text"
            )
            let values = try #require(try row.decodeOne((PostgresJSON, String, String, String).self))
            #expect(values.0 == PostgresJSON(text))
            #expect(values.1 == "json")
            #expect(values.2 == #"{"a": "汇声", "b": 2.50}"#)
            #expect(values.3 == text)
            #expect(try row.first?.decode(0, as: [UInt8].self) == Array(text.utf8))
            let wrong = try await postgresError { try await connection.execute("SELECT \(PostgresJSON("{"))") }
            #expect(wrong?.sqlState == .invalidTextRepresentation)
        }
    }

    @Test func arraysOfManyStrings() async throws {
        let strings = (0..<500).map { "第\($0)条" }
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query("SELECT x, n FROM unnest(\(strings)) WITH ORDINALITY AS u (x, n)")
            #expect(try rows.decode((String, Int).self).map(\.0) == strings)
            let nested = try await connection.query("SELECT ARRAY[\([UInt8]([1, 2])), NULL, \([UInt8]())]")
            let expected: [[UInt8]?] = [[1, 2], nil, []]
            #expect(try nested.decodeOne([[UInt8]?].self) == expected)
            let bytes = try await connection.query("SELECT (\([[1], [2, 3]] as [[UInt8]]))[2]::text")
            #expect(try bytes.decodeOne(String.self) == "\\x0203")
        }
    }

    @Test func randomNumbersKeepEveryBit() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let doubles = (0..<2_000).map { _ in Double(bitPattern: random.next()) }.filter { !$0.isNaN }
        let integers = (0..<2_000).map { _ in Int64(bitPattern: random.next()) }
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query(
                "SELECT \(doubles), \(doubles)::text[], \(integers), \(integers)::text[]"
            )
            let values = try #require(try rows.decodeOne(([Double], [String], [Int64], [String]).self))
            #expect(values.0 == doubles, "seed \(seed)")
            #expect(values.1.map { Double($0) } == doubles, "seed \(seed)")
            #expect(values.2 == integers, "seed \(seed)")
            #expect(values.3.map { Int64($0) } == integers, "seed \(seed)")
        }
    }
}
