import Foundation
import JSONText
import Postgres
import Surveys

/// Columns of surveys drafted, surveys changed, and the questions of new versions.
struct SurveyColumns: Sendable {
    struct Drafted: Sendable {
        var survey: [UUID] = []
        var position: [Int64] = []
        var version: [Int32] = []
        var status: [String] = []
        var organization: [String] = []
        var language: [String] = []
        var title: [String] = []
        var openedAt: [PostgresTimestamp?] = []
        var closedAt: [PostgresTimestamp?] = []

        var binds: [any PostgresEncodable] {
            [survey, position, version, status, organization, language, title, openedAt, closedAt]
        }
    }

    /// Nil leaves a column as it is.
    struct Changed: Sendable {
        var survey: [UUID] = []
        var version: [Int32?] = []
        var status: [String?] = []
        var organization: [String?] = []
        var language: [String?] = []
        var title: [String?] = []
        var openedAt: [PostgresTimestamp?] = []
        var closedAt: [PostgresTimestamp?] = []

        var binds: [any PostgresEncodable] {
            [survey, version, status, organization, language, title, openedAt, closedAt]
        }
    }

    struct Questions: Sendable {
        var survey: [UUID] = []
        var number: [Int16] = []
        var code: [String] = []
        var type: [String] = []
        var text: [String] = []

        var binds: [any PostgresEncodable] { [survey, number, code, type, text] }
    }

    struct Options: Sendable {
        var survey: [UUID] = []
        var question: [String] = []
        var number: [Int16] = []
        var code: [String] = []
        var text: [String] = []

        var binds: [any PostgresEncodable] { [survey, question, number, code, text] }
    }

    var drafted = Drafted()
    var changed = Changed()
    /// Surveys whose questions are new.
    var revised: [UUID] = []
    var questions = Questions()
    var options = Options()

    mutating func append(_ change: SurveyResultsDelta.Change) {
        let questionnaire = change.questionnaire
        if let position = change.draftedPosition, let questionnaire {
            drafted.survey.append(change.survey)
            drafted.position.append(position)
            drafted.version.append(Int32(clamping: change.version ?? 1))
            drafted.status.append((change.status ?? .draft).rawValue)
            drafted.organization.append(questionnaire.organization ?? "")
            drafted.language.append(questionnaire.language)
            drafted.title.append(questionnaire.title.json)
            drafted.openedAt.append(change.openedAt)
            drafted.closedAt.append(change.closedAt)
        } else {
            changed.survey.append(change.survey)
            changed.version.append(change.version.map { Int32(clamping: $0) })
            changed.status.append(change.status?.rawValue)
            changed.organization.append(questionnaire.map { $0.organization ?? "" })
            changed.language.append(questionnaire?.language)
            changed.title.append(questionnaire?.title.json)
            changed.openedAt.append(change.openedAt)
            changed.closedAt.append(change.closedAt)
        }
        guard let questionnaire else { return }
        revised.append(change.survey)
        for (index, question) in questionnaire.questions.enumerated() {
            questions.survey.append(change.survey)
            questions.number.append(Int16(index + 1))
            questions.code.append(question.code)
            questions.type.append(question.form.name)
            questions.text.append(question.text.json)
            for (place, choice) in question.choices.enumerated() {
                options.survey.append(change.survey)
                options.question.append(question.code)
                options.number.append(Int16(place + 1))
                options.code.append(choice.code)
                options.text.append(choice.text)
            }
        }
    }
}

extension Question {
    /// What can be chosen, in order: options, or the values of a scale.
    fileprivate var choices: [(code: String, text: String)] {
        switch form {
        case .single(let options), .multiple(let options, _, _): options.map { ($0.code, $0.text.json) }
        case .scale(let scale):
            (scale.from...scale.to).map { value in
                (String(value), scale.labels.first { $0.value == value }?.text.json ?? "{}")
            }
        case .text: []
        }
    }
}

extension Wording {
    /// The object as text.
    fileprivate var json: String {
        var json = JSONWriter()
        write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
