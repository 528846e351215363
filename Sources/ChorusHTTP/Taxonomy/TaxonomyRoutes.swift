import Demands
import EventLog
import EventSourcing
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

/// `POST /v1/taxonomy`, `GET /v1/taxonomy`.
struct TaxonomyRoutes: Sendable {
    let services: Services
    let access: Access

    var routes: [Route] {
        let readers: Set<Scope> = [.admin, .author, .collector, .reviewer, .analyst]
        return [
            .keyed(.post, "/v1/taxonomy", [.admin, .author], access, respond: publish),
            .keyed(.get, "/v1/taxonomy", readers, access, respond: show),
        ]
    }

    private func publish(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["language"])
        let language = query["language"] ?? caller.tenant.language
        guard TaxonomyRules.isLanguage(language) else {
            throw Problem.parameter("language", "bad_format", "must be a BCP 47 tag such as zh or en")
        }
        let body = try await body(call, language)
        let (taxonomy, appended) = try await publish(body, caller)
        services.folded.forget(Taxonomy.streamType, tenant: caller.tenant.id)
        let receipt = JSONWriter.object(capacity: 128) { json in
            json.field("version", taxonomy.version)
            json.field("position", appended.position)
            json.field("categories", taxonomy.categories.count)
            json.field("isNew", !appended.isRepeat)
        }
        return Response(
            status: appended.isRepeat ? .ok : .created,
            headers: [.contentType: "application/json", .location: "/v1/taxonomy?version=\(taxonomy.version)"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: receipt))
        )
    }

    private func publish(
        _ body: TaxonomyBody,
        _ caller: Caller
    ) async throws -> (taxonomy: TaxonomyPublished, appended: Appended) {
        let present = try await services.folded.state(
            of: Taxonomy.self,
            type: Taxonomy.streamType,
            tenant: caller.tenant.id
        )
        let gone = Taxonomy.unexplained(body.categories, changes: body.changes, present)
        let used = gone.isEmpty ? [] : try await usedCategories(caller.tenant.id)
        do {
            return try await services.store.publishTaxonomy(
                body.categories,
                changes: body.changes,
                empty: gone.filter { !used.contains(ExactText($0)) },
                tenant: caller.tenant.id,
                actor: caller.actor
            )
        } catch TaxonomyRejection.wrongChanges(let mistakes) {
            throw body.refused(mistakes)
        }
    }

    /// Every category that a demand was ever in, as the log has it now.
    ///
    /// It reads the whole log: asked only when a category goes without a word. A demand that comes in meanwhile is moved
    /// by the retirement that the version then holds.
    private func usedCategories(_ tenant: TenantID) async throws -> Set<ExactText> {
        let rows = try await services.reads.query(
            """
            SELECT DISTINCT e.body ->> 'category'
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.type = \(MessageEvent.Name.demandCategorised)
                AND e.body ->> 'category' IS NOT NULL
            """
        )
        return Set(try rows.map { ExactText(try $0.decode(0, as: String.self)) })
    }

    private func body(_ call: Call, _ language: String) async throws -> TaxonomyBody {
        let type = call.header(.contentType).map { String($0.prefix { $0 != ";" }).trimmingBlanks.lowercased() }
        if type == "text/csv" {
            try call.requireContentType("text/csv")
            let body = try await call.wholeBody(limit: TaxonomyBody.maximumBytes)
            guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
                throw Problem(400, "malformed-text", "the file is not UTF-8; nothing was stored")
            }
            return try TaxonomyBody(csv: text, language: language)
        }
        guard type == "application/json" else {
            throw Problem(415, "unsupported-media-type", "Content-Type must be text/csv or application/json")
        }
        try call.requireContentType("application/json")
        let body = try await call.wholeBody(limit: TaxonomyBody.maximumBytes)
        let limits = JSONLimits(maximumBytes: TaxonomyBody.maximumBytes)
        return try TaxonomyBody(json: JSONValue.parse(body.readableBytesView, limits: limits))
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(["version"])
        let version = try query.int64("version", in: 1...Int64(Int32.max)).map { Int($0) }
        let history = try await services.store.history(of: .only(Taxonomy.streamType), tenant: caller.tenant.id)
        for event in history.reversed() {
            let taxonomy = try TaxonomyPublished(decoding: event)
            guard version == nil || taxonomy.version == version else { continue }
            let levels = TaxonomyRules.levels(of: taxonomy.categories)
            return .json { json in
                json.field("version", taxonomy.version)
                json.field("position", event.position)
                json.field("publishedAt", event.recordedAt.description)
                json.array("categories", of: zip(taxonomy.categories, levels)) { json, entry in
                    entry.0.write(to: &json, level: entry.1)
                }
                json.array("changes", of: taxonomy.changes) { json, change in json.value(change) }
            }
        }
        throw Problem(404, "not-found", "there is no such version of the taxonomy")
    }
}
