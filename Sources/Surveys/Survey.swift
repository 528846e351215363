import Demands
import EventSourcing

/// A versioned questionnaire: drafted, revised, opened once, closed once.
package enum Survey: Decider {
    package static let streamType = "survey"
    /// Every response reads the survey's history: revisions must not make that long without end.
    package static let maximumVersions = 100

    package enum Command: Sendable {
        case draft(Questionnaire)
        case revise(Questionnaire)
        case open
        case close
    }

    package enum Status: String, Sendable, CaseIterable {
        case draft
        case open
        case closed
    }

    package struct State: Sendable, Equatable {
        /// Nil: there is no such survey.
        package var status: Status?
        /// Of the questionnaire, from 1; each revision of the draft adds one.
        package var version = 0
        package var questionnaire: Questionnaire?
        /// As it was drafted first, in its stored form.
        package var firstDraft: [UInt8] = []
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(SurveyRejection) -> [SurveyEvent] {
        if case .draft(let questionnaire) = command {
            guard state.status != nil else { return [.drafted(questionnaire)] }
            guard state.firstDraft == questionnaire.bytes else { throw .exists }
            return []
        }
        guard let status = state.status, let present = state.questionnaire else { throw .unknownSurvey }
        switch (command, status) {
        case (.draft, _): return []
        case (.revise(let questionnaire), .draft):
            guard present.bytes != questionnaire.bytes else { return [] }
            guard state.version < maximumVersions else { throw .tooManyVersions }
            return [.revised(questionnaire, version: state.version + 1)]
        case (.revise, _): throw .notDraft
        case (.open, .draft):
            guard !present.questions.isEmpty else { throw .noQuestions }
            return [.opened]
        case (.open, .open): throw .alreadyOpen
        case (.close, .open): return [.closed]
        case (.close, .draft): throw .notOpen
        case (.open, .closed), (.close, .closed): throw .closed
        }
    }

    package static func evolve(_ state: inout State, _ event: SurveyEvent) {
        switch event {
        case .drafted(let questionnaire):
            state = State(status: .draft, version: 1, questionnaire: questionnaire, firstDraft: questionnaire.bytes)
        case .revised(let questionnaire, let version):
            state.version = version
            state.questionnaire = questionnaire
        case .opened: state.status = .open
        case .closed: state.status = .closed
        }
    }
}

/// What the domain refuses about a survey.
package enum SurveyRejection: Rejection, Equatable {
    case unknownSurvey
    case exists
    case notDraft
    case tooManyVersions
    case noQuestions
    case alreadyOpen
    case notOpen
    case closed

    package var code: String {
        switch self {
        case .unknownSurvey: "unknown-survey"
        case .exists: "survey-exists"
        case .notDraft: "survey-not-draft"
        case .tooManyVersions: "too-many-revisions"
        case .noQuestions: "survey-without-questions"
        case .alreadyOpen: "survey-already-open"
        case .notOpen: "survey-not-open"
        case .closed: "survey-closed"
        }
    }

    package var detail: String {
        switch self {
        case .unknownSurvey: "there is no such survey"
        case .exists: "a survey with this id was drafted before, with other content; it was not changed"
        case .notDraft: "only a draft can be revised; this survey has been opened, so its questions stay as they are"
        case .tooManyVersions:
            "this draft has \(Survey.maximumVersions) versions already; draft a new survey with its latest questions"
        case .noQuestions: "a survey is opened with at least one question; revise the draft first"
        case .alreadyOpen: "the survey is open already; nothing was changed"
        case .notOpen: "the survey is still a draft; open it first"
        case .closed: "the survey was closed; it takes no responses any more and cannot be opened again"
        }
    }

    package var isStateConflict: Bool { self != .unknownSurvey }
}
