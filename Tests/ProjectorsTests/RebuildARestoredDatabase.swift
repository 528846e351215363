import EventLog
import Postgres
import Testing

/// `pg_restore --clean` leaves what the dump does not know, and turns the counter of generations back.
@Suite struct RebuildARestoredDatabase {
    @Test func aSchemaOfANumberThatNoGenerationHasMakesRoom() async throws {
        let board = try await TestBoard.make()
        let rows = try await board.operators.query("SELECT max(g.generation) FROM projections.generations AS g")
        let last = try #require(try rows.first?.decode(0, as: Int32.self))
        let schema = Generations.schema(last + 1)
        try await board.operators.withConnection { connection in
            try await connection.run(
                script: "CREATE SCHEMA \(identifier: schema); CREATE TABLE \(identifier: schema).facts (old integer)"
            )
        }
        let outcomes = try await board.rebuild()
        #expect(outcomes.first?.generation == last + 1)
        #expect(outcomes.allSatisfy { $0.differences == [:] })
        let left = try await board.operators.query(
            "SELECT 1 FROM information_schema.columns WHERE table_schema = \(schema) AND column_name = 'old'"
        )
        #expect(left.isEmpty)
        await board.close()
    }
}
