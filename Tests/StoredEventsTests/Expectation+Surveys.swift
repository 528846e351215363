import Demands
import EventSourcing
import Surveys

private func english(_ text: String) -> Wording { Wording([.init(language: "en", text: text)]) }

private func chinese(_ text: String) -> Wording { Wording([.init(language: "zh", text: text)]) }

/// Every form of question, and every member that may be left out.
private let full = Questionnaire(
    title: Wording([.init(language: "en", text: "After the works"), .init(language: "zh", text: "施工之后")]),
    language: "en",
    organization: "union",
    groups: [GroupLink(name: "drivers", ties: [.occupation], assertedBy: "survey")],
    questions: [
        Question(
            code: "use",
            text: english("Do you use the bridge?"),
            isRequired: true,
            form: .single([
                .init(
                    code: "yes",
                    text: Wording([.init(language: "en", text: "Yes"), .init(language: "zh", text: "是")])
                ),
                .init(code: "no", text: english("No")),
            ])
        ),
        Question(
            code: "ways",
            text: english("How do you cross?"),
            form: .multiple(
                [
                    .init(code: "foot", text: english("On foot")),
                    .init(code: "bike", text: english("By bike")),
                    .init(code: "bus", text: english("By bus")),
                ],
                minimum: 1,
                maximum: 2
            )
        ),
        Question(
            code: "calm",
            text: english("It is calmer now"),
            form: .scale(
                .init(
                    from: -2,
                    to: 2,
                    labels: [
                        .init(value: -2, text: english("not at all")), .init(value: 2, text: english("fully")),
                    ]
                )
            )
        ),
        Question(
            code: "wish",
            text: english("What should change?\nSay it in your words."),
            form: .text(maximumLength: 20, demands: .init(kind: .request, category: "roads"))
        ),
    ]
)

private let bare = Questionnaire(title: chinese("题"), language: "zh", questions: [])

/// Each question without what may be left out.
private let bareQuestions = Questionnaire(
    title: chinese("题"),
    language: "zh",
    questions: [
        Question(code: "a", text: chinese("一"), form: .scale(.init(from: 0, to: 10))),
        Question(code: "b", text: chinese("二"), isRequired: true, form: .text(maximumLength: 2_000, demands: nil)),
        Question(code: "c", text: chinese("三"), form: .text(maximumLength: 20_000, demands: .init())),
    ]
)

extension Expectation {
    static let surveys: [Expectation] = [
        .init("surveys/SurveyDrafted.v1.full", SurveyEvent.drafted(full)),
        .init("surveys/SurveyDrafted.v1.bare", SurveyEvent.drafted(bare)),
        .init("surveys/SurveyRevised.v1.full", SurveyEvent.revised(full, version: 4)),
        .init("surveys/SurveyRevised.v1.bare", SurveyEvent.revised(bareQuestions, version: 2)),
        .init("surveys/SurveyOpened.v1", SurveyEvent.opened),
        .init("surveys/SurveyClosed.v1", SurveyEvent.closed),
    ]
}
