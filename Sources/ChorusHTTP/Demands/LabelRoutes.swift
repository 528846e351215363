import Demands
import EventLog
import EventSourcing
import Foundation
import Hummingbird
import JSONText
import Synchronization

/// `POST /v1/demands/labels`: what reviewers say of many demands, line by line.
///
/// Each line is what a correction of category or kind is; the same label again changes nothing.
struct LabelRoutes: Sendable {
    let services: Services
    let access: Access
    let bulk: BulkDoor

    var routes: [Route] {
        [
            .keyed(
                .post,
                "/v1/demands/labels",
                [.reviewer, .admin],
                access,
                streamsBody: true,
                respond: receive
            )
        ]
    }

    private func receive(_ call: Call, _ caller: Caller) async throws -> Response {
        let request = try BulkRequest(call)
        let rules = FreshRules(try await rules(caller))
        return try bulk.answer(
            call,
            caller,
            request,
            // What is known is kept when the database cannot say.
            refresh: { if let fresh = try? await self.rules(caller) { rules.take(fresh) } },
            work: { value, _ throws(Problem) in
                let label = try Label(value, tenant: caller.tenant)
                if let category = label.category, let mistake = rules.present.taxonomy.mistake(inCategories: [category])
                {
                    throw Problem.label([FieldError(pointer: "/category", code: .notAllowed, detail: mistake)])
                }
                return BulkWork(stream: label.demand.message) {
                    try await say(label, caller, request.key, rules.present)
                }
            }
        )
    }

    private func rules(_ caller: Caller) async throws -> LabelRules {
        LabelRules(
            taxonomy: try await services.taxonomy(of: caller.tenant.id),
            organizations: try await services.routing.organizations(of: caller.tenant.id),
            readsReports: try await services.reads(reports: caller)
        )
    }

    /// The decision itself looks whether the caller may review the demand, so that a line costs no reading of its own.
    private func say(
        _ label: Label,
        _ caller: Caller,
        _ key: IdempotencyKey?,
        _ rules: LabelRules
    ) async throws -> BulkResult {
        let appended: Appended
        do {
            appended = try await execute(label, Message.streamType, caller, key, rules)
        } catch is AnswersASurvey {
            appended = try await execute(label, Message.responseStreamType, caller, key, rules)
        }
        return BulkResult(status: 200, isRepeat: appended.isRepeat) { json in
            json.field("demand", label.demand.description)
            json.field("position", appended.position)
        }
    }

    /// The message is a response: its stream has another type.
    private struct AnswersASurvey: Error {}

    private func execute(
        _ label: Label,
        _ type: String,
        _ caller: Caller,
        _ key: IdempotencyKey?,
        _ rules: LabelRules
    ) async throws -> Appended {
        let stream = StreamID(type: type, id: label.demand.message)
        return try await services.store.execute(
            Submission(
                tenant: caller.tenant.id,
                stream: stream,
                // Another label under the same key is another command.
                commandID: key?.commandID(
                    ["label", String(label.demand.number), label.category ?? "", label.kind?.rawValue ?? ""]
                        .joined(separator: "\u{1F}"),
                    stream,
                    caller: caller.key.id,
                    secret: caller.tenant.intakeSecret
                ),
                actor: caller.actor
            ) { known in
                guard let record = try MessageRecord(known.history),
                    let demand = record.demands.first(where: { $0.number == label.demand.number }),
                    record.isReviewable(demand, by: caller, rules.organizations)
                else { throw Problem.unknownDemand(label.isByExternalID) }
                guard record.stream.type == type else { throw AnswersASurvey() }
                let before = try Message.state(after: known.history)
                var state = before
                var events: [MessageEvent] = []
                for command in label.commands {
                    let said = try Message.decide(command, state)
                    for event in said { Message.evolve(&state, event) }
                    events += said
                }
                guard rules.readsReports || !Message.opensReport(events, before) else { throw Problem.namedReadersOnly }
                return Decision(events: events.map(\.encoded))
            }
        )
    }
}

/// What labels are judged by.
private struct LabelRules: Sendable {
    let taxonomy: Taxonomy.State
    let organizations: OrganizationTree
    /// Whether the caller may say that a report is none.
    let readsReports: Bool
}

/// The rules of a request that may last for hours.
private final class FreshRules: Sendable {
    private let known: Mutex<LabelRules>

    init(_ rules: LabelRules) {
        known = Mutex(rules)
    }

    var present: LabelRules { known.withLock { $0 } }

    func take(_ fresh: LabelRules) {
        known.withLock { $0 = fresh }
    }
}

/// What a line says of which demand.
private struct Label: Sendable {
    let demand: DemandID
    /// Whether the source's id named it.
    let isByExternalID: Bool
    let category: String?
    let kind: DemandKind?

    init(_ value: JSONValue, tenant: TenantRecord) throws(Problem) {
        var fields = FieldReader(value)
        let id = fields.parsed("demand", expecting: "a demand's id: its message's id, a dot and its number") {
            DemandID($0)
        }
        let source = fields.string("source", maximumScalars: 100)
        let externalID = fields.string("externalId", maximumScalars: 200)
        let number = fields.int("number", in: 1...Message.maximumDemands)
        category = fields.string("category", maximumScalars: TaxonomyRules.maximumCode)
        kind = fields.oneOf("kind", DemandKind.self)
        if fields.value("demand") != nil {
            for name in ["source", "externalId", "number"] where fields.value(name) != nil {
                fields.report(name, code: .notAllowed, detail: "must be absent where demand is given")
            }
        } else if fields.value("source") == nil, fields.value("externalId") == nil {
            fields.report("demand", code: .required, detail: "must be given, or source and externalId of its message")
        } else {
            for name in ["source", "externalId"] where fields.value(name) == nil {
                fields.report(name, code: .required, detail: "must be given: source and externalId name a message")
            }
        }
        if fields.value("category") == nil, fields.value("kind") == nil {
            fields.report("category", code: .required, detail: "must be given, or kind, or both")
        }
        fields.finish()
        guard fields.errors.isEmpty else { throw .label(fields.errors) }
        if let id {
            (demand, isByExternalID) = (id, false)
        } else if let source, let externalID {
            let message = FeedbackIntake.streamID(source: source, externalID: externalID, tenant: tenant)
            (demand, isByExternalID) = (DemandID(message: message, number: Int16(number ?? 1)), true)
        } else {
            throw .unknownDemand(false)
        }
    }

    var commands: [Message.Command] {
        var commands: [Message.Command] = []
        if let category { commands.append(.categorise(demand: demand.number, category: category, method: .reviewer)) }
        if let kind { commands.append(.setKind(demand: demand.number, kind)) }
        return commands
    }
}

extension Problem {
    /// A line that is no label.
    fileprivate static func label(_ errors: [FieldError]) -> Problem {
        Problem(
            422,
            "invalid-fields",
            "nothing was said of the demand; errors[] names each field that must be corrected",
            items: Problem.fields(errors).items
        )
    }

    /// No demand, or none that this caller may review.
    fileprivate static func unknownDemand(_ isByExternalID: Bool) -> Problem {
        Problem(
            404,
            "unknown-demand",
            isByExternalID
                ? "there is no message with this source and externalId that you may review, or it has no such demand"
                : "there is no such demand that you may review"
        )
    }
}
