import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1

/// Asks a running server, with a key.
struct ServerClient: Sendable {
    let url: String
    let key: String

    /// What the server said, whatever its status.
    struct Answer: Sendable {
        let status: Int
        let body: JSONValue
        /// Whether there is another page behind this one.
        var hasMore = false
        /// Whether the request was carried out before, and is answered as then.
        var isRepeat = false

        /// For `--json`.
        var text: String { String(decoding: body.bytes, as: UTF8.self) }
    }

    private static let longestAnswer = 16_777_216

    func get(_ path: [String], _ query: [(String, String?)] = []) async throws -> Answer {
        try await send(HTTPClientRequest(url: address(path, query)), within: .seconds(60))
    }

    /// - Parameters:
    ///   - body: one JSON object.
    ///   - revision: what must stand for the change to be made; nil: whatever does.
    ///   - idempotencyKey: by which a repeat is recognised; nil: it is carried out again.
    func post(
        _ path: [String],
        _ body: [UInt8],
        onlyIf revision: Int? = nil,
        idempotencyKey: String? = nil,
        within limit: TimeAmount = .seconds(60)
    ) async throws -> Answer {
        try await post(
            path,
            [],
            body,
            type: "application/json",
            onlyIf: revision,
            idempotencyKey: idempotencyKey,
            within: limit
        )
    }

    func post(_ path: [String], _ query: [(String, String?)] = [], csv: [UInt8]) async throws -> Answer {
        try await post(path, query, csv, type: "text/csv; charset=utf-8", within: .minutes(2))
    }

    private func post(
        _ path: [String],
        _ query: [(String, String?)],
        _ body: [UInt8],
        type: String,
        onlyIf revision: Int? = nil,
        idempotencyKey: String? = nil,
        within limit: TimeAmount
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address(path, query))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        if let revision { request.headers.add(name: "If-Match", value: "\"\(revision)\"") }
        if let idempotencyKey { request.headers.add(name: "Idempotency-Key", value: idempotencyKey) }
        request.body = .bytes(ByteBuffer(bytes: body))
        return try await send(request, within: limit)
    }

    /// Every part of the path and value of the query stays what it is, whatever it holds.
    private func address(_ path: [String], _ query: [(String, String?)]) -> String {
        func escaped(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .urlUnreserved) ?? ""
        }
        let given = query.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
        return "\(url)/v1/" + path.map(escaped).joined(separator: "/")
            + (given.isEmpty ? "" : "?" + given.joined(separator: "&"))
    }

    /// - Throws: `Complaint` when nobody answers, or somebody else does.
    private func send(_ request: HTTPClientRequest, within limit: TimeAmount) async throws -> Answer {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer: Result<(HTTPClientResponse, ByteBuffer), any Error>
        do {
            let response = try await client.execute(request, timeout: limit)
            answer = .success((response, try await response.body.collect(upTo: Self.longestAnswer)))
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            answer = .failure(Complaint("no answer from \(url) for \(limit.nanoseconds / 1_000_000_000) s"))
        } catch {
            answer = .failure(Complaint("no answer from \(url): does `chorus serve` run there? Another address: --url"))
        }
        try await client.shutdown()
        let (response, bytes) = try answer.get()
        let limits = JSONLimits(maximumBytes: Self.longestAnswer)
        guard let body = try? JSONValue.parse(bytes.readableBytesView, limits: limits) else {
            throw Complaint("\(url) is no Chorus server (\(response.status)); give its address with --url")
        }
        let hasMore = response.headers["Link"].contains { $0.contains("rel=\"next\"") }
        let isRepeat = response.headers.first(name: "Idempotent-Replayed") == "true"
        return Answer(status: Int(response.status.code), body: body, hasMore: hasMore, isRepeat: isRepeat)
    }
}

extension ServerClient.Answer {
    /// The body, when the server did what it was asked for.
    ///
    /// - Parameters:
    ///   - scopes: who may ask for that, in words: `reviewer or admin`.
    ///   - missing: what is to be said when there is no such thing.
    ///   - advice: what to do about a problem, by its code.
    /// - Throws: `Complaint` otherwise.
    func accepted(
        from url: String,
        scopes: String,
        missing: String? = nil,
        advice: [String: String] = [:]
    ) throws -> JSONValue {
        guard status >= 300 else { return body }
        let problem = ServerProblem(status: status, body)
        throw problem.complaint(of: url, scopes: scopes, missing: missing, advice: advice)
    }
}

/// Why a server did not do what it was asked for, in words for the prompt.
struct ServerProblem {
    let status: Int
    let detail: String
    let code: String?
    /// One line for each field.
    let mistakes: [String]

    /// - Parameter body: problem+json, or whatever came.
    init(status: Int, _ body: JSONValue?) {
        self.status = status
        detail = body?["detail"]?.string ?? "status \(status)"
        code = body?["code"]?.string
        mistakes = (body?["errors"]?.array ?? []).compactMap { error in
            error["detail"]?.string.map { "\((error["pointer"]?.string ?? "").dropFirst()): \($0)" }
        }
    }

    func complaint(
        of url: String,
        scopes: String,
        missing: String? = nil,
        advice: [String: String] = [:]
    ) -> Complaint {
        switch status {
        case 401: return Complaint("the server does not know the key, or it was revoked; give another with --key")
        case 403: return Complaint("the key may not do that: it needs the scope \(scopes) (\(detail))")
        case 404 where code == "not-found": return Complaint(missing ?? "\(url): \(detail)")
        case 404: return Complaint("\(url) is no Chorus server, or an older one; give its address with --url")
        default:
            let more = mistakes.isEmpty ? "" : " (\(mistakes.joined(separator: "; ")))"
            let advised = code.flatMap { advice[$0] }.map { ". \($0)" } ?? ""
            return Complaint("the server refuses: \(detail)\(more)\(advised)")
        }
    }
}

extension CharacterSet {
    /// RFC 3986, 2.3.
    fileprivate static let urlUnreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}
