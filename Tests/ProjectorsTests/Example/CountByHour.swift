import Demands
import EventSourcing
import Testing

/// What the view shows after every kind of event, and that a rebuild gives the same rows.
@Suite struct CountByHour {
    private static func counts(_ board: TestBoard) async throws -> [[String?]] {
        try await board.rows(
            "SELECT channel_code, sum(messages) FROM review.hours_of_the_day GROUP BY channel_code ORDER BY channel_code"
        )
    }

    @Test(arguments: [1, 4_000])
    func countsEachMessageOnce(_ batchSize: Int) async throws {
        let board = try await TestBoard.make(adding: HoursOfTheDay(), from: "Example")
        let messages = (0..<4).map { _ in TestBoard.message() }
        for message in messages { try await board.receive(message, channel: "web") }
        try await board.project(batchSize: batchSize)
        #expect(try await Self.counts(board) == [["web", "4"]])
        try await board.amend(messages[0], channel: "forum")
        try await board.execute(.withdraw(by: "person"), messages[1])
        try await board.receive(TestBoard.message(), channel: "forum")
        try await board.project(batchSize: batchSize)
        #expect(try await Self.counts(board) == [["forum", "2"], ["web", "2"]])
        // The last of a channel goes, and its rows with it.
        for message in messages[2...] { try await board.execute(.withdraw(by: "person"), message) }
        try await board.project(batchSize: batchSize)
        #expect(try await Self.counts(board) == [["forum", "2"]])
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        #expect(try await Self.counts(board) == [["forum", "2"]])
        await board.close()
    }

    @Test func hoursAreTheTenantsOwn() async throws {
        let board = try await TestBoard.make(adding: HoursOfTheDay(), from: "Example")
        try await board.receive(TestBoard.message())
        try await board.project()
        let expected = try await board.operators.query(
            "SELECT extract(hour FROM e.recorded_at AT TIME ZONE 'Asia/Shanghai')::text FROM log.events AS e LIMIT 1"
        )
        let hour = try expected.first?.decode(0, as: String.self)
        #expect(try await board.rows("SELECT hour FROM review.hours_of_the_day") == [[hour]])
        await board.close()
    }
}
