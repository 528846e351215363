import Demands
import EventSourcing
import Foundation
import JSONText

/// A message as its stored events tell it, for those who may read it. Never holds a person's token or reference.
struct FeedbackRecord: Sendable {
    /// One want out of the message, with its present category.
    struct Demand: Sendable {
        let number: Int16
        let kind: DemandKind?
        var category = unclassifiedCategory
        var method: CategoryMethod?
    }

    /// Something that happened to the message.
    struct Step: Sendable {
        let at: Timestamp
        let what: String
    }

    let id: UUID
    let actor: String
    let receivedAt: Timestamp
    let position: Position
    private let received: FeedbackReceived
    private(set) var demands: [Demand] = []
    private(set) var steps: [Step] = []
    /// Where it was withdrawn; nil while it counts.
    private(set) var withdrawnAt: Position?

    /// Nil when the stream is empty or no feedback.
    init?(_ history: [RecordedEvent]) throws(UndecodableEvent) {
        guard let first = history.first, let last = history.last, first.stream.type == Feedback.streamType,
            case .received(let received) = try FeedbackEvent(decoding: first)
        else { return nil }
        id = first.stream.id
        actor = first.actor
        receivedAt = first.recordedAt
        position = last.position
        self.received = received
        for event in history { add(try FeedbackEvent(decoding: event), event) }
    }

    private mutating func add(_ event: FeedbackEvent, _ recorded: RecordedEvent) {
        let what: String
        switch event {
        case .received: what = "received"
        case .demandOpened(let opened):
            demands.append(Demand(number: opened.demand, kind: opened.kind))
            return
        case .demandCategorised(let categorised):
            guard let index = demands.firstIndex(where: { $0.number == categorised.demand }) else { return }
            demands[index].category = categorised.category
            demands[index].method = categorised.method
            what = "categorised"
        case .withdrawn:
            withdrawnAt = recorded.position
            what = "withdrawn"
        }
        steps.append(Step(at: recorded.recordedAt, what: what))
    }

    var status: String { withdrawnAt == nil ? "received" : "withdrawn" }

    /// The collector that sent it, the tenant's administrators, and the reviewers of its organization.
    func isVisible(to caller: Caller) -> Bool {
        if caller.has(.admin) { return true }
        if caller.has(.collector), caller.actor == actor { return true }
        guard caller.has(.reviewer) else { return false }
        return caller.key.organization == nil || caller.key.organization == received.organization
    }

    /// Everything that a reader of it sees; `text` and `subject` are null once forgotten.
    func write(to json: inout JSONWriter, passages: [Int16: Passage]) {
        json.field("id", id.text)
        json.field("position", position)
        json.field("receivedAt", receivedAt.description)
        json.field("status", status)
        json.field("text", passages[received.text.number]?.body)
        json.field("subject", received.subject.flatMap { passages[$0.number]?.body })
        json.field("channel", received.channel)
        json.field("occurredAt", received.occurredAt?.description)
        json.field("source", received.source)
        json.field("organization", received.organization)
        json.field("place", received.place)
        json.array("groups", of: received.groups) { json, group in
            json.object { json in
                json.field("name", group.name)
                json.field("ties", group.ties.map(\.rawValue))
                json.field("assertedBy", group.assertedBy)
            }
        }
        json.field("language", received.language)
        json.field("reportedSupport", received.reportedSupport)
        writeDemands(to: &json)
    }

    /// What the person who spoke sees: no wording, since the code may be read over their shoulder.
    func writeForSender(to json: inout JSONWriter) {
        json.field("status", status)
        json.field("receivedAt", receivedAt.description)
        json.array("history", of: steps) { json, step in
            json.object { json in
                json.field("at", step.at.description)
                json.field("what", step.what)
            }
        }
        writeDemands(to: &json)
    }

    private func writeDemands(to json: inout JSONWriter) {
        json.array("demands", of: demands) { json, demand in
            json.object { json in
                json.field("id", "\(id.text).\(demand.number)")
                json.field("kind", demand.kind?.rawValue)
                json.field("category", demand.category)
                json.field("categoryMethod", demand.method?.rawValue)
            }
        }
    }
}
