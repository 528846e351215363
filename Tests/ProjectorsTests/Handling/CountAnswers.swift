import Demands
import EventSourcing
import Foundation
import Testing
import Topics

/// Rates, times, judgements and channels for reviewers, counted by hand.
@Suite struct CountAnswers {
    private static let batchSizes = [1, 4_000]

    private func rebuilt(_ board: TestBoard) async throws {
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
    }

    /// March: four for transport (in time, at the last moment, late, never), one for schools that was refused. April in the
    /// tenant's zone, March in UTC: one for the union that is a duplicate. Besides one that nobody set a time for, one that is
    /// not due, one that was withdrawn.
    private func fill(_ board: TestBoard) async throws -> [StreamID] {
        try await board.registerOrganizations()
        let messages = (0..<9).map { _ in TestBoard.message() }
        for (index, message) in messages.enumerated() {
            try await board.receive(
                message,
                category: index == 1 ? "parks" : "roads",
                person: "p\(index)",
                at: index == 5 ? "2020-03-31T10:00:00Z" : "2020-03-02T08:00:00Z",
                kind: index < 4 ? .request : nil
            )
        }
        for message in messages[0..<4] { try await board.assign(message, to: "transport", hours: 48) }
        try await board.reply(messages[0], at: "2020-03-03T08:00:00Z")
        try await board.reply(messages[1], at: "2020-03-04T08:00:00Z")
        try await board.reply(messages[2], at: "2020-03-05T08:00:00Z")
        try await board.reply(messages[3], at: "2020-03-02T20:00:00Z", isSubstantive: false)
        try await board.assign(messages[4], to: "schools", hours: 48)
        try await board.handle(messages[4], .refuse(by: "schools", reason: TestBoard.words))
        try await board.assign(messages[5], to: "union", hours: 8)
        try await board.handle(messages[5], .markDuplicate(of: DemandID(message: messages[0].id, number: 1)))
        try await board.assign(messages[6], to: "union")
        try await board.reply(messages[6], at: "2020-03-22T08:00:00Z")
        try await board.assign(messages[7], to: "union", hours: 24 * 365 * 100)
        try await board.assign(messages[8], to: "schools", hours: 48)
        try await board.execute(.withdraw(by: "person"), messages[8])
        return messages
    }

    @Test(arguments: batchSizes)
    func responseRatesAreOfAllThatWereDue(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board)
        try await board.project(batchSize: batchSize)
        let statement = """
            SELECT
                grain, month, responsible_code, category_code, kind, due, in_time, late, unanswered, refused, duplicates, reopened,
                rate
            FROM review.response_rates
            ORDER BY grain, month, responsible_code COLLATE "C", category_code, kind
            """
        let rows = try await board.rows(statement)
        #expect(
            rows == [
                ["all", nil, nil, nil, nil, "6", "2", "1", "3", "1", "1", "0", "0.3333"],
                ["month", "2020-03-01", nil, nil, nil, "5", "2", "1", "2", "1", "0", "0", "0.4000"],
                ["month", "2020-04-01", nil, nil, nil, "1", "0", "0", "1", "0", "1", "0", nil],
                ["month and kind", "2020-03-01", nil, nil, "request", "4", "2", "1", "1", "0", "0", "0", "0.5000"],
                ["month and kind", "2020-03-01", nil, nil, nil, "1", "0", "0", "1", "1", "0", "0", nil],
                ["month and kind", "2020-04-01", nil, nil, nil, "1", "0", "0", "1", "0", "1", "0", nil],
                ["month and responsible", "2020-03-01", "schools", nil, nil, "1", "0", "0", "1", "1", "0", "0", nil],
                [
                    "month and responsible", "2020-03-01", "transport", nil, nil, "4", "2", "1", "1", "0", "0", "0",
                    "0.5000",
                ],
                ["month and responsible", "2020-04-01", "union", nil, nil, "1", "0", "0", "1", "0", "1", "0", nil],
                [
                    "month, responsible and category", "2020-03-01", "schools", "roads", nil, "1", "0", "0", "1", "1",
                    "0", "0",
                    nil,
                ],
                [
                    "month, responsible and category", "2020-03-01", "transport", "parks", nil, "1", "1", "0", "0", "0",
                    "0", "0",
                    nil,
                ],
                [
                    "month, responsible and category", "2020-03-01", "transport", "roads", nil, "3", "1", "1", "1", "0",
                    "0", "0",
                    "0.3333",
                ],
                [
                    "month, responsible and category", "2020-04-01", "union", "roads", nil, "1", "0", "0", "1", "0",
                    "1", "0", nil,
                ],
                ["responsible", nil, "schools", nil, nil, "1", "0", "0", "1", "1", "0", "0", nil],
                ["responsible", nil, "transport", nil, nil, "4", "2", "1", "1", "0", "0", "0", "0.5000"],
                ["responsible", nil, "union", nil, nil, "1", "0", "0", "1", "0", "1", "0", nil],
            ]
        )
        // Open again and due anew: the first answer was in time all the same.
        try await board.handle(messages[0], .reopen(by: .person, reason: nil, hours: 24))
        // What is answered after a refusal was taken back is late.
        try await board.handle(messages[4], .reopen(by: .reviewer, reason: nil, hours: 24))
        try await board.reply(messages[4], at: "2020-12-30T00:00:00Z")
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                "SELECT due, in_time, late, unanswered, refused, reopened FROM review.response_rates WHERE grain = 'all'"
            ) == [["6", "2", "2", "2", "0", "2"]]
        )
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func replyTimesAreOfFirstAnswersWithSubstance(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        _ = try await fill(board)
        try await board.project(batchSize: batchSize)
        // transport: 1, 2 and 3 days; union: 20 days. The 90th percentile lies between the two nearest.
        #expect(
            try await board.rows(
                """
                SELECT
                    grain, responsible_code, answered, median_days, days_90, share_15, share_30, acknowledged,
                    median_days_to_acknowledge
                FROM review.reply_times
                ORDER BY grain, responsible_code
                """
            ) == [
                ["all", nil, "4", "2.50", "14.90", "0.7500", "1.0000", "1", "0.50"],
                ["responsible", "transport", "3", "2.00", "2.80", "1.0000", "1.0000", "1", "0.50"],
                ["responsible", "union", "1", "20.00", "20.00", "0.0000", "1.0000", "0", nil],
            ]
        )
        await board.close()
    }

    @Test(arguments: batchSizes)
    func judgementsThatWereMadeUpAreInNoFigure(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board)
        try await board.judge(messages[0], solved: true, satisfied: true)
        try await board.judge(messages[1], solved: true, satisfied: nil)
        try await board.judge(messages[2], solved: false, satisfied: false)
        try await board.judge(messages[6], solved: true, satisfied: true, synthetic: true)
        try await board.project(batchSize: batchSize)
        let statement = """
            SELECT
                responsible_code, judged, said_solved, solved, solved_rate, solved_rate_low, solved_rate_high, said_satisfied,
                satisfied, satisfied_rate, answered, answered_and_judged, judged_share
            FROM review.satisfaction
            WHERE grain IN ('responsible', 'all')
            ORDER BY grain DESC, responsible_code
            """
        #expect(
            try await board.rows(statement) == [
                ["transport", "3", "3", "2", "0.6667", "0.2077", "0.9385", "2", "1", nil, "3", "3", "1.0000"],
                ["union", "0", "0", "0", nil, nil, nil, "0", "0", nil, "1", "0", "0.0000"],
                [nil, "3", "3", "2", "0.6667", "0.2077", "0.9385", "2", "1", nil, "4", "3", "0.7500"],
            ]
        )
        #expect(
            try await board.rows(
                """
                SELECT is_judged::text, is_solved, judged_by
                FROM review.demand_handling
                WHERE is_judged_synthetically
                """
            ) == [["false", nil, nil]]
        )
        // By month: answers of March, judgements of now.
        #expect(
            try await board.rows(
                "SELECT judged, answered, answered_and_judged FROM review.satisfaction WHERE grain = 'month' AND month = '2020-03-01'"
            ) == [["0", "4", "3"]]
        )
        try await board.handle(messages[0], .reopen(by: .person, reason: nil, hours: nil))
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(statement).last == [
                nil, "2", "2", "1", nil, nil, nil, "1", "0", nil, "4", "2", "0.5000",
            ]
        )
        try await rebuilt(board)
        await board.close()
    }

    /// The questions of docs/sql.md, as they stand there, but for the month: there it is one of the town of scripts/demo.
    @Test func whatTheDocumentationAsksIsAnswered() async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board)
        try await board.handle(messages[3], .setUrgent(true, hours: nil))
        for message in messages[0..<3] { try await board.judge(message, solved: true, satisfied: nil) }
        try await board.handle(messages[6], .reopen(by: .person, reason: nil, hours: nil))
        let open = TestBoard.message()
        try await board.receive(open, category: "schools", at: "2020-05-02T08:00:00Z", kind: .praise)
        try await board.project()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/sql.md"), encoding: .utf8)
            .replacing("month = '2026-03-01'", with: "month = '2020-03-01'")
        let section = try #require(page.components(separatedBy: "## What becomes of demands\n").last)
        let block = try #require(section.components(separatedBy: "```").dropFirst().first?.dropFirst(3))
        var answers: [[[String?]]] = []
        for question in block.split(separator: ";") where question.contains("SELECT") {
            answers.append(try await board.rows(String(question)))
        }
        try #require(answers.count == 11)
        // How long it is overdue depends on the day of the test.
        #expect(answers[0].map { $0.prefix(3) } == [["transport", "received", "true"]])
        #expect(answers[1] == [["schools", "praise", nil, "2020-05-02T08:00:00Z"]])
        #expect(answers[2] == [["roads", "transport", nil, "true"]])
        #expect(
            answers[3] == [
                ["transport", "1", "1", "2020-03-02T08:00:00Z"], ["union", "2", "0", "2020-03-02T08:00:00Z"],
                [nil, "1", "0", "2020-05-02T08:00:00Z"],
            ]
        )
        #expect(answers[4] == [["roads", "union", "1", "2020-03-22T08:00:00Z"]])
        #expect(
            answers[5] == [
                ["transport", "4", "2", "0.5000", "0.1500", "0.8500"], ["schools", "1", "0", nil, nil, nil],
            ]
        )
        #expect(
            answers[6] == [
                ["all", nil, "4", "2.50", "14.90", "0.7500"],
                ["responsible", "transport", "3", "2.00", "2.80", "1.0000"],
                ["responsible", "union", "1", "20.00", "20.00", "0.0000"],
            ]
        )
        #expect(answers[7] == [[nil, "3.00"]])
        #expect(answers[8] == [["transport", "3", "3", "1.0000", "1.0000"], ["union", "0", "0", nil, "0.0000"]])
        #expect(answers[9] == [["web", "9", "9", "8"]])
        #expect(
            answers[10] == [
                ["received", "1", "9", "1.0000"], ["routed", "5", "8", "0.8889"], ["answered", "0", "3", "0.3333"],
                ["solved", "3", "3", "0.3333"],
            ]
        )
        await board.close()
    }

    /// Bounds by statsmodels 0.15.0: `proportion_confint(hits, cases, alpha=0.05, method="wilson")`.
    @Test func intervalsAreThoseOfOthers() async throws {
        let board = try await TestBoard.make()
        try await board.registerOrganizations()
        for (month, hits, cases) in [("03", 3, 4), ("04", 0, 3), ("05", 3, 3), ("06", 7, 10), ("07", 2, 2)] {
            for number in 0..<cases {
                let message = TestBoard.message()
                try await board.receive(message, at: "2020-\(month)-02T08:00:00Z")
                try await board.assign(message, to: "union", hours: 48)
                if number < hits { try await board.reply(message, at: "2020-\(month)-03T08:00:00Z") }
            }
        }
        try await board.project()
        #expect(
            try await board.rows(
                "SELECT in_time, due, rate, rate_low, rate_high FROM review.response_rates WHERE grain = 'month' ORDER BY month"
            ) == [
                ["3", "4", "0.7500", "0.3006", "0.9544"], ["0", "3", "0.0000", "0.0000", "0.5615"],
                ["3", "3", "1.0000", "0.4385", "1.0000"], ["7", "10", "0.7000", "0.3968", "0.8922"],
                ["2", "2", nil, nil, nil],
            ]
        )
        await board.close()
    }

    @Test(arguments: batchSizes)
    func channelsCountMessagesAndTheirDemands(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = (0..<3).map { _ in TestBoard.message() }
        try await board.receive(messages[0], person: "a")
        try await board.receive(messages[1], person: "a", channel: "forum", organization: "union")
        try await board.receive(messages[2], channel: "forum")
        try await board.respond(TestBoard.response(), person: "a")
        let parts = [(0, 4), (5, 9)].map { DivideDemand.Part(spans: [Span(from: $0.0, to: $0.1)].compactMap { $0 }) }
        try await board.execute(.divide(DivideDemand(demand: 1, parts: parts, passage: 1, length: 20)), messages[1])
        try await board.project(batchSize: batchSize)
        let statement = """
            SELECT grain, channel_code, messages, demands, people, messages_unidentified
            FROM review.channel_mix
            ORDER BY grain, channel_code
            """
        #expect(
            try await board.rows(statement) == [
                ["month", nil, "4", "4", "1", "1"], ["month and channel", "forum", "2", "3", "1", "1"],
                ["month and channel", "web", "2", "1", "1", "0"],
            ]
        )
        try await board.execute(.withdraw(by: "person"), messages[2])
        try await board.project(batchSize: batchSize)
        #expect(try await board.rows(statement)[1] == ["month and channel", "forum", "1", "2", "1", "0"])
        try await board.reviewFor("union")
        #expect(try await board.rows(statement).last == ["month and channel", "forum", "1", "2", "1", "0"])
        await board.close()
    }

    @Test(arguments: batchSizes)
    func theFunnelCountsEachDemandOnceOnEachRoad(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.registerOrganizations()
        let messages = (0..<5).map { _ in TestBoard.message() }
        for message in messages { try await board.receive(message) }
        for message in messages[1...] { try await board.assign(message, to: "union") }
        for message in messages[2...] { try await board.reply(message) }
        try await board.judge(messages[3], solved: true, satisfied: nil)
        try await board.judge(messages[4], solved: false, satisfied: nil)
        let positions = [try await board.opened(messages[0]), try await board.opened(messages[1])]
        try await board.link(messages[0], to: "t\(positions[0])", opened: positions[0])
        try await board.project(batchSize: batchSize)
        let statement = "SELECT road, stage, demands, reached, share FROM review.expression_funnel ORDER BY road, step"
        let rows = try await board.rows(statement)
        #expect(
            rows == [
                // Alone in its topic: not gathered.
                ["collective", "received", "5", "5", "1.0000"], ["collective", "gathered", "0", "0", "0.0000"],
                ["collective", "in_brief", "0", "0", "0.0000"], ["collective", "delivered", "0", "0", "0.0000"],
                ["collective", "decided", "0", "0", "0.0000"], ["direct", "received", "1", "5", "1.0000"],
                ["direct", "routed", "1", "4", "0.8000"], ["direct", "answered", "2", "3", "0.6000"],
                ["direct", "solved", "1", "1", "0.2000"],
            ]
        )
        try await board.link(messages[1], to: "t\(positions[0])", opened: positions[1])
        // Open again: neither answered nor solved any more.
        try await board.handle(messages[3], .reopen(by: .person, reason: nil, hours: nil))
        try await board.project(batchSize: batchSize)
        let after = try await board.rows(statement)
        #expect(after[1] == ["collective", "gathered", "2", "2", "0.4000"])
        #expect(after.suffix(3).map { $0[2] } == ["2", "2", "0"])
        try await board.execute(.withdraw(by: "person"), messages[1])
        try await board.project(batchSize: batchSize)
        #expect(try await board.rows(statement)[1] == ["collective", "gathered", "0", "0", "0.0000"])
        try await rebuilt(board)
        await board.close()
    }

    /// The furthest brief of its topic counts, whatever that became part of.
    @Test(arguments: batchSizes)
    func briefsBringDemandsFurther(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        var positions: [Position] = []
        for _ in 0..<4 {
            let message = TestBoard.message()
            try await board.receive(message)
            let position = try await board.opened(message)
            positions.append(position)
            // Three topics: of two demands, of one, of one.
            try await board.link(message, to: "t\(positions.count == 2 ? positions[0] : position)", opened: position)
        }
        func stages() async throws -> [String?] {
            try await board.project(batchSize: batchSize)
            return try await board.rows(
                "SELECT demands FROM review.expression_funnel WHERE road = 'collective' ORDER BY step"
            ).map { $0[0] }
        }
        #expect(try await stages() == ["2", "2", "0", "0", "0"])
        let (first, second, third) = (TestBoard.brief(), TestBoard.brief(), TestBoard.brief())
        try await board.draftBrief(of: [positions[0]], first)
        try await board.draftBrief(of: [positions[0], positions[2]], second)
        #expect(try await stages() == ["1", "0", "3", "0", "0"])
        try await board.deliver(first)
        #expect(try await stages() == ["1", "0", "1", "2", "0"])
        // Handed on: whoever it went to may still decide.
        try await board.decide(first, .referred)
        #expect(try await stages() == ["1", "0", "1", "2", "0"])
        try await board.decide(first, .partlyAdopted)
        #expect(try await stages() == ["1", "0", "1", "0", "2"])
        // The last demand's topic is part of the decided one from now on.
        try await board.mergeTopics([positions[0]], into: positions[3])
        #expect(try await stages() == ["0", "0", "1", "0", "3"])
        let reason = BriefEvent.dropped(BriefDropped(reason: TestBoard.words)).encoded
        _ = try await board.append([reason], to: second)
        #expect(try await stages() == ["1", "0", "0", "0", "3"])
        try await board.draftBrief(of: [positions[2]], third)
        _ = try await board.append([reason], to: third)
        #expect(try await stages() == ["1", "0", "0", "0", "3"])
        try await rebuilt(board)
        await board.close()
    }
}

extension TestBoard {
    /// As a reviewer does; the first operation of a board.
    func mergeTopics(_ from: [Int64], into: Int64) async throws {
        let merged = TopicOperation.Change.merged(from.map { .founded($0) }, into: .founded(into))
        let event = TopicBookEvent.operation(TopicOperation(number: 1, change: merged))
        _ = try await append([event.encoded], to: .only(TopicBook.streamType))
    }
}
