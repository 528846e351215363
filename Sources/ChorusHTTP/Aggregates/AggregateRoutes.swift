import EventLog
import EventSourcing
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Postgres

/// `GET /v1/aggregates` and `GET /v1/aggregates/{view}`: what analysts see in SQL, as JSON.
///
/// Rows are read in the role of the tenant's analyst, so that the database itself keeps the walls between tenants.
/// They count the whole tenant: a reviewer of one organization has no business there.
struct AggregateRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead

    var routes: [Route] {
        let scopes: Set<Scope> = [.analyst, .reviewer, .admin]
        return [
            .keyed(.get, "/v1/aggregates", scopes, access, respond: list),
            .keyed(.get, "/v1/aggregates/{view}", scopes, access, respond: show),
        ]
    }

    private func requireWholeTenant(_ caller: Caller) throws(Problem) {
        guard caller.key.organization == nil || caller.has(.analyst) || caller.has(.admin) else {
            throw Problem(
                403,
                "missing-scope",
                "aggregates count the whole tenant; a reviewer's key of one organization cannot read them"
            )
        }
    }

    /// Waiting for a position tells where the log ends, and so how much is being said at present: not for analysts, who
    /// see releases.
    private func wait(for query: [String: String], _ caller: Caller) async throws {
        guard query["min_position"] == nil || caller.has(.admin) || caller.has(.reviewer) else {
            throw Problem.parameter(
                "min_position",
                "not_allowed",
                "is for reviewers; what analysts see waits for a release"
            )
        }
        try await services.wait(for: query, tenant: caller.tenant.id)
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        try requireWholeTenant(caller)
        let query = try call.query.values(["min_position"])
        try await wait(for: query, caller)
        let rows = try await read.run { connection in
            try await connection.query(
                """
                SELECT c.relname::text, COALESCE(obj_description(c.oid, 'pg_class'), '')
                FROM pg_class AS c
                JOIN pg_namespace AS n
                    ON n.oid = c.relnamespace
                WHERE n.nspname = 'aggregates'
                    AND c.relkind = 'v'
                ORDER BY c.relname
                """
            )
        }
        let views = try rows.decode((String, String).self)
        return .json { json in
            json.array("views", of: views) { json, view in
                json.object { json in
                    json.field("name", view.0)
                    json.field("comment", view.1)
                    json.field("path", "/v1/aggregates/" + view.0)
                }
            }
        }
    }

    private func show(_ call: Call, _ caller: Caller) async throws -> Response {
        try requireWholeTenant(caller)
        let query = try call.query.values(["limit", "cursor", "min_position"])
        let limit = Int(try query.int64("limit", in: 1...10_000) ?? 1_000)
        let name = String(call.parameters.first ?? "")
        let question = ["aggregates", name]
        let secret = caller.tenant.intakeSecret
        let epoch = try await services.head(of: caller.tenant.id).epoch
        var start: (edition: Int64, offset: Int64)?
        if let text = query["cursor"] {
            let numbers = try PageCursor(reading: text, question: question, secret: secret, epoch: epoch).numbers
            guard numbers.count == 2 else {
                throw Problem.parameter("cursor", "bad_cursor", "must come from a Link of the same view")
            }
            start = (numbers[0], numbers[1])
        }
        try await wait(for: query, caller)
        guard let view = try await AggregateView.find(name, in: services.reads) else { throw Problem.notFound }
        let page = try await rows(view, caller.tenant, offset: start?.offset ?? 0, limit: limit)
        if let start, start.edition != page.edition {
            throw Problem(
                409,
                "release-moved",
                view.isReleased
                    ? "a newer release was published meanwhile; begin again without a cursor"
                    : "the rows changed meanwhile; begin again without a cursor"
            )
        }
        var headers: HTTPFields = [:]
        if page.rows.count > limit, let edition = page.edition {
            let cursor = PageCursor([edition, (start?.offset ?? 0) + Int64(limit)])
                .text(question: question, secret: secret, epoch: epoch)
            headers[.link] = NextLink.header("/v1/aggregates/" + name, query, cursor: cursor)
        }
        headers[.contentType] = "application/json"
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.json(view, limit: limit)))
        )
    }

    private func rows(
        _ view: AggregateView,
        _ tenant: TenantRecord,
        offset: Int64,
        limit: Int
    ) async throws -> AggregatePage {
        let login = TenantCreation.login(tenant: tenant.code, audience: "analyst")
        return try await read.run { connection in
            try await connection.run(script: "SET LOCAL ROLE \(identifier: login)")
            let rows = try await connection.query(view.page(offset: offset, limit: limit))
            guard view.isReleased else {
                return try AggregatePage(present: try await connection.query(view.fingerprint), rows: rows)
            }
            return try AggregatePage(released: try await connection.query(view.coordinates), rows: rows)
        }
    }
}
