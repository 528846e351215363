import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText

/// What who spoke says of an answer, through the collector that sent the message: `POST /v1/feedback/{id}/judgement`,
/// `POST /v1/feedback/{id}/reopen`. With a tracking code they say it themselves (`TrackingRoutes`).
struct SenderRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        let senders: Set<Scope> = [.collector, .admin]
        return [
            .keyed(.post, "/v1/feedback/{id}/judgement", senders, access) { call, caller in
                try await say(call, caller, "judgement") { SenderWord(judgement: &$0, by: .collector) }
            },
            .keyed(.post, "/v1/feedback/{id}/reopen", senders, access) { call, caller in
                try await say(call, caller, "reopen") { SenderWord(reopening: &$0, by: .collector) }
            },
        ]
    }

    private func say(
        _ call: Call,
        _ caller: Caller,
        _ verb: String,
        _ read: (inout FieldReader) -> SenderWord?
    ) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        guard let id = call.parameters.first.flatMap({ UUID(uuidString: String($0)) }) else { throw Problem.notFound }
        var fields = FieldReader(try await call.jsonBody())
        let word = read(&fields)
        fields.finish()
        guard fields.errors.isEmpty, let word else { throw Problem.fields(fields.errors) }
        let history = try await services.store.history(
            of: StreamID(type: Message.streamType, id: id),
            tenant: caller.tenant.id
        )
        // Nobody judges for people whose voice they did not bring.
        guard let record = try MessageRecord(history), record.wasSent(by: caller) || caller.has(.admin) else {
            throw Problem.notFound
        }
        return try await services.say(
            word,
            record.stream,
            caller.tenant,
            actor: caller.actor,
            commandID: key?.commandID(verb, record.stream, caller: caller.key.id, secret: caller.tenant.intakeSecret)
        )
    }
}

/// What who spoke says of the answer to a demand of theirs.
struct SenderWord: Sendable {
    enum Word: Sendable, Equatable {
        case judgement(GivenJudgement)
        case reopening(by: HandlingParty)
    }

    /// Nil: the message's only one.
    let demand: Int16?
    let word: Word
    /// Why it is opened again.
    var reason: String?

    /// Nil when the body has mistakes, which then are in the reader.
    init?(judgement fields: inout FieldReader, by party: HandlingParty) {
        demand = fields.int("demand", in: 1...Int(Message.maximumDemands)).map { Int16($0) }
        word = .judgement(
            GivenJudgement(
                isSolved: fields.bool("isSolved"),
                isSatisfied: fields.bool("isSatisfied"),
                by: party,
                // A trial's, made by no person: only whoever holds a key can say so.
                isSynthetic: party == .collector && fields.bool("isSynthetic") == true
            )
        )
    }

    init?(reopening fields: inout FieldReader, by party: HandlingParty) {
        demand = fields.int("demand", in: 1...Int(Message.maximumDemands)).map { Int16($0) }
        word = .reopening(by: party)
        reason = fields.prose("reason")
    }

    func matches(_ event: MessageEvent) -> Bool {
        switch (word, event) {
        case (.judgement(let given), .handled(.judged(let judged))):
            given.isSolved == judged.isSolved && given.isSatisfied == judged.isSatisfied
        case (.reopening, .handled(.reopened)): true
        default: false
        }
    }
}

extension Services {
    /// Has what who spoke says decided, and answers with where their demand stands.
    func say(
        _ word: SenderWord,
        _ stream: StreamID,
        _ tenant: TenantRecord,
        actor: String,
        commandID: UUID?
    ) async throws -> Response {
        let table = try await routing.table(of: tenant.id)
        let now = now()
        let appended = try await store.execute(
            Submission(tenant: tenant.id, stream: stream, commandID: commandID, actor: actor) { known in
                let state = try Message.state(after: known.history)
                let number = try Self.number(word.demand, state)
                let received = known.history.first?.recordedAt ?? now
                let sealed = word.reason.map { SealedPassage(state.lastPassage + 1, "reason", $0, nil) }
                let action: HandleDemand.Action
                switch word.word {
                case .judgement(let judgement): action = .judge(judgement)
                case .reopening(let party):
                    let demand = state.demands[Int(number) - 1]
                    action = .reopen(
                        by: party,
                        reason: sealed?.link,
                        hours: table?.hours(for: demand, isUrgent: demand.handling.isUrgent)
                    )
                }
                let id = DemandID(message: stream.id, number: number)
                let command = HandleDemand(id, action, actor: actor, now: now, receivedAt: received)
                let events = try Message.decide(.handle(command), state)
                return Decision(
                    events: events.map(\.encoded),
                    passages: events.isEmpty ? [] : sealed.map { [$0.passage] } ?? []
                )
            }
        )
        if appended.isRepeat, let position = appended.commandPosition {
            guard let event = appended.history.first(where: { $0.position == position }),
                word.matches(try MessageEvent(decoding: event))
            else { throw Problem.idempotencyKeyReused }
        }
        let last = appended.commandPosition ?? appended.position
        let state = try Message.state(after: appended.history.filter { $0.position <= last })
        let number = try Self.number(word.demand, state)
        let handling = state.demands[Int(number) - 1].handling
        return .json { json in
            json.field("position", last)
            json.field("demand", Int(number))
            json.field("state", handling.state.rawValue)
            json.field("phase", handling.state.phase.rawValue)
            json.field("isJudged", handling.isJudged)
            json.field("dueAt", handling.due?.description)
        }
    }

    /// The demand that is meant; the only one that stands where none was named.
    private static func number(_ named: Int16?, _ state: Message.State) throws -> Int16 {
        if let named {
            guard Int(named) <= state.demands.count else { throw MessageRejection.unknownDemand(named) }
            return named
        }
        let standing = state.demands.indices.filter { !state.demands[$0].isRejoined }
        guard let only = standing.first, standing.count == 1 else {
            throw Problem(
                422,
                "which-demand",
                "the message has \(standing.count) demands; say which one is meant: \"demand\": 1"
            )
        }
        return Int16(only + 1)
    }
}

extension RoutingTable {
    /// Hours to the answer, as the rules say for the demand as it is.
    func hours(for demand: Message.State.Demand, isUrgent: Bool) -> Int? {
        hours(for: Subject(demand), isUrgent: isUrgent)
    }
}
