import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText

/// A command on one demand, as a route makes it of a request.
struct DemandCommand: Sendable {
    /// What the request asks for: with an Idempotency-Key it tells one command from another.
    let verb: String
    let id: DemandID
    /// Whether events behind its first one, stored with it, are its own too.
    var makesSeveralEvents = false
    /// The words that it brings; a repeat must bring the same.
    var words: String?
    /// The command on what the message is now, and the passages that go with it.
    let make: @Sendable (Message.State, _ receivedAt: Timestamp) throws -> (Message.Command, [Passage])
    /// Whether a stored event is what this command makes: a repeat of it says the same.
    let matches: @Sendable (MessageEvent) -> Bool
}

/// Has commands on demands decided, and tells what became of the demand.
struct DemandCommands: Sendable {
    let services: Services

    /// Decides and appends a command.
    ///
    /// - Throws: `Problem` 412 with the demand as it is now when somebody changed it since the caller saw it, 409 with the
    ///   same when the demand's state stands against it.
    func carryOut(
        _ command: DemandCommand,
        _ record: MessageRecord,
        _ key: IdempotencyKey?,
        _ precondition: Precondition,
        _ caller: Caller
    ) async throws -> Appended {
        let index = Int(command.id.number) - 1
        let readsReports = try await services.reads(reports: caller)
        let organizations = try await services.routing.organizations(of: caller.tenant.id)
        let appended: Appended
        do {
            appended = try await services.store.execute(
                Submission(
                    tenant: caller.tenant.id,
                    stream: record.stream,
                    commandID: key?.commandID(
                        command.verb + String(command.id.number),
                        record.stream,
                        caller: caller.key.id,
                        secret: caller.tenant.intakeSecret
                    ),
                    actor: caller.actor,
                    bytes: Submission.usualBytes + (command.words?.utf8.count ?? 0)
                ) { known in
                    let state = try Message.state(after: known.history)
                    if state.demands.indices.contains(index) {
                        // Also when it stopped being theirs since the door looked.
                        if let own = caller.onlyOrganization {
                            let addressed = state.coordinates?.organization
                            guard state.demands[index].handling.concerns(own, addressed: addressed, organizations)
                            else { throw Problem.notFound }
                        }
                        try precondition.require(Version(state.demands[index].revision)) { _ in }
                    }
                    let received = known.history.first?.recordedAt ?? Timestamp(microsecondsSince1970: 0)
                    let (wish, passages) = try command.make(state, received)
                    let events = try Message.decide(wish, state)
                    guard readsReports || !Message.opensReport(events, state) else { throw Problem.namedReadersOnly }
                    return Decision(events: events.map(\.encoded), passages: events.isEmpty ? [] : passages)
                }
            )
        } catch var problem as Problem where problem.status == 412 {
            let (present, passages, demand) = try await self.present(command.id, caller)
            problem.current = JSONWriter.object(capacity: 1_024) { present.write(demand, to: &$0, handled: passages) }
            throw problem
        } catch let rejection as MessageRejection where rejection.isStateConflict {
            guard let (present, passages, demand) = try? await self.present(command.id, caller) else { throw rejection }
            var problem = Problem(rejection)
            problem.current = JSONWriter.object(capacity: 1_024) { present.write(demand, to: &$0, handled: passages) }
            problem.headers[.eTag] = Precondition.tag(present.revision(of: demand))
            throw problem
        }
        if appended.isRepeat, let position = appended.commandPosition {
            guard let stored = try Self.told(at: position, appended.history)?.event else {
                throw Problem.idempotencyKeyReused
            }
            guard command.matches(stored) else { throw Problem.idempotencyKeyReused }
            try await requireSameWords(command, stored, record.stream, caller)
        }
        return appended
    }

    /// What a command did, told from the first event that was stored with it: the one behind, where that routed the demand by
    /// rules, before the step itself.
    private static func told(
        at first: Position,
        _ history: [RecordedEvent]
    ) throws -> (event: MessageEvent, position: Position)? {
        guard let stored = history.first(where: { $0.position == first }) else { return nil }
        let event = try MessageEvent(decoding: stored)
        guard case .handled(.routed(let routed)) = event, routed.route.method == .rules else { return (event, first) }
        return try told(at: first + 1, history)
    }

    /// The demand as the command left it, so that a repeat answers the same.
    func answer(_ appended: Appended, _ command: DemandCommand, _ caller: Caller) async throws -> Response {
        let id = command.id
        var last = appended.commandPosition ?? appended.position
        if let told = try Self.told(at: last, appended.history) { last = told.position }
        if command.makesSeveralEvents, let first = appended.history.first(where: { $0.position == last }) {
            for event in appended.history where event.position == last + 1 {
                guard event.recordedAt == first.recordedAt, event.actor == first.actor else { break }
                last = event.position
            }
        }
        guard var record = try MessageRecord(appended.history.filter { $0.position <= last }),
            let whole = try MessageRecord(appended.history),
            let demand = record.demands.first(where: { $0.number == id.number })
        else { throw Problem.notFound }
        // What was masked since is shown in no repeat.
        record.takeMasks(of: whole)
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        var headers = Precondition.headers(record.revision(of: demand))
        if appended.isRepeat { headers[.idempotentReplayed] = "true" }
        return .json(headers: headers) { json in
            json.field("position", last)
            record.write(demand, to: &json, handled: passages)
            let parts = record.demands.filter { $0.dividedFrom == id.number }
            if !parts.isEmpty {
                json.array("parts", of: parts) { json, part in json.object { record.write(part, to: &$0) } }
            }
            record.writeHistory(to: &json, of: id.number)
        }
    }

    private func present(
        _ id: DemandID,
        _ caller: Caller
    ) async throws -> (MessageRecord, [Int16: Passage], MessageRecord.Demand) {
        let record = try await services.reviewable(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        return (record, try await services.store.passages(of: record.stream, tenant: caller.tenant.id), demand)
    }

    /// What was forgotten cannot differ any more.
    private func requireSameWords(
        _ command: DemandCommand,
        _ stored: MessageEvent,
        _ stream: StreamID,
        _ caller: Caller
    ) async throws {
        guard case .handled(let event) = stored, let link = event.words else { return }
        let passages = try await services.store.passages(of: stream, tenant: caller.tenant.id)
        guard let passage = passages[link.number] else { return }
        guard let words = command.words, passage.body.utf8.elementsEqual(words.utf8) else {
            throw Problem.idempotencyKeyReused
        }
    }
}

extension MessageRecord {
    /// A demand's members with its way to its answer, for reviewers.
    func write(
        _ demand: Demand,
        to json: inout JSONWriter,
        handled passages: [Int16: Passage],
        for reader: Reader = .reviewer
    ) {
        write(demand, to: &json)
        writeHandling(of: demand, to: &json, passages, for: reader)
    }
}

extension Services {
    /// An organization and those above it; none for a caller of the whole tenant.
    func guarded(_ organization: String?, _ caller: Caller) async throws -> [String] {
        guard let organization else { return [] }
        return try await routing.organizations(of: caller.tenant.id).andAbove(organization)
    }

    /// The message of a demand that the caller may review.
    ///
    /// - Parameter orRepeated: with a key also one that no longer concerns the caller: giving it back may be what a repeat
    ///   of the request is answered with, and the decision refuses all else. Never one that speaks against them.
    func reviewable(_ id: DemandID, _ caller: Caller, orRepeated key: IdempotencyKey? = nil) async throws
        -> MessageRecord
    {
        let stream = StreamID(type: Message.streamType, id: id.message)
        let organizations = try await routing.organizations(of: caller.tenant.id)
        guard let record = try MessageRecord(try await store.history(of: stream, tenant: caller.tenant.id)),
            let demand = record.demands.first(where: { $0.number == id.number }),
            record.isReviewable(demand, by: caller, organizations)
                || (key != nil && !record.speaksAgainst(caller, demand, organizations))
        else { throw Problem.notFound }
        return record
    }
}

extension Call {
    /// The demand that the path names.
    func demandID() throws(Problem) -> DemandID {
        guard let id = DemandID(parameters.first ?? "") else { throw Problem.notFound }
        return id
    }
}
