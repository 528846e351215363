import Foundation
import Testing

/// Every statement in Swift and in the functions of the schema names the tenant for each distributed table that it
/// touches, or stands on a list with the reason why it asks all tenants.
@Suite struct NameTheTenant {
    /// Statements of all tenants: a piece of each, and why.
    private static let ofAllTenants = [
        "array_agg(k.generation) AS generations": "one look at all heads, which tells what work there is",
        "SELECT h.tenant_id, \\(generation)\n            FROM log.heads AS h": "a generation begins at 0 in every log",
        "CASE WHEN \\(live)::integer IS NULL THEN h.position": "a rebuild is of all tenants",
        "SELECT h.tenant_id FROM log.heads AS h ORDER BY h.tenant_id":
            "tenants whose rows a rebuild then compares one by one",
        "h.data_folder_since)\n            IS DISTINCT FROM":
            "whether this is another database is asked once a connection",
        "WHERE node = \\(node)": "a server prolongs and gives back all its leases at once",
        "SELECT h.tenant_id, \\(node), now()": "a server takes the lease of every new tenant",
        "SELECT h.tenant_id, COALESCE(b.last_position, 0)": "where every log stood at a time",
        "WITH heads AS MATERIALIZED": "the state of all projections, for an operator",
        "c.position FROM projections.checkpoints AS c": "two moments of all projections, for an operator",
        "WITH parked AS MATERIALIZED": "all parked streams of a projector, for an operator",
    ]

    /// Tables that go by tenant: named with their schema, or as a generation's tables are.
    private static func pattern(_ generationTables: [String]) -> String {
        let names =
            [
                #"log\.(?!tenants\b|append\b|create_tenant\b)\w+"#, #"vault\.\w+"#,
                #"projections\.(checkpoints|parked_streams|parked_decisions|complaints|leases)"#,
            ]
            + generationTables.map { #"(?<![\w.])"# + $0 }
        return #"\b(FROM|JOIN|UPDATE|USING)\s+("# + names.joined(separator: "|") + #")\b(?!\()"#
    }

    struct Finding: Equatable {
        let statement: String
        let tables: Int
        let conditions: Int
    }

    private static func count(_ pattern: String, in text: String) -> Int {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return -1 }
        return expression.numberOfMatches(in: text, range: NSRange(text.startIndex..., in: text))
    }

    static func finding(in statement: String, _ pattern: String) -> Finding? {
        let tables = count(pattern, in: statement)
        let conditions = count(#"\btenant_id = "#, in: statement)
        guard tables > conditions else { return nil }
        guard !ofAllTenants.keys.contains(where: { statement.contains($0) }) else { return nil }
        return Finding(statement: statement, tables: tables, conditions: conditions)
    }

    /// What PostgreSQL computes anew for each row cannot be sent to a shard in a change.
    static func isVolatileChange(_ statement: String, _ pattern: String) -> Bool {
        let text = statement.trimmingCharacters(in: .whitespacesAndNewlines)
        // DO UPDATE takes not even the time of the statement: that goes through EXCLUDED.
        if count(
            #"(?s)\bON CONFLICT\b.*\b(now|statement_timestamp|clock_timestamp|random|gen_random_uuid)\("#,
            in: text
        ) > 0 {
            return !text.contains("migrations.applied")
        }
        return count(#"\b(UPDATE (?!SET)|DELETE )"#, in: text) > 0 && count(pattern, in: text) > 0
            && count(#"\b(clock_timestamp|random|gen_random_uuid|timeofday)\("#, in: text) > 0
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func generationTables() throws -> [String] {
        let folder = root.appendingPathComponent("Sources/EventLog/schema/projections")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var names: Set<String> = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "sql" else { continue }
            for match in try String(contentsOf: file, encoding: .utf8).matches(of: /CREATE TABLE (\w+) \(/) {
                names.insert(String(match.1))
            }
        }
        return names.sorted()
    }

    /// The string literals of a Swift file that hold SQL.
    private static func statements(in source: String) -> [String] {
        let texts =
            source.matches(of: /"""(.*?)"""/.dotMatchesNewlines()).map { String($0.1) }
            + source.replacing(/""".*?"""/.dotMatchesNewlines(), with: "").matches(of: /"((?:[^"\\\n]|\\.)*)"/).map {
                String($0.1)
            }
        return texts.filter { $0.contains(/\b(SELECT|INSERT|UPDATE|DELETE)\b/) }
    }

    @Test func inAllStatementsInSwift() throws {
        let tables = try Self.generationTables()
        #expect(tables.count > 15)
        let pattern = Self.pattern(tables)
        let files = FileManager.default.enumerator(
            at: Self.root.appendingPathComponent("Sources"),
            includingPropertiesForKeys: nil
        )
        var seen = 0
        while let file = files?.nextObject() as? URL {
            // The client knows no table; its comments show some.
            guard file.pathExtension == "swift", !file.path.contains("/Sources/Postgres/") else { continue }
            for statement in Self.statements(in: try String(contentsOf: file, encoding: .utf8)) {
                if Self.count(pattern, in: statement) > 0 { seen += 1 }
                #expect(Self.finding(in: statement, pattern) == nil, "\(file.lastPathComponent)")
                #expect(!Self.isVolatileChange(statement, pattern), "\(file.lastPathComponent)")
            }
        }
        #expect(seen > 40)
    }

    /// Functions ask by their argument. (Files of projectors are planned in `KeepWithinCitus`.)
    @Test func inAllFunctions() throws {
        let folder = Self.root.appendingPathComponent("Sources/EventLog/schema/repeat")
        let pattern = Self.pattern([])
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        where name.hasSuffix(".sql") {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for statement in text.split(separator: ";").map(String.init) {
                #expect(Self.finding(in: statement, pattern) == nil, "\(name)")
                #expect(!Self.isVolatileChange(statement, pattern), "\(name)")
            }
        }
    }

    /// The control.
    @Test func wouldBeFoundOtherwise() {
        let pattern = Self.pattern(["facts"])
        #expect(Self.finding(in: "SELECT count(*) FROM log.events AS e", pattern) != nil)
        #expect(Self.finding(in: "SELECT * FROM facts AS f WHERE f.tenant_id = $1", pattern) == nil)
        #expect(
            Self.finding(
                in: "SELECT * FROM facts AS f JOIN log.events AS e ON e.position = f.position WHERE f.tenant_id = $1",
                pattern
            ) != nil
        )
        #expect(Self.finding(in: "SELECT t.code FROM log.tenants AS t", pattern) == nil)
        #expect(Self.isVolatileChange("UPDATE facts SET at = clock_timestamp() WHERE tenant_id = $1", pattern))
        #expect(
            Self.isVolatileChange(
                "INSERT INTO facts VALUES ($1) ON CONFLICT (tenant_id) DO UPDATE SET at = now()",
                pattern
            )
        )
        #expect(
            !Self.isVolatileChange("UPDATE facts SET at = statement_timestamp() WHERE tenant_id = $1", pattern)
        )
    }
}
