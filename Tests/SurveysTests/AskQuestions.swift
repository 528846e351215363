import Demands
import JSONText
import Surveys
import Testing

@Suite struct AskQuestions {
    @Test func readsEveryFormOfQuestion() throws {
        let survey = try example()
        #expect(survey.title.text(in: "zh") == "施工之后" && survey.title.text(in: "de") == nil)
        #expect(survey.organization == "union")
        #expect(survey.groups == [GroupLink(name: "drivers", ties: [.occupation], assertedBy: "survey")])
        #expect(survey.questions.map(\.code) == ["use", "ways", "calm", "wish", "road", "else"])
        #expect(survey.questions.map(\.form.name) == ["single", "multiple", "scale", "text", "text", "text"])
        #expect(survey.questions.map(\.isRequired) == [true, false, false, false, false, true])
        guard case .multiple(let options, let minimum, let maximum) = survey.questions[1].form else {
            Issue.record("no multiple choice")
            return
        }
        #expect(options.map(\.code) == ["foot", "bike", "bus", "car"] && minimum == 2 && maximum == 3)
        #expect(
            survey.questions[2].form
                == .scale(
                    .init(
                        from: -2,
                        to: 2,
                        labels: [.init(value: 2, text: Wording([.init(language: "en", text: "fully agree")]))]
                    )
                )
        )
        #expect(survey.questions[3].form == .text(maximumLength: 20, demands: .init(kind: .request)))
        #expect(
            survey.questions[4].form == .text(maximumLength: 2_000, demands: .init(kind: .complaint, category: "roads"))
        )
        #expect(survey.questions[5].form == .text(maximumLength: 2_000, demands: nil))
    }

    @Test func aDraftMayHaveNoQuestionsYet() throws {
        let (survey, errors) = try read(#"{"title":{"zh":"问卷"}}"#, defaultLanguage: "zh")
        #expect(survey?.questions == [] && survey?.language == "zh" && errors == [])
    }

    @Test func limitsAreIncluded() throws {
        let options = (1...100).map { #"{"code":"o\#($0)","text":{"en":"x"}}"# }.joined(separator: ",")
        let questions = (1...200).map { number in
            let scale = number % 2 == 0 ? #"{"from":0,"to":10}"# : #"{"from":1,"to":2}"#
            return number == 1
                ? #"{"code":"q1","text":{"en":"x"},"type":"multiple","options":[\#(options)]}"#
                : #"{"code":"q\#(number)","text":{"en":"x"},"type":"scale","scale":\#(scale)}"#
        }
        let text = #"{"title":{"en":"x"},"language":"en","questions":[\#(questions.joined(separator: ","))]}"#
        let (survey, errors) = try read(text)
        #expect(survey?.questions.count == 200 && errors == [])
    }

    private static let option = #"{"code":"a","text":{"en":"A"}}"#
    private static let options = #"[{"code":"a","text":{"en":"A"}},{"code":"b","text":{"en":"B"}}]"#

    @Test(arguments: [
        (#"[]"#, [" wrong_type"]), (#"{}"#, ["/title required"]),
        (#"{"title":"x","language":"en"}"#, ["/title wrong_type"]),
        (#"{"title":{},"language":"en"}"#, ["/title required"]),
        (#"{"title":{"de":"x"},"language":"en"}"#, ["/title required"]),
        (#"{"title":{"en":"x","no tag":"y"},"language":"en"}"#, ["/title/no tag bad_format"]),
        (#"{"title":{"en":" "},"language":"en"}"#, ["/title/en blank"]),
        (#"{"title":{"en":"x"},"language":"?"}"#, ["/language bad_format"]),
        (#"{"title":{"en":"x"},"language":"en","organization":"A B"}"#, ["/organization bad_format"]),
        (
            #"{"title":{"en":"x"},"language":"en","groups":[{"ties":["x"]}]}"#,
            ["/groups/0/ties not_allowed", "/groups/0/name required"]
        ),
        (#"{"title":{"en":"x"},"language":"en","colour":1}"#, ["/colour unknown_member"]),
    ])
    func namesEachMistake(_ text: String, _ expected: [String]) throws {
        #expect(try read(text).0 == nil || expected == ["/colour unknown_member"])
        #expect(try read(text).1 == expected)
    }

    @Test(arguments: [
        (#"{"code":"q","text":{"en":"?"}}"#, ["/type required"]),
        (#"{"code":"q","text":{"en":"?"},"type":"essay","options":[]}"#, ["/type not_allowed"]),
        (#"{"code":"Q 1","text":{"en":"?"},"type":"text"}"#, ["/code bad_format"]),
        (#"{"code":"","text":{"en":"?"},"type":"text"}"#, ["/code bad_format"]),
        (#"{"text":{"de":"?"},"type":"text"}"#, ["/text required", "/code required"]),
        (#"{"code":"q","text":{"en":"?"},"type":"single"}"#, ["/options required"]),
        (#"{"code":"q","text":{"en":"?"},"type":"single","options":[]}"#, ["/options too_few"]),
        (#"{"code":"q","text":{"en":"?"},"type":"single","options":[\#(option)]}"#, ["/options too_few"]),
        (
            #"{"code":"q","text":{"en":"?"},"type":"single","options":[\#(option),\#(option)]}"#,
            ["/options/1/code duplicate"]
        ),
        (
            #"{"code":"q","text":{"en":"?"},"type":"single","options":\#(options),"minimum":1}"#,
            ["/minimum unknown_member"]
        ),
        (
            #"{"code":"q","text":{"en":"?"},"type":"multiple","options":\#(options),"minimum":3}"#,
            ["/minimum out_of_range"]
        ),
        (
            #"{"code":"q","text":{"en":"?"},"type":"multiple","options":\#(options),"minimum":2,"maximum":1}"#,
            ["/minimum out_of_range"]
        ),
        (#"{"code":"q","text":{"en":"?"},"type":"scale"}"#, ["/scale required"]),
        (#"{"code":"q","text":{"en":"?"},"type":"scale","scale":{"from":1,"to":1}}"#, ["/scale/to out_of_range"]),
        (#"{"code":"q","text":{"en":"?"},"type":"scale","scale":{"from":0,"to":11}}"#, ["/scale/to out_of_range"]),
        (#"{"code":"q","text":{"en":"?"},"type":"scale","scale":{"from":0,"to":1.5}}"#, ["/scale/to wrong_type"]),
        (
            #"{"code":"q","text":{"en":"?"},"type":"scale","scale":{"from":1,"to":3,"labels":[{"value":4,"text":{"en":"x"}}]}}"#,
            ["/scale/labels/0/value out_of_range"]
        ),
        (#"{"code":"q","text":{"en":"?"},"type":"text","maximumLength":20001}"#, ["/maximumLength out_of_range"]),
        (
            #"{"code":"q","text":{"en":"?"},"type":"text","collectsDemands":{"kind":"wish"}}"#,
            ["/collectsDemands/kind not_allowed"]
        ),
        (#"{"code":"q","text":{"en":"?"},"type":"text","required":"yes"}"#, ["/required wrong_type"]),
    ])
    func namesEachMistakeOfAQuestion(_ question: String, _ expected: [String]) throws {
        let text = #"{"title":{"en":"x"},"language":"en","questions":[\#(question)]}"#
        let (survey, errors) = try read(text)
        #expect(survey == nil || expected.contains("/minimum unknown_member"))
        #expect(errors == expected.map { "/questions/0" + $0 })
    }

    @Test func aCodeIsUsedOnce() throws {
        let question = #"{"code":"q","text":{"en":"?"},"type":"text"}"#
        let text = #"{"title":{"en":"x"},"language":"en","questions":[\#(question),\#(question)]}"#
        #expect(try read(text).1 == ["/questions/1/code duplicate"])
    }

    @Test func takes200QuestionsAtMost() throws {
        let questions = (1...201).map { #"{"code":"q\#($0)","text":{"en":"?"},"type":"text"}"# }
        let text = #"{"title":{"en":"x"},"language":"en","questions":[\#(questions.joined(separator: ","))]}"#
        #expect(try read(text).1 == ["/questions too_many"])
    }
}

/// Stored forms: these bytes are in logs and are read for ever.
@Suite struct StoreSurveyEvents {
    private static let body =
        #"{"surveyVersion":3,"questionnaire":{"title":{"en":"T","zh":"题"},"language":"en","organization":"union","#
        + #""groups":[{"name":"g","ties":["place"]}],"questions":["#
        + #"{"code":"a","text":{"en":"A"},"type":"multiple","required":true,"options":"#
        + #"[{"code":"x","text":{"en":"X"}},{"code":"y","text":{"en":"Y"}}],"minimum":1,"maximum":2},"#
        + #"{"code":"b","text":{"en":"B"},"type":"scale","required":false,"scale":{"from":1,"to":5,"#
        + #""labels":[{"value":1,"text":{"en":"no"}}]}},"#
        + #"{"code":"c","text":{"en":"C"},"type":"text","required":false,"maximumLength":20,"#
        + #""collectsDemands":{"kind":"appeal","category":"roads"}}]}}"#

    private static let questionnaire = Questionnaire(
        title: Wording([.init(language: "zh", text: "题"), .init(language: "en", text: "T")]),
        language: "en",
        organization: "union",
        groups: [GroupLink(name: "g", ties: [.place], assertedBy: "survey")],
        questions: [
            Question(
                code: "a",
                text: Wording([.init(language: "en", text: "A")]),
                isRequired: true,
                form: .multiple(
                    [
                        .init(code: "x", text: Wording([.init(language: "en", text: "X")])),
                        .init(code: "y", text: Wording([.init(language: "en", text: "Y")])),
                    ],
                    minimum: 1,
                    maximum: 2
                )
            ),
            Question(
                code: "b",
                text: Wording([.init(language: "en", text: "B")]),
                form: .scale(
                    .init(from: 1, to: 5, labels: [.init(value: 1, text: Wording([.init(language: "en", text: "no")]))])
                )
            ),
            Question(
                code: "c",
                text: Wording([.init(language: "en", text: "C")]),
                form: .text(maximumLength: 20, demands: .init(kind: .appeal, category: "roads"))
            ),
        ]
    )

    @Test func asTheseBytesAndBack() throws {
        let event = SurveyEvent.revised(Self.questionnaire, version: 3)
        #expect(String(decoding: event.encoded.body, as: UTF8.self) == Self.body)
        #expect(event.encoded.type == "SurveyRevised")
        #expect(try SurveyEvent(decoding: recorded(event.encoded)) == event)
        let drafted = SurveyEvent.drafted(Self.questionnaire)
        #expect(drafted.encoded.type == "SurveyDrafted")
        #expect(try SurveyEvent(decoding: recorded(drafted.encoded)) == drafted)
        for (event, name) in [(SurveyEvent.opened, "SurveyOpened"), (.closed, "SurveyClosed")] {
            #expect(event.encoded.type == name && event.encoded.body == Array("{}".utf8))
            #expect(try SurveyEvent(decoding: recorded(event.encoded)) == event)
        }
    }

    @Test(arguments: [
        ("SurveyDrafted", "[]", Int16(1), "the document: must be an object, not an array"),
        ("SurveyDrafted", "{", 1, "its body is not JSON"),
        ("SurveyDrafted", #"{"surveyVersion":1}"#, 1, "/questionnaire: must be given"),
        ("SurveyOpened", "{}", 2, "schema version 2 was written by a newer Chorus"),
        ("FeedbackReceived", "{}", 1, "this is no event of a survey"),
    ])
    func namesWhatCannotBeRead(_ type: String, _ body: String, _ version: Int16, _ reason: String) {
        let event = recorded(.version1(type) { _ in }, body: body, schemaVersion: version)
        do {
            _ = try SurveyEvent(decoding: event)
            Issue.record("was read")
        } catch {
            #expect(error.reason.hasPrefix(reason), "\(error.reason)")
        }
    }
}
