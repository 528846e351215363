import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText

/// `GET /v1/track`, `POST /v1/track/addition`, `POST /v1/track/withdraw`: what became of a message, for whoever holds its
/// tracking code.
struct TrackingRoutes: Sendable {
    let services: Services
    let limiter: RateLimiter

    var routes: [Route] {
        [
            Route(.get, "/v1/track", respond: show),
            Route(.post, "/v1/track/addition", respond: add),
            Route(.post, "/v1/track/withdraw", respond: withdraw),
            Route(.post, "/v1/track/judgement") { call in
                try await say(call, "judgement") { SenderWord(judgement: &$0, by: .person) }
            },
            Route(.post, "/v1/track/reopen") { call in
                try await say(call, "reopen") { SenderWord(reopening: &$0, by: .person) }
            },
        ]
    }

    /// The message that a code belongs to.
    struct Tracked: Sendable {
        let tenant: TenantRecord
        let stream: StreamID
    }

    private func show(_ call: Call) async throws -> Response {
        _ = try call.query.values([])
        let tracked = try await find(call)
        let history = try await services.store.history(of: tracked.stream, tenant: tracked.tenant.id)
        guard let record = try MessageRecord(history) else { throw Self.unknownCode }
        let passages = try await services.store.passages(of: record.stream, tenant: tracked.tenant.id)
        return .json { record.writeForSender(to: &$0, passages) }
    }

    private func withdraw(_ call: Call) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        try await call.requireNoContent()
        let tracked = try await find(call)
        let history = try await services.store.history(of: tracked.stream, tenant: tracked.tenant.id)
        guard let stored = try MessageRecord(history) else { throw Self.unknownCode }
        let submission = Submission(
            tenant: tracked.tenant.id,
            // With its own type: a response's stream is none of feedback.
            stream: stored.stream,
            commandID: commandID("withdraw", key, tracked),
            actor: "system:track"
        ) { known in
            let events = try Message.decide(.withdraw(by: "person"), try Message.state(after: known.history))
            return Decision(events: events.map(\.encoded))
        }
        let appended = try await services.store.execute(submission)
        // From stored events only, so that a repeat answers the same.
        guard let position = try MessageRecord(appended.history)?.withdrawnAt else { throw Self.unknownCode }
        return .json { json in
            json.field("status", "withdrawn")
            json.field("position", position)
        }
    }

    /// The person who spoke judges the answer to a demand of theirs, or has it opened again.
    private func say(
        _ call: Call,
        _ verb: String,
        _ read: (inout FieldReader) -> SenderWord?
    ) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let tracked = try await find(call)
        var fields = FieldReader(try await call.jsonBody())
        let word = read(&fields)
        fields.finish()
        guard fields.errors.isEmpty, let word else { throw Problem.fields(fields.errors) }
        return try await services.say(
            word,
            tracked.stream,
            tracked.tenant,
            actor: "system:track",
            commandID: commandID(verb, key, tracked)
        )
    }

    private func commandID(_ verb: String, _ key: IdempotencyKey?, _ tracked: Tracked) -> UUID? {
        key?.commandID(verb, tracked.stream, caller: "track", secret: tracked.tenant.intakeSecret)
    }

    /// The person who spoke says more: another passage of the same message, no further voice.
    private func add(_ call: Call) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let tracked = try await find(call)
        var fields = FieldReader(try await call.jsonBody())
        let text = fields.string("text", required: true, maximumScalars: 20_000, allow: .lineBreaks)
        let language = fields.parsed(
            "language",
            expecting: "a BCP 47 tag such as zh or zh-Hans-CN",
            CodeForms.languageTag
        )
        fields.finish()
        guard fields.errors.isEmpty, let text else { throw Problem.fields(fields.errors) }
        let appended = try await services.store.execute(
            Submission(
                tenant: tracked.tenant.id,
                stream: tracked.stream,
                commandID: commandID("addition", key, tracked),
                actor: "system:track"
            ) { known in
                let state = try Message.state(after: known.history)
                let passage = SealedPassage(state.lastPassage + 1, "addition", text, language)
                let events = try Message.decide(.add(AdditionReceived(text: passage.link)), state)
                return Decision(events: events.map(\.encoded), passages: [passage.passage])
            }
        )
        guard let position = appended.commandPosition,
            let event = appended.history.first(where: { $0.position == position }),
            case .added(let addition) = try MessageEvent(decoding: event)
        else { throw Self.unknownCode }
        if appended.isRepeat { try await requireSame(text, language, addition, tracked) }
        return .json(status: .created) { json in
            json.field("status", "added")
            json.field("position", position)
        }
    }

    /// Whether a repeated addition says what the stored one says; what was forgotten cannot differ any more.
    private func requireSame(
        _ text: String,
        _ language: String?,
        _ addition: AdditionReceived,
        _ tracked: Tracked
    ) async throws {
        let passages = try await services.store.passages(of: tracked.stream, tenant: tracked.tenant.id)
        guard let stored = passages[addition.text.number],
            !stored.body.utf8.elementsEqual(text.utf8) || stored.language != language
        else { return }
        throw Problem.idempotencyKeyReused
    }

    /// The message whose code the call came with.
    ///
    /// - Throws: `Problem` 401 without a code, 404 for a code of no message, 429 after too many calls.
    func find(_ call: Call) async throws -> Tracked {
        _ = try limiter.require("track", call.peer)
        guard let header = call.header(.authorization) else {
            throw Self.unauthorized("missing-code", "send the tracking code: Authorization: Tracking <code>")
        }
        guard let text = header.credentials(scheme: "tracking") ?? header.credentials(scheme: "bearer"),
            let code = TrackingCode(typed: text)
        else { throw Self.unauthorized("wrong-code", "this is no tracking code; check it letter by letter") }
        guard let tenant = try await services.tenants.tenant(code: code.tenant),
            let message = try await Tracking(pool: services.lookups).message(
                trackingHash: code.hash,
                tenant: tenant.id
            )
        else { throw Self.unknownCode }
        return Tracked(tenant: tenant, stream: message)
    }

    /// Also of messages that are not there any more.
    static var unknownCode: Problem {
        Problem(404, "unknown-code", "no message has this tracking code; check it letter by letter")
    }

    private static func unauthorized(_ code: String, _ detail: String) -> Problem {
        Problem(401, code, detail, headers: [.wwwAuthenticate: "Tracking realm=\"chorus\""])
    }
}
