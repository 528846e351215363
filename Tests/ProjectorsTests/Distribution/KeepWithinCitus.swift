import EventLog
import Foundation
import Postgres
import Projectors
import Testing

/// What lets the schema be distributed by tenant, checked on every table, key and statement there is.
///
/// Citus sends a statement of one tenant as it stands to the server of that tenant, provided that the planner of
/// PostgreSQL finds `tenant_id = <constant>` on every distributed table in it: so that is what is looked for, in plans.
@Suite struct KeepWithinCitus {
    /// Tables without a tenant in their keys, and why that is right.
    private static let exceptions = [
        "log.tenants": "copied to every node: statements of one tenant join it",
        "projections.generations": "on the coordinator: one row a built copy of all tenants' tables, locked by row",
        "access.keys": "on the coordinator: found by the hash of the key before the tenant is known",
        "access.logins": "on the coordinator: found by login before the tenant is known",
    ]

    private func distributed(_ board: TestBoard) async throws -> [String] {
        try await board.operators.query(
            """
            SELECT n.nspname || '.' || c.relname
            FROM pg_class AS c
            JOIN pg_namespace AS n
                ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p')
                AND (n.nspname IN ('log', 'vault', 'projections', 'access') OR n.nspname LIKE 'gen\\_%')
            ORDER BY 1
            """
        ).map { try $0.decode(0, as: String.self) }.filter { Self.exceptions[$0] == nil }
    }

    // Tables

    /// Keys whose first column is not the tenant, identity columns, defaults from sequences, triggers between tenants,
    /// foreign keys.
    private func findings(_ connection: PostgresConnection) async throws -> [String] {
        try await connection.query(
            """
            WITH tables AS (
                SELECT c.oid, n.nspname || '.' || c.relname AS name
                FROM pg_class AS c
                JOIN pg_namespace AS n
                    ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p')
                    AND (n.nspname IN ('log', 'vault', 'projections', 'access') OR n.nspname LIKE 'gen\\_%')
                    AND n.nspname || '.' || c.relname <> ALL (\(Array(Self.exceptions.keys).sorted()))
            )
            SELECT t.name || ': no tenant_id integer NOT NULL'
            FROM tables AS t
            WHERE NOT EXISTS (
                SELECT
                FROM pg_attribute AS a
                WHERE a.attrelid = t.oid
                    AND a.attname = 'tenant_id'
                    AND a.atttypid = 'integer'::regtype
                    AND a.attnotnull
            )
            UNION ALL
            SELECT t.name || ': ' || i.indexrelid::regclass || ' does not begin with tenant_id'
            FROM tables AS t
            JOIN pg_index AS i
                ON i.indrelid = t.oid
            WHERE NOT EXISTS (
                SELECT
                FROM pg_attribute AS a
                WHERE a.attrelid = t.oid
                    AND a.attnum = i.indkey[0]
                    AND a.attname = 'tenant_id'
            )
            UNION ALL
            SELECT t.name || ': no primary key and no index by tenant'
            FROM tables AS t
            WHERE NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = t.oid)
            UNION ALL
            SELECT t.name || ': column ' || a.attname || ' takes from a sequence'
            FROM tables AS t
            JOIN pg_attribute AS a
                ON a.attrelid = t.oid
                AND a.attnum > 0
            LEFT JOIN pg_attrdef AS d
                ON d.adrelid = t.oid
                AND d.adnum = a.attnum
            WHERE a.attidentity <> ''
                OR pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval%'
            UNION ALL
            SELECT t.name || ': constraint ' || k.conname || ' reaches another table'
            FROM tables AS t
            JOIN pg_constraint AS k
                ON k.conrelid = t.oid
                AND k.contype = 'f'
            UNION ALL
            SELECT t.name || ': trigger ' || g.tgname
            FROM tables AS t
            JOIN pg_trigger AS g
                ON g.tgrelid = t.oid
            WHERE NOT g.tgisinternal
                AND g.tgname NOT LIKE '%\\_append\\_only'
            ORDER BY 1
            """
        ).map { try $0.decode(0, as: String.self) }
    }

    @Test func everyKeyBeginsWithTheTenant() async throws {
        let board = try await TestBoard.make()
        let found = try await board.operators.withTransaction { connection in try await findings(connection) }
        #expect(found == [])
        #expect(try await distributed(board).count > 40)
        await board.close()
    }

    /// The control.
    @Test func aKeyWithoutTheTenantWouldBeFound() async throws {
        let board = try await TestBoard.make()
        let found = try await board.operators.withTransaction { connection in
            try await connection.run(
                script: """
                    CREATE TABLE log.wrong (
                        number bigint GENERATED ALWAYS AS IDENTITY,
                        tenant_id integer NOT NULL,
                        CONSTRAINT wrong_pkey PRIMARY KEY (number)
                    );
                    CREATE TABLE vault.wrong (code text NOT NULL)
                    """
            )
            return try await findings(connection)
        }
        #expect(
            found == [
                "log.wrong: column number takes from a sequence",
                "log.wrong: log.wrong_pkey does not begin with tenant_id",
                "vault.wrong: no primary key and no index by tenant",
                "vault.wrong: no tenant_id integer NOT NULL",
            ]
        )
        await board.close()
    }

    // Plans

    /// Scans of distributed tables that lack the condition, and how many there are in all.
    static func scans(
        of plan: String,
        _ tables: Set<String>,
        condition: String
    ) throws -> (all: Int, without: [String]) {
        var all = 0
        var without: [String] = []
        func walk(_ value: Any) {
            if let list = value as? [Any] { list.forEach(walk) }
            guard let node = value as? [String: Any] else { return }
            if let type = node["Node Type"] as? String, type.contains("Scan"),
                let schema = node["Schema"] as? String, let name = node["Relation Name"] as? String,
                tables.contains("\(schema).\(name)")
            {
                all += 1
                let conditions = ["Index Cond", "Recheck Cond", "Filter"].compactMap { node[$0] as? String }
                if !conditions.contains(where: { $0.contains(condition) }) { without.append("\(schema).\(name)") }
            }
            node.values.forEach(walk)
        }
        walk(try JSONSerialization.jsonObject(with: Data(plan.utf8)))
        return (all, without)
    }

    private static let definitions = ["tables.sql", "indexes.sql", "late_indexes.sql", "views.sql"]

    /// Every statement file of every projector.
    @Test func everyStatementOfAProjectorIsOfOneTenant() async throws {
        let board = try await TestBoard.make()
        let tables = Set(try await distributed(board))
        var seen = 0
        for projector in AllProjectors.make() {
            let folder = board.files.folder.appendingPathComponent("projections/\(projector.name)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                .filter { $0.hasSuffix(".sql") && !Self.definitions.contains($0) }
            for name in names {
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                let plan = try await plan(of: text, projector.name, board)
                let scans = try Self.scans(of: plan, tables, condition: "tenant_id = $1")
                seen += scans.all
                #expect(scans.without == [], "\(projector.name)/\(name)")
            }
        }
        #expect(seen > 40)
        await board.close()
    }

    private func plan(of text: String, _ projector: String, _ board: TestBoard) async throws -> String {
        try await board.operators.withTransaction { connection in
            _ = try await Generations.enterLive(projector, tenant: TestBoard.tenant, on: connection)
            try await connection.run(
                script: "SET LOCAL plan_cache_mode = force_generic_plan; PREPARE probe (integer) AS "
                    + UtilitySQL(trusted: text)
            )
            let count =
                try await connection.query(
                    "SELECT cardinality(p.parameter_types) FROM pg_prepared_statements AS p WHERE p.name = 'probe'"
                ).first?.decode(0, as: Int.self) ?? 1
            let values = Array(repeating: "NULL", count: count).joined(separator: ", ")
            let rows = try await connection.query(
                SQL("EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) EXECUTE probe (\(values))", [])
            )
            try await connection.run(script: "DEALLOCATE probe")
            return try rows.first?.decode(0, as: PostgresJSON.self).string ?? "[]"
        }
    }

    /// What stands under the views once the tables are distributed.
    @Test func everyViewIsReadForOneTenant() async throws {
        let board = try await TestBoard.make()
        let tables = Set(try await distributed(board))
        let views = try await board.operators.query(
            """
            SELECT DISTINCT c.oid::regclass::text, projections.guarded_text(c.oid, g.generation, g.projector, g.projector_version)
            FROM pg_class AS c
            JOIN pg_rewrite AS r
                ON r.ev_class = c.oid
            JOIN pg_depend AS d
                ON d.objid = r.oid
            JOIN pg_class AS t
                ON t.oid = d.refobjid
            JOIN projections.generations AS g
                ON t.relnamespace::regnamespace::text = 'gen_' || g.generation
            WHERE c.relnamespace::regnamespace::text IN ('review', 'aggregates')
                AND g.state = 'live'
            ORDER BY 1
            """
        )
        #expect(views.count > 20)
        for row in views {
            let (view, body) = try row.decode((String, String).self)
            #expect(!body.contains("access.logins\n") && !body.contains("projections.generations"), "\(view)")
            var query = try #require(body.split(separator: "RETURN QUERY\n").last.map(String.init))
            query = query.replacing(/;\nEND\n$/, with: "")
            for declaration in body.matches(of: /v_(\d+) (\w+) :=/) {
                let value = declaration.2 == "integer" ? "1" : "'council'::text"
                query = query.replacing("v_\(declaration.1)", with: value)
            }
            let rows = try await board.operators.query(
                SQL("EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) \(query)", [])
            )
            let plan = try rows.first?.decode(0, as: PostgresJSON.self).string ?? "[]"
            let scans = try Self.scans(of: plan, tables, condition: "tenant_id = 1")
            #expect(scans.all > 0 && scans.without == [], "\(view)")
        }
        await board.close()
    }

    /// The control.
    @Test func aScanOfAllTenantsWouldBeFound() async throws {
        let board = try await TestBoard.make()
        for (statement, count) in [
            ("SELECT h.tenant_id FROM log.heads AS h WHERE h.tenant_id = 1", 0),
            ("SELECT h.tenant_id FROM log.heads AS h", 1),
            (
                "SELECT (SELECT max(e.position) FROM log.events AS e WHERE e.tenant_id = h.tenant_id) FROM log.heads AS h WHERE h.tenant_id = 1",
                1
            ),
        ] {
            let rows = try await board.operators.query(SQL("EXPLAIN (VERBOSE, FORMAT JSON) \(statement)", []))
            let plan = try rows.first?.decode(0, as: PostgresJSON.self).string ?? "[]"
            let scans = try Self.scans(of: plan, ["log.heads", "log.events"], condition: "tenant_id = 1")
            #expect(scans.without.count == count, "\(statement)")
        }
        await board.close()
    }
}

extension PostgresJSON {
    fileprivate var string: String { String(decoding: bytes, as: UTF8.self) }
}
