import Demands
import EventSourcing
import Foundation
import Testing

/// What analysts see of answers: no figure on fewer than k = 3 people, and what is withheld takes its rate along.
@Suite struct PublishAnswers {
    private static let batchSizes = [1, 4_000]

    /// Demands of as many people, due in a month of 2020 for an organization.
    private func demands(
        _ count: Int,
        _ board: TestBoard,
        month: String,
        for organization: String,
        answeredOn day: String?
    ) async throws -> [StreamID] {
        let messages = (0..<count).map { _ in TestBoard.message() }
        for message in messages {
            try await board.receive(message, person: "\(message.id)", at: "2020-\(month)-02T08:00:00Z")
            try await board.assign(message, to: organization, hours: 48)
            if let day { try await board.reply(message, at: "2020-\(month)-\(day)T08:00:00Z") }
        }
        return messages
    }

    private func rebuilt(_ board: TestBoard) async throws {
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
    }

    @Test(arguments: batchSizes)
    func aRateNeedsAllOfItsParts(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.registerOrganizations()
        // March: everything has k people.
        for (count, day) in [(4, "03"), (3, "09"), (3, nil)] {
            _ = try await demands(count, board, month: "03", for: "transport", answeredOn: day)
        }
        // April: two late ones and one unanswered are three together.
        for (count, day) in [(5, "03"), (2, "09"), (1, nil)] {
            _ = try await demands(count, board, month: "04", for: "transport", answeredOn: day)
        }
        // May: one unanswered demand finds nothing of transport to hide in, so the late ones and those of schools hide it.
        for (count, day) in [(4, "03"), (3, "09"), (1, nil)] {
            _ = try await demands(count, board, month: "05", for: "transport", answeredOn: day)
        }
        for (count, day) in [(1, "03"), (2, nil)] {
            _ = try await demands(count, board, month: "05", for: "schools", answeredOn: day)
        }
        // A month that is not over.
        for _ in 0..<3 {
            let message = TestBoard.message()
            try await board.receive(message, person: "\(message.id)", at: "2020-06-02T08:00:00Z")
            try await board.assign(message, to: "union", hours: 24 * 365 * 100)
        }
        try await board.project(batchSize: batchSize)
        #expect(try await board.release() == 1)
        #expect(
            try await board.rows(
                """
                SELECT
                    month, responsible_code, is_complete::text, is_over::text, demands, in_time, late, unanswered, rate, rate_low,
                    rate_high, release
                FROM aggregates.response_rates
                ORDER BY month, grain DESC
                """,
                as: "analyst"
            ) == [
                ["2020-03-01", "transport", "true", "true", "10", "4", "3", "3", "0.4000", "0.1682", "0.6873", "1"],
                ["2020-03-01", nil, "true", "true", "10", "4", "3", "3", "0.4000", "0.1682", "0.6873", "1"],
                ["2020-04-01", "transport", "true", "true", "8", "5", nil, nil, "0.6250", "0.3057", "0.8632", "1"],
                ["2020-04-01", nil, "true", "true", "8", "5", nil, nil, "0.6250", "0.3057", "0.8632", "1"],
                ["2020-05-01", "transport", "false", "true", "4", "4", nil, nil, nil, nil, nil, "1"],
                ["2020-05-01", nil, "true", "true", "11", nil, nil, nil, nil, nil, nil, "1"],
                ["2120-05-01", "union", "true", "false", "3", "0", "0", "3", nil, nil, nil, "1"],
                ["2120-05-01", nil, "true", "false", "3", "0", "0", "3", nil, nil, nil, "1"],
            ]
        )
        #expect(try await board.rows("SELECT month FROM aggregates.response_rates", tenant: "two") == [])
        try await rebuilt(board)
        await board.close()
    }

    /// Nobody speaks any more; k = 3 people who were answered, or judged, are enough for a release, two are not.
    @Test func answersAndJudgementsMakeARelease() async throws {
        let board = try await TestBoard.make()
        try await board.registerOrganizations()
        let messages = try await demands(6, board, month: "03", for: "transport", answeredOn: nil)
        try await board.project()
        #expect(try await board.release() == 1)
        let rates = """
            SELECT demands, in_time, late, unanswered, release
            FROM aggregates.response_rates
            WHERE grain = 'month'
            """
        #expect(try await board.rows(rates, as: "analyst") == [["6", "0", "0", "6", "1"]])

        for message in messages[0..<2] { try await board.reply(message, at: "2020-03-03T08:00:00Z") }
        try await board.project()
        await #expect(throws: ReleaseRejection(people: 2, k: 3, last: 1)) { _ = try await board.release() }
        // Nor is a third who was only told that the message came.
        try await board.reply(messages[5], at: "2020-03-03T08:00:00Z", isSubstantive: false)
        try await board.project()
        await #expect(throws: ReleaseRejection(people: 2, k: 3, last: 1)) { _ = try await board.release() }
        try await board.reply(messages[2], at: "2020-03-03T08:00:00Z")
        try await board.project()
        #expect(try await board.release() == 2)
        #expect(try await board.rows(rates, as: "analyst") == [["6", "3", "0", "3", "2"]])

        // A release on others' account shows nothing of one or two: it repeats the row until three people changed it.
        try await board.reply(messages[3], at: "2020-03-03T08:00:00Z")
        for message in messages[0..<2] { try await board.judge(message, solved: true, satisfied: true) }
        try await board.project()
        #expect(try await board.release() == 3)
        #expect(
            try await board.rows(
                "SELECT demands, in_time, late, unanswered FROM aggregates.response_rates WHERE grain = 'month'",
                as: "analyst"
            )
                == [["6", "3", "0", "3"]]
        )
        #expect(
            try await board.rows("SELECT * FROM aggregates.satisfaction WHERE what = 'solved'", as: "analyst") == []
        )
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func judgementsArePublishedByWhatTheySay(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.registerOrganizations()
        let messages = try await demands(9, board, month: "03", for: "transport", answeredOn: "03")
        for message in messages[0..<3] { try await board.judge(message, solved: true, satisfied: true) }
        for message in messages[3..<6] { try await board.judge(message, solved: false, satisfied: nil) }
        // Made up: its demand counts as one that nobody judged.
        try await board.judge(messages[6], solved: true, satisfied: true, synthetic: true)
        try await board.project(batchSize: batchSize)
        _ = try await board.release()
        #expect(
            try await board.rows(
                """
                SELECT what, responsible_code, is_complete::text, demands, yes, no, not_said, rate, rate_low, rate_high
                FROM aggregates.satisfaction
                WHERE grain = 'month and responsible'
                ORDER BY what
                """,
                as: "analyst"
            ) == [
                ["answered", "transport", "true", "9", "6", "3", "0", "0.6667", "0.3542", "0.8794"],
                ["satisfied", "transport", "true", "6", "3", "0", "3", "1.0000", "0.4385", "1.0000"],
                ["solved", "transport", "true", "6", "3", "3", "0", "0.5000", "0.1876", "0.8124"],
            ]
        )
        #expect(
            try await board.rows(
                "SELECT month, demands FROM aggregates.satisfaction WHERE what = 'answered' AND grain = 'month'",
                as: "analyst"
            ) == [["2020-03-01", "9"]]
        )
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func channelsAndStagesArePublishedWithTheirSum(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.registerOrganizations()
        let messages = (0..<9).map { _ in TestBoard.message() }
        for (index, message) in messages.enumerated() {
            try await board.receive(message, person: "p\(index)", channel: index < 4 ? "forum" : "web")
        }
        let parts = [(0, 4), (5, 9)].map { DivideDemand.Part(spans: [Span(from: $0.0, to: $0.1)].compactMap { $0 }) }
        try await board.execute(.divide(DivideDemand(demand: 1, parts: parts, passage: 1, length: 20)), messages[0])
        for message in messages[4...] { try await board.assign(message, to: "union") }
        for message in messages[6...] { try await board.reply(message) }
        for message in messages[7...] { try await board.judge(message, solved: true, satisfied: nil) }
        let first = try await board.opened(messages[1])
        for message in messages[1..<4] {
            try await board.link(message, to: "t\(first)", opened: try await board.opened(message))
        }
        try await board.project(batchSize: batchSize)
        _ = try await board.release()
        #expect(
            try await board.rows(
                "SELECT channel_code, is_withheld::text, messages, demands, people, share FROM aggregates.channel_mix ORDER BY 1",
                as: "analyst"
            ) == [["forum", "false", "4", "5", "4", "0.4444"], ["web", "false", "5", "5", "5", "0.5556"]]
        )
        // Two who wait, one answered, two solved: too few each, five together.
        #expect(
            try await board.rows(
                """
                SELECT road, stage, is_withheld::text, demands, reached, share
                FROM aggregates.expression_funnel
                ORDER BY road, step
                """,
                as: "analyst"
            ) == [
                ["collective", "received", "false", "7", "10", "1.0000"],
                ["collective", "gathered", "false", "3", "3", "0.3000"],
                ["collective", "in_brief", "false", "0", "0", "0.0000"],
                ["collective", "delivered", "false", "0", "0", "0.0000"],
                ["collective", "decided", "false", "0", "0", "0.0000"],
                ["direct", "received", "false", "5", "10", "1.0000"],
                ["direct", "routed", "false", nil, "5", "0.5000"],
                ["direct", "answered", "false", nil, nil, nil], ["direct", "solved", "false", nil, nil, nil],
                ["direct", nil, "true", "5", nil, nil],
            ]
        )
        try await rebuilt(board)
        await board.close()
    }

    /// What one message does moves another one's demand from stage to stage, between releases that one batch of a rebuild
    /// holds: each publishes what it published live.
    @Test func aRebuildPublishesWhatOthersMoved() async throws {
        let board = try await TestBoard.make()
        var messages: [StreamID] = []
        var linked: [StreamID] = []
        var positions: [Position] = []
        let brief = TestBoard.brief()
        for round in 0..<4 {
            for number in 0..<6 {
                let message = TestBoard.message()
                messages.append(message)
                try await board.receive(message, person: "\(round) \(number)")
                let position = try await board.opened(message)
                positions.append(position)
                // Each topic has its founder in one round, and its second demand in the next one.
                let founder = round % 2 == 0 ? position : try await board.opened(messages[messages.count - 7])
                try await board.link(message, to: "t\(founder)", opened: position)
                if round % 2 == 1 { linked.append(message) }
            }
            if round == 2 { try await board.draftBrief(of: Array(positions[0..<3]), brief) }
            if round == 3 { try await board.deliver(brief) }
            try await board.project()
            _ = try await board.release()
        }
        // The rest of the first round joins what was delivered; three of the third one are alone again.
        try await board.mergeTopics(Array(positions[3..<6]), into: positions[0])
        for message in linked.prefix(9) { try await board.execute(.withdraw(by: "person"), message) }
        try await board.project()
        _ = try await board.release()
        #expect(
            try await board.rows(
                "SELECT stage, demands, reached, release FROM aggregates.expression_funnel WHERE road = 'collective' ORDER BY step",
                as: "analyst"
            ) == [
                ["received", "3", "15", "5"], ["gathered", "6", "12", "5"], ["in_brief", "0", "6", "5"],
                ["delivered", "6", "6", "5"], ["decided", "0", "0", "5"],
            ]
        )
        try await rebuilt(board)
        await board.close()
    }
}
