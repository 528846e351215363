import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore

/// Asks a server for its taxonomy, and sends it another one.
struct TaxonomyClient: Sendable {
    let url: String
    let key: String

    /// What the server says about a file.
    struct Answer: Sendable {
        let isTaken: Bool
        let body: JSONValue
    }

    private static let longestAnswer = 16_777_216

    /// - Throws: `Complaint` when there is no such version, or no server.
    func get(version: Int?) async throws -> JSONValue {
        let (status, body) = try await send(.init(url: "\(url)/v1/taxonomy" + (version.map { "?version=\($0)" } ?? "")))
        guard status == 200 else { throw complaint(status, body) }
        return body
    }

    /// - Throws: `Complaint` when the server cannot even look at the file.
    func post(_ csv: [UInt8], language: String?) async throws -> Answer {
        let query = language.flatMap { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) }
        var request = HTTPClientRequest(url: "\(url)/v1/taxonomy" + (query.map { "?language=\($0)" } ?? ""))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/csv")
        request.body = .bytes(ByteBuffer(bytes: csv))
        let (status, body) = try await send(request)
        guard [200, 201, 400, 413, 422].contains(status) else { throw complaint(status, body) }
        return Answer(isTaken: status < 300, body: body)
    }

    private func send(_ request: HTTPClientRequest) async throws -> (status: Int, body: JSONValue) {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer: Result<(Int, JSONValue), any Error>
        do {
            let response = try await client.execute(request, timeout: .seconds(60))
            let bytes = try await response.body.collect(upTo: Self.longestAnswer)
            let limits = JSONLimits(maximumBytes: Self.longestAnswer)
            let body = (try? JSONValue.parse(bytes.readableBytesView, limits: limits)) ?? .null
            answer = .success((Int(response.status.code), body))
        } catch {
            answer = .failure(Complaint("no answer from \(url): does `chorus serve` run there? Another address: --url"))
        }
        try await client.shutdown()
        return try answer.get()
    }

    private func complaint(_ status: Int, _ body: JSONValue) -> Complaint {
        let detail = body["detail"]?.string ?? "status \(status)"
        return switch status {
        case 401: Complaint("the server does not know the key, or it was revoked; give another with --key")
        case 403: Complaint("the key may not do that: it needs the scope admin or author (\(detail))")
        case 404: Complaint("\(url): \(detail)")
        default: Complaint("the server refuses the request: \(detail)")
        }
    }
}
