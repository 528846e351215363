import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Postgres

/// `GET /v1/demands`: the reviewer's list, one page at a time, with wording.
struct DemandRoutes: Sendable {
    let services: Services
    let access: Access
    let read: BoundedRead

    var routes: [Route] {
        [.keyed(.get, "/v1/demands", [.reviewer, .admin], access, respond: list)]
    }

    private func list(_ call: Call, _ caller: Caller) async throws -> Response {
        let query = try call.query.values(DemandFilter.parameters)
        let filter = try DemandFilter(
            query,
            onlyOrganization: caller.has(.admin) ? nil : caller.key.organization,
            try await services.routing.organizations(of: caller.tenant.id)
        )
        let secret = caller.tenant.intakeSecret
        let epoch = try await services.head(of: caller.tenant.id).epoch
        var after: (position: Int64, demand: Int16) = (0, 0)
        if let text = query["cursor"] {
            let cursor = try PageCursor(reading: text, question: filter.question, secret: secret, epoch: epoch)
            guard cursor.numbers.count == 2, let demand = Int16(exactly: cursor.numbers[1]) else {
                throw Problem.parameter("cursor", "bad_cursor", "must come from a Link of the same question")
            }
            after = (cursor.numbers[0], demand)
        }
        try await services.wait(for: query, tenant: caller.tenant.id)
        let (rows, position) = try await page(filter, after: after, tenant: caller.tenant.id)
        var demands = try rows.prefix(filter.limit).map { try DemandRow($0) }
        let masks = try await PassageMasks.read(
            Set(demands.map(\.message)),
            tenant: caller.tenant.id,
            from: services.reads
        )
        for index in demands.indices { demands[index].masks = masks.of(demands[index].message) }
        var headers: HTTPFields = [:]
        if rows.count > filter.limit, let last = demands.last {
            let cursor = PageCursor([last.position, Int64(last.demand)])
                .text(question: filter.question, secret: secret, epoch: epoch)
            headers[.link] = NextLink.header("/v1/demands", query, cursor: cursor)
        }
        return .json(headers: headers) { json in
            json.field("position", position)
            json.array("demands", of: demands) { json, demand in demand.write(to: &json) }
        }
    }

    /// The rows and the position that they are as of, out of one snapshot of the live generation.
    private func page(
        _ filter: DemandFilter,
        after: (position: Int64, demand: Int16),
        tenant: TenantID
    ) async throws -> (PostgresRows, Position) {
        try await read.run { connection in
            guard
                let position = try await Generations.enterLive("demand_board", tenant: tenant, on: connection)
            else { throw Problem.unavailable("not-yet", "the demand board is not built yet; ask again a little later") }
            let rows = try await connection.query(
                filter.statement(tenant: tenant.rawValue, after: after.position, demand: after.demand)
            )
            return (rows, position)
        }
    }
}

/// One demand of the list. Its person is not among the columns.
private struct DemandRow {
    let message: UUID
    let demand: Int16
    let position: Int64
    /// Of its message's passages.
    var masks: [Int16: [Span]] = [:]
    private let row: PostgresRow

    init(_ row: PostgresRow) throws(PostgresError) {
        message = try row.decode(0)
        demand = try row.decode(1)
        position = try row.decode(2)
        self.row = row
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", "\(message.text).\(demand)")
            json.field("feedbackId", message.text)
            json.field("position", position)
            json.field("kind", text(3))
            json.field("category", text(4))
            json.field("categoryMethod", text(5).flatMap { $0 == "none" ? nil : $0 })
            json.field("organization", text(6))
            json.field("place", text(7))
            json.field("placeCode", text(18))
            json.field("channel", text(8))
            json.array("groups", of: (try? row.decode(9, as: [String].self)) ?? []) { json, name in json.value(name) }
            json.field("source", text(10))
            json.field("language", text(11))
            json.field("occurredAt", text(12))
            json.field("receivedAt", text(13))
            json.field("reportedSupport", (try? row.decode(14, as: Int32.self)).map { Int($0) })
            json.field("status", (try? row.decode(15, as: Bool.self)) == true ? "withdrawn" : "open")
            json.field("subject", masked(16, number: 21))
            json.field("text", words)
        }
    }

    /// Of the parts of its passage that voice it.
    private var words: String? {
        guard let text = masked(17, number: 20), let ends = try? row.decode(19, as: [Int32]?.self) else {
            return masked(17, number: 20)
        }
        return [Span](ends: ends).words(of: text)
    }

    /// A passage's words, but for what a reviewer masked; nil: forgotten, or of a report, which is read by its id.
    private func masked(_ column: Int, number: Int) -> String? {
        guard let text = text(column) else { return nil }
        guard let passage = try? row.decode(number, as: Int16?.self), let spans = masks[passage] else { return text }
        return spans.masking(text)
    }

    /// Empty coordinates of the board stand for "none was named".
    private func text(_ column: Int) -> String? {
        guard case .text(let text) = row.value(column), !text.isEmpty else { return nil }
        return text
    }
}
