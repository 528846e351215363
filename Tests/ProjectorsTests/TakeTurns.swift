import EventLog
import EventSourcing
import Testing

/// Several tenants have something to read.
@Suite struct TakeTurns {
    private func lag(_ tenant: String, _ board: TestBoard) async throws -> Position {
        let statuses = try await ProjectionStatus.read(from: board.operators)
        return try #require(statuses.filter { $0.tenant == tenant && $0.state == "live" }.map(\.lag).max())
    }

    @Test func whoImportsMuchHoldsUpNobodyElse() async throws {
        let board = try await TestBoard.make()
        for _ in 0..<12 { try await board.receive(TestBoard.message(), category: "roads") }
        try await board.receive(TestBoard.message(), category: "roads", tenant: TenantID(rawValue: 2))
        let engine = ProjectionEngine(
            projectors: board.projectors,
            pool: board.pool,
            files: board.files,
            signal: LogSignal(),
            progress: board.progress,
            batchSize: 5,
            logger: board.logger
        )
        _ = try await engine.round()
        #expect(try await lag("two", board) == 0)
        #expect(try await lag("one", board) > 0)
        while try await engine.round() {}
        #expect(try await lag("one", board) == 0)
        await board.close()
    }
}
