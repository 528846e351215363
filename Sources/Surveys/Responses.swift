import Demands
import EventSourcing
import Foundation
import JSONText

/// Answers against the questions that they answer; pure.
package enum Responses {
    /// An answer within the rules of its question.
    package struct Answer: Sendable, Equatable {
        package var question: Question
        package var value: Value

        package init(question: Question, value: Value) {
            self.question = question
            self.value = value
        }
    }

    package enum Value: Sendable, Equatable {
        /// Codes, in the survey's order.
        case options([String])
        case scale(Int)
        case text(String)
    }

    /// The answers of an object `{question: value}`, in the order of the questions; what is blank is no answer.
    ///
    /// - Throws: `InvalidAnswers` with every mistake, at `/answers/<question>`.
    package static func read(
        _ answers: JSONObject,
        for questionnaire: Questionnaire
    ) throws(InvalidAnswers) -> [Answer] {
        var fields = FieldReader(answers, at: "/answers")
        var read: [Answer] = []
        for question in questionnaire.questions {
            if let value = value(of: question, &fields) { read.append(Answer(question: question, value: value)) }
        }
        let codes = Set(questionnaire.questions.map(\.code))
        for member in answers.members where !codes.contains(member.key) {
            fields.ignore(member.key)
            fields.report(member.key, code: "unknown_question", detail: "is no question of this survey")
        }
        guard fields.errors.isEmpty else { throw InvalidAnswers(errors: fields.errors) }
        return read
    }

    private static func value(of question: Question, _ fields: inout FieldReader) -> Value? {
        let (code, required) = (question.code, question.isRequired)
        switch question.form {
        case .single(let options):
            return fields.oneOf(code, options.map(\.code), required: required).map { .options([$0]) }
        case .multiple(let options, let minimum, let maximum):
            return selection(of: question, options.map(\.code), minimum...maximum, &fields)
        case .scale(let scale):
            return fields.int(code, required: required, in: scale.from...scale.to).map { .scale($0) }
        case .text(let maximumLength, _):
            guard
                let text = fields.string(
                    code,
                    required: required,
                    maximumScalars: maximumLength,
                    allow: [.lineBreaks, .blank]
                )
            else { return nil }
            guard text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { return .text(text) }
            if required { fields.report(code, code: .required, detail: "must be given") }
            return nil
        }
    }

    private static func selection(
        of question: Question,
        _ options: [String],
        _ allowed: ClosedRange<Int>,
        _ fields: inout FieldReader
    ) -> Value? {
        let code = question.code
        let given = fields.value(code)?.array?.count
        guard
            let chosen = fields.strings(
                code,
                required: question.isRequired,
                maximum: options.count,
                maximumScalars: 40,
                unique: true
            ), let given
        else { return nil }
        guard given > 0 else {
            if question.isRequired { fields.report(code, code: .required, detail: "must be given") }
            return nil
        }
        guard chosen.allSatisfy(options.contains) else {
            let detail = "must hold options of the question only: \(options.joined(separator: ", "))"
            fields.report(code, code: .notAllowed, detail: detail)
            return nil
        }
        guard given >= allowed.lowerBound else {
            fields.report(code, code: "too_few", detail: "must have at least \(allowed.lowerBound) elements")
            return nil
        }
        guard given <= allowed.upperBound else {
            fields.report(code, code: .tooMany, detail: "must have at most \(allowed.upperBound) elements")
            return nil
        }
        return .options(options.filter(chosen.contains))
    }

    /// The wish to record these answers to a survey, checked against its present state.
    ///
    /// - Parameters:
    ///   - coordinates: of the response; the survey's organization and groups are added where it names none.
    ///   - allowedChannels: the tenant's list.
    ///   - seal: puts a text answer into the vault under a passage number and gives the link to it.
    ///   - category: what the words of a demand tell, where the question names no category.
    package static func submission(
        of answers: JSONObject,
        to survey: UUID,
        _ state: Survey.State,
        coordinates: MessageCoordinates,
        allowedChannels: [String],
        seal: (Int16, String) -> PassageLink,
        category: (String) -> GivenCategory?
    ) throws(ResponseRefusal) -> SubmitResponse {
        guard let questionnaire = state.questionnaire else { throw .survey(.unknownSurvey) }
        switch state.status {
        case .open: break
        case .closed: throw .survey(.closed)
        case .draft: throw .survey(.notOpen)
        case nil: throw .survey(.unknownSurvey)
        }
        let read: [Answer]
        do {
            read = try Self.read(answers, for: questionnaire)
        } catch {
            throw .answers(error)
        }
        var stored: [ResponseSubmitted.Answer] = []
        var demands: [SubmitResponse.Demand] = []
        var passages: Int16 = 0
        for answer in read {
            let value: ResponseSubmitted.Value
            switch answer.value {
            case .options(let options): value = .options(options)
            case .scale(let number): value = .scale(number)
            case .text(let text):
                passages += 1
                value = .text(seal(passages, text))
                if case .text(_, let rule?) = answer.question.form {
                    demands.append(
                        SubmitResponse.Demand(
                            opened: DemandOpened(
                                demand: Int16(demands.count + 1),
                                kind: rule.kind,
                                passage: passages
                            ),
                            category: rule.category.map { GivenCategory(code: $0) } ?? category(text)
                        )
                    )
                }
            }
            stored.append(ResponseSubmitted.Answer(question: answer.question.code, value: value))
        }
        return SubmitResponse(
            submitted: ResponseSubmitted(
                survey: survey,
                surveyVersion: state.version,
                coordinates: questionnaire.completing(coordinates),
                answers: stored
            ),
            demands: demands,
            allowedChannels: allowedChannels,
            repeatsStoredRequest: false
        )
    }
}

extension Questionnaire {
    /// A response counts for the survey's organization unless it names another, and in the survey's groups besides its own.
    fileprivate func completing(_ given: MessageCoordinates) -> MessageCoordinates {
        var coordinates = given
        coordinates.organization = given.organization ?? organization
        for group in groups where !given.groups.contains(where: { $0.name.utf8.elementsEqual(group.name.utf8) }) {
            coordinates.groups.append(group)
        }
        return coordinates
    }
}

/// Answers that do not fit their questions.
package struct InvalidAnswers: Error, Equatable {
    /// In document order, not empty.
    package let errors: [FieldError]
}

/// Why a response was not recorded.
package enum ResponseRefusal: Error, Equatable {
    case survey(SurveyRejection)
    case answers(InvalidAnswers)
}
