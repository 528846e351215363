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
        let id = try call.demandID()
        var fields = FieldReader(try await call.jsonBody())
        let command = read(&fields, id.number)
        if case .categorise(_, let category, _) = command { try await require([category], of: caller, &fields) }
        fields.finish()
        guard fields.errors.isEmpty, let command else { throw Problem.fields(fields.errors) }
        return try await execute(command, id, try await services.reviewable(id, caller), verb, call, caller)
    }

    /// Divides the demand by parts of the passage that words it at present.
    private func divide(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let id = try call.demandID()
        var fields = FieldReader(try await call.jsonBody())
        let parts =
            fields.objects("parts", required: true, maximum: Message.maximumDemands) { part -> DivideDemand.Part? in
                let spans = part.spans("spans", required: true)
                let category = part.string("category", maximumScalars: 200)
                let kind = part.oneOf("kind", DemandKind.self)
                return spans.map { DivideDemand.Part(spans: $0, category: category, kind: kind) }
            } ?? []
        try await require(parts.compactMap(\.category), of: caller, &fields)
        fields.finish()
        guard fields.errors.isEmpty else { throw Problem.fields(fields.errors) }
        let record = try await services.reviewable(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        let passage = record.passage(of: demand)
        let division = DivideDemand(
            demand: id.number,
            parts: parts,
            passage: passage,
            length: passages[passage]?.body.unicodeScalars.count ?? 0
        )
        return try await execute(.divide(division), id, record, "divide", call, caller)
    }

    private func execute(
        _ correction: Message.Command,
        _ id: DemandID,
        _ record: MessageRecord,
        _ verb: String,
        _ call: Call,
        _ caller: Caller
    ) async throws -> Response {
        let command = DemandCommand(
            verb: verb,
            id: id,
            makesSeveralEvents: correction.makesSeveralEvents,
            make: { _, _ in (correction, []) },
            matches: { correction.matches($0) }
        )
        let commands = DemandCommands(services: services)
        let appended = try await commands.carryOut(
            command,
            record,
            try IdempotencyKey(call),
            try Precondition(call),
            caller
        )
        return try await commands.answer(appended, command, caller)
    }

    private func require(_ categories: [String], of caller: Caller, _ fields: inout FieldReader) async throws {
        guard !categories.isEmpty,
            let mistake = try await services.taxonomy(of: caller.tenant.id).mistake(inCategories: categories)
        else { return }
        fields.report("category", code: .notAllowed, detail: mistake)
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        let id = try call.demandID()
        let record = try await services.reviewable(id, caller)
        guard let demand = record.demands.first(where: { $0.number == id.number }) else { throw Problem.notFound }
        try await services.requireReading(of: [demand], record, caller)
        let passages = try await services.store.passages(of: record.stream, tenant: caller.tenant.id)
        return .json(headers: Precondition.headers(record.revision(of: demand))) { json in
            json.field("position", record.position)
            json.field("status", record.status)
            record.write(demand, to: &json, handled: passages, for: .reader)
            json.field("passage", Int(record.passage(of: demand)))
            json.field("text", record.words(of: demand, passages))
            record.writeHistory(to: &json, of: id.number)
        }
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
