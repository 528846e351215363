import Demands
import EventSourcing
import Testing

/// What analysts see: the last release, no row on fewer than k = 3 people, sums that hold.
@Suite struct PublishReleases {
    @Test func refusesToPointAtFewerThanK() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.receive(TestBoard.message(), category: "roads", person: "b")
        try await board.project()
        await #expect(throws: ReleaseRejection(people: 2, k: 3, last: 0)) { _ = try await board.release() }
        #expect(try await board.rows("SELECT * FROM aggregates.demand_board", as: "analyst").isEmpty)
        await board.close()
    }

    @Test func poolsSmallCellsAndKeepsTheSum() async throws {
        let board = try await TestBoard.make()
        for person in ["a", "b", "c", "d"] {
            try await board.receive(TestBoard.message(), category: "roads", person: person)
        }
        for (category, person) in [("parks", "e"), ("parks", "f"), ("schools", "g")] {
            try await board.receive(TestBoard.message(), category: category, person: person)
        }
        try await board.project()
        #expect(try await board.release() == 1)
        let rows = try await board.rows(
            """
            SELECT month, category_code, is_withheld, withheld_below, demands, people, release, k
            FROM aggregates.demand_board ORDER BY is_withheld
            """,
            as: "analyst"
        )
        #expect(
            rows == [
                ["2020-01-01", "roads", "false", nil, "4", "4", "1", "3"],
                ["2020-01-01", nil, "true", "month", "3", "3", "1", "3"],
            ]
        )
        await board.close()
    }

    @Test func showsTheLastReleaseUntilTheNext() async throws {
        let board = try await TestBoard.make()
        for person in ["a", "b", "c"] {
            try await board.receive(TestBoard.message(), category: "roads", person: person)
        }
        try await board.project()
        _ = try await board.release()
        for person in ["d", "e", "f"] {
            try await board.receive(TestBoard.message(), category: "roads", person: person)
        }
        try await board.project()
        let query = "SELECT demands, release FROM aggregates.demand_board"
        #expect(try await board.rows(query, as: "analyst") == [["3", "1"]])
        #expect(try await board.release() == 2)
        #expect(try await board.rows(query, as: "analyst") == [["6", "2"]])
        await board.close()
    }

    @Test func participationIsPublishedToo() async throws {
        let board = try await TestBoard.make()
        for person in ["a", "b", "c", "c"] { try await board.receive(TestBoard.message(), person: person) }
        try await board.project()
        _ = try await board.release()
        #expect(
            try await board.rows("SELECT channel_code, messages, people FROM aggregates.participation", as: "analyst")
                == [["web", "4", "3"]]
        )
        await board.close()
    }
}
