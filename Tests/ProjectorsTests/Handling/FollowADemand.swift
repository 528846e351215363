import Demands
import EventSourcing
import Testing

/// One demand on its way to an answer, as `review.demand_handling` and the lists beside it show it after each step.
@Suite struct FollowADemand {
    private static let batchSizes = [1, 4_000]
    private static let state = "state, phase, responsible_code, route_method"

    private func show(_ columns: String, _ board: TestBoard, batchSize: Int) async throws -> [String?] {
        try await board.project(batchSize: batchSize)
        return try await board.rows("SELECT \(columns) FROM review.demand_handling").first ?? []
    }

    private func rebuilt(_ board: TestBoard) async throws {
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
    }

    @Test(arguments: batchSizes)
    func isShownAfterEachStep(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.registerOrganizations()
        try await board.receive(
            message,
            category: "roads",
            person: "a",
            at: "2020-03-02T08:00:00Z",
            organization: "union",
            place: "North",
            kind: .complaint
        )
        #expect(try await show(Self.state, board, batchSize: batchSize) == ["received", "open", nil, nil])
        #expect(
            try await board.rows("SELECT kind, organization_code, place, demand_id FROM review.unrouted")
                == [["complaint", "union", "North", "\(message.id.uuidString.lowercased()).1"]]
        )
        try await board.assign(message, to: "buses", hours: 48, steward: "union")
        #expect(try await show(Self.state, board, batchSize: batchSize) == ["received", "open", "buses", "reviewer"])
        #expect(
            try await show(
                "steward_code, due_at, first_due_at, is_overdue::text, claimed_by",
                board,
                batchSize: batchSize
            )
                == ["union", "2020-03-04T08:00:00Z", "2020-03-04T08:00:00Z", "true", nil]
        )
        try await board.handle(message, .decline(reason: TestBoard.words, TestBoard.tree))
        #expect(
            try await show(Self.state, board, batchSize: batchSize) == ["received", "open", "transport", "declined"]
        )
        #expect(try await show("array_to_string(declined_by, ' ')", board, batchSize: batchSize) == ["buses"])
        try await board.handle(message, .escalate(because: .overdue, TestBoard.tree))
        try await board.handle(message, .setUrgent(true, hours: 24))
        try await board.handle(message, .claim)
        try await board.handle(message, .accept)
        #expect(
            try await show("state, escalated_to, is_urgent::text, due_at, claimed_by", board, batchSize: batchSize)
                == ["accepted", "council", "true", "2020-03-03T08:00:00Z", "key:desk"]
        )
        #expect(
            try await board.rows(
                "SELECT responsible_code, state, demands, overdue, urgent, claimed, people FROM review.backlog"
            ) == [["transport", "accepted", "1", "1", "1", "1", "1"]]
        )
        #expect(
            try await board.rows("SELECT due_at, escalated_to FROM review.overdue") == [
                ["2020-03-03T08:00:00Z", "council"]
            ]
        )
        #expect(try await board.rows("SELECT state, is_overdue::text FROM review.urgent") == [["accepted", "true"]])
        try await board.reply(message, at: "2020-03-02T20:00:00Z", isSubstantive: false, by: "transport")
        #expect(
            try await show("state, replies, acknowledgements, first_replied_at", board, batchSize: batchSize)
                == ["accepted", "0", "1", nil]
        )
        try await board.reply(message, at: "2020-03-05T20:00:00Z", by: "transport")
        #expect(
            try await show(
                "state, phase, replies, first_replied_at, days_to_reply, claimed_by, is_overdue::text",
                board,
                batchSize: batchSize
            ) == ["answered", "answered", "1", "2020-03-05T20:00:00Z", "3.50", nil, "false"]
        )
        #expect(
            try await board.rows(
                """
                SELECT organization_code, is_substantive::text, replied_at, days, is_in_time::text
                FROM review.replies
                ORDER BY position
                """
            ) == [
                ["transport", "false", "2020-03-02T20:00:00Z", "0.50", nil],
                ["transport", "true", "2020-03-05T20:00:00Z", "3.50", "false"],
            ]
        )
        try await board.judge(message, solved: false, satisfied: nil)
        #expect(
            try await show(
                "is_judged::text, is_solved::text, is_satisfied::text, judged_by",
                board,
                batchSize: batchSize
            )
                == ["true", "false", nil, "person"]
        )
        // Open again: what was said of the answer counts no longer, and the first due date stays for the first answer.
        try await board.handle(
            message,
            .reopen(by: .person, reason: nil, hours: 24),
            now: "2020-04-01T00:00:00Z"
        )
        #expect(
            try await show(
                "state, phase, is_judged::text, is_solved::text, judged_at, due_at, first_due_at, reopenings, first_replied_at",
                board,
                batchSize: batchSize
            ) == [
                "reopened", "open", "false", nil, nil, "2020-04-02T00:00:00Z", "2020-03-03T08:00:00Z", "1",
                "2020-03-05T20:00:00Z",
            ]
        )
        try await board.reply(message, at: "2020-04-01T12:00:00Z")
        try await board.handle(message, .close)
        #expect(
            try await show(
                "state, phase, replies, first_replied_at, last_replied_at, (closed_at IS NOT NULL)::text",
                board,
                batchSize: batchSize
            ) == ["closed", "closed", "2", "2020-03-05T20:00:00Z", "2020-04-01T12:00:00Z", "true"]
        )
        try await board.execute(.withdraw(by: "person"), message)
        #expect(try await show("state", board, batchSize: batchSize) == [])
        #expect(try await board.rows("SELECT demand_id FROM review.replies") == [])
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func endsInOtherWays(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = (0..<3).map { _ in TestBoard.message() }
        for message in messages { try await board.receive(message) }
        let first = DemandID(message: messages[0].id, number: 1)
        try await board.handle(messages[1], .markDuplicate(of: first))
        try await board.handle(messages[2], .refuse(by: nil, reason: TestBoard.words))
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                """
                SELECT state, phase, duplicate_of, (closed_at IS NOT NULL)::text
                FROM review.demand_handling
                ORDER BY opened_position
                """
            ) == [
                ["received", "open", nil, "false"], ["duplicate", "closed", first.description, "true"],
                ["refused", "closed", nil, "true"],
            ]
        )
        try await board.handle(messages[1], .reopen(by: .reviewer, reason: nil, hours: nil))
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                "SELECT state, duplicate_of, closed_at FROM review.demand_handling WHERE reopenings = 1"
            ) == [["reopened", nil, nil]]
        )
        try await rebuilt(board)
        await board.close()
    }

    /// What a reviewer set for one demand stays when its sender says the message anew; all else follows the message.
    @Test(arguments: batchSizes)
    func followsItsMessageWhereNobodySaidOtherwise(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await board.receive(message, place: "North", groups: [GroupLink(name: "Drivers", ties: [])])
        let parts = [(0, 4), (5, 9)].map { DivideDemand.Part(spans: [Span(from: $0.0, to: $0.1)].compactMap { $0 }) }
        try await board.execute(.divide(DivideDemand(demand: 1, parts: parts, passage: 1, length: 20)), message)
        try await board.execute(.setPlace(demand: 2, "South"), message)
        try await board.project(batchSize: batchSize)
        try await board.amend(
            message,
            channel: "forum",
            organization: "union",
            place: "East",
            groups: [GroupLink(name: "Riders", ties: [])]
        )
        try await board.project(batchSize: batchSize)
        let statement = """
            SELECT place, array_to_string(group_names, ' '), channel_code, organization_code
            FROM review.demand_handling
            ORDER BY demand_id
            """
        #expect(
            try await board.rows(statement) == [
                ["East", "Riders", "forum", "union"], ["South", "Riders", "forum", "union"],
            ]
        )
        try await board.execute(.rejoin(demand: 1), message)
        try await board.project(batchSize: batchSize)
        #expect(try await board.rows(statement) == [["East", "Riders", "forum", "union"]])
        try await rebuilt(board)
        await board.close()
    }

    /// By links and by what reviewers do with topics; names are theirs.
    @Test(arguments: batchSizes)
    func isShownInTheTopicThatHoldsItNow(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = (0..<2).map { _ in TestBoard.message() }
        for message in messages { try await board.receive(message) }
        let positions = [try await board.opened(messages[0]), try await board.opened(messages[1])]
        for (message, position) in zip(messages, positions) {
            try await board.link(message, to: "t\(position)", opened: position)
        }
        let statement = "SELECT topic FROM review.demand_handling ORDER BY opened_position"
        try await board.project(batchSize: batchSize)
        #expect(try await board.rows(statement) == [["t\(positions[0])"], ["t\(positions[1])"]])
        try await board.mergeTopics([positions[1]], into: positions[0])
        try await board.project(batchSize: batchSize)
        #expect(try await board.rows(statement) == [["t\(positions[0])"], ["t\(positions[0])"]])
        try await rebuilt(board)
        await board.close()
    }
}
