import Demands
import Foundation
import JSONText
import Surveys
import Testing

@Suite struct CheckAnswers {
    private static let survey = UUID()

    private func submit(
        _ text: String,
        _ events: [SurveyEvent]? = nil,
        _ coordinates: MessageCoordinates = MessageCoordinates(channel: "web"),
        category: (String) -> GivenCategory? = { _ in nil }
    ) throws -> SubmitResponse {
        let events = try events ?? [.drafted(try example()), .opened]
        return try Responses.submission(
            of: try answers(text),
            to: Self.survey,
            Survey.state(after: events),
            coordinates: coordinates,
            allowedChannels: ["web"],
            seal: { number, text in PassageLink(number: number, commitment: text) },
            category: category
        )
    }

    private func mistakes(_ text: String) throws -> [String] {
        do {
            _ = try submit(text)
            return []
        } catch ResponseRefusal.answers(let invalid) {
            return invalid.errors.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test func storesAnswersInTheOrderOfTheSurvey() throws {
        let response = try submit(
            #"{"else":"no\nmore","road":"the first","wish":"benches","calm":-2,"ways":["bus","foot"],"use":"no"}"#
        )
        #expect(
            response.submitted
                == ResponseSubmitted(
                    survey: Self.survey,
                    surveyVersion: 1,
                    coordinates: MessageCoordinates(
                        channel: "web",
                        organization: "union",
                        groups: [GroupLink(name: "drivers", ties: [.occupation], assertedBy: "survey")]
                    ),
                    answers: [
                        .init(question: "use", value: .options(["no"])),
                        .init(question: "ways", value: .options(["foot", "bus"])),
                        .init(question: "calm", value: .scale(-2)),
                        .init(question: "wish", value: .text(PassageLink(number: 1, commitment: "benches"))),
                        .init(question: "road", value: .text(PassageLink(number: 2, commitment: "the first"))),
                        .init(question: "else", value: .text(PassageLink(number: 3, commitment: "no\nmore"))),
                    ]
                )
        )
    }

    @Test func opensADemandForEachAnswerThatVoicesOne() throws {
        let found = GivenCategory(code: "parks", method: .keywords, methodVersion: 2)
        let response = try submit(#"{"use":"no","wish":"benches","road":"the first","else":"x"}"#) { text in
            text == "benches" ? found : nil
        }
        #expect(
            response.demands.map(\.opened) == [
                DemandOpened(demand: 1, kind: .request, passage: 1),
                DemandOpened(demand: 2, kind: .complaint, passage: 2),
            ]
        )
        #expect(response.demands.map(\.category) == [found, GivenCategory(code: "roads")])
        let other = try submit(#"{"use":"no","wish":" \n","road":"the first","else":"x"}"#)
        #expect(other.demands.map(\.opened) == [DemandOpened(demand: 1, kind: .complaint, passage: 1)])
        #expect(try submit(#"{"use":"no","else":"x"}"#).demands.isEmpty)
    }

    @Test func whatTheResponseNamesComesFirst() throws {
        let own = GroupLink(name: "drivers", ties: [], assertedBy: "self")
        let response = try submit(
            #"{"use":"no","else":"x"}"#,
            nil,
            MessageCoordinates(channel: "web", organization: "club", groups: [own])
        )
        #expect(response.submitted.coordinates.organization == "club")
        #expect(response.submitted.coordinates.groups == [own])
    }

    @Test func namesTheVersionThatWasAnswered() throws {
        let survey = try example()
        let events: [SurveyEvent] = [.drafted(survey), .revised(survey, version: 2), .opened]
        #expect(try submit(#"{"use":"no","else":"x"}"#, events).submitted.surveyVersion == 2)
    }

    @Test func blankIsNoAnswer() throws {
        let response = try submit(#"{"use":"no","else":"x","ways":[],"calm":null,"wish":""}"#)
        #expect(response.submitted.answers.map(\.question) == ["use", "else"])
    }

    @Test(arguments: [
        ("{}", ["/answers/use required", "/answers/else required"]),
        (#"{"use":null,"else":" "}"#, ["/answers/use required", "/answers/else required"]),
        (#"{"use":"maybe","else":"x"}"#, ["/answers/use not_allowed"]),
        (#"{"use":["yes"],"else":"x"}"#, ["/answers/use wrong_type"]),
        (
            #"{"use":"yes","else":"x","sky":1,"a/b":2}"#,
            ["/answers/sky unknown_question", "/answers/a~1b unknown_question"]
        ),
        (#"{"use":"yes","else":"x","ways":"foot"}"#, ["/answers/ways wrong_type"]),
        (#"{"use":"yes","else":"x","ways":["foot"]}"#, ["/answers/ways too_few"]),
        (#"{"use":"yes","else":"x","ways":["foot","bike","bus","car"]}"#, ["/answers/ways too_many"]),
        (#"{"use":"yes","else":"x","ways":["foot","bike","bus","car","foot"]}"#, ["/answers/ways too_many"]),
        (#"{"use":"yes","else":"x","ways":["foot","boat"]}"#, ["/answers/ways not_allowed"]),
        (#"{"use":"yes","else":"x","ways":["foot","foot"]}"#, ["/answers/ways/1 duplicate"]),
        (#"{"use":"yes","else":"x","ways":["foot",7]}"#, ["/answers/ways/1 wrong_type"]),
        (#"{"use":"yes","else":"x","calm":3}"#, ["/answers/calm out_of_range"]),
        (#"{"use":"yes","else":"x","calm":"1"}"#, ["/answers/calm wrong_type"]),
        (#"{"use":"yes","else":"x","calm":1.0}"#, ["/answers/calm wrong_type"]),
        (#"{"use":"yes","else":"x","wish":"123456789012345678901"}"#, ["/answers/wish too_long"]),
        (#"{"use":"yes","else":"a\u0007b"}"#, ["/answers/else not_allowed"]),
        (#"{"wish":1,"use":"x"}"#, ["/answers/wish wrong_type", "/answers/use not_allowed", "/answers/else required"]),
    ])
    func namesEveryMistake(_ text: String, _ expected: [String]) throws {
        #expect(try mistakes(text) == expected)
    }

    @Test func onlyAnOpenSurveyTakesResponses() throws {
        let survey = try example()
        let cases: [([SurveyEvent], SurveyRejection)] = [
            ([], .unknownSurvey), ([.drafted(survey)], .notOpen), ([.drafted(survey), .opened, .closed], .closed),
        ]
        for (events, rejection) in cases {
            #expect(throws: ResponseRefusal.survey(rejection)) { try submit(#"{"use":"no","else":"x"}"#, events) }
            // Said before anything about the answers is.
            #expect(throws: ResponseRefusal.survey(rejection)) { try submit("{}", events) }
        }
    }
}
