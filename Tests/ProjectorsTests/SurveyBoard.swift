import Demands
import EventSourcing
import Foundation
import JSONText
import Surveys

/// A survey of these tests: a single choice, a multiple choice, a scale, a text.
enum SurveyBoard {
    static let text = #"""
        {"title": {"en": "Bridge", "zh": "桥"}, "language": "en", "questions": [
          {"code": "use", "text": {"en": "Use?", "zh": "用吗"}, "type": "single",
           "options": [{"code": "yes", "text": {"en": "Yes", "zh": "是"}}, {"code": "no", "text": {"en": "No"}},
                       {"code": "rarely", "text": {"en": "Rarely"}}]},
          {"code": "ways", "text": {"en": "How?"}, "type": "multiple",
           "options": [{"code": "foot", "text": {"en": "On foot"}}, {"code": "bike", "text": {"en": "By bike"}}]},
          {"code": "calm", "text": {"en": "Calmer?"}, "type": "scale",
           "scale": {"from": -1, "to": 1, "labels": [{"value": 1, "text": {"en": "yes"}}]}},
          {"code": "wish", "text": {"en": "Wishes"}, "type": "text"}
        ]}
        """#

    static func questionnaire(_ text: String = text, organization: String? = nil) throws -> Questionnaire {
        var fields = FieldReader(try JSONValue.parse(text))
        guard var survey = Questionnaire(reading: &fields, defaultLanguage: nil) else { throw Unreadable() }
        survey.organization = organization
        return survey
    }

    struct Unreadable: Error {}
}

extension TestBoard {
    static func survey() -> StreamID { StreamID(type: Survey.streamType, id: UUID()) }

    func execute(_ command: Survey.Command, _ survey: StreamID, tenant: TenantID = TestBoard.tenant) async throws {
        _ = try await store.execute(
            Submission(tenant: tenant, stream: survey, actor: "test") { known in
                let events = try Survey.decide(command, Survey.state(after: known.history))
                return Decision(events: events.map(\.encoded))
            }
        )
    }

    /// A survey that takes responses.
    func openSurvey(organization: String? = nil, tenant: TenantID = TestBoard.tenant) async throws -> StreamID {
        let survey = Self.survey()
        try await execute(.draft(SurveyBoard.questionnaire(organization: organization)), survey, tenant: tenant)
        try await execute(.open, survey, tenant: tenant)
        return survey
    }

    func respond(
        _ answers: String,
        to survey: StreamID,
        _ stream: StreamID = TestBoard.response(),
        person: String? = nil,
        tenant: TenantID = TestBoard.tenant
    ) async throws {
        guard let object = try JSONValue.parse(answers).object else { throw SurveyBoard.Unreadable() }
        _ = try await store.execute(
            Submission(
                tenant: tenant,
                stream: stream,
                reads: [survey],
                person: person.map { PersonReference(source: "test", reference: $0) },
                actor: "test"
            ) { known in
                let submit = try Responses.submission(
                    of: object,
                    to: survey.id,
                    Survey.state(after: known.others[survey] ?? []),
                    coordinates: MessageCoordinates(channel: "web", source: "test", person: known.personToken),
                    allowedChannels: ["web"],
                    seal: { number, _ in PassageLink(number: number, commitment: "00") },
                    category: { _ in nil }
                )
                return Decision(events: try Message.decide(.submit(submit), Message.initialState).map(\.encoded))
            }
        )
    }
}
