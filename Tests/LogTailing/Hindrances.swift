import Postgres

/// What goes on in the same database meanwhile, and must make no difference.
struct Hindrances {
    private let foreign: PostgresConnection

    /// Makes every so many rows of `table` (one row a transaction) slow to commit, and opens a transaction that has
    /// written something and stays.
    static func begin(
        _ plan: TailingPlan,
        on table: UtilitySQL,
        _ configuration: PostgresConfiguration
    ) async throws -> Hindrances {
        var patient = configuration
        patient.idleInTransactionTimeout = nil
        let connection = try await PostgresConnection.connect(patient)
        try await connection.run(
            script: """
                CREATE SCHEMA IF NOT EXISTS hindrances;
                CREATE SEQUENCE hindrances.commits;
                CREATE SEQUENCE hindrances.slow_commits;
                CREATE TABLE hindrances.foreign_work (id integer);
                CREATE FUNCTION hindrances.take_time() RETURNS trigger
                LANGUAGE plpgsql
                SECURITY DEFINER
                AS $$
                BEGIN
                    IF nextval('hindrances.commits') % \(literal: plan.slowCommitEvery) = 0 THEN
                        PERFORM nextval('hindrances.slow_commits');
                        PERFORM pg_sleep(\(literal: plan.slowCommitMilliseconds) / 1000.0);
                    END IF;
                    RETURN NULL;
                END
                $$;
                CREATE CONSTRAINT TRIGGER take_time
                    AFTER INSERT ON \(table)
                    DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW
                    EXECUTE FUNCTION hindrances.take_time();
                """
        )
        try await connection.execute("BEGIN")
        try await connection.execute("INSERT INTO hindrances.foreign_work VALUES (1)")
        return Hindrances(foreign: connection)
    }

    /// Ends the foreign transaction; how many commits were slow.
    func end(on table: UtilitySQL) async throws -> Int {
        try await foreign.execute("ROLLBACK")
        let rows = try await foreign.query(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM hindrances.slow_commits"
        )
        let slow = try rows.first?.decode(0, as: Int64.self) ?? 0
        try await foreign.run(script: "DROP TRIGGER take_time ON \(table)")
        try await foreign.run(script: "DROP SCHEMA hindrances CASCADE")
        await foreign.close()
        return Int(slow)
    }
}
