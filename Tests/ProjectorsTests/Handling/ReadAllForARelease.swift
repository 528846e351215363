import EventLog
import Postgres
import Testing

/// A release reads all that counts, each row once. Looking up for each what others do is left to the planner, and where that takes
/// one topic to hold them all it reads the table for each.
@Suite struct ReadAllForARelease {
    /// The plan of `contributions.sql`.
    private func plan(of messages: String, _ board: TestBoard) async throws -> [String] {
        let statement = try board.files.projection("handling", "contributions").text
            .replacing("$1", with: "1")
            .replacing("$2", with: "ARRAY['received']")
            .replacing("$3", with: messages)
        let generation = try await board.liveGeneration(of: "handling")
        return try await board.operators.withTransaction { connection in
            try await connection.execute(
                "SELECT set_config('search_path', \(Generations.schema(generation)) || ', pg_catalog', true)"
            )
            return try await connection.query(SQL("EXPLAIN (COSTS false) " + statement)).map {
                try $0.decode(0, as: String.self)
            }
        }
    }

    @Test func noDemandLooksForOthersInItsTopicWhenAllAreRead() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "p")
        try await board.project()
        func looks(_ plan: [String]) -> Bool { plan.contains { $0.contains(" on demands o") } }
        let all = try await plan(of: "NULL::uuid[]", board)
        #expect(!looks(all) && all.contains { $0.contains("WindowAgg") }, "\(all.joined(separator: "\n"))")
        // The control: where a few are read each looks, by key.
        let some = try await plan(of: "'{00000000-0000-4000-8000-000000000000}'::uuid[]", board)
        #expect(looks(some) && !some.contains { $0.contains("WindowAgg") }, "\(some.joined(separator: "\n"))")
        await board.close()
    }
}
