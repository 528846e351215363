import EventLog
import Postgres
import Testing

/// The planner learns of a young read model before autovacuum does.
@Suite struct GatherStatistics {
    /// Rows as the planner knows them, -1 where nobody has ever looked: an index that is made leaves their number, too, but no
    /// statistics.
    private func known(_ table: String, _ board: TestBoard) async throws -> Int {
        let rows = try await board.operators.query(
            """
            SELECT
                CASE
                    WHEN EXISTS (
                        SELECT
                        FROM pg_statistic AS s
                        WHERE s.starelid = c.oid
                    ) THEN c.reltuples::integer
                    ELSE -1
                END
            FROM pg_class AS c
            WHERE c.relnamespace = to_regnamespace(\(Generations.schema(try await board.liveGeneration(of: "demand_board"))))
                AND c.relname = \(table)
            """
        )
        return Int(try #require(rows.first).decode(0, as: Int32.self))
    }

    private func speak(_ people: Int, _ board: TestBoard) async throws {
        try await withThrowingTaskGroup { group in
            for person in 0..<people {
                group.addTask {
                    try await board.receive(TestBoard.message(), category: "roads", person: "p\(person)")
                }
            }
            try await group.waitForAll()
        }
        try await board.project()
    }

    @Test func aTableThatHasGrownIsKnownToThePlanner() async throws {
        let board = try await TestBoard.make()
        try await speak(400, board)
        #expect(try await known("facts", board) == 400)
        // Three rows, one for each grain.
        #expect(try await known("cells", board) == -1)
        await board.close()
    }

    /// One row alone would make its tenant look like a key.
    @Test func aTableWithAFewRowsIsLeftAlone() async throws {
        let board = try await TestBoard.make()
        try await speak(3, board)
        #expect(try await known("facts", board) == -1)
        await board.close()
    }

    @Test func aRebuildLeavesThemBehind() async throws {
        let board = try await TestBoard.make()
        try await speak(400, board)
        let before = try await board.liveGeneration(of: "demand_board")
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        #expect(try await board.liveGeneration(of: "demand_board") > before)
        #expect(try await known("facts", board) == 400)
        #expect(try await known("cells", board) == -1)
        await board.close()
    }

    /// Pages of facts that autovacuum has still before it.
    private func unseen(_ board: TestBoard) async throws -> Int {
        let rows = try await board.operators.query(
            """
            SELECT (pg_relation_size(c.oid) / current_setting('block_size')::integer)::integer - c.relallvisible
            FROM pg_class AS c
            WHERE c.relnamespace = to_regnamespace(\(Generations.schema(try await board.liveGeneration(of: "demand_board"))))
                AND c.relname = 'facts'
            """
        )
        return Int(try #require(rows.first).decode(0, as: Int32.self))
    }

    /// It would have all of the tables before it else, in the minute in which readers come.
    @Test func aRebuildLeavesNothingToAutovacuum() async throws {
        let board = try await TestBoard.make()
        try await speak(400, board)
        #expect(try await unseen(board) > 8)
        _ = try await board.rebuild()
        #expect(try await unseen(board) == 0)
        await board.close()
    }

    /// The server's role may ask for them, and analyses nothing by itself.
    @Test func theServersRoleMayAskForThem() async throws {
        let board = try await TestBoard.make()
        let generation = try await board.liveGeneration(of: "demand_board")
        let asked = try await board.pool.query("SELECT projections.gather_statistics(\(generation), true)")
        #expect(try asked.first?.decode(0, as: Int32.self) == 0)
        await board.close()
    }
}
