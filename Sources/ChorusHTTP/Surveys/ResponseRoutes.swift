import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Surveys

/// `POST /v1/surveys/{id}/responses`, `POST /v1/surveys/{id}/responses/bulk`.
struct ResponseRoutes: Sendable {
    let services: Services
    let access: Access
    let intakeLimiter: RateLimiter
    let bulk: BulkDoor
    private let states = SurveyStates()

    init(services: Services, access: Access, intakeLimiter: RateLimiter, bulk: BulkDoor) {
        self.services = services
        self.access = access
        self.intakeLimiter = intakeLimiter
        self.bulk = bulk
    }

    var routes: [Route] {
        let path = "/v1/surveys/{id}/responses"
        return [
            .keyed(.post, path, [.collector, .admin, .intake], access, respond: receive),
            .keyed(.post, path + "/bulk", [.collector, .admin], access, streamsBody: true, respond: receiveBulk),
        ]
    }

    private var messages: MessageIntake { MessageIntake(store: services.store) }

    private func receive(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        var limits: HTTPFields = [:]
        if caller.key.isPublishable { limits = try intakeLimiter.require(caller.key.id, call.peer) }
        let survey = try call.surveyStream
        let key = try IdempotencyKey(call, mustBeUUID: caller.key.isPublishable)
        // Before anything is asked of the database.
        try services.store.requireRoom(for: caller.tenant.id)
        let vocabulary = try await services.vocabulary(of: caller.tenant)
        let response = try ResponseMessage(try await call.jsonBody(), rules(caller))
        let intake = ResponseIntake(survey: survey, states: states, caller: caller, vocabulary: vocabulary)
        return .receipt(try await messages.store(intake.prepare(response, key: key)), headers: limits)
    }

    private func receiveBulk(_ call: Call, _ caller: Caller) async throws -> Response {
        let request = try BulkRequest(call)
        let survey = try call.surveyStream
        // Said once here, rather than for every line.
        guard try await SurveyRecord(services.store.history(of: survey, tenant: caller.tenant.id)) != nil else {
            throw Problem.notFound
        }
        return try await bulk.answer(call, caller, request) { value, line, vocabulary throws(Problem) in
            let intake = ResponseIntake(survey: survey, states: states, caller: caller, vocabulary: vocabulary)
            let response = try ResponseMessage(value, rules(caller))
            return intake.prepare(response, key: request.key, line: line)
        }
    }

    private func rules(_ caller: Caller) -> CoordinateRules {
        CoordinateRules(isPublishable: caller.key.isPublishable, now: services.now())
    }
}
