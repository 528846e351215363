import Foundation
import Postgres
import Testing

@Suite struct RenderValues {
    @Test func everyCommonTypeHasItsValue() async throws {
        try await withFreshConnection({ $0.runtimeParameters.append(("TimeZone", "Asia/Shanghai")) }) {
            connection async throws in
            let rows = try await connection.query(
                """
                SELECT NULL::int, true, 1::int2, 2::int4, 3::int8, 0.5::float8, 0.1::float4, 1.50::numeric, 'x'::text,
                    'y'::varchar(3), 'z'::name, '2024-02-29'::date, '2024-01-02 03:04:05.6+08'::timestamptz,
                    '2024-01-02 03:04:05'::timestamp, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid, '{"a": 1}'::json,
                    '[1,2]'::jsonb, '\\x00ff'::bytea, ARRAY[1, NULL, 3], '1 day'::interval
                """
            )
            let row = try #require(rows.first)
            let expected: [PostgresValue] = [
                .null, .bool(true), .int(1), .int(2), .int(3), .double(0.5), .double(0.1), .numeric("1.50"), .text("x"),
                .text("y"), .text("z"), .text("2024-02-29"), .text("2024-01-01T19:04:05.6Z"),
                .text("2024-01-02T03:04:05"),
                .text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), .json(#"{"a": 1}"#), .json("[1, 2]"), .bytes([0, 255]),
                .array([.int(1), .null, .int(3)]),
                .other(type: 1186, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
            ]
            for (column, value) in expected.enumerated() {
                #expect(row.value(column) == value)
            }
            #expect(row.value(99) == .null)
        }
    }

    @Test func timesReadAsPostgresWritesThemInJSON() async throws {
        try await withFreshConnection({ $0.runtimeParameters.append(("TimeZone", "UTC")) }) { connection async throws in
            let rows = try await connection.query(
                """
                SELECT t, replace(to_json(t)#>>'{}', '+00:00', 'Z'), t::date, to_json(t::date)#>>'{}'
                FROM unnest(ARRAY['epoch', 'infinity', '-infinity', '4713-11-24 00:00:00+00 BC', '0044-03-15 12:00+00 BC',
                    '0001-01-01 00:00+00', '0001-12-31 23:59:59.999999+00 BC', '1582-10-15 00:00+00', '10000-01-01 00:00+00',
                    '294246-12-31 23:59:59.999999+00', '1969-12-31 23:59:59.5+00', '2000-02-29 01:02:03.000001+00']::timestamptz[]) AS t
                """
            )
            #expect(rows.count == 12)
            for row in rows {
                #expect(row.value(0) == .text(try row.decode(1, as: String.self)))
                #expect(row.value(2) == .text(try row.decode(3, as: String.self)))
            }
        }
    }

    @Test func rowsBecomeJSON() async throws {
        try await withFreshConnection { connection async throws in
            let rows = try await connection.query(
                """
                SELECT 1 AS id, E'q"\\\\\\n\\u0001汇' AS "na""me", NULL AS none, 'NaN'::float8 AS nan, 2.50::numeric AS price,
                    ARRAY['a', NULL] AS list, '\\xff'::bytea AS bytes
                UNION ALL SELECT 2, '', 'x', '-Infinity', 'NaN', '{}', ''
                """
            )
            let text = String(decoding: rows.jsonBytes(), as: UTF8.self)
            #expect(
                text == #"[{"id":1,"na\"me":"q\"\\\n\u0001汇","none":null,"nan":"NaN","price":2.50,"list":["a",null],"#
                    + #""bytes":"\\xff"},{"id":2,"na\"me":"","none":"x","nan":"-Infinity","price":"NaN","list":[],"bytes":"\\x"}]"#
            )
            #expect(try JSONSerialization.jsonObject(with: Data(rows.jsonBytes())) is [Any])
        }
    }
}
