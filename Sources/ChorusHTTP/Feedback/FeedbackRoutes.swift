import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

/// `POST /v1/feedback`, `POST /v1/feedback/bulk`, `GET /v1/feedback/{id}`, `GET /v1/feedback?source=&externalId=`.
struct FeedbackRoutes: Sendable {
    let services: Services
    let access: Access
    let intakeLimiter: RateLimiter
    let bulk: BulkDoor

    private var intake: MessageIntake { MessageIntake(store: services.store) }

    var routes: [Route] {
        let readers: Set<Scope> = [.collector, .admin, .reviewer]
        return [
            .keyed(.post, "/v1/feedback", [.collector, .admin, .intake], access, respond: receive),
            .keyed(.get, "/v1/feedback", readers, access, respond: find),
            .keyed(.post, "/v1/feedback/bulk", [.collector, .admin], access, streamsBody: true, respond: receiveBulk),
            .keyed(.get, "/v1/feedback/{id}", readers, access, respond: show),
        ]
    }

    private func receive(_ call: Call, _ caller: Caller) async throws -> Response {
        let onChange = try OnChange(try call.query.values(["onChange"]), caller)
        var limits: HTTPFields = [:]
        if caller.key.isPublishable { limits = try intakeLimiter.require(caller.key.id, call.peer) }
        let key = try IdempotencyKey(call, mustBeUUID: caller.key.isPublishable)
        // Before anything is asked of the database.
        try services.store.requireRoom(for: caller.tenant.id)
        let vocabulary = try await services.vocabulary(of: caller.tenant)
        let message = try FeedbackRules(caller, now: services.now()).read(try await call.jsonBody())
        let prepared = FeedbackIntake.prepare(message, from: caller, vocabulary, key: key, onChange: onChange)
        return .receipt(try await intake.store(prepared), headers: limits)
    }

    private func receiveBulk(_ call: Call, _ caller: Caller) async throws -> Response {
        let request = try BulkRequest(call, taking: ["onChange"])
        let onChange = try OnChange(request.query, caller)
        return try await bulk.answer(call, caller, request) {
            [now = services.now] value, line, vocabulary throws(Problem) in
            let message = try FeedbackRules(caller, now: now()).read(value)
            return FeedbackIntake.prepare(
                message,
                from: caller,
                vocabulary,
                key: request.key,
                line: line,
                onChange: onChange
            )
        }
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        guard let id = call.parameters.first.flatMap({ UUID(uuidString: String($0)) }) else { throw Problem.notFound }
        return try await answer(id, caller)
    }

    private func find(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["source", "externalId"])
        guard let source = query["source"], !source.isEmpty else {
            throw Problem.parameter("source", "required", "must be given")
        }
        guard let externalID = query["externalId"], !externalID.isEmpty else {
            throw Problem.parameter("externalId", "required", "must be given")
        }
        return try await answer(
            FeedbackIntake.streamID(source: source, externalID: externalID, tenant: caller.tenant),
            caller
        )
    }

    private func answer(_ id: UUID, _ caller: Caller) async throws -> Response {
        let stream = StreamID(type: Message.streamType, id: id)
        let history = try await services.store.history(of: stream, tenant: caller.tenant.id)
        guard let record = try MessageRecord(history) else { throw Problem.notFound }
        let organizations = try await services.routing.organizations(of: caller.tenant.id)
        let wasSent = record.wasSent(by: caller)
        let isReviewable = record.isReviewable(by: caller, organizations)
        guard wasSent || isReviewable else { throw Problem.notFound }
        if !wasSent { try await services.requireReading(of: record.demands, record, caller) }
        let readsReports = try await services.reads(reports: caller)
        let passages = try await services.store.passages(of: stream, tenant: caller.tenant.id)
        return .json { json in
            record.write(
                to: &json,
                passages: passages,
                // What was a report before its sender said it anew stays with the named readers.
                showsEarlier: isReviewable && (readsReports || !record.wasReport),
                for: isReviewable ? .reader : .sender
            )
        }
    }
}

extension OnChange {
    /// What the query asks for; `refuse` when it does not say.
    ///
    /// - Throws: `Problem` 400 for other words, and for a key that anyone can see: it cannot name what is stored.
    init(_ query: [String: String], _ caller: Caller) throws(Problem) {
        let word = try query.oneOf("onChange", OnChange.allCases.map(\.rawValue))
        self = word.flatMap { OnChange(rawValue: $0) } ?? .refuse
        guard self == .refuse || !caller.key.isPublishable else {
            throw .parameter("onChange", "not_allowed", "must not be \(rawValue) with a publishable key")
        }
    }
}

extension Response {
    /// One JSON object.
    static func json(
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONWriter.object(capacity: 1_024, body)))
        )
    }
}

extension UUID {
    /// In lower case.
    var text: String {
        let digits = bytes.hexadecimal.utf8
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
