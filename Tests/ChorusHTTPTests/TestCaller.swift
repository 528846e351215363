import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSONText
import NIOCore
import Testing

@testable import ChorusHTTP

/// Calls the server in the name of someone.
struct TestCaller: Sendable {
    let client: any TestClientProtocol

    func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        as who: TestServer.Who? = nil,
        _ body: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        try await send(method, uri, as: who, bytes: body.map { Array($0.utf8) }, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        as who: TestServer.Who? = nil,
        bytes: [UInt8]?,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        var headers = headers
        if let who { headers[.authorization] = "Bearer \(who.secret)" }
        if bytes != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await client.execute(
            uri: uri,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        ) { TestAnswer(status: $0.status.code, headers: $0.headers, bytes: Array($0.body.readableBytesView)) }
    }

    /// Posts something that takes its time on a loaded machine: over a connection of its own, whose client does not give up
    /// after the usual twenty seconds. For `.live` set-ups.
    func postPatiently(
        _ uri: String,
        as who: TestServer.Who,
        _ body: String,
        headers: HTTPFields
    ) async throws -> TestAnswer {
        var headers = headers
        headers[.authorization] = "Bearer \(who.secret)"
        headers[.connection] = "keep-alive"
        let request = TestClient.Request(
            uri,
            method: .post,
            authority: "localhost",
            headers: headers,
            body: ByteBuffer(string: body)
        )
        return try await TestClient.withClient(
            host: "localhost",
            port: try #require(client.port),
            configuration: .init(timeout: .seconds(300))
        ) { client in
            let response = try await client.execute(request)
            return TestAnswer(
                status: response.head.status.code,
                headers: response.head.headerFields,
                bytes: Array((response.body ?? ByteBuffer()).readableBytesView)
            )
        }
    }

    /// Sends a message that must be accepted.
    func feedback(
        _ body: String,
        as who: TestServer.Who = .collector,
        headers: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        let answer = try await send(.post, "/v1/feedback", as: who, body, headers: headers)
        #expect(answer.status == 201, "\(answer.text)", sourceLocation: sourceLocation)
        return answer
    }
}

/// What came back.
struct TestAnswer: Sendable {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var json: JSONValue { (try? JSONValue.parse(bytes)) ?? .null }

    /// Each line as JSON.
    var lines: [JSONValue] {
        text.split(separator: "\n").map { (try? JSONValue.parse(String($0))) ?? .null }
    }

    var code: String? { json["code"]?.string }
    var id: String { json["id"]?.string ?? "" }
    var position: Int { json["position"]?.int ?? -1 }
    var trackingCode: String { json["trackingCode"]?.string ?? "" }
}
