import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import TestSupport

/// A migrated database of its own with two tenants, and the pools on it.
struct TestLog {
    let connectionString: String
    let operators: PostgresPool
    let pool: PostgresPool
    let files: SchemaFiles

    static let tenants = [TenantID(rawValue: 1), TenantID(rawValue: 2)]

    static func make() async throws -> TestLog {
        let files = try SchemaFiles.find()
        let connectionString = try await TestPostgres.connectionString(template: "event_log") { template in
            let configuration = try PostgresConfiguration(connectionString: template)
            try await Migrator(files: files, logger: Logger(label: "test")).migrate(configuration) { connection in
                for code in ["one", "two"] {
                    _ = try await TenantCreation.create(
                        code: code,
                        timeZone: "Asia/Shanghai",
                        language: "zh",
                        k: 3,
                        channels: ["web", "forum"],
                        on: connection
                    )
                }
            }
        }
        return try TestLog(connectionString: connectionString, files: files)
    }

    init(connectionString: String, files: SchemaFiles) throws {
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        self.connectionString = connectionString
        self.files = files
        operators = PostgresPool(configuration, size: 4)
        pool = PostgresPool(
            DurableConnection.configuration(configuration),
            size: 8,
            onConnect: DurableConnection.check(allowsVolatile: true)
        )
    }

    func close() async {
        await pool.close()
        await operators.close()
    }
}

/// A thing with a number: the smallest decider that can refuse.
enum Counter {
    static func stream(_ id: UUID = UUID()) -> StreamID { StreamID(type: "counter", id: id) }

    struct TooHigh: Rejection, Equatable {
        var code: String { "too-high" }
        var detail: String { "the counter would pass its limit" }
        var isStateConflict: Bool { true }
    }

    /// Adds one event as long as the stream has fewer than `limit`.
    static func increment(_ stream: StreamID, limit: Int = .max, by actor: String = "test") -> Submission {
        Submission(tenant: TestLog.tenants[0], stream: stream, actor: actor) { known in
            guard known.history.count < limit else { throw TooHigh() }
            return Decision(events: [event(known.history.count + 1)])
        }
    }

    static func event(_ number: Int) -> NewEvent {
        NewEvent(type: "Counted", schemaVersion: 1, body: Array("{\"n\":\(number)}".utf8))
    }
}

extension TestLog {
    /// Lets the first so many calls of `log.append` find each command overtaken by somebody else, and store nothing.
    func overtake(times: Int) async throws {
        try await operators.withConnection { connection in
            try await connection.run(
                script: """
                    DO $do$
                    DECLARE
                        v_append regprocedure := (
                            SELECT p.oid
                            FROM pg_proc AS p
                            WHERE p.pronamespace = 'log'::regnamespace
                                AND p.proname = 'append'
                        );
                        v_arguments text := pg_get_function_identity_arguments(v_append);
                        v_values text := (
                            SELECT string_agg('$' || n, ', ' ORDER BY n)
                            FROM pg_proc AS p
                            CROSS JOIN generate_series(1, p.pronargs) AS n
                            WHERE p.oid = v_append
                        );
                    BEGIN
                        EXECUTE format('ALTER FUNCTION %s RENAME TO append_in_truth', v_append);
                        CREATE SEQUENCE log.races MINVALUE -1000000000;
                        EXECUTE format(
                            $sql$
                            CREATE FUNCTION log.append(%s)
                            RETURNS TABLE (command integer, outcome text, first_position bigint, recorded_at timestamptz)
                            LANGUAGE plpgsql
                            SECURITY DEFINER
                            AS $f$
                            #variable_conflict use_column
                            BEGIN
                                IF nextval('log.races') <= 0 THEN
                                    RETURN QUERY
                                    SELECT n::integer, 'conflict', NULL::bigint, clock_timestamp()
                                    FROM generate_series(1, cardinality($2)) AS n;
                                ELSE
                                    RETURN QUERY SELECT * FROM log.append_in_truth(%s);
                                END IF;
                            END
                            $f$
                            $sql$,
                            v_arguments, v_values
                        );
                    END
                    $do$
                    """
            )
        }
        _ = try await operators.query("SELECT setval('log.races', \(Int64(-times)))")
    }

    /// Holds the lock that every append of the first tenant waits for, for as long as `body` takes.
    func holdingTheHead<Value>(_ body: () async throws -> Value) async throws -> Value {
        // The database is a copy, and the first connection writes that down on the heads.
        try await pool.execute("SELECT 1")
        return try await operators.withTransaction { connection in
            _ = try await connection.query("SELECT h.position FROM log.heads AS h WHERE h.tenant_id = 1 FOR UPDATE")
            return try await body()
        }
    }

    /// Returns once an append waits for the lock.
    func anAppendWaits() async throws {
        while true {
            let rows = try await operators.query(
                """
                SELECT count(*)
                FROM pg_stat_activity AS a
                WHERE a.datname = current_database()
                    AND a.wait_event_type = 'Lock'
                """
            )
            if try rows.first?.decode(0, as: Int.self) ?? 0 > 0 { return }
            await Task.yield()
        }
    }
}
