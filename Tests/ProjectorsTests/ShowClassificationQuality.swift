import Demands
import EventSourcing
import Foundation
import Testing

/// What each model says beside what people, keywords and other models say of the same demands, counted by hand.
@Suite struct ShowClassificationQuality {
    private static let batchSizes = [1, 4_000]

    private func addModel(_ number: Int, _ target: ModelTarget = .category, to board: TestBoard) async throws {
        let model = ModelTrained(
            number: number,
            target: target,
            digest: String(repeating: "ab", count: 32),
            trainingSet: String(repeating: "0f", count: 32),
            examples: 120,
            labels: 3,
            minimumPeople: 5,
            folds: 5,
            macroF1: Confidence(0.91),
            accuracy: Confidence(0.9312),
            calibrationError: Confidence(0.02)
        )
        _ = try await board.append([ModelEvent.trained(model).encoded], to: .only(Models.streamType))
    }

    private func use(_ event: ModelEvent, _ board: TestBoard) async throws {
        _ = try await board.append([event.encoded], to: .only(Models.streamType))
    }

    private func word(_ category: String, _ model: Int, _ demand: Int16 = 1) -> ClassifyDemand {
        ClassifyDemand(demand: demand, value: .category(category), model: model, confidence: Confidence(0.8))
    }

    private func quality(_ board: TestBoard) async throws -> [[String?]] {
        try await board.rows(
            """
            SELECT model, said_by, demands, agreed, share, left_unclassified
            FROM review.classification_quality
            WHERE target = 'category'
            ORDER BY 1, 2
            """
        )
    }

    private func confusion(_ board: TestBoard) async throws -> [[String?]] {
        try await board.rows(
            """
            SELECT model, said_by, said, model_said, demands, people
            FROM review.classification_confusion
            WHERE target = 'category'
            ORDER BY 1, 2, said COLLATE "C", model_said COLLATE "C"
            """
        )
    }

    private func flows(_ board: TestBoard) async throws -> [[String?]] {
        try await board.rows(
            """
            SELECT from_method, from_model, from_value, to_model, to_value, is_settled::text, demands, people
            FROM review.model_flows
            ORDER BY 1, 2, from_value COLLATE "C", 4, to_value COLLATE "C", 6
            """
        )
    }

    private func rebuilt(_ board: TestBoard) async throws {
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:], "\(outcome.projector)") }
    }

    /// The word that holds follows the taxonomy: what was renamed is the same word, what a split left undecided is none.
    @Test(arguments: batchSizes)
    func aWordFollowsTheTaxonomy(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await addModel(1, to: board)
        let messages = (0..<3).map { _ in TestBoard.message() }
        for message in messages { try await board.receive(message, person: "a") }
        try await board.execute(.categorise(demand: 1, category: "roads", method: .reviewer), messages[0])
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), messages[1])
        try await board.execute(.classify(word("roads", 1)), messages[2])
        try await board.project(batchSize: batchSize)
        for (message, from, to, isUndecided) in [
            (messages[0], "roads", "streets", false), (messages[1], "parks", "lawns", true),
            (messages[2], "roads", "streets", false),
        ] {
            let destination = CategoryHistory.Destination(category: to, version: 2, isUndecided: isUndecided)
            try await board.execute(
                .carry(CarryCategory(demand: 1, from: from, destination: destination)),
                message
            )
        }
        for message in messages.prefix(2) { try await board.execute(.judge(word("streets", 1)), message) }
        try await board.execute(.categorise(demand: 1, category: "streets", method: .reviewer), messages[2])
        try await board.project(batchSize: batchSize)
        // The model says streets of the first and, carried over, of the third; nobody's word on the second is left.
        #expect(try await quality(board) == [["1", "reviewer", "2", "2", "1.0000", "0"]])
        #expect(
            try await board.rows(
                "SELECT from_code, to_code, demands, undecided FROM review.taxonomy_changes ORDER BY from_code"
            ) == [["parks", "lawns", "1", "1"], ["roads", "streets", "1", "0"]]
        )
        try await rebuilt(board)
        await board.close()
    }

    /// Five demands, of which model 1 says something: it agrees with the collector on one, differs on one, is not sure of one;
    /// it spoke before the reviewer on two, who took one over.
    private func fill(_ board: TestBoard, batchSize: Int) async throws -> [StreamID] {
        let messages = (0..<5).map { _ in TestBoard.message() }
        try await addModel(1, to: board)
        try await board.receive(messages[0], category: "roads", person: "a", organization: "union")
        try await board.receive(messages[1], category: "roads", person: "a")
        try await board.receive(messages[2], category: "parks", person: "b")
        try await board.receive(messages[3], person: "a")
        try await board.receive(messages[4])
        try await board.execute(.judge(word("roads", 1)), messages[0])
        try await board.execute(.judge(word("schools", 1)), messages[1])
        try await board.execute(.judge(word(unclassifiedCategory, 1)), messages[2])
        try await board.execute(.categorise(demand: 1, category: "roads", method: .keywords), messages[3])
        try await board.execute(.classify(word("schools", 1)), messages[3])
        try await board.execute(.classify(word("parks", 1)), messages[4])
        try await board.project(batchSize: batchSize)
        return messages
    }

    @Test(arguments: batchSizes)
    func agreementIsCountedByWhoSaidIt(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board, batchSize: batchSize)
        #expect(try await quality(board) == [["1", "given", "2", "1", "0.5000", "1"]])
        #expect(
            try await flows(board) == [
                ["keywords", nil, "roads", "1", "schools", "false", "1", "1"],
                ["none", nil, "unclassified", "1", "parks", "false", "1", "0"],
            ]
        )
        try await board.execute(.categorise(demand: 1, category: "schools", method: .reviewer), messages[3])
        try await board.execute(.categorise(demand: 1, category: "roads", method: .reviewer), messages[4])
        try await board.project(batchSize: batchSize)
        #expect(
            try await quality(board) == [
                ["1", "given", "2", "1", "0.5000", "1"], ["1", "reviewer", "2", "1", "0.5000", "0"],
            ]
        )
        #expect(
            try await confusion(board) == [
                ["1", "given", "parks", "unclassified", "1", "1"], ["1", "given", "roads", "roads", "1", "1"],
                ["1", "given", "roads", "schools", "1", "1"], ["1", "reviewer", "roads", "parks", "1", "0"],
                ["1", "reviewer", "schools", "schools", "1", "1"],
            ]
        )
        // What a person said, no model changes; and nobody can say any more that only models spoke.
        #expect(try await flows(board) == [["keywords", nil, "roads", "1", "schools", "true", "1", "1"]])
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func theLastWordOfEachCounts(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board, batchSize: batchSize)
        // The model sees it as the collector does, and a reviewer as neither; the collector's word stays what it was.
        try await board.execute(.judge(word("roads", 1)), messages[1])
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), messages[1])
        // The reviewer names none: that says nothing about the model's worth, but settles the demand.
        try await board.execute(.categorise(demand: 1, category: unclassifiedCategory, method: .reviewer), messages[4])
        try await board.project(batchSize: batchSize)
        #expect(
            try await quality(board) == [
                ["1", "given", "2", "2", "1.0000", "1"], ["1", "reviewer", "1", "0", "0.0000", "0"],
            ]
        )
        #expect(
            try await confusion(board) == [
                ["1", "given", "parks", "unclassified", "1", "1"], ["1", "given", "roads", "roads", "2", "1"],
                ["1", "reviewer", "parks", "roads", "1", "1"], ["1", "reviewer", "unclassified", "parks", "1", "0"],
            ]
        )
        #expect(try await flows(board) == [["keywords", nil, "roads", "1", "schools", "false", "1", "1"]])
        // Its sender names no category any more: then the collector said nothing.
        try await board.amend(messages[0], person: "c")
        try await board.project(batchSize: batchSize)
        #expect(
            try await confusion(board).prefix(2) == [
                ["1", "given", "parks", "unclassified", "1", "1"], ["1", "given", "roads", "roads", "1", "1"],
            ]
        )
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func whatIsWithdrawnOrRejoinedCountsNoLonger(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board, batchSize: batchSize)
        let parts = [(0, 4), (5, 9)].map { DivideDemand.Part(spans: [Span(from: $0.0, to: $0.1)].compactMap { $0 }) }
        try await board.execute(
            .divide(DivideDemand(demand: 1, parts: parts, passage: 1, length: 20)),
            messages[1]
        )
        try await board.execute(.judge(word("roads", 1, 2)), messages[1])
        try await board.project(batchSize: batchSize)
        // The second part has what was given of the whole, in the words of the same person.
        #expect(try await quality(board) == [["1", "given", "3", "2", "0.6667", "1"]])
        #expect(try await confusion(board)[1] == ["1", "given", "roads", "roads", "2", "1"])
        try await board.execute(.rejoin(demand: 1), messages[1])
        try await board.execute(.withdraw(by: "person"), messages[0])
        try await board.execute(.withdraw(by: "person"), messages[2])
        try await board.project(batchSize: batchSize)
        #expect(try await quality(board) == [["1", "given", "1", "0", "0.0000", "0"]])
        for message in [messages[1], messages[3], messages[4]] {
            try await board.execute(.withdraw(by: "person"), message)
        }
        try await board.project(batchSize: batchSize)
        #expect(try await quality(board) == [])
        #expect(try await confusion(board) == [])
        #expect(try await flows(board) == [])
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func tellsWhatAnotherModelWouldChange(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board, batchSize: batchSize)
        try await addModel(2, to: board)
        for (message, category) in zip(messages, ["roads", "roads", "parks", "schools", "roads"]) {
            try await board.execute(.judge(word(category, 2)), message)
        }
        try await board.project(batchSize: batchSize)
        let changed = try await board.rows(
            """
            SELECT from_value, to_value, demands
            FROM review.model_flows
            WHERE from_model = 1
                AND to_model = 2
                AND NOT is_settled
                AND from_value <> to_value
            ORDER BY 1
            """
        )
        #expect(changed == [["parks", "roads", "1"]])
        let all = try await board.rows(
            "SELECT is_settled::text, sum(demands) FROM review.model_flows WHERE from_model = 1 AND to_model = 2 GROUP BY 1 ORDER BY 1"
        )
        #expect(all == [["false", "2"], ["true", "3"]])
        #expect(try await quality(board).last == ["2", "given", "3", "3", "1.0000", "0"])
        try await rebuilt(board)
        await board.close()
    }

    /// The questions of docs/sql.md, as they stand there.
    @Test func whatTheDocumentationAsksIsAnswered() async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board, batchSize: 4_000)
        try await addModel(2, to: board)
        try await board.execute(.judge(word("roads", 2)), messages[1])
        try await board.execute(.judge(word("roads", 2)), messages[4])
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), messages[3])
        try await board.project()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/sql.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "## How well models do\n").last)
        let block = try #require(section.components(separatedBy: "```").dropFirst().first?.dropFirst(3))
        var answers: [[[String?]]] = []
        for question in block.split(separator: ";") where question.contains("SELECT") {
            answers.append(try await board.rows(String(question)))
        }
        #expect(
            answers == [
                [["1", "kept", "1", "1", "0.0000", "0"]],
                [["parks", "schools", "1"], ["roads", "schools", "1"]],
                [["parks", "roads", "1", "0"]],
                [["1", "0.5000", "1"], ["2", "1.0000", "0"]],
            ]
        )
        await board.close()
    }

    @Test(arguments: batchSizes)
    func kindsAreComparedAsCategoriesAre(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let message = TestBoard.message()
        try await addModel(1, .kind, to: board)
        try await board.receive(message, person: "a", kind: .complaint)
        try await board.receive(TestBoard.message(), person: "a", kind: .complaint)
        try await board.execute(
            .judge(ClassifyDemand(demand: 1, value: .kind(.report), model: 1, confidence: Confidence(0.7))),
            message
        )
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                "SELECT target, said_by, said, model_said, agrees::text, demands FROM review.classification_confusion"
            ) == [["kind", "given", "complaint", "report", "false", "1"]]
        )
        try await rebuilt(board)
        await board.close()
    }

    @Test func aReviewerOfAnOrganizationSeesItsDemandsOnly() async throws {
        let board = try await TestBoard.make()
        let messages = try await fill(board, batchSize: 4_000)
        try await board.operators.execute(
            "UPDATE access.logins SET organization = 'union' WHERE audience = 'reviewer' AND tenant_id = 1"
        )
        #expect(try await quality(board) == [["1", "given", "1", "1", "1.0000", "0"]])
        #expect(try await confusion(board) == [["1", "given", "roads", "roads", "1", "1"]])
        #expect(try await flows(board) == [])
        // A demand that becomes another organization's moves.
        try await board.amend(messages[1], category: "roads", person: "a", organization: "union")
        try await board.amend(messages[0], category: "roads", person: "a", organization: "council")
        try await board.project()
        #expect(try await confusion(board) == [["1", "given", "roads", "schools", "1", "1"]])
        try await rebuilt(board)
        await board.close()
    }

    @Test(arguments: batchSizes)
    func listsModelsAndWhetherTheyAreInUse(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        for number in 1...3 { try await addModel(number, to: board) }
        try await addModel(4, .kind, to: board)
        try await use(.activated(ModelInUse(model: 1, threshold: Confidence(0.8))), board)
        try await use(.attempted(ModelInUse(model: 2, threshold: Confidence(0.5))), board)
        try await use(.activated(ModelInUse(model: 4, threshold: Confidence(0.25))), board)
        try await board.project(batchSize: batchSize)
        let statement = "SELECT model, target, status, threshold FROM review.models ORDER BY model"
        #expect(
            try await board.rows(statement) == [
                ["1", "category", "active", "0.8000"], ["2", "category", "beside", "0.5000"],
                ["3", "category", "kept", nil], ["4", "kind", "active", "0.2500"],
            ]
        )
        try await use(.activated(ModelInUse(model: 3, threshold: Confidence(0.9))), board)
        try await use(.deactivated(.kind), board)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(statement) == [
                ["1", "category", "kept", nil], ["2", "category", "beside", "0.5000"],
                ["3", "category", "active", "0.9000"], ["4", "kind", "kept", nil],
            ]
        )
        #expect(
            try await board.rows(
                "SELECT examples, labels, macro_f1, accuracy, calibration_error FROM review.models LIMIT 1"
            )
                == [["120", "3", "0.9100", "0.9312", "0.0200"]]
        )
        #expect(try await board.rows("SELECT model FROM review.models", tenant: "two") == [])
        for view in ["models", "classification_quality", "classification_confusion", "model_flows"] {
            await #expect(throws: (any Error).self) {
                _ = try await board.rows("SELECT * FROM review.\(view)", as: "analyst")
            }
        }
        try await rebuilt(board)
        await board.close()
    }

    /// Each model for itself, no row on fewer than k people (3 here).
    @Test(arguments: batchSizes)
    func publishesByModelUnderTheRuleOfK(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await addModel(1, to: board)
        func say(_ category: String, _ model: String, _ people: [String]) async throws {
            for person in people {
                let message = TestBoard.message()
                try await board.receive(message, category: category, person: person)
                try await board.execute(.judge(word(model, 1)), message)
            }
        }
        try await say("roads", "roads", ["a", "b", "c", "d"])
        try await say("roads", "schools", ["e", "f"])
        try await say("parks", unclassifiedCategory, ["g"])
        try await board.project(batchSize: batchSize)
        _ = try await board.release()
        let rows = try await board.rows(
            """
            SELECT model, target, said_by, said, outcome, is_withheld::text, withheld_below, demands, people, release
            FROM aggregates.classification_quality
            ORDER BY is_withheld
            """,
            as: "analyst"
        )
        // Two who differ and one who is not sure are too few each; together they are three.
        #expect(
            rows == [
                ["1", "category", "given", "roads", "agreed", "false", nil, "4", "4", "1"],
                ["1", "category", "given", nil, nil, "true", "said_by", "3", "3", "1"],
            ]
        )
        #expect(try await board.rows("SELECT model FROM aggregates.classification_quality", tenant: "two") == [])
        try await rebuilt(board)
        await board.close()
    }
}
