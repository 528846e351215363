import HTTPTypes
import Hummingbird

/// What a bulk request asks for besides its lines.
struct BulkRequest: Sendable {
    let key: IdempotencyKey?
    /// Whether lines that went well have no result line.
    let refusedOnly: Bool
    let query: [String: String]

    /// - Parameter taking: parameters that this route has besides.
    init(_ call: Call, taking others: Set<String> = []) throws {
        query = try call.query.values(others.union(["results"]))
        refusedOnly = try query.oneOf("results", ["all", "refused"]) == "refused"
        try call.requireContentType("application/x-ndjson")
        key = try IdempotencyKey(call)
    }
}

extension BulkIntake {
    /// The answer: results while the body comes in; the seat is held until its end.
    func response(to call: Call, _ seat: BulkSeats.Seat) -> Response {
        let body = call.request.body
        return Response(
            status: .ok,
            headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(seat) {} }
                try await run(body) { try await writer.write($0) }
                try await writer.finish(nil)
            }
        )
    }
}
