import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Topics

/// `POST /v1/replies` answers many demands, `POST /v1/topics/{topic}/reply` every open demand of a topic, with the same words.
///
/// Each demand is judged by itself: one that cannot be answered is told with the reason, and keeps no other from its answer.
struct ReplyRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead

    static let maximumDemands = 500
    /// Of a topic that is answered as a whole.
    static let maximumOfTopic = 10_000
    /// Commands under way at once: enough to fill a batch, few enough to leave room for others.
    private static let width = 32

    var routes: [Route] {
        let reviewers: Set<Scope> = [.reviewer, .admin]
        return [
            .keyed(.post, "/v1/replies", reviewers, access, respond: answerMany),
            .keyed(.post, "/v1/topics/{topic}/reply", reviewers, access, respond: answerTopic),
        ]
    }

    private struct Outcome: Sendable {
        let id: String
        let state: String?
        let revision: Int?
        let problem: Problem?
    }

    private func answerMany(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let context = try await services.handlingContext(caller)
        var fields = FieldReader(try await call.jsonBody())
        let texts =
            fields.strings("demands", required: true, maximum: Self.maximumDemands, maximumScalars: 50, unique: true)
            ?? []
        let ids = texts.compactMap { DemandID($0) }
        if ids.count < texts.count {
            fields.report("demands", code: .badFormat, detail: "must be ids of demands, such as 0d5f….1")
        }
        let answer = GivenAnswer(&fields, context)
        fields.finish()
        guard fields.errors.isEmpty, let answer else { throw Problem.fields(fields.errors) }
        return try await respond(ids, answer, key, context)
    }

    private func answerTopic(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        guard let topic = TopicID(String(call.parameters.first ?? "")) else { throw Problem.notFound }
        let context = try await services.handlingContext(caller)
        var fields = FieldReader(try await call.jsonBody())
        var answer = GivenAnswer(&fields, context)
        fields.finish()
        answer?.topic = topic.description
        guard fields.errors.isEmpty, let answer else { throw Problem.fields(fields.errors) }
        let ids = try await TopicReads(read: read).members(of: topic, caller.tenant.id, limit: Self.maximumOfTopic + 1)
        guard !ids.isEmpty else { throw Problem.notFound }
        guard ids.count <= Self.maximumOfTopic else {
            throw Problem(
                422,
                "topic-too-large",
                "the topic has more than \(Self.maximumOfTopic) demands; split it, or answer its demands by POST /v1/replies"
            )
        }
        return try await respond(ids, answer, key, context, skipsHidden: true)
    }

    /// - Parameter skipsHidden: leaves out what the caller may not read or answer, instead of telling of it.
    private func respond(
        _ ids: [DemandID],
        _ answer: GivenAnswer,
        _ key: IdempotencyKey?,
        _ context: HandlingRoutes.Context,
        skipsHidden: Bool = false
    ) async throws -> Response {
        let outcomes = try await ids.mapConcurrently(width: Self.width) { id in
            try await reply(id, answer, key, context, skipsHidden)
        }.compactMap { $0 }
        if skipsHidden, outcomes.isEmpty { throw Problem.notFound }
        return .json { json in
            json.field("answered", outcomes.count { $0.problem == nil })
            json.field("refused", outcomes.count { $0.problem != nil })
            json.field("isSubstantive", answer.isSubstantive)
            json.array("demands", of: outcomes) { json, outcome in
                json.object { json in
                    json.field("id", outcome.id)
                    json.field("state", ifPresent: outcome.state)
                    json.field("revision", ifPresent: outcome.revision)
                    json.field("code", ifPresent: outcome.problem?.code)
                    json.field("detail", ifPresent: outcome.problem?.detail)
                }
            }
        }
    }

    private func reply(
        _ id: DemandID,
        _ answer: GivenAnswer,
        _ key: IdempotencyKey?,
        _ context: HandlingRoutes.Context,
        _ skipsHidden: Bool
    ) async throws -> Outcome? {
        do {
            let record = try await services.reviewable(id, context.caller, orRepeated: key)
            let command = DemandCommand("reply", id, answer.wish, context)
            let appended = try await DemandCommands(services: services)
                .carryOut(command, record, key, try Precondition([]), context.caller)
            let state = try Message.state(after: appended.history).demands[Int(id.number) - 1]
            return Outcome(
                id: id.description,
                state: state.handling.state.rawValue,
                revision: state.revision,
                problem: nil
            )
        } catch let error where Problem(error).status < 500 {
            let problem = Problem(error)
            if skipsHidden, problem.status == 404 { return nil }
            return Outcome(id: id.description, state: nil, revision: nil, problem: problem)
        }
    }
}
