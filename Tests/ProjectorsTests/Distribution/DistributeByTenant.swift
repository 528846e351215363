import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors
import Testing

/// `schema/distribute.sql` and the engine afterwards, against a stand-in for Citus.
///
/// One after the other: the file changes roles, which all databases of the cluster share.
@Suite(.serialized) struct DistributeByTenant {
    private static let tenants = [TenantID(rawValue: 1), TenantID(rawValue: 2)]

    /// A little of everything, for both tenants.
    private func fill(_ board: TestBoard) async throws {
        try await board.registerPlace("north", ["en": "North"], tenant: Self.tenants[1])
        try await board.registerPlace("harbour", ["en": "Harbour"])
        try await board.registerGroup("riders", ["en": "Riders"])
        let survey = try await board.openSurvey()
        for tenant in Self.tenants {
            for person in 1...6 {
                try await board.receive(
                    TestBoard.message(),
                    category: person < 5 ? "roads" : nil,
                    person: "p\(person)",
                    organization: "council",
                    place: tenant == TestBoard.tenant ? "Harbour" : "North",
                    groups: [GroupLink(name: "Riders", ties: [])],
                    support: person,
                    tenant: tenant
                )
            }
        }
        for person in 1...4 {
            try await board.respond(#"{"use":"yes","ways":["foot","bike"],"calm":1}"#, to: survey, person: "p\(person)")
        }
        try await board.project()
        _ = try await board.release()
    }

    /// Every row of every view, as each login sees it; but not when projections moved last.
    private func shown(_ board: TestBoard) async throws -> [String: [String]] {
        let views = try await board.operators.query(
            """
            SELECT v.schemaname || '.' || v.viewname
            FROM pg_views AS v
            WHERE v.schemaname IN ('review', 'aggregates')
                AND v.viewname <> 'projection_state' -- tells which generation and when
            ORDER BY 1
            """
        ).map { try $0.decode(0, as: String.self) }
        var shown: [String: [String]] = [:]
        for view in views {
            for tenant in ["one", "two"] {
                let audience = view.hasPrefix("review") ? "reviewer" : "analyst"
                let rows = try await board.rows(
                    "SELECT v::text FROM \(view) AS v ORDER BY 1",
                    as: audience,
                    tenant: tenant
                )
                shown["\(view) of \(tenant)"] = rows.map { $0.first.flatMap { $0 } ?? "" }
            }
        }
        return shown
    }

    @Test func movesEverythingAndShowsTheSame() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        let before = try await shown(board)
        #expect(before.values.filter { !$0.isEmpty }.count > 20)
        try await CitusStandIn.install(on: board)

        let run = try await CitusStandIn.distribute(board)
        #expect(run.code == 0, "\(run.text)")
        let calls = try await CitusStandIn.calls(on: board)
        let tables = calls.filter { $0.name == "table" }
        #expect(calls.first { $0.name == "reference" }?.object == "log.tenants")
        #expect(tables.first.map { [$0.object, $0.detail] } == ["log.events", "tenant_id beside none"])
        #expect(tables.dropFirst().allSatisfy { $0.detail == "tenant_id beside log.events" })
        for table in ["log.heads", "log.batches", "log.commands", "vault.passages", "vault.persons", "vault.intakes"] {
            #expect(tables.contains { $0.object == table }, "\(table)")
        }
        #expect(calls.filter { $0.name == "truncate" }.count == tables.count + 1)
        #expect(calls.filter { $0.name == "function" }.map(\.object) == ["append"])
        #expect(calls.filter { $0.name == "function" }.map(\.detail) == ["p_tenant beside log.events"])
        #expect(try await shown(board) == before)

        // A second time nothing is left to do.
        let second = try await CitusStandIn.distribute(board)
        #expect(second.code == 0, "\(second.text)")
        let again = try await CitusStandIn.calls(on: board, after: calls.count)
        #expect(again.allSatisfy { ["workers", "truncate", "function"].contains($0.name) })
        #expect(try await shown(board) == before)
        await board.close()
    }

    /// A generation that was filled first would have to be moved row by row, under a lock.
    @Test func distributesNewGenerationsBeforeTheyAreFilled() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        try await CitusStandIn.install(on: board)
        #expect(try await CitusStandIn.distribute(board).code == 0)
        let known = try await CitusStandIn.calls(on: board).count
        try await board.receive(TestBoard.message(), category: "roads", person: "late", place: "Harbour")
        try await board.project()
        let before = try await shown(board)

        for outcome in try await board.rebuild() {
            #expect(outcome.differences == [:], "\(outcome.projector)")
        }
        let tables = try await CitusStandIn.calls(on: board, after: known).filter { $0.name == "table" }
        let expected = try await board.operators.query(
            """
            SELECT count(*)
            FROM pg_tables AS t
            JOIN projections.generations AS g
                ON t.schemaname = 'gen_' || g.generation
            """
        ).first?.decode(0, as: Int.self)
        #expect(tables.count == expected)
        #expect(tables.allSatisfy { $0.rows == 0 && $0.detail == "tenant_id beside log.events" })
        #expect(try await shown(board) == before)
        await board.close()
    }

    /// The wall: views answer through functions with their owner's rights, which ask who asks.
    @Test func answersNobodyForAnotherLogin() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        try await CitusStandIn.install(on: board)
        #expect(try await CitusStandIn.distribute(board).code == 0)
        let functions = try await board.operators.query(
            """
            SELECT p.oid::regproc::text
            FROM pg_proc AS p
            WHERE (p.pronamespace::regnamespace::text LIKE 'gen\\_%' OR p.oid = 'projections.state_for'::regproc)
                AND p.prosecdef
            """
        ).map { try $0.decode(0, as: String.self) }
        let views = try await board.operators.query(
            "SELECT count(*) FROM pg_views AS v WHERE v.schemaname IN ('review', 'aggregates')"
        ).first?.decode(0, as: Int.self)
        #expect(functions.count == views)
        let function = try #require(functions.first { $0.hasSuffix("review_demand_board") })
        let schema = try #require(function.split(separator: ".").first.map(String.init))
        // A reader cannot even name it; one who could is refused all the same.
        for grants in [false, true] {
            let state = try await failure(board) { connection in
                if grants {
                    try await connection.run(
                        script: "GRANT USAGE ON SCHEMA \(identifier: schema) TO chorus_one_reviewer"
                    )
                }
                try await connection.run(script: "SET LOCAL SESSION AUTHORIZATION chorus_one_reviewer")
                let columns = (1...17).map { "c\($0) text" }.joined(separator: ", ")
                _ = try await connection.query(
                    SQL("SELECT * FROM \(function)('chorus_two_reviewer') AS t (\(columns))", [])
                )
            }
            #expect(state == .insufficientPrivilege)
        }
        // Through the view that login sees its own.
        let own = try await board.operators.withTransaction { connection in
            try await connection.run(script: "SET LOCAL SESSION AUTHORIZATION chorus_one_reviewer")
            return try await connection.query("SELECT DISTINCT place_name FROM review.demand_board")
                .map { try $0.decode(0, as: String.self) }
        }
        #expect(own == ["Harbour"])
        await board.close()
    }

    private func failure(
        _ board: TestBoard,
        _ body: @Sendable (PostgresConnection) async throws -> Void
    ) async throws -> SQLState? {
        do {
            try await board.operators.withTransaction { try await body($0) }
        } catch let error as PostgresError {
            return error.sqlState
        }
        return nil
    }

    @Test func distributesWhatAMigrationAdds() async throws {
        let board = try await TestBoard.make()
        try await CitusStandIn.install(on: board)
        #expect(try await CitusStandIn.distribute(board).code == 0)
        let known = try await CitusStandIn.calls(on: board).count
        try await board.operators.withConnection { connection in
            try await connection.run(
                script: """
                    CREATE TABLE log.later (tenant_id integer NOT NULL, CONSTRAINT later_pkey PRIMARY KEY (tenant_id));
                    CREATE TABLE log.with_rows (
                        tenant_id integer NOT NULL, CONSTRAINT with_rows_pkey PRIMARY KEY (tenant_id)
                    );
                    INSERT INTO log.with_rows VALUES (1);
                    CREATE TABLE vault.elsewhere (code text NOT NULL)
                    """
            )
            try await connection.execute("SELECT projections.keep_distributed()")
        }
        let calls = try await CitusStandIn.calls(on: board, after: known)
        #expect(
            calls.map { [$0.name, $0.object] }
                == [["table", "log.later"], ["table", "log.with_rows"], ["truncate", "log.with_rows"]]
        )
        await board.close()
    }

    /// The triggers that Citus refuses are not made again by the next start.
    @Test func migratesAgainWithoutTriggers() async throws {
        let board = try await TestBoard.make()
        try await CitusStandIn.install(on: board)
        #expect(try await CitusStandIn.distribute(board).code == 0)
        try await board.operators.withTransaction { connection in
            for file in try board.files.repeatable() {
                try await connection.run(script: UtilitySQL(trusted: file.text))
            }
        }
        let triggers = try await board.operators.query(
            "SELECT count(*) FROM pg_trigger AS t WHERE t.tgrelid = 'log.events'::regclass"
        ).first?.decode(0, as: Int.self)
        #expect(triggers == 0)
        await board.close()
    }

    // Refusals

    @Test func refusesAServerWithoutCitus() async throws {
        let board = try await TestBoard.make()
        let run = try await CitusStandIn.distribute(board)
        #expect(run.code != 0)
        #expect(run.text.contains("Citus is not installed"))
        await board.close()
    }

    @Test(arguments: [("Citus 12.1.5 on x86_64", 0, 2, "written for Citus 13"), ("Citus 13.0.3", 4, 2, "is a worker")])
    func refusesTheWrongPlace(_ version: String, _ group: Int, _ nodes: Int, _ words: String) async throws {
        let board = try await TestBoard.make()
        try await CitusStandIn.install(on: board, version: version, group: group, nodes: nodes)
        let run = try await CitusStandIn.distribute(board)
        #expect(run.code != 0)
        #expect(run.text.contains(words), "\(run.text)")
        #expect(try await CitusStandIn.calls(on: board).isEmpty)
        await board.close()
    }

    @Test func refusesAClusterWithoutWorkers() async throws {
        let board = try await TestBoard.make()
        try await CitusStandIn.install(on: board, nodes: 0)
        let run = try await CitusStandIn.distribute(board)
        #expect(run.code != 0)
        #expect(run.text.contains("no node of this cluster may hold shards"))
        await board.close()
    }

    @Test func refusesWhileAGenerationIsBeingBuilt() async throws {
        let board = try await TestBoard.make()
        try await CitusStandIn.install(on: board)
        try await board.operators.execute(
            "INSERT INTO projections.generations (projector, projector_version) VALUES ('demand_board', 1)"
        )
        let run = try await CitusStandIn.distribute(board)
        #expect(run.code != 0)
        #expect(run.text.contains("rebuild(s) are running"))
        await board.close()
    }
}
