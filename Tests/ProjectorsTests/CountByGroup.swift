import Demands
import EventSourcing
import Foundation
import Testing

/// A demand counts once in each of its groups; corrections, recognitions and mergers move it.
@Suite struct CountByGroup {
    private static let totals = """
        SELECT group_code, group_name, is_registered, demands, messages, people, messages_unidentified
        FROM review.demand_board_by_group_total ORDER BY group_name COLLATE "C"
        """

    private func link(_ name: String, _ ties: [Tie] = [.occupation], by: String = "collector") -> GroupLink {
        GroupLink(name: name, ties: ties, assertedBy: by)
    }

    @Test(arguments: [1, 3, 4000])
    func aDemandCountsInEachOfItsGroupsAndAPersonOnceInEach(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let both = [link("Riders"), link("Nurses")]
        for _ in 1...67 { try await board.receive(TestBoard.message(), person: "a", groups: both) }
        try await board.receive(TestBoard.message(), person: "b", groups: [link("Riders", by: "self")])
        try await board.receive(TestBoard.message(), groups: [link("Riders")])
        try await board.receive(TestBoard.message(), person: "c")
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.totals) == [
                [nil, "Nurses", "false", "67", "67", "1", "0"], [nil, "Riders", "false", "69", "69", "2", "1"],
            ]
        )
        #expect(
            try await board.rows(
                """
                SELECT day, group_name, ties, asserted_by, demands, people FROM review.demand_board_by_group
                ORDER BY group_name, asserted_by
                """
            ) == [
                ["2020-01-02", "Nurses", "[\"occupation\"]", "collector", "67", "1"],
                ["2020-01-02", "Riders", "[\"occupation\"]", "collector", "68", "1"],
                ["2020-01-02", "Riders", "[\"occupation\"]", "self", "1", "1"],
            ]
        )
        await board.close()
    }

    @Test(arguments: [1, 2, 4000])
    func twoNamesOfOneGroupCountOnceAndMergersMoveAll(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), person: "a", groups: [link("Riders"), link("riders' club")])
        try await board.receive(TestBoard.message(), person: "a", groups: [link("Couriers")])
        try await board.receive(TestBoard.message(), person: "b", groups: [link("Couriers"), link("Nobody's")])
        try await board.registerGroup("riders", ["en": "Riders"], aliases: ["Riders' Club"])
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.totals) == [
                [nil, "Couriers", "false", "2", "2", "2", "0"], [nil, "Nobody's", "false", "1", "1", "1", "0"],
                ["riders", "Riders", "true", "1", "1", "1", "0"],
            ]
        )
        try await board.registerGroup("couriers", ["en": "Delivery couriers"])
        try await board.recognise("Couriers", as: "couriers")
        try await board.merge("riders", into: "couriers")
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.totals) == [
                ["couriers", "Delivery couriers", "true", "3", "3", "2", "0"],
                [nil, "Nobody's", "false", "1", "1", "1", "0"],
            ]
        )
        // A new name changes what is shown and moves nothing.
        try await board.registerGroup("couriers", ["en": "Couriers and riders"], again: true)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows("SELECT group_name, demands FROM review.demand_board_by_group_total ORDER BY demands")
                == [["Nobody's", "1"], ["Couriers and riders", "3"]]
        )
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        await board.close()
    }

    @Test(arguments: [1, 2, 4000])
    func aReviewersGroupsReplaceTheMessages(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let response = TestBoard.response()
        try await board.respond(
            response,
            person: "a",
            groups: [link("Riders")],
            demands: [DemandOpened(demand: 1), DemandOpened(demand: 2)]
        )
        try await board.execute(.setGroups(demand: 1, [link("Nurses", by: "reviewer")]), response)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                """
                SELECT group_name, asserted_by, demands, messages, people FROM review.demand_board_by_group
                ORDER BY group_name
                """
            ) == [["Nurses", "reviewer", "1", "1", "1"], ["Riders", "collector", "1", "1", "1"]]
        )
        try await board.execute(.setGroups(demand: 1, []), response)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows("SELECT group_name, demands FROM review.demand_board_by_group") == [["Riders", "1"]]
        )
        try await board.execute(.withdraw(by: "person"), response)
        try await board.project(batchSize: batchSize)
        #expect(try await board.rows("SELECT group_name FROM review.demand_board_by_group") == [])
        let left = try await board.operators.query("SELECT count(*) FROM gen_3.cells")
        #expect(try left.first?.decode(0, as: Int.self) == 0)
        await board.close()
    }

    @Test func analystsSeeNoGroupOfFewerThanK() async throws {
        let board = try await TestBoard.make()
        for person in ["a", "b", "c"] {
            try await board.receive(
                TestBoard.message(),
                category: "roads",
                person: person,
                groups: [link("Riders"), link("Circle of \(person)")]
            )
        }
        try await board.project()
        _ = try await board.release()
        let rows = try await board.rows(
            """
            SELECT group_name, is_registered, month, category_code, is_withheld, withheld_below, demands, people
            FROM aggregates.demand_board_by_group ORDER BY is_withheld
            """,
            as: "analyst"
        )
        #expect(
            rows == [
                ["Riders", "false", "2020-01-01", "roads", "false", nil, "3", "3"],
                [nil, nil, nil, nil, "true", "all", "3", "3"],
            ]
        )
        #expect(
            try await board.rows("SELECT * FROM aggregates.demand_board_by_group", as: "analyst", tenant: "two") == []
        )
        #expect(try await board.rows("SELECT * FROM review.demand_board_by_group", tenant: "two") == [])
        await #expect(throws: (any Error).self) {
            _ = try await board.rows("SELECT * FROM review.demand_board_by_group", as: "analyst")
        }
        await board.close()
    }
}
