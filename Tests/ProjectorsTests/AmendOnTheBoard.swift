import Demands
import EventSourcing
import Testing

/// An amendment moves what it says anew from old cells to new ones, at any size of batches.
@Suite struct AmendOnTheBoard {
    private static let board = """
        SELECT day, category_code, kind, organization_code, place, channel_code, demands, people, messages_unidentified,
            reported_support
        FROM review.demand_board ORDER BY day, category_code
        """

    @Test(arguments: [1, 2, 3, 4000])
    func everyCoordinateMoves(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let moved = TestBoard.message()
        let drivers = [GroupLink(name: "Drivers", ties: [])]
        let nurses = [GroupLink(name: "Nurses", ties: [])]
        try await board.receive(
            moved,
            category: "roads",
            person: "a",
            organization: "union",
            place: "North",
            groups: drivers,
            kind: .request,
            support: 3
        )
        try await board.receive(TestBoard.message(), category: "roads", person: "b", place: "North", kind: .request)
        try await board.amend(moved, category: "water", person: "b", place: "East", support: 1)
        try await board.amend(
            moved,
            category: "parks",
            person: "c",
            at: "2020-02-03T08:00:00+08:00",
            channel: "forum",
            organization: "school",
            place: "South",
            groups: nurses,
            kind: .praise,
            support: 8
        )
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.board) == [
                ["2020-01-02", "roads", "request", nil, "North", "web", "1", "1", "0", "0"],
                ["2020-02-03", "parks", "praise", "school", "South", "forum", "1", "1", "0", "8"],
            ]
        )
        #expect(
            try await board.rows("SELECT group_name, category_code, people FROM review.demand_board_by_group")
                == [["Nurses", "parks", "1"]]
        )
        #expect(
            try await board.rows(
                "SELECT channel_code, messages, people FROM review.participation ORDER BY channel_code"
            )
                == [["forum", "1", "1"], ["web", "1", "1"]]
        )
        #expect(try await board.rows("SELECT messages, people FROM review.participation_total") == [["2", "2"]])
        let left = try await board.operators.query("SELECT 1 FROM gen_1.cells WHERE demands <= 0")
        #expect(left.isEmpty)
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        await board.close()
    }

    @Test(arguments: [1, 2, 4000])
    func withoutATimeTheOneOfItsArrivalCounts(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.receive(message, at: "2020-01-02T08:00:00+08:00")
        try await board.amend(message, at: nil)
        try await board.project(batchSize: batchSize)
        let days = try await board.operators.query(
            """
            SELECT f.occurred_at = e.recorded_at
            FROM gen_1.facts AS f
            JOIN log.events AS e
                ON e.stream_id = f.message_id
                AND e.version = 1
            """
        )
        #expect(try days.first?.decode(0, as: Bool.self) == true)
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        await board.close()
    }

    @Test(arguments: [1, 2, 3, 4000])
    func whatAReviewerSaidStays(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.receive(message, category: "roads", person: "a", place: "North", kind: .request)
        try await board.execute(.setPlace(demand: 1, "West"), message)
        try await board.execute(.setGroups(demand: 1, [GroupLink(name: "Nurses", ties: [])]), message)
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), message)
        try await board.amend(
            message,
            category: "water",
            person: "a",
            channel: "forum",
            place: "South",
            groups: [GroupLink(name: "Drivers", ties: [])],
            kind: .praise
        )
        // Corrected after an amendment, too.
        try await board.execute(.setKind(demand: 1, .appeal), message)
        try await board.amend(message, category: "water", person: "a", channel: "web", kind: .praise)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows("SELECT category_code, kind, place, channel_code, demands FROM review.demand_board")
                == [["parks", "appeal", "West", "web", "1"]]
        )
        #expect(
            try await board.rows("SELECT group_name, place FROM review.demand_board_by_group") == [["Nurses", "West"]]
        )
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        await board.close()
    }

    @Test(arguments: [1, 4, 4000])
    func anAmendedPlaceFollowsTheRegistry(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.receive(message, category: "roads", place: "North")
        try await board.registerPlace("south-side", ["en": "South"])
        try await board.amend(message, category: "roads", place: "south")
        try await board.registerPlace("north-side", ["en": "North"])
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows("SELECT place_code, demands FROM review.demand_board") == [["south-side", "1"]]
        )
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        await board.close()
    }

    @Test(arguments: [1, 2, 4000])
    func amendedAndThenWithdrawnCountsNowhere(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.receive(message, category: "roads", person: "a", place: "North")
        try await board.amend(message, category: "parks", person: "b", channel: "forum", place: "South")
        try await board.execute(.withdraw(by: "person"), message)
        try await board.project(batchSize: batchSize)
        for view in ["demand_board", "participation"] {
            let rows = try await board.rows("SELECT * FROM review.\(view)")
            #expect(rows.isEmpty, "\(view)")
        }
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        await board.close()
    }
}
