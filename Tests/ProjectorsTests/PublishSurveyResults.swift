import Demands
import EventSourcing
import Foundation
import Surveys
import Testing

/// What analysts see of surveys: no row on fewer than k = 3 people, and none that can be got by subtracting.
@Suite struct PublishSurveyResults {
    private static let results = """
        SELECT question_code, answer, option_code, responses, people
        FROM aggregates.survey_results ORDER BY question_number, answer, option_code
        """

    private func respond(_ board: TestBoard, _ survey: StreamID, _ answers: [String]) async throws {
        for (number, answer) in answers.enumerated() {
            try await board.respond(answer, to: survey, person: "\(survey.id)-\(number)")
        }
    }

    @Test func aSmallCellTakesAnotherOfItsQuestionWithIt() async throws {
        let board = try await TestBoard.make()
        let survey = try await board.openSurvey()
        // One "rarely" among many, and another question whose small cells could have taken it.
        try await respond(
            board,
            survey,
            Array(repeating: #"{"use":"yes","calm":1}"#, count: 9)
                + Array(repeating: #"{"use":"no","calm":1}"#, count: 5)
                + [#"{"use":"rarely","calm":0}"#, #"{"use":"yes","calm":-1}"#]
        )
        try await board.project()
        #expect(try await board.release() == 1)
        let rows = try await board.rows(Self.results, as: "analyst")
        #expect(
            rows.filter { $0[0] == "use" } == [
                ["use", "option", "yes", "10", "10"], ["use", "withheld", nil, "6", "6"],
            ]
        )
        #expect(
            try await board.rows("SELECT responses, people, release FROM aggregates.surveys", as: "analyst")
                == [["16", "16", "1"]]
        )
        // Every question with one answer adds up to the responses of the survey: nothing is left to be subtracted.
        for question in ["use", "calm", "wish"] {
            let total = rows.filter { $0[0] == question }.compactMap { $0[3].flatMap { Int($0) } }.reduce(0, +)
            #expect(total == 16, "\(question)")
        }
        #expect(rows.allSatisfy { Int($0[4] ?? "") ?? 0 >= 3 })
        await board.close()
    }

    @Test func whoDidNotAnswerIsACellToo() async throws {
        let board = try await TestBoard.make()
        let survey = try await board.openSurvey()
        // Two did not answer "use": shown, the survey's total less the options would tell them.
        try await respond(
            board,
            survey,
            Array(repeating: #"{"use":"yes","wish":"x"}"#, count: 6) + Array(repeating: #"{"use":"no"}"#, count: 4)
                + ["{}", "{}"]
        )
        try await board.project()
        _ = try await board.release()
        let rows = try await board.rows(Self.results, as: "analyst")
        #expect(
            rows == [
                ["use", "option", "yes", "6", "6"], ["use", "withheld", nil, "6", "6"],
                ["ways", "none", nil, "12", "12"], ["calm", "none", nil, "12", "12"],
                ["wish", "none", nil, "6", "6"], ["wish", "text", nil, "6", "6"],
            ]
        )
        await board.close()
    }

    @Test func aSurveyOfFewIsNotShownAndTellsNothingAboutAnother() async throws {
        let board = try await TestBoard.make()
        let (large, small) = (try await board.openSurvey(), try await board.openSurvey())
        try await respond(board, large, Array(repeating: #"{"use":"yes"}"#, count: 5))
        try await respond(board, small, Array(repeating: #"{"use":"no"}"#, count: 2))
        try await board.project()
        _ = try await board.release()
        let id = large.id.uuidString.lowercased()
        #expect(
            try await board.rows("SELECT survey_id, responses FROM aggregates.surveys", as: "analyst") == [[id, "5"]]
        )
        #expect(
            try await board.rows("SELECT DISTINCT survey_id FROM aggregates.survey_results", as: "analyst") == [[id]]
        )
        #expect(try await board.rows("SELECT * FROM aggregates.surveys", as: "analyst", tenant: "two") == [])
        await board.close()
    }

    @Test func aReleaseChangesOnlyWhatKPeopleChanged() async throws {
        let board = try await TestBoard.make()
        let (first, second) = (try await board.openSurvey(), try await board.openSurvey())
        let yes = #"{"use":"yes"}"#
        try await respond(board, first, Array(repeating: yes, count: 4))
        try await respond(board, second, Array(repeating: yes, count: 4))
        try await board.project()
        #expect(try await board.release() == 1)
        try await board.respond(yes, to: first, person: "late")
        for person in ["x", "y", "z"] { try await board.respond(yes, to: second, person: person) }
        try await board.project()
        #expect(try await board.release() == 2)
        let rows = try await board.rows(
            "SELECT responses, row_release, release FROM aggregates.surveys ORDER BY responses",
            as: "analyst"
        )
        #expect(rows == [["4", "1", "2"], ["7", "2", "2"]])
        await board.close()
    }

    /// Responses that voice no demand are people who spoke all the same: releases are made for them.
    @Test func surveysAloneMakeAReleaseDue() async throws {
        let board = try await TestBoard.make()
        let survey = try await board.openSurvey()
        for person in ["a", "b"] { try await board.respond(#"{"use":"yes"}"#, to: survey, person: person) }
        try await board.project()
        await #expect(throws: ReleaseRejection(people: 2, k: 3, last: 0)) { _ = try await board.release() }
        try await board.respond(#"{"use":"yes"}"#, to: survey, person: "c")
        try await board.project()
        #expect(try await board.release() == 1)
        await board.close()
    }
}
