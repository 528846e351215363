import Demands
import EventSourcing
import JSONText

/// What can happen to a survey.
package enum SurveyEvent: EventPayload, Equatable {
    case drafted(Questionnaire)
    case revised(Questionnaire, version: Int)
    case opened
    case closed

    /// Stored names: never renamed.
    package enum Name {
        package static let drafted = "SurveyDrafted"
        package static let revised = "SurveyRevised"
        package static let opened = "SurveyOpened"
        package static let closed = "SurveyClosed"
        package static let all: Set<String> = [drafted, revised, opened, closed]
    }

    package static var types: Set<String> { Name.all }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        switch event.type {
        case Name.drafted: self = .drafted(try Self.questionnaire(event).0)
        case Name.revised:
            let (questionnaire, version) = try Self.questionnaire(event)
            self = .revised(questionnaire, version: version)
        case Name.opened: self = .opened
        case Name.closed: self = .closed
        default: throw UndecodableEvent(event, "this is no event of a survey")
        }
    }

    private static func questionnaire(_ event: RecordedEvent) throws(UndecodableEvent) -> (Questionnaire, Int) {
        let value: JSONValue
        do {
            // Stored bodies are longer than the requests that made them: defaults are written out.
            value = try JSONValue.parse(
                event.body,
                limits: JSONLimits(maximumBytes: .max, maximumMembers: .max)
            )
        } catch {
            throw UndecodableEvent(event, "its body is not JSON (\(error.reason))")
        }
        var fields = FieldReader(value)
        let version = fields.int("surveyVersion", required: true, in: 1...Int.max)
        let questionnaire = fields.object("questionnaire", required: true) {
            Questionnaire(reading: &$0, defaultLanguage: nil)
        }
        guard let version, let questionnaire else {
            throw UndecodableEvent(event, fields.errors.first?.description ?? "the questionnaire is missing")
        }
        return (questionnaire, version)
    }

    package var encoded: NewEvent {
        switch self {
        case .drafted(let questionnaire): Self.encoded(Name.drafted, questionnaire, 1)
        case .revised(let questionnaire, let version): Self.encoded(Name.revised, questionnaire, version)
        case .opened: .version1(Name.opened) { _ in }
        case .closed: .version1(Name.closed) { _ in }
        }
    }

    private static func encoded(_ name: String, _ questionnaire: Questionnaire, _ version: Int) -> NewEvent {
        .version1(name) { json in
            json.field("surveyVersion", version)
            json.object("questionnaire") { questionnaire.write(to: &$0) }
        }
    }
}
