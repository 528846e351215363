import Demands
import EventSourcing
import Foundation
import Postgres
import Surveys

/// What a batch of events changes: surveys as they stand at its end, and columns of responses.
package struct SurveyResultsDelta: Sendable {
    /// What is new about a survey; nil: as it was.
    struct Change: Sendable {
        let survey: UUID
        var draftedPosition: Position?
        var version: Int?
        var questionnaire: Questionnaire?
        var status: Survey.Status?
        var openedAt: PostgresTimestamp?
        var closedAt: PostgresTimestamp?
    }

    var responses = ResponseColumns()
    var answers = AnswerColumns()
    var withdrawals = WithdrawalColumns()
    /// In order; a live batch has one at most, its last event.
    var releases: [Release] = []
    /// In the order of their first event here.
    private(set) var changes: [Change] = []
    private var changedHere: [UUID: Int] = [:]
    private var respondedHere: [UUID: Int] = [:]

    var changesFacts: Bool { !responses.message.isEmpty || !withdrawals.message.isEmpty }

    var touched: TouchedMessages {
        TouchedMessages(Set(responses.message + withdrawals.message), new: responses.message)
    }

    mutating func change(_ event: SurveyEvent, _ recorded: RecordedEvent) {
        let survey = recorded.stream.id
        let index = changedHere[survey] ?? changes.count
        if index == changes.count {
            changedHere[survey] = index
            changes.append(Change(survey: survey))
        }
        switch event {
        case .drafted(let questionnaire):
            changes[index].draftedPosition = recorded.position
            changes[index].version = 1
            changes[index].questionnaire = questionnaire
            changes[index].status = .draft
        case .revised(let questionnaire, let version):
            changes[index].version = version
            changes[index].questionnaire = questionnaire
        case .opened:
            changes[index].status = .open
            changes[index].openedAt = PostgresTimestamp(recorded.recordedAt)
        case .closed:
            changes[index].status = .closed
            changes[index].closedAt = PostgresTimestamp(recorded.recordedAt)
        }
    }

    mutating func respond(_ response: ResponseSubmitted, _ event: RecordedEvent) {
        let message = event.stream.id
        respondedHere[message] = responses.message.count
        responses.message.append(message)
        responses.survey.append(response.survey)
        responses.position.append(event.position)
        responses.changed.append(event.position)
        responses.person.append(response.coordinates.person)
        responses.isWithdrawn.append(false)
        var entry: Int16 = 0
        for answer in response.answers {
            let chosen: [String]
            switch answer.value {
            case .options(let options): chosen = options
            case .scale(let value): chosen = [String(value)]
            case .text: chosen = [""]
            }
            for option in chosen {
                entry += 1
                answers.message.append(message)
                answers.entry.append(entry)
                answers.survey.append(response.survey)
                answers.question.append(answer.question)
                answers.option.append(option)
            }
        }
    }

    /// A response of this batch is withdrawn in place; one before is found by its id, feedback is not.
    mutating func withdraw(_ event: RecordedEvent) {
        if let index = respondedHere[event.stream.id] {
            responses.isWithdrawn[index] = true
            responses.changed[index] = event.position
        } else {
            withdrawals.message.append(event.stream.id)
            withdrawals.position.append(event.position)
        }
    }

    /// The columns of what changed about surveys.
    var surveyColumns: SurveyColumns {
        var columns = SurveyColumns()
        for change in changes { columns.append(change) }
        return columns
    }
}

/// Columns of the responses received.
struct ResponseColumns: Sendable {
    var message: [UUID] = []
    var survey: [UUID] = []
    var position: [Int64] = []
    var changed: [Int64] = []
    var person: [UUID?] = []
    var isWithdrawn: [Bool] = []

    var binds: [any PostgresEncodable] { [message, survey, position, changed, person, isWithdrawn] }
}

/// Columns of their answers: one row for each option, value and text.
struct AnswerColumns: Sendable {
    var message: [UUID] = []
    var entry: [Int16] = []
    var survey: [UUID] = []
    var question: [String] = []
    var option: [String] = []

    var binds: [any PostgresEncodable] { [message, entry, survey, question, option] }
}
