import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText

/// `GET /v1/demands/{id}` and what a reviewer corrects about it: category, kind, groups, place, its division.
///
/// A correction is an event: the cells that counted the demand lose it, others gain it, and its history stays.
struct CorrectionRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        let scopes: Set<Scope> = [.reviewer, .admin]
        return [
            .keyed(.get, "/v1/demands/{id}", scopes, access, respond: show),
            .keyed(.post, "/v1/demands/{id}/category", scopes, access) {
                try await correct($0, $1, "category", category)
            },
            .keyed(.post, "/v1/demands/{id}/kind", scopes, access) { try await correct($0, $1, "kind", kind) },
            .keyed(.post, "/v1/demands/{id}/group", scopes, access) { try await correct($0, $1, "group", groups) },
            .keyed(.post, "/v1/demands/{id}/place", scopes, access) { try await correct($0, $1, "place", place) },
            .keyed(.post, "/v1/demands/{id}/divide", scopes, access, respond: divide),
            .keyed(.post, "/v1/demands/{id}/rejoin", scopes, access) { try await correct($0, $1, "rejoin", rejoin) },
        ]
    }

    /// What a body asks for; nil when it has mistakes, which then are in the reader.
    private typealias Reading = @Sendable (inout FieldReader, Int16) -> Message.Command?

    private func category(_ fields: inout FieldReader, _ demand: Int16) -> Message.Command? {
        guard let category = fields.string("category", required: true, maximumScalars: 200) else { return nil }
        return .categorise(demand: demand, category: category, method: .reviewer)
    }

    private func kind(_ fields: inout FieldReader, _ demand: Int16) -> Message.Command? {
        .setKind(demand: demand, fields.oneOf("kind", DemandKind.self, required: true))
    }

    private func groups(_ fields: inout FieldReader, _ demand: Int16) -> Message.Command? {
        guard fields.value("groups", required: true) != nil else { return nil }
        return .setGroups(demand: demand, fields.groups(assertedBy: "reviewer"))
    }

    private func place(_ fields: inout FieldReader, _ demand: Int16) -> Message.Command? {
        .setPlace(demand: demand, fields.string("place", required: true, maximumScalars: 200))
    }

    private func rejoin(_ fields: inout FieldReader, _ demand: Int16) -> Message.Command? { .rejoin(demand: demand) }

    private func correct(
        _ call: Call,
        _ caller: Caller,
        _ verb: String,
        _ read: Reading
    ) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let id = try demandID(call)
        var fields = FieldReader(try await call.jsonBody())
        let command = read(&fields, id.number)
        if case .categorise(_, let category, _) = command { try await require([category], of: caller, &fields) }
        fields.finish()
        guard fields.errors.isEmpty, let command else { throw Problem.fields(fields.errors) }
        return try await execute(command, id, try await visible(id, caller), verb, key, caller)
    }

    /// Divides the demand by parts of the passage that words it at present.
    private func divide(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let key = try IdempotencyKey(call)
        let id = try demandID(call)
        var fields = FieldReader(try await call.jsonBody())
        let parts =
            fields.objects("parts", required: true, maximum: Message.maximumDemands) { part -> DivideDemand.Part? in
                let spans = part.objects("spans", required: true, maximum: 100) { span -> Span? in
                    let from = span.int("from", required: true, in: 0...1_000_000)
                    let to = span.int("to", required: true, in: 1...1_000_000)
                    guard let from, let to else { return nil }
                    guard let read = Span(from: from, to: to) else {
                        span.report("to", code: .outOfRange, detail: "must be greater than from; it is not included")
                        return nil
                    }
                    return read
                }
                let category = part.string("category", maximumScalars: 200)
                let kind = part.oneOf("kind", DemandKind.self)
                return spans.map { DivideDemand.Part(spans: $0, category: category, kind: kind) }
            } ?? []
        try await require(parts.compactMap(\.category), of: caller, &fields)
        fields.finish()
        guard fields.errors.isEmpty else { throw Problem.fields(fields.errors) }
        let record = try await visible(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        let passage = record.passage(of: demand)
        let division = DivideDemand(
            demand: id.number,
            parts: parts,
            passage: passage,
            length: passages[passage]?.body.unicodeScalars.count ?? 0
        )
        return try await execute(.divide(division), id, record, "divide", key, caller)
    }

    private func execute(
        _ command: Message.Command,
        _ id: DemandID,
        _ record: MessageRecord,
        _ verb: String,
        _ key: IdempotencyKey?,
        _ caller: Caller
    ) async throws -> Response {
        let appended = try await services.store.execute(
            Submission(
                tenant: caller.tenant.id,
                stream: record.stream,
                commandID: key?.commandID(
                    verb + String(id.number),
                    record.stream,
                    caller: caller.key.id,
                    secret: caller.tenant.intakeSecret
                ),
                actor: caller.actor
            ) { known in
                Decision(events: try Message.decide(command, Message.state(after: known.history)).map(\.encoded))
            }
        )
        if appended.isRepeat, let position = appended.commandPosition {
            guard let event = appended.history.first(where: { $0.position == position }),
                try command.matches(MessageEvent(decoding: event))
            else { throw Problem.idempotencyKeyReused }
        }
        return try answer(appended, id, isLong: command.makesSeveralEvents)
    }

    private func require(_ categories: [String], of caller: Caller, _ fields: inout FieldReader) async throws {
        guard !categories.isEmpty,
            let mistake = try await services.taxonomy(of: caller.tenant.id).mistake(inCategories: categories)
        else { return }
        fields.report("category", code: .notAllowed, detail: mistake)
    }

    /// The demand as the command left it, so that a repeat answers the same.
    ///
    /// - Parameter isLong: whether events behind the first one, stored with it, are the command's too.
    private func answer(_ appended: Appended, _ id: DemandID, isLong: Bool) throws -> Response {
        var last = appended.commandPosition ?? appended.position
        if isLong, let first = appended.history.first(where: { $0.position == last }) {
            for event in appended.history where event.position == last + 1 {
                guard event.recordedAt == first.recordedAt, event.actor == first.actor else { break }
                last = event.position
            }
        }
        guard let record = try MessageRecord(appended.history.filter { $0.position <= last }),
            let demand = record.demands.first(where: { $0.number == id.number })
        else { throw Problem.notFound }
        return .json { json in
            json.field("position", last)
            record.write(demand, to: &json)
            let parts = record.demands.filter { $0.dividedFrom == id.number }
            if !parts.isEmpty {
                json.array("parts", of: parts) { json, part in json.object { record.write(part, to: &$0) } }
            }
            record.writeHistory(to: &json, of: id.number)
        }
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let id = try demandID(call)
        let record = try await visible(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        return .json { json in
            json.field("position", record.position)
            json.field("status", record.status)
            record.write(demand, to: &json)
            json.field("text", record.words(of: demand, passages))
            record.writeHistory(to: &json, of: id.number)
        }
    }

    private func demandID(_ call: Call) throws(Problem) -> DemandID {
        guard let id = DemandID(call.parameters.first ?? "") else { throw Problem.notFound }
        return id
    }

    private func visible(_ id: DemandID, _ caller: Caller) async throws -> MessageRecord {
        try await services.reviewable(id, caller)
    }
}

extension Taxonomy.State {
    /// Why a reviewer cannot choose these: they choose among the categories that there are; nil: they can.
    ///
    /// A tenant without a taxonomy takes any.
    func mistake(inCategories categories: [String]) -> String? {
        guard let taxonomy = current else { return nil }
        let isKnown = categories.allSatisfy { category in
            category == unclassifiedCategory
                || taxonomy.categories.contains { $0.code.utf8.elementsEqual(category.utf8) }
        }
        guard !isKnown else { return nil }
        return
            "must be a code of the taxonomy's version \(taxonomy.version) (GET /v1/taxonomy), or \(unclassifiedCategory)"
    }
}

extension Services {
    /// The tenant's taxonomy; at most a second old.
    func taxonomy(of tenant: TenantID) async throws -> Taxonomy.State {
        try await folded.state(of: Taxonomy.self, type: Taxonomy.streamType, tenant: tenant)
    }

    /// The message of a demand that the caller may review.
    func reviewable(_ id: DemandID, _ caller: Caller) async throws -> MessageRecord {
        let stream = StreamID(type: Message.streamType, id: id.message)
        guard let record = try MessageRecord(try await store.history(of: stream, tenant: caller.tenant.id)),
            record.isReviewable(by: caller), record.demands.contains(where: { $0.number == id.number })
        else { throw Problem.notFound }
        return record
    }
}

extension Message.Command {
    fileprivate var makesSeveralEvents: Bool {
        switch self {
        case .divide, .rejoin: true
        default: false
        }
    }

    /// Whether this correction is what the event says.
    fileprivate func matches(_ event: MessageEvent) -> Bool {
        switch (self, event) {
        case (.categorise(_, let category, _), .demandCategorised(let set)): set.category == category
        case (.setKind(_, let kind), .demandKindSet(let set)): set.kind == kind
        case (.setGroups(_, let groups), .demandGroupsSet(let set)): set.groups == groups
        case (.setPlace(_, let place), .demandPlaceSet(let set)): set.place == place
        case (.divide(let division), .demandNarrowed(let set)):
            set.spans == division.parts.first.map { $0.spans.sorted { $0.from < $1.from } }
        case (.rejoin(let number), .demandRejoined(let set)): set.into == number
        default: false
        }
    }
}
