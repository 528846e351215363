import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText
import Topics

/// A brief as its stored events tell it. Never holds who answered.
struct BriefRecord: Sendable {
    /// Something that was done with it; answers are counted, not listed.
    struct Step: Sendable {
        let at: Timestamp
        let what: String
        let actor: String
        /// Answers to the words before, when it got new ones.
        var checks: [BriefChecked.Answer: Int]?
    }

    let id: UUID
    let state: BriefState
    let status: BriefState.Status
    let draft: BriefDrafted
    let version: Version
    let position: Position
    private(set) var steps: [Step] = []
    private(set) var delivery: BriefDelivered?
    private(set) var outcome: BriefOutcomeRecorded?
    private(set) var dropReason: PassageLink?

    /// Nil when the stream is empty or no brief.
    init?(_ history: [RecordedEvent]) throws(UndecodableEvent) {
        guard let first = history.first, let last = history.last, last.stream.type == Brief.streamType,
            case .drafted(let draft) = try BriefEvent(decoding: first)
        else { return nil }
        var state = Brief.initialState
        for recorded in history {
            let event = try BriefEvent(decoding: recorded)
            var checks: [BriefChecked.Answer: Int]?
            switch event {
            case .reworded: checks = state.answers
            case .delivered(let delivery): self.delivery = delivery
            case .outcomeRecorded(let outcome): self.outcome = outcome
            case .dropped(let dropped): dropReason = dropped.reason
            case .drafted, .putToSupporters, .checked: break
            }
            if let what = event.step {
                steps.append(Step(at: recorded.recordedAt, what: what, actor: recorded.actor, checks: checks))
            }
            Brief.evolve(&state, event)
        }
        guard let status = state.status else { return nil }
        id = last.stream.id
        self.state = state
        self.status = status
        self.draft = draft
        version = last.version
        position = last.position
    }

    /// Administrators, and reviewers of its organization or of the whole tenant.
    func isOwn(of caller: Caller) -> Bool {
        guard let only = caller.onlyOrganization else { return true }
        return only.utf8.elementsEqual(draft.organization.utf8)
    }

    /// Whether those behind its topics may see it: never as a draft, and no longer once it was dropped.
    var isBeforeSupporters: Bool { [.checking, .delivered, .decided].contains(status) }

    /// What a change of it answers, and what stands where a change was refused.
    func writeStatus(to json: inout JSONWriter) {
        json.field("id", id.text)
        json.field("state", status.rawValue)
        json.field("wording", state.wording)
        json.field("version", Int(version))
        json.field("position", position)
    }

    /// The counts of answers.
    static func write(checks: [BriefChecked.Answer: Int], to json: inout JSONWriter) {
        json.object("checks") { json in
            for answer in BriefChecked.Answer.allCases { json.field(answer.rawValue, checks[answer] ?? 0) }
        }
    }

    /// All that its readers see.
    ///
    /// - Parameter now: what stands behind its topics at present; nil: not for this reader.
    func write(to json: inout JSONWriter, words: [Int16: Passage], now: BriefReads.Now?) {
        writeStatus(to: &json)
        json.field("organization", draft.organization)
        json.field("title", words[state.title?.number ?? 0]?.body)
        json.field("text", words[state.text?.number ?? 0]?.body)
        json.field("language", words[state.text?.number ?? 0]?.language)
        json.object("counted") { json in
            json.field("position", draft.position)
            json.field("projectorVersion", draft.projectorVersion)
            json.field("organization", draft.countedOf)
        }
        json.object("then") { draft.all.write(to: &$0) }
        json.write("now", now?.all)
        json.array("topics", of: draft.topics) { json, topic in
            json.object { json in
                let present = now?.present[topic.topic.description]
                json.field("topic", topic.topic.description)
                json.field("presentTopic", present)
                json.object("then") { topic.counts.write(to: &$0) }
                json.write("now", present.flatMap { now?.topics[$0] })
            }
        }
        Self.write(checks: state.answers, to: &json)
        write(delivery, words, to: &json)
        if let outcome {
            json.object("outcome") { json in
                json.field("outcome", outcome.outcome.rawValue)
                json.field("words", outcome.words.flatMap { words[$0.number]?.body })
                json.field("decidedAt", outcome.decidedAt.description)
            }
        } else {
            json.name("outcome")
            json.null()
        }
        json.field("dropReason", dropReason.flatMap { words[$0.number]?.body })
        json.array("history", of: steps) { json, step in
            json.object { json in
                json.field("at", step.at.description)
                json.field("what", step.what)
                json.field("by", step.actor)
                if let checks = step.checks { Self.write(checks: checks, to: &json) }
            }
        }
    }

    private func write(_ delivery: BriefDelivered?, _ words: [Int16: Passage], to json: inout JSONWriter) {
        guard let delivery else {
            json.name("delivery")
            json.null()
            return
        }
        json.object("delivery") { json in
            switch delivery.recipient {
            case .organization(let code): json.field("toOrganization", code)
            case .named(let link): json.field("to", words[link.number]?.body)
            }
            json.field("deliveredAt", delivery.deliveredAt.description)
        }
    }
}

extension BriefState {
    /// How many gave each answer to the present wording.
    var answers: [BriefChecked.Answer: Int] {
        Dictionary(uniqueKeysWithValues: BriefChecked.Answer.allCases.map { ($0, count($0)) })
    }
}

extension BriefEvent {
    /// As the history has it; nil: an answer, which is none of its steps.
    fileprivate var step: String? {
        switch self {
        case .drafted: "drafted"
        case .reworded: "reworded"
        case .putToSupporters: "asked"
        case .checked: nil
        case .delivered: "delivered"
        case .outcomeRecorded(let outcome): outcome.outcome.rawValue
        case .dropped: "dropped"
        }
    }
}

extension JSONWriter {
    /// Counts, or null.
    fileprivate mutating func write(_ name: String, _ counts: BriefCounts?) {
        if let counts {
            object(name) { counts.write(to: &$0) }
        } else {
            self.name(name)
            null()
        }
    }
}
