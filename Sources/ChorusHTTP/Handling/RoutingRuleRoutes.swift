import Demands
import EventLog
import EventSourcing
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

/// `POST /v1/routing`, `GET /v1/routing`: who is responsible for which demands, by when they are due, who reads reports.
struct RoutingRuleRoutes: Sendable {
    let services: Services
    let access: Access

    /// Longer than other bodies: thousands of rules do not fit into 256 KiB.
    static let maximumBytes = 2_097_152

    var routes: [Route] {
        [
            .keyed(.post, "/v1/routing", [.admin, .author], access, respond: publish),
            .keyed(.get, "/v1/routing", [.admin, .author, .reviewer], access, respond: show),
        ]
    }

    private func publish(_ call: Call, _ caller: Caller) async throws -> Response {
        _ = try call.query.values([])
        guard caller.has(.admin) || caller.key.organization == nil else {
            throw Problem(
                403,
                "whole-tenant-only",
                "the routing says who is responsible among all organizations; a key of one organization cannot publish it"
            )
        }
        try call.requireContentType("application/json")
        let body = try await call.wholeBody(limit: Self.maximumBytes)
        var fields = FieldReader(
            try JSONValue.parse(body.readableBytesView, limits: JSONLimits(maximumBytes: Self.maximumBytes))
        )
        let organizations = try await services.routing.organizations(of: caller.tenant.id)
        let taxonomy = try await services.folded.state(
            of: Taxonomy.self,
            type: Taxonomy.streamType,
            tenant: caller.tenant.id
        )
        let categories = taxonomy.current.map { Set($0.categories.map(\.code)) }
        let rules = Self.rules(&fields, organizations, categories)
        fields.finish()
        guard fields.errors.isEmpty else {
            throw Problem(
                422,
                "invalid-fields",
                "the routing was not published; errors[] names each field that must be corrected",
                items: Problem.fields(fields.errors).items
            )
        }
        let appended = try await services.store.execute(
            Submission(tenant: caller.tenant.id, stream: .only(Routing.streamType), actor: caller.actor) { known in
                let state = try Routing.state(after: known.history)
                guard caller.has(.admin) || rules.reportReaders == state?.rules.reportReaders ?? [] else {
                    throw Problem(
                        403,
                        "administrators-only",
                        "reportReaders is not what it was, and only a key of scope admin names who reads reports; nothing was "
                            + "published"
                    )
                }
                return Decision(events: try Routing.decide(.publish(rules), state).map(\.encoded))
            }
        )
        services.folded.forget(Routing.streamType, tenant: caller.tenant.id)
        guard let last = appended.history.last else { throw StoreFailure.outcomeUnknown }
        let published = try RoutingPublished(decoding: last)
        return .json(status: appended.isRepeat ? .ok : .created) { json in
            json.field("version", published.version)
            json.field("position", appended.position)
            json.field("isNew", !appended.isRepeat)
        }
    }

    private static func rules(
        _ fields: inout FieldReader,
        _ organizations: OrganizationTree,
        _ categories: Set<String>?
    ) -> RoutingRules {
        func pattern(_ rule: inout FieldReader) -> DemandPattern {
            let category = rule.string("category", maximumScalars: 200)
            if let category, let categories, category != unclassifiedCategory, !categories.contains(category) {
                rule.report("category", code: .unknownCode, detail: "must be a code of the taxonomy (GET /v1/taxonomy)")
            }
            return DemandPattern(
                category: category,
                kind: rule.oneOf("kind", DemandKind.self),
                group: rule.string("group", maximumScalars: 100),
                place: rule.string("place", maximumScalars: 200)
            )
        }
        func organization(_ rule: inout FieldReader, _ name: String, required: Bool = false) -> String? {
            guard let code = rule.organization(name, required: required) else { return nil }
            guard organizations.knows(code) else {
                rule.report(
                    name,
                    code: .unknownCode,
                    detail: "must be the code of a registered organization of this tenant"
                )
                return nil
            }
            return code
        }
        let routes =
            fields.objects("routes", required: true, maximum: Routing.maximumRules) { rule -> RoutingRule? in
                let pattern = pattern(&rule)
                let responsible = organization(&rule, "responsible", required: true)
                let steward = organization(&rule, "steward")
                let isUrgent = rule.bool("urgent") ?? false
                return responsible.map {
                    RoutingRule(pattern: pattern, responsible: $0, steward: steward, isUrgent: isUrgent)
                }
            } ?? []
        let deadlines =
            fields.objects("deadlines", maximum: Routing.maximumRules) { rule -> DeadlineRule? in
                let pattern = pattern(&rule)
                let isUrgent = rule.bool("urgent") ?? false
                let hours = rule.int("hours", required: true, in: 1...Routing.maximumHours)
                return hours.map { DeadlineRule(pattern: pattern, isUrgent: isUrgent, hours: $0) }
            } ?? []
        let readers =
            fields.strings("reportReaders", maximum: 1_000, maximumScalars: 64, unique: true) ?? []
        return RoutingRules(routes: routes, deadlines: deadlines, reportReaders: readers)
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["version"])
        let version = try query.int64("version", in: 1...Int64(Routing.maximumVersions)).map { Int($0) }
        let history = try await services.store.history(of: .only(Routing.streamType), tenant: caller.tenant.id)
        for event in history.reversed() {
            let published = try RoutingPublished(decoding: event)
            guard version == nil || published.version == version else { continue }
            return .json { json in
                json.field("version", published.version)
                json.field("position", event.position)
                json.field("publishedAt", event.recordedAt.description)
                published.rules.write(to: &json)
            }
        }
        throw Problem(404, "not-found", "there is no such version of the routing")
    }
}
