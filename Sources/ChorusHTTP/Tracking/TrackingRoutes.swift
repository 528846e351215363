import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText

/// `GET /v1/track` and `POST /v1/track/withdraw`: what became of a message, for whoever holds its tracking code.
struct TrackingRoutes: Sendable {
    let services: Services
    let limiter: RateLimiter

    var routes: [Route] {
        [
            Route(.get, "/v1/track", respond: show),
            Route(.post, "/v1/track/withdraw", respond: withdraw),
        ]
    }

    private struct Tracked {
        let tenant: TenantRecord
        let stream: StreamID
    }

    private func show(_ call: Call) async throws -> Response {
        _ = try call.query.values([])
        let tracked = try await find(call)
        let history = try await services.store.history(of: tracked.stream, tenant: tracked.tenant.id)
        guard let record = try MessageRecord(history) else { throw Self.unknownCode }
        return .json { record.writeForSender(to: &$0) }
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
            commandID: key.map { commandID($0, tracked) },
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

    private func commandID(_ key: IdempotencyKey, _ tracked: Tracked) -> UUID {
        var framed: [UInt8] = []
        framed.appendFramed("withdraw".utf8)
        framed.appendFramed(tracked.stream.id.bytes)
        framed.appendFramed(key.text.utf8)
        return UUID(hash: hmacSHA256(framed, key: tracked.tenant.intakeSecret))
    }

    private func find(_ call: Call) async throws -> Tracked {
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
        return Tracked(tenant: tenant, stream: StreamID(type: Message.streamType, id: message))
    }

    private static var unknownCode: Problem {
        Problem(404, "unknown-code", "no message has this tracking code; check it letter by letter")
    }

    private static func unauthorized(_ code: String, _ detail: String) -> Problem {
        Problem(401, code, detail, headers: [.wwwAuthenticate: "Tracking realm=\"chorus\""])
    }
}
