import Demands
import EventSourcing
import Testing

/// Row by row: an organization sees its business, and nothing that speaks against it.
@Suite struct WhoSeesADemand {
    private func seen(_ board: TestBoard, by organization: String?) async throws -> [String?] {
        try await board.reviewFor(organization)
        return try await board.rows("SELECT category_code FROM review.demand_handling ORDER BY 1").map { $0[0] }
    }

    private func fill(_ board: TestBoard) async throws {
        try await board.registerOrganizations()
        func demand(_ category: String, addressed: String? = nil, kind: DemandKind? = nil) async throws -> StreamID {
            let message = TestBoard.message()
            try await board.receive(message, category: category, organization: addressed, kind: kind)
            return message
        }
        _ = try await demand("addressed", addressed: "transport")
        try await board.assign(try await demand("responsible"), to: "transport")
        try await board.assign(try await demand("steward"), to: "schools", steward: "transport")
        let escalated = try await demand("escalated")
        try await board.assign(escalated, to: "buses")
        try await board.handle(escalated, .escalate(because: .reviewer, TestBoard.tree))
        _ = try await demand("report", addressed: "transport", kind: .report)
        _ = try await demand("stranger", addressed: "union")
        for (category, against) in [("against", "transport"), ("above", "council"), ("below", "buses")] {
            let message = try await demand(category, addressed: "transport")
            try await board.handle(message, .speakAgainst(against, TestBoard.tree))
        }
        try await board.project()
    }

    @Test func anOrganizationSeesItsBusiness() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        #expect(try await seen(board, by: nil).count == 9)
        // What speaks against one below it is its business.
        #expect(
            try await seen(board, by: "transport") == ["addressed", "below", "escalated", "responsible", "steward"]
        )
        #expect(try await seen(board, by: "buses") == ["escalated"])
        #expect(try await seen(board, by: "schools") == ["steward"])
        #expect(try await seen(board, by: "council") == [])
        #expect(try await seen(board, by: "union") == ["stranger"])
        await board.close()
    }

    /// One that is not registered (any more) has itself above it, nobody else.
    @Test func whatSpeaksAgainstItIsHiddenWithoutATree() async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.registerOrganizations()
        try await board.receive(message, category: "against", organization: "buses")
        try await board.handle(message, .speakAgainst("buses", TestBoard.tree))
        try await board.receive(TestBoard.message(), category: "other", organization: "buses")
        try await board.project()
        let generation = try await board.liveGeneration(of: "handling")
        try await board.operators.withTransaction { connection in
            try await connection.run(script: "DELETE FROM \(identifier: "gen_\(generation)").organizations")
        }
        #expect(try await seen(board, by: "buses") == ["other"])
        await board.close()
    }

    /// The tree as it is now decides.
    @Test(arguments: [1, 4_000])
    func theTreeAsItIsNowDecides(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.registerOrganizations()
        try await board.receive(message, category: "one", organization: "schools")
        try await board.handle(message, .speakAgainst("transport", TestBoard.tree))
        try await board.project(batchSize: batchSize)
        #expect(try await seen(board, by: "schools") == ["one"])
        let moved = Organization(code: "schools", names: Names(["en": "schools"]), parent: "buses")
        _ = try await board.append(
            [RegistryEvent<Organization>.changed(moved).encoded],
            to: .only(Organizations.streamType)
        )
        try await board.project(batchSize: batchSize)
        #expect(try await seen(board, by: "schools") == [])
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        await board.close()
    }

    /// Every list and every count leaves out the same demands.
    @Test func countsAreOfWhatIsSeen() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        try await board.reviewFor("transport")
        #expect(try await board.rows("SELECT sum(demands) FROM review.backlog") == [["5"]])
        #expect(
            try await board.rows("SELECT category_code FROM review.unrouted ORDER BY 1") == [["addressed"], ["below"]]
        )
        #expect(
            try await board.rows("SELECT reached FROM review.expression_funnel WHERE step = 1 ORDER BY road")
                == [["5"], ["5"]]
        )
        #expect(try await board.rows("SELECT state FROM review.demand_handling", tenant: "two") == [])
        for view in [
            "demand_handling", "unrouted", "backlog", "overdue", "urgent", "replies", "reply_times", "response_rates",
            "satisfaction", "channel_mix", "expression_funnel",
        ] {
            await #expect(throws: (any Error).self) {
                _ = try await board.rows("SELECT * FROM review.\(view)", as: "analyst")
            }
        }
        // An organization's login is no analyst of the tenant.
        for view in ["response_rates", "satisfaction", "channel_mix", "expression_funnel"] {
            #expect(try await board.rows("SELECT * FROM aggregates.\(view)") == [])
        }
        await board.close()
    }
}
