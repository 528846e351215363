import Foundation
import Postgres
import TestSupport

/// What `distribute.sql` and the engine ask of Citus, on a plain server: every call is written down in order, and what
/// Citus refuses is refused. Tables stay where they are, so everything goes on as before.
///
/// It is no Citus: nothing here shows that Citus can plan a statement.
enum CitusStandIn {
    /// - Parameter version: what `citus_version()` answers.
    static func install(
        on board: TestBoard,
        version: String = "Citus 13.0.3 (stand-in)",
        group: Int = 0,
        nodes: Int = 2
    ) async throws {
        try await board.operators.withTransaction { connection in
            try await connection.run(script: script)
            try await connection.execute("INSERT INTO stand_in.facts (version) VALUES (\(version))")
            try await connection.execute("INSERT INTO pg_catalog.pg_dist_local_group VALUES (\(Int32(group)))")
            try await connection.execute(
                """
                INSERT INTO pg_catalog.pg_dist_node (nodename, shouldhaveshards, isactive, noderole)
                SELECT 'worker-' || n, true, true, 'primary'
                FROM generate_series(1, \(Int32(nodes))) AS n
                """
            )
        }
    }

    /// One call: what, of what, with what else, and how many rows were there.
    struct Call: Equatable {
        let name: String
        let object: String
        let detail: String
        let rows: Int
    }

    static func calls(on board: TestBoard, after number: Int = 0) async throws -> [Call] {
        let rows = try await board.operators.query(
            "SELECT c.name, c.object, c.detail, c.row_count FROM stand_in.calls AS c WHERE c.number > \(Int32(number)) ORDER BY c.number"
        )
        return try rows.map { row in
            let (name, object, detail, count) = try row.decode((String, String, String, Int64).self)
            return Call(name: name, object: object, detail: detail, rows: Int(count))
        }
    }

    /// Runs `distribute.sql` as an operator would.
    ///
    /// - Returns: psql's exit code, and all that it said.
    static func distribute(_ board: TestBoard) async throws -> (code: Int32, text: String) {
        let rows = try await board.operators.query(
            """
            SELECT
                split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_user,
                current_database()
            """
        )
        guard let row = rows.first else { throw Unreadable() }
        let (host, port, user, database) = try row.decode((String, String, String, String).self)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "-v", "ON_ERROR_STOP=1", "-h", host, "-p",
            port, "-U", user, "-d", database, "-f", board.files.folder.appendingPathComponent("distribute.sql").path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    struct Unreadable: Error {}

    private static let script: UtilitySQL = """
        SET LOCAL allow_system_table_mods = on;
        CREATE SCHEMA stand_in;
        CREATE TABLE stand_in.facts (version text NOT NULL);
        CREATE TABLE stand_in.calls (
            number integer GENERATED ALWAYS AS IDENTITY,
            name text NOT NULL,
            object text NOT NULL,
            detail text NOT NULL,
            row_count bigint NOT NULL
        );
        CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass NOT NULL, partmethod "char" NOT NULL);
        CREATE TABLE pg_catalog.pg_dist_local_group (groupid integer NOT NULL);
        CREATE TABLE pg_catalog.pg_dist_node (
            nodename text NOT NULL, shouldhaveshards boolean NOT NULL, isactive boolean NOT NULL, noderole text NOT NULL
        );

        CREATE FUNCTION pg_catalog.citus_version() RETURNS text LANGUAGE sql
        AS $f$ SELECT version FROM stand_in.facts $f$;

        CREATE FUNCTION stand_in.check_table(p_table regclass) RETURNS bigint LANGUAGE plpgsql AS $f$
        DECLARE
            v_rows bigint;
        BEGIN
            IF EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = p_table AND NOT t.tgisinternal) THEN
                RAISE EXCEPTION 'cannot distribute relation % because it has triggers', p_table;
            END IF;
            IF EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = p_table AND a.attidentity <> '' AND a.atttypid <> 'bigint'::regtype
            ) THEN
                RAISE EXCEPTION 'cannot complete operation on % with smallint/int identity column', p_table;
            END IF;
            IF EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = p_table) THEN
                RAISE EXCEPTION 'table % is already distributed', p_table;
            END IF;
            EXECUTE format('SELECT count(*) FROM %s', p_table) INTO v_rows;
            RETURN v_rows;
        END
        $f$;

        CREATE FUNCTION pg_catalog.create_distributed_table(
            table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
            colocate_with text DEFAULT 'default', shard_count integer DEFAULT NULL
        ) RETURNS void LANGUAGE plpgsql AS $f$
        DECLARE
            v_rows bigint := stand_in.check_table(table_name);
            v_index name;
        BEGIN
            SELECT c.relname INTO v_index
            FROM pg_index AS i
            JOIN pg_class AS c ON c.oid = i.indexrelid
            WHERE i.indrelid = table_name
                AND (i.indisunique OR i.indisexclusion)
                AND NOT EXISTS (
                    SELECT FROM pg_attribute AS a
                    WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[]) AND a.attname = distribution_column
                );
            IF FOUND THEN
                RAISE EXCEPTION 'cannot create constraint on %: % lacks the distribution column', table_name, v_index;
            END IF;
            IF colocate_with NOT IN ('none', 'default')
                AND NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = colocate_with::regclass) THEN
                RAISE EXCEPTION 'relation % is not distributed', colocate_with;
            END IF;
            INSERT INTO pg_dist_partition VALUES (table_name, 'h');
            INSERT INTO stand_in.calls (name, object, detail, row_count)
            VALUES ('table', table_name::text, distribution_column || ' beside ' || colocate_with, v_rows);
        END
        $f$;

        CREATE FUNCTION pg_catalog.create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $f$
        DECLARE
            v_rows bigint := stand_in.check_table(table_name);
        BEGIN
            INSERT INTO pg_dist_partition VALUES (table_name, 'n');
            INSERT INTO stand_in.calls (name, object, detail, row_count)
            VALUES ('reference', table_name::text, '', v_rows);
        END
        $f$;

        CREATE FUNCTION pg_catalog.create_distributed_function(
            function_name regprocedure, distribution_arg_name text DEFAULT NULL, colocate_with text DEFAULT 'default',
            force_delegation boolean DEFAULT NULL
        ) RETURNS void LANGUAGE plpgsql AS $f$
        BEGIN
            IF NOT EXISTS (
                SELECT FROM pg_proc AS p
                WHERE p.oid = function_name AND distribution_arg_name = ANY (p.proargnames)
            ) THEN
                RAISE EXCEPTION 'cannot distribute the function since the distribution argument is not valid';
            END IF;
            INSERT INTO stand_in.calls (name, object, detail, row_count)
            SELECT 'function', p.proname, distribution_arg_name || ' beside ' || colocate_with, 0
            FROM pg_proc AS p
            WHERE p.oid = function_name;
        END
        $f$;

        CREATE FUNCTION pg_catalog.truncate_local_data_after_distributing_table(function_name regclass) RETURNS void
        LANGUAGE plpgsql AS $f$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = function_name) THEN
                RAISE EXCEPTION 'supplied parameter is not a distributed relation';
            END IF;
            INSERT INTO stand_in.calls (name, object, detail, row_count)
            VALUES ('truncate', function_name::text, '', 0);
        END
        $f$;

        CREATE FUNCTION pg_catalog.run_command_on_workers(
            command text, OUT nodename text, OUT nodeport integer, OUT success boolean, OUT result text
        ) RETURNS SETOF record LANGUAGE plpgsql SECURITY DEFINER AS $f$
        BEGIN
            INSERT INTO stand_in.calls (name, object, detail, row_count) VALUES ('workers', command, session_user, 0);
            RETURN QUERY
            SELECT
                n.nodename, 5432, true,
                CASE WHEN command = 'SELECT current_setting(''synchronous_commit'')' THEN 'on' ELSE '' END
            FROM pg_dist_node AS n;
        END
        $f$
        """
}
