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
        let taxonomy = FreshTaxonomy(try await services.taxonomy(of: caller.tenant.id))
        return try bulk.answer(
            call,
            caller,
            request,
            // What is known is kept when the database cannot say.
            refresh: { if let fresh = try? await services.taxonomy(of: caller.tenant.id) { taxonomy.take(fresh) } },
            work: { value, _ throws(Problem) in
                let label = try Label(value, tenant: caller.tenant)
                if let category = label.category, let mistake = taxonomy.present.mistake(inCategories: [category]) {
                    throw Problem.label([FieldError(pointer: "/category", code: .notAllowed, detail: mistake)])
                }
                return BulkWork(stream: label.demand.message) { try await say(label, caller, request.key) }
            }
        )
    }

    /// The decision itself looks whether the caller may review the demand, so that a line costs no reading of its own.
    private func say(_ label: Label, _ caller: Caller, _ key: IdempotencyKey?) async throws -> BulkResult {
        let appended: Appended
        do {
            appended = try await execute(label, Message.streamType, caller, key)
        } catch is AnswersASurvey {
            appended = try await execute(label, Message.responseStreamType, caller, key)
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
        _ key: IdempotencyKey?
    ) async throws -> Appended {
        let stream = StreamID(type: type, id: label.demand.message)
        let organizations = try await services.routing.organizations(of: caller.tenant.id)
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
                    record.isReviewable(demand, by: caller, organizations)
                else { throw Problem.unknownDemand(label.isByExternalID) }
                guard record.stream.type == type else { throw AnswersASurvey() }
                var state = try Message.state(after: known.history)
                var events: [MessageEvent] = []
                for command in label.commands {
                    let said = try Message.decide(command, state)
                    for event in said { Message.evolve(&state, event) }
                    events += said
                }
                return Decision(events: events.map(\.encoded))
            }
        )
    }
}

/// The taxonomy of a request that may last for hours.
private final class FreshTaxonomy: Sendable {
    private let known: Mutex<Taxonomy.State>

    init(_ state: Taxonomy.State) {
        known = Mutex(state)
    }

    var present: Taxonomy.State { known.withLock { $0 } }

    func take(_ fresh: Taxonomy.State) {
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
