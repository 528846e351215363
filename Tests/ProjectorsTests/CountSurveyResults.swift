import Demands
import EventSourcing
import Foundation
import Surveys
import Testing

@Suite struct CountSurveyResults {
    private static let results = """
        SELECT question_code, option_code, option_text, responses, people, responses_unidentified, respondents, share
        FROM review.survey_results ORDER BY question_number, option_number
        """

    @Test func namesEveryOptionWithZerosToo() async throws {
        let board = try await TestBoard.make()
        let survey = try await board.openSurvey()
        try await board.respond(#"{"use":"yes","ways":["foot","bike"],"calm":-1,"wish":"x"}"#, to: survey, person: "a")
        try await board.respond(#"{"use":"yes","ways":["bike"]}"#, to: survey, person: "a")
        try await board.respond(#"{"use":"no","calm":1}"#, to: survey)
        try await board.respond("{}", to: survey)
        try await board.project()
        #expect(
            try await board.rows(Self.results) == [
                ["use", "yes", "是", "2", "1", "0", "3", "0.666667"],
                ["use", "no", "No", "1", "0", "1", "3", "0.333333"],
                ["use", "rarely", "Rarely", "0", "0", "0", "3", "0.000000"],
                ["ways", "foot", "On foot", "1", "1", "0", "2", "0.500000"],
                ["ways", "bike", "By bike", "2", "1", "0", "2", "1.000000"],
                ["calm", "-1", "-1", "1", "1", "0", "2", "0.500000"],
                ["calm", "0", "0", "0", "0", "0", "2", "0.000000"],
                ["calm", "1", "yes", "1", "0", "1", "2", "0.500000"],
            ]
        )
        #expect(
            try await board.rows(
                "SELECT title, status, survey_version, responses, people, responses_unidentified FROM review.surveys"
            ) == [["桥", "open", "1", "4", "1", "2"]]
        )
        #expect(
            try await board.rows(
                "SELECT question_text, respondents, people FROM review.survey_questions ORDER BY question_number"
            ) == [["用吗", "3", "1"], ["How?", "2", "1"], ["Calmer?", "2", "1"], ["Wishes", "1", "1"]]
        )
        #expect(
            try await board.rows("SELECT question_code, n, mean FROM review.survey_scales")
                == [["calm", "2", "0.000000"]]
        )
        await board.close()
    }

    @Test func aSurveyWithoutResponsesIsThereWithZeros() async throws {
        let board = try await TestBoard.make()
        _ = try await board.openSurvey()
        try await board.project()
        #expect(try await board.rows("SELECT responses, closed_at FROM review.surveys") == [["0", nil]])
        #expect(try await board.rows("SELECT n, mean FROM review.survey_scales") == [["0", nil]])
        let rows = try await board.rows("SELECT DISTINCT responses, respondents, share FROM review.survey_results")
        #expect(rows == [["0", "0", nil]])
        await board.close()
    }

    @Test func aWithdrawnResponseCountsNoLonger() async throws {
        let board = try await TestBoard.make()
        let survey = try await board.openSurvey()
        let (kept, gone) = (TestBoard.response(), TestBoard.response())
        try await board.respond(#"{"use":"yes","ways":["foot"]}"#, to: survey, kept, person: "a")
        try await board.respond(#"{"use":"yes","calm":0}"#, to: survey, gone, person: "a")
        let feedback = TestBoard.message()
        try await board.receive(feedback)
        try await board.project()
        try await board.execute(.withdraw(by: "person"), gone)
        try await board.execute(.withdraw(by: "person"), feedback)
        try await board.project()
        let query = "SELECT question_code, respondents, people FROM review.survey_questions ORDER BY question_number"
        #expect(
            try await board.rows(query) == [
                ["use", "1", "1"], ["ways", "1", "1"], ["calm", "0", "0"], ["wish", "0", "0"],
            ]
        )
        try await board.execute(.withdraw(by: "person"), kept)
        try await board.project()
        #expect(try await board.rows("SELECT responses, people FROM review.surveys") == [["0", "0"]])
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        await board.close()
    }

    @Test func aRevisionReplacesTheQuestions() async throws {
        let board = try await TestBoard.make()
        let survey = TestBoard.survey()
        try await board.execute(.draft(SurveyBoard.questionnaire()), survey)
        try await board.project()
        let other = try SurveyBoard.questionnaire(
            #"{"title":{"en":"T"},"language":"en","questions":[{"code":"use","text":{"en":"?"},"type":"text"}]}"#,
            organization: "union"
        )
        try await board.execute(.revise(other), survey)
        #expect(try await board.rows("SELECT question_code FROM review.survey_questions") == [])
        try await board.execute(.open, survey)
        try await board.project()
        #expect(
            try await board.rows("SELECT question_code, question_type FROM review.survey_questions") == [
                ["use", "text"]
            ]
        )
        #expect(
            try await board.rows("SELECT title, survey_version, organization_code, status FROM review.surveys")
                == [["T", "2", "union", "open"]]
        )
        #expect(try await board.rows(Self.results) == [])
        await board.close()
    }

    @Test func showsEachReviewerTheirOwn() async throws {
        let board = try await TestBoard.make()
        let general = try await board.openSurvey()
        let union = try await board.openSurvey(organization: "union")
        for survey in [general, union] { try await board.respond(#"{"use":"yes","calm":1}"#, to: survey) }
        try await board.project()
        let views = ["surveys", "survey_questions", "survey_results", "survey_scales"]
        let ids: (String) async throws -> [[String: Int]] = { tenant in
            var found: [[String: Int]] = []
            for view in views {
                let rows = try await board.rows("SELECT survey_id FROM review.\(view)", tenant: tenant)
                found.append(Dictionary(rows.compactMap { $0[0] }.map { ($0, 1) }, uniquingKeysWith: +))
            }
            return found
        }
        let lower: (StreamID) -> String = { $0.id.uuidString.lowercased() }
        #expect(try await ids("one").allSatisfy { Set($0.keys) == [lower(general), lower(union)] })
        #expect(try await ids("two").allSatisfy(\.isEmpty))
        try await board.operators.execute(
            "UPDATE access.logins SET organization = 'union' WHERE audience = 'reviewer' AND tenant_id = 1"
        )
        #expect(try await ids("one").allSatisfy { Set($0.keys) == [lower(union)] })
        await board.close()
    }
}

/// The laws of projections, on random histories of one survey: the seed of each run is printed.
@Suite struct SurveyResultsLaws {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed ^= mixed >> 33
            mixed = mixed &* 0xFF51_AFD7_ED55_8CCD
            return mixed ^ (mixed >> 33)
        }
    }

    /// A response as the test remembers it: the expected counts come from here alone.
    private struct Remembered {
        let stream: StreamID
        let person: String?
        let use: String?
        let ways: [String]
        var isWithdrawn = false
    }

    @Test(arguments: [1, 7, 4000])
    func countsAreExactAndARebuildGivesTheSameRows(_ batchSize: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("SurveyResultsLaws seed \(seed)")
        var random = Generator(state: seed)
        let board = try await TestBoard.make()
        let survey = try await board.openSurvey()
        var responses: [Remembered] = []
        var releases = 0
        for step in 0..<120 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...6:
                let person = Int.random(in: 0..<25, using: &random)
                let response = Remembered(
                    stream: TestBoard.response(),
                    person: person < 20 ? "p\(person)" : nil,
                    use: ["yes", "no", "rarely", nil].randomElement(using: &random) ?? nil,
                    ways: ["foot", "bike"].filter { _ in Bool.random(using: &random) }
                )
                var answers = [#""ways":[\#(response.ways.map { "\"\($0)\"" }.joined(separator: ","))]"#]
                if let use = response.use { answers.append(#""use":"\#(use)""#) }
                let text = "{" + answers.joined(separator: ",") + "}"
                try await board.respond(text, to: survey, response.stream, person: response.person)
                responses.append(response)
            case 7:
                guard let index = responses.indices.randomElement(using: &random), !responses[index].isWithdrawn
                else { continue }
                responses[index].isWithdrawn = true
                try await board.execute(.withdraw(by: "person"), responses[index].stream)
            default:
                try await board.project(batchSize: batchSize)
                if step > 20, let release = try? await board.release() { releases = release }
            }
        }
        try await board.project(batchSize: batchSize)
        let present = responses.filter { !$0.isWithdrawn }
        var expected: [[String?]] = []
        func expect(_ question: String, _ option: String, _ chosen: [Remembered]) {
            let people = Set(chosen.compactMap(\.person)).count
            let unidentified = chosen.filter { $0.person == nil }.count
            expected.append([question, option, "\(chosen.count)", "\(people)", "\(unidentified)"])
        }
        for option in ["yes", "no", "rarely"] { expect("use", option, present.filter { $0.use == option }) }
        for option in ["foot", "bike"] { expect("ways", option, present.filter { $0.ways.contains(option) }) }
        let query = """
            SELECT question_code, option_code, responses, people, responses_unidentified
            FROM review.survey_results WHERE question_code <> 'calm' ORDER BY question_number, option_number
            """
        #expect(try await board.rows(query) == expected, "seed \(seed)")
        for outcome in try await board.rebuild() {
            #expect(outcome.differences == [:], "seed \(seed), \(releases) releases")
        }
        #expect(try await board.rows(query) == expected, "seed \(seed)")
        await board.close()
    }
}
