import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors
import Testing
import Topics

/// What the views show of briefs after every kind of event, and that a rebuild gives the same rows.
@Suite struct ShowBriefs {
    private static let state = """
        SELECT state, organization_code, array_to_string(topics, ' '), demands_then, people_then, wording, checked,
            checked_yes, checked_partly, checked_no, recipient_organization_code, outcome,
            put_to_supporters_at IS NOT NULL, decided_at IS NOT NULL
        FROM review.briefs
        ORDER BY organization_code
        """

    private func row(
        _ state: String,
        wording: Int = 1,
        checks: [Int] = [0, 0, 0],
        to recipient: String? = nil,
        _ outcome: String? = nil,
        isPut: Bool = true
    ) -> [String?] {
        [state, "union", "s3 t17", "10", "6", String(wording), String(checks.reduce(0, +))] + checks.map { String($0) }
            + [recipient, outcome, isPut ? "true" : "false", outcome == nil ? "false" : "true"]
    }

    @Test(arguments: [1, 4_000])
    func afterEveryEvent(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let brief = TestBoard.brief()
        let words = PassageLink(number: 3, commitment: "0c")
        let june = Timestamp(microsecondsSince1970: 1_780_300_000_000_000)
        let steps: [([BriefEvent], [String?])] = [
            ([.drafted(.example())], row("draft", isPut: false)),
            ([.putToSupporters], row("checking")),
            (
                [
                    .checked(.example(.yes, message: 1, person: 1)), .checked(.example(.partly, message: 2)),
                    .checked(.example(.yes, message: 3)),
                ], row("checking", checks: [2, 1, 0])
            ),
            // Answers to other words do not count.
            ([.reworded(BriefReworded(wording: 2, title: words, text: nil))], row("draft", wording: 2)),
            (
                [.putToSupporters, .checked(.example(.no, message: 1, wording: 2, person: 1))],
                row("checking", wording: 2, checks: [0, 0, 1])
            ),
            ([.delivered(.example)], row("delivered", wording: 2, checks: [0, 0, 1], to: "transport")),
            (
                [.outcomeRecorded(BriefOutcomeRecorded(outcome: .referred, words: nil, decidedAt: june))],
                row("decided", wording: 2, checks: [0, 0, 1], to: "transport", "referred")
            ),
            (
                [.outcomeRecorded(BriefOutcomeRecorded(outcome: .partlyAdopted, words: nil, decidedAt: june))],
                row("decided", wording: 2, checks: [0, 0, 1], to: "transport", "partly_adopted")
            ),
        ]
        for (events, expected) in steps {
            try await board.tell(brief, events)
            // With large batches once at the end: what one batch drafts and changes.
            guard batchSize == 1 else { continue }
            try await board.project(batchSize: batchSize)
            #expect(try await board.rows(Self.state) == [expected])
        }
        let dropped = TestBoard.brief()
        try await board.tell(dropped, [.drafted(.example("a")), .dropped(BriefDropped(reason: words))])
        try await board.project(batchSize: batchSize)
        let rows = try await board.rows(Self.state)
        #expect(rows.count == 2 && rows[0].first == "dropped" && rows[1] == steps.last?.1, "\(rows)")
        let topics = try await board.rows(
            """
            SELECT topic, state, demands_then, messages_then, people_then, unidentified_then, supporters_then,
                reported_support_then
            FROM review.brief_topics
            WHERE organization_code = 'union'
            ORDER BY topic
            """
        )
        #expect(
            topics == [
                ["s3", "decided", "3", "3", "2", "1", "2", "30"], ["t17", "decided", "7", "7", "5", "1", "2", "30"],
            ]
        )
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
        #expect(try await board.rows(Self.state) == rows)
        await board.close()
    }

    /// Analysts see what was delivered, and no number on fewer than k (here 3) people.
    @Test func analystsSeeDeliveredBriefsUnderTheRuleOfK() async throws {
        let board = try await TestBoard.make()
        let answers: [(organization: String, given: [BriefChecked.Answer], shown: [String?])] = [
            ("a", [], [nil, nil, nil, nil]),
            ("b", [.yes, .yes], [nil, nil, nil, nil]),
            ("c", [.yes, .yes, .yes], ["3", "3", "0", "0"]),
            // One no among them would be told.
            ("d", [.yes, .yes, .yes, .no], ["4", nil, nil, nil]),
            ("e", [.yes, .yes, .yes, .no, .no, .no], ["6", "3", "0", "3"]),
            ("f", [.yes, .partly, .no], ["3", nil, nil, nil]),
        ]
        for (organization, given, _) in answers {
            var events: [BriefEvent] = [.drafted(.example(organization)), .putToSupporters]
            for (number, answer) in given.enumerated() {
                events.append(.checked(.example(answer, message: UInt8(number))))
            }
            try await board.tell(TestBoard.brief(), events + [.delivered(.example)])
        }
        // Of no business to anybody else yet, or no longer.
        let many = (1...9).map { BriefEvent.checked(.example(.yes, message: $0)) }
        try await board.tell(TestBoard.brief(), [.drafted(.example("draft"))])
        try await board.tell(TestBoard.brief(), [.drafted(.example("checking")), .putToSupporters] + many)
        let reason = PassageLink(number: 3, commitment: "0c")
        try await board.tell(
            TestBoard.brief(),
            [.drafted(.example("dropped")), .dropped(BriefDropped(reason: reason))]
        )
        // Answers to earlier words are none to those delivered.
        try await board.tell(
            TestBoard.brief(),
            [.drafted(.example("g")), .putToSupporters] + many
                + [
                    .reworded(BriefReworded(wording: 2, title: nil, text: reason)), .putToSupporters,
                    .delivered(.example),
                ]
        )
        try await board.project()
        let rows = try await board.rows(
            """
            SELECT organization_code, state, delivered_month, k, checked, checked_yes, checked_partly, checked_no
            FROM aggregates.briefs
            ORDER BY organization_code
            """,
            as: "analyst"
        )
        let expected = answers.map { [$0.organization, "delivered", "2026-06-01", "3"] + $0.shown }
        #expect(rows == expected + [["g", "delivered", "2026-06-01", "3", nil, nil, nil, nil]])
        #expect(try await board.rows("SELECT * FROM aggregates.briefs", as: "analyst", tenant: "two") == [])
        await board.close()
    }

    @Test func aReviewerOfOneOrganizationSeesItsOwn() async throws {
        let board = try await TestBoard.make()
        for organization in ["union", "school"] {
            try await board.tell(TestBoard.brief(), [.drafted(.example(organization))])
        }
        try await board.project()
        #expect(try await board.rows("SELECT brief_id FROM review.briefs").count == 2)
        #expect(try await board.rows("SELECT brief_id FROM review.briefs", tenant: "two") == [])
        let login = TenantCreation.login(tenant: "one", audience: "reviewer")
        try await board.operators.execute(
            "UPDATE access.logins SET organization = 'union' WHERE login = \(login)"
        )
        #expect(try await board.rows("SELECT organization_code FROM review.briefs") == [["union"]])
        #expect(try await board.rows("SELECT DISTINCT organization_code FROM review.brief_topics") == [["union"]])
        await board.close()
    }

    @Test func everyViewAndColumnIsExplained() async throws {
        let board = try await TestBoard.make()
        let bare = try await board.operators.query(
            """
            SELECT c.relnamespace::regnamespace::text || '.' || c.relname || '.' || a.attname
            FROM pg_class AS c
            JOIN pg_attribute AS a
                ON a.attrelid = c.oid
                AND a.attnum > 0
            WHERE c.relname IN ('briefs', 'brief_topics')
                AND c.relkind = 'v'
                AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)
            """
        ).map { try $0.decode(0, as: String.self) }
        #expect(bare == [])
        await board.close()
    }
}
