import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText

extension MessageRecord {
    /// Who reads of a demand's way to its answer.
    enum Reader {
        /// Who brings it further, and need not be among those who may read reports.
        case reviewer
        /// A reviewer whose reading of a report's words was recorded.
        case reader
        /// Who spoke, or the collector on their behalf.
        case sender
    }

    /// A demand's way to its answer: where it stands, with whom, by when, and every answer.
    func writeHandling(
        of demand: Demand,
        to json: inout JSONWriter,
        _ passages: [Int16: Passage],
        for reader: Reader
    ) {
        let handling = handling(of: demand)
        json.field("revision", Int(revision(of: demand)))
        json.object("handling") { json in
            json.field("state", handling.state.rawValue)
            json.field("phase", handling.state.phase.rawValue)
            json.field("responsible", handling.route?.responsible)
            json.field("steward", handling.route?.steward)
            json.field("routedBy", handling.route?.method.rawValue)
            json.field("isUrgent", handling.isUrgent)
            json.field("dueAt", handling.due?.description)
            json.field("isJudged", handling.isJudged)
            if reader != .sender {
                json.field("against", handling.against)
                json.field("claimedBy", handling.claimedBy)
                json.field("escalatedTo", handling.escalatedTo)
                json.field("declinedBy", handling.declinedBy)
                json.field("duplicateOf", handling.duplicateOf?.description)
            }
            let said = handled.filter { $0.event.demand == demand.number }
            json.array("replies", of: said.compactMap(Reply.init)) { json, reply in
                json.object { reply.write(to: &$0, shown(reply.passage, passages)) }
            }
            json.array("reasons", of: said.compactMap { Reason($0, for: reader) }) { json, reason in
                json.object { json in
                    json.field("at", reason.at.description)
                    json.field("what", reason.what)
                    json.field("by", reason.by)
                    json.field("text", hides(reason, of: demand, reader) ? nil : shown(reason.passage, passages))
                }
            }
        }
    }

    /// Why who spoke is not content are words of theirs: of a report they are for its named readers.
    private func hides(_ reason: Reason, of demand: Demand, _ reader: Reader) -> Bool {
        reader == .reviewer && demand.kind == .report && reason.isOfSender
    }

    private struct Reply {
        let at: Timestamp
        let organization: String?
        let isSubstantive: Bool
        let topic: String?
        let passage: Int16

        init?(_ said: (at: Timestamp, event: HandlingEvent)) {
            guard case .replied(let reply) = said.event else { return nil }
            at = reply.repliedAt ?? said.at
            organization = reply.organization
            isSubstantive = reply.isSubstantive
            topic = reply.topic
            passage = reply.text.number
        }

        func write(to json: inout JSONWriter, _ text: String?) {
            json.field("at", at.description)
            json.field("organization", organization)
            json.field("isSubstantive", isSubstantive)
            json.field("topic", ifPresent: topic)
            json.field("text", text)
        }
    }

    /// Why something was done, in the words of whoever did it.
    private struct Reason {
        let at: Timestamp
        let what: String
        let by: String?
        let passage: Int16
        /// Who spoke said so, or the collector on their behalf.
        var isOfSender = false

        init?(_ said: (at: Timestamp, event: HandlingEvent), for reader: Reader) {
            at = said.at
            switch said.event {
            case .refused(let event): (what, by, passage) = ("refused", event.by, event.reason.number)
            case .reopened(let event):
                guard let reason = event.reason else { return nil }
                (what, by, passage) = ("reopened", event.by.rawValue, reason.number)
                isOfSender = event.by != .reviewer
            case .routingDeclined(let event) where reader != .sender:
                (what, by, passage) = ("declined", event.by, event.reason.number)
            case .routed(let event) where reader != .sender:
                guard let reason = event.reason else { return nil }
                (what, by, passage) = ("routed", event.route.method.rawValue, reason.number)
            default: return nil
            }
        }
    }
}

/// A step of a demand's way to its answer, as its history tells it.
struct HandlingStep {
    let what: String
    /// A code: an organization, a state.
    let value: String?

    /// Nil for what only reviewers have to do with.
    init?(_ event: HandlingEvent) {
        switch event {
        case .routed(let event): (what, value) = ("routed", event.route.responsible)
        case .routingDeclined(let event): (what, value) = ("declined", event.by)
        case .accepted: (what, value) = ("accepted", nil)
        case .started: (what, value) = ("started", nil)
        case .replied(let event):
            (what, value) = (event.isSubstantive ? "answered" : "acknowledged", event.organization)
        case .closed: (what, value) = ("closed", nil)
        case .refused(let event): (what, value) = ("refused", event.by)
        case .duplicateMarked: (what, value) = ("duplicate", nil)
        case .reopened(let event): (what, value) = ("reopened", event.by.rawValue)
        case .escalated(let event): (what, value) = ("escalated", event.to)
        case .judged(let event):
            (what, value) = ("judged", event.isSolved.map { $0 ? "solved" : "not-solved" })
        case .urgencySet(let event): (what, value) = (event.isUrgent ? "urgent" : "not-urgent", nil)
        case .againstSet, .claimed, .unclaimed, .masked, .reportRead: return nil
        }
    }
}
