import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Surveys

/// `POST|GET /v1/surveys`, `GET|PUT /v1/surveys/{id}`, `POST /v1/surveys/{id}/open`, `POST /v1/surveys/{id}/close`.
struct SurveyRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead
    /// What readings with a publishable key take from.
    let limiter: RateLimiter

    var routes: [Route] {
        let authors: Set<Scope> = [.author, .admin]
        let list: Set<Scope> = [.author, .admin, .reviewer, .collector]
        return [
            .keyed(.post, "/v1/surveys", authors, access, respond: draft),
            .keyed(.get, "/v1/surveys", list, access, respond: self.list),
            .keyed(.get, "/v1/surveys/{id}", list.union([.intake]), access, respond: show),
            .keyed(.put, "/v1/surveys/{id}", authors, access, respond: revise),
            .keyed(.post, "/v1/surveys/{id}/open", authors, access) {
                try await move(.open, to: SurveyEvent.Name.opened, $0, $1)
            },
            .keyed(.post, "/v1/surveys/{id}/close", authors, access) {
                try await move(.close, to: SurveyEvent.Name.closed, $0, $1)
            },
        ]
    }

    private func draft(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let questionnaire = try await questionnaire(call, caller)
        let id =
            key.map { MessageIntake.streamID(["survey", caller.key.id, $0.text], caller.tenant) } ?? .timeOrdered()
        let stream = StreamID(type: Survey.streamType, id: id)
        let appended: Appended
        do {
            appended = try await services.store.execute(
                Submission(tenant: caller.tenant.id, stream: stream, likelyNew: key == nil, actor: caller.actor) {
                    let events = try Survey.decide(.draft(questionnaire), Survey.state(after: $0.history))
                    return Decision(events: events.map(\.encoded))
                }
            )
        } catch SurveyRejection.exists {
            throw Problem(
                422,
                "idempotency-key-reused",
                "this Idempotency-Key came with another survey before; that one is stored and was not changed"
            )
        }
        // Of the first event only, so that a repeat answers the same, whatever has happened since.
        let body = JSONWriter.object { json in
            json.field("id", id.text)
            json.field("status", Survey.Status.draft.rawValue)
            json.field("surveyVersion", 1)
            json.field("position", appended.history.first?.position ?? 0)
        }
        return Response(
            status: .created,
            headers: [.contentType: "application/json", .location: "/v1/surveys/" + id.text],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private func revise(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let stream = try call.surveyStream
        _ = try await own(stream, caller)
        let questionnaire = try await questionnaire(call, caller)
        let appended = try await execute(.revise(questionnaire), stream, caller, commandID: nil)
        guard let record = try SurveyRecord(appended.history) else { throw Problem.notFound }
        return .json { record.writeStatus(to: &$0) }
    }

    /// Opens or closes; the answer tells the history up to that event only, so that a repeat gets the same.
    private func move(
        _ command: Survey.Command,
        to event: String,
        _ call: Call,
        _ caller: Caller
    ) async throws -> Response {
        _ = try call.query.values([])
        let stream = try call.surveyStream
        let key = try IdempotencyKey(call)
        try await call.requireNoContent()
        _ = try await own(stream, caller)
        let commandID = key.map {
            MessageIntake.streamID([event, caller.key.id, stream.id.text, $0.text], caller.tenant)
        }
        let appended = try await execute(command, stream, caller, commandID: commandID)
        guard let end = appended.history.lastIndex(where: { $0.type == event }),
            let record = try SurveyRecord(Array(appended.history[...end]))
        else { throw Problem.notFound }
        return .json { record.writeStatus(to: &$0) }
    }

    private func execute(
        _ command: Survey.Command,
        _ stream: StreamID,
        _ caller: Caller,
        commandID: UUID?
    ) async throws -> Appended {
        try await services.store.execute(
            Submission(tenant: caller.tenant.id, stream: stream, commandID: commandID, actor: caller.actor) { known in
                let events = try Survey.decide(command, Survey.state(after: known.history))
                return Decision(events: events.map(\.encoded))
            }
        )
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        var limits: HTTPFields = [:]
        if caller.key.isPublishable { limits = try limiter.require(caller.key.id, call.peer) }
        let stream = try call.surveyStream
        let history = try await services.store.history(of: stream, tenant: caller.tenant.id)
        guard let record = try SurveyRecord(history), record.isVisible(to: caller) else { throw Problem.notFound }
        return .json(headers: limits) { record.write(to: &$0) }
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(SurveyFilter.parameters)
        let filter = try SurveyFilter(query, caller)
        let secret = caller.tenant.intakeSecret
        let epoch = try await services.head(of: caller.tenant.id).epoch
        let after = try filter.place(query["cursor"], secret: secret, epoch: epoch)
        try await services.wait(for: query, tenant: caller.tenant.id)
        let (rows, position) = try await read.run { connection in
            guard
                let position = try await Generations.enterLive(
                    "survey_results",
                    tenant: caller.tenant.id,
                    on: connection
                )
            else { throw Problem.unavailable("not-yet", "the surveys are not projected yet; ask again a little later") }
            let rows = try await connection.query(filter.statement(tenant: caller.tenant.id.rawValue, after: after))
            return (rows, position)
        }
        let surveys = try rows.prefix(filter.limit).map { try SurveyRow($0) }
        var headers: HTTPFields = [:]
        if rows.count > filter.limit, let last = surveys.last {
            let cursor = PageCursor([last.draftedPosition])
                .text(question: filter.question, secret: secret, epoch: epoch)
            headers[.link] = NextLink.header("/v1/surveys", query, cursor: cursor)
        }
        return .json(headers: headers) { json in
            json.field("position", position)
            json.array("surveys", of: surveys) { json, survey in survey.write(to: &json) }
        }
    }

    private func questionnaire(_ call: Call, _ caller: Caller) async throws -> Questionnaire {
        var fields = FieldReader(try await call.jsonBody())
        let given = Questionnaire(reading: &fields, defaultLanguage: caller.tenant.language)
        if let own = caller.onlyOrganization, let given, given.organization != own {
            fields.report("organization", code: .notAllowed, detail: "must be \(own), the organization of your key")
        }
        fields.finish()
        guard fields.errors.isEmpty, let given else { throw Problem.fields(fields.errors) }
        return given
    }

    /// The survey, which the caller may change.
    private func own(_ stream: StreamID, _ caller: Caller) async throws -> SurveyRecord {
        let history = try await services.store.history(of: stream, tenant: caller.tenant.id)
        guard let record = try SurveyRecord(history), record.isOwn(of: caller) else { throw Problem.notFound }
        return record
    }
}

extension Call {
    /// The survey that the path names.
    var surveyStream: StreamID {
        get throws(Problem) {
            guard let id = parameters.first.flatMap({ UUID(uuidString: String($0)) }) else { throw Problem.notFound }
            return StreamID(type: Survey.streamType, id: id)
        }
    }
}

extension Caller {
    /// The organization that the key is bound to; nil for administrators and keys of the whole tenant.
    var onlyOrganization: String? { has(.admin) ? nil : key.organization }
}
