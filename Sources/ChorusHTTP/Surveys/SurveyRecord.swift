import EventLog
import EventSourcing
import Foundation
import JSONText
import Surveys

/// A survey as its stored events tell it, for those who may read it.
struct SurveyRecord: Sendable {
    let id: UUID
    let position: Position
    let status: Survey.Status
    let version: Int
    let questionnaire: Questionnaire
    private(set) var openedAt: Timestamp?
    private(set) var closedAt: Timestamp?

    /// Nil when the stream is empty or no survey.
    init?(_ history: [RecordedEvent]) throws(UndecodableEvent) {
        guard let last = history.last, last.stream.type == Survey.streamType else { return nil }
        let state = try Survey.state(after: history)
        guard let status = state.status, let questionnaire = state.questionnaire else { return nil }
        id = last.stream.id
        position = last.position
        self.status = status
        version = state.version
        self.questionnaire = questionnaire
        for event in history {
            switch event.type {
            case SurveyEvent.Name.opened: openedAt = event.recordedAt
            case SurveyEvent.Name.closed: closedAt = event.recordedAt
            default: break
            }
        }
    }

    /// Administrators, and authors and reviewers of its organization or of the whole tenant.
    func isOwn(of caller: Caller) -> Bool {
        guard let only = caller.onlyOrganization else { return true }
        return questionnaire.organization == only
    }

    /// Its own people see it always, collectors once it has been opened, everyone with a key while it is open.
    func isVisible(to caller: Caller) -> Bool {
        if caller.has(.admin) { return true }
        if caller.has(.author) || caller.has(.reviewer), isOwn(of: caller) { return true }
        switch status {
        case .draft: return false
        case .open: return caller.has(.intake) || caller.has(.collector)
        case .closed: return caller.has(.collector)
        }
    }

    /// What a change of it answers.
    func writeStatus(to json: inout JSONWriter) {
        json.field("id", id.text)
        json.field("status", status.rawValue)
        json.field("surveyVersion", version)
        json.field("position", position)
    }

    /// All that its readers see.
    func write(to json: inout JSONWriter) {
        writeStatus(to: &json)
        json.field("openedAt", openedAt?.description)
        json.field("closedAt", closedAt?.description)
        questionnaire.write(to: &json)
    }
}
