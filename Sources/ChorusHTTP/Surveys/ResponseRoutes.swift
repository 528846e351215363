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
    let bulk: BulkSettings
    let bulkSeats: BulkSeats
    private let states = SurveyStates()

    init(
        services: Services,
        access: Access,
        intakeLimiter: RateLimiter,
        bulk: BulkSettings,
        bulkSeats: BulkSeats
    ) {
        self.services = services
        self.access = access
        self.intakeLimiter = intakeLimiter
        self.bulk = bulk
        self.bulkSeats = bulkSeats
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
        let seat = try bulkSeats.take(caller.key.id)
        let vocabulary = try await FreshVocabulary(services, caller.tenant)
        let bulk = BulkIntake(
            intake: messages,
            prepare: { value, line throws(Problem) in
                let vocabulary = vocabulary.present
                let intake = ResponseIntake(survey: survey, states: states, caller: caller, vocabulary: vocabulary)
                let response = try ResponseMessage(value, rules(caller))
                return intake.prepare(response, key: request.key, line: line)
            },
            refusedOnly: request.refusedOnly,
            settings: bulk,
            keyWorks: {
                await vocabulary.refresh()
                return try await access.stillWorks(call)
            },
            trace: call.trace,
            logger: call.logger
        )
        return bulk.response(to: call, seat)
    }

    private func rules(_ caller: Caller) -> CoordinateRules {
        CoordinateRules(isPublishable: caller.key.isPublishable, now: services.now())
    }
}
