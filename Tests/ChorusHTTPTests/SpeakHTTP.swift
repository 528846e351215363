import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import ChorusHTTP

/// What holds for every answer, and for clients that break rules.
@Suite struct SpeakHTTP {
    static let securityHeaders = [
        "x-content-type-options: nosniff", "cache-control: no-store", "referrer-policy: no-referrer",
        "content-security-policy: default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    ]

    /// Runs a client of bytes against a live server.
    private func exchange(
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        _ client: @escaping @Sendable (RawSocket) throws -> [UInt8]
    ) async throws -> (status: Int, head: String, body: String) {
        var server = try await TestServer.make()
        configure(&server.configuration)
        return try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            return parseAnswer(
                try await RawSocket.offPool {
                    let socket = try RawSocket(port: port)
                    defer { socket.end() }
                    return try client(socket)
                }
            )
        }
    }

    @Test func unknownAddressesAndMethodsAreProblems() async throws {
        try await TestServer.make().run { caller in
            for uri in ["/", "/v1", "/v1/feedback/", "//v1/feedback", "/v1/feedback/a/b", "/V1/feedback"] {
                let answer = try await caller.send(.get, uri, as: .admin)
                #expect(answer.status == 404 && answer.code == "not-found", Comment(rawValue: uri))
            }
            let cases: [(HTTPRequest.Method, String, String)] = [
                (.delete, "/v1/feedback", "GET, HEAD, POST"), (.get, "/v1/feedback/bulk", "POST"),
                (.put, "/v1/feedback/x", "GET, HEAD"), (.post, "/v1/demands", "GET, HEAD"),
                (.options, "/v1/track/withdraw", "POST"), (.post, "/livez", "GET, HEAD"),
            ]
            for (method, uri, allow) in cases {
                let answer = try await caller.send(method, uri)
                #expect(answer.status == 405 && answer.code == "wrong-method", Comment(rawValue: uri))
                #expect(answer.headers[.allow] == allow, Comment(rawValue: uri))
            }
        }
    }

    @Test func everyAnswerHasTheSecurityHeaders() async throws {
        try await TestServer.make().run { caller in
            let answers = [
                try await caller.send(.get, "/livez"), try await caller.send(.get, "/nothing"),
                try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"a"}"#),
                try await caller.send(.post, "/v1/feedback", as: .collector, "{}"),
                try await caller.send(.get, "/v1/demands"), try await caller.send(.delete, "/livez"),
            ]
            for answer in answers {
                let head = answer.headers.map { "\($0.name.canonicalName): \($0.value)" }
                for header in Self.securityHeaders { #expect(head.contains(header)) }
            }
        }
    }

    @Test func headIsGetWithoutBody() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            let text = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                defer { socket.end() }
                socket.send(
                    requestHead("HEAD", "/livez") + requestHead("GET", "/livez", as: nil, ["Connection: close"])
                )
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            #expect(text.components(separatedBy: #"{"status":"alive"}"#).count == 2)
        }
    }

    @Test(arguments: ["Content-Length: 10000000000", "Transfer-Encoding: chunked"])
    func anEndlessBodyIsRefusedAndNotDrained(framing: String) async throws {
        let sent = Box(0)
        let answer = try await exchange { socket in
            let isChunked = framing.hasPrefix("T")
            let head = ["Content-Type: application/json", framing]
            socket.send(requestHead("POST", "/v1/feedback", as: .collector, head))
            let data = [UInt8](repeating: 97, count: 65_536)
            let piece = isChunked ? Array("10000\r\n".utf8) + data + [13, 10] : data
            var total = 0
            while total < 1_000_000_000 {
                let count = socket.send(piece)
                total += count
                if count < piece.count { break }
            }
            sent.value = total
            // The other side may have reset the connection before its answer was read: that is the client's loss.
            return try socket.receiveAll()
        }
        #expect(sent.value < 50_000_000)
        #expect(answer.status == 413 || answer.head.isEmpty)
    }

    @Test func anAnswerBeforeTheBodyEndsTheConnection() async throws {
        for (who, length, status) in [(TestServer.Who.collector, 300_000, 413), (.analyst, 100, 403)] {
            let answer = try await exchange { socket in
                let head = ["Content-Type: application/json", "Content-Length: \(length)"]
                socket.send(requestHead("POST", "/v1/feedback", as: who, head))
                return try socket.receiveAll()
            }
            #expect(answer.status == status, "\(answer)")
            #expect(answer.head.lowercased().contains("connection: close"))
            #expect(answer.head.lowercased().contains("content-type: application/problem+json"))
        }
    }

    @Test func aRequestThatCannotBeParsedIsAProblem() async throws {
        let cases = [
            ("NONSENSE\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 40_000) + "\r\n\r\n", 431),
        ]
        for (text, status) in cases {
            let answer = try await exchange { socket in
                socket.send(Array(text.utf8))
                return try socket.receiveAll()
            }
            #expect(answer.status == status, "\(answer)")
            #expect(answer.head.lowercased().contains("content-type: application/problem+json"))
            #expect(answer.body.hasPrefix(#"{"type":"urn:chorus:problem:"#))
            for header in Self.securityHeaders { #expect(answer.head.lowercased().contains(header)) }
        }
    }

    @Test func slowClientsAreClosed() async throws {
        let partialHead = try await exchange({ $0.idleTimeout = .milliseconds(200) }) { socket in
            socket.send(Array("GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow".utf8))
            return try socket.receiveAll()
        }
        #expect(partialHead.status == 0 || partialHead.status == 400)
        let partialBody = try await exchange({ $0.bodyTimeout = .milliseconds(200) }) { socket in
            let head = ["Content-Type: application/json", "Content-Length: 100"]
            socket.send(requestHead("POST", "/v1/feedback", as: .collector, head) + Array(#"{"text""#.utf8))
            return try socket.receiveAll()
        }
        #expect(partialBody.status == 0 || partialBody.status == 400)
    }

    @Test func aClientThatAsksMayContinue() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            let (first, rest) = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                defer { socket.end() }
                let head = [
                    "Content-Type: application/json", "Content-Length: 12", "Expect: 100-continue", "Connection: close",
                ]
                socket.send(requestHead("POST", "/v1/feedback", as: .collector, head))
                let first = try socket.receive { $0.contains("\r\n\r\n") }
                socket.send(Array(#"{"text":"a"}"#.utf8))
                return (first, String(decoding: try socket.receiveAll(), as: UTF8.self))
            }
            #expect(first.hasPrefix("HTTP/1.1 100 Continue"))
            #expect(rest.hasPrefix("HTTP/1.1 201 Created"))
        }
    }

    @Test func aBodyThatEndsEarlyStoresNothing() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            let received = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                defer { socket.end() }
                // What came is JSON as it stands; only the length tells that more was meant.
                let head = ["Content-Type: application/json", "Content-Length: 100"]
                socket.send(requestHead("POST", "/v1/feedback", as: .collector, head) + Array(#"{"text":"a"}"#.utf8))
                socket.finishSending()
                return try socket.receiveAll()
            }
            let answer = parseAnswer(received)
            #expect(answer.status == 400 && answer.body.contains("body-cut-off"))
            #expect(try await server.services.store.head(of: TestServer.one) == 0)
        }
    }

    @Test func readinessFollowsDatabaseAndDraining() async throws {
        let draining = try await TestServer.make(isDraining: true)
        try await draining.run { caller in
            let answer = try await caller.send(.get, "/readyz")
            #expect(answer.status == 503 && answer.code == "draining" && answer.headers[.retryAfter] == "5")
            #expect(try await caller.send(.get, "/livez").status == 200)
        }
        let gone = try await TestServer.make()
        try await gone.run { caller in
            #expect(try await caller.send(.get, "/readyz").status == 200)
            await gone.pool.close()
            // Asked once a second.
            #expect(try await caller.send(.get, "/readyz").status == 200)
            gone.clock.advance(.seconds(1))
            #expect(try await caller.send(.get, "/readyz").code == "database-unavailable")
            #expect(try await caller.send(.get, "/livez").status == 200)
            let feedback = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"a"}"#)
            #expect(feedback.status == 503 && feedback.code == "database-unavailable")
        }
    }

    @Test func theLogHoldsRoutesAndTracesButNoSecrets() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let sent = try await caller.feedback(
                #"{"text":"nightingale","source":"hotline9","externalId":"ext77","personRef":"finch"}"#,
                headers: [.traceContext: "00-\(trace)-b7ad6b7169203331-01", .idempotencyKey: "idem55"]
            )
            _ = try await caller.send(.get, "/v1/feedback?source=hotline9&externalId=ext77", as: .collector)
            _ = try await caller.send(
                .get,
                "/v1/track",
                headers: [.authorization: "Tracking \(sent.trackingCode)"]
            )
            let missing = try await caller.send(
                .get,
                "/v1/demands?category=kestrel",
                headers: [.traceContext: "garbage"]
            )
            _ = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .collector)
            await server.pool.close()
            let failed = try await caller.send(.get, "/v1/demands?category=kestrel", as: .admin)
            let lines = server.log.all
            let log = lines.joined(separator: "\n")
            #expect(
                lines.contains {
                    $0.contains("route=/v1/feedback ") && $0.contains("status=201") && $0.contains("trace=\(trace)")
                }
            )
            #expect(lines.contains { $0.contains("route=/v1/feedback/{id}") && $0.contains("seconds=") })
            #expect(failed.status == 503)
            #expect(
                lines.contains {
                    $0.hasPrefix("error request failed") && $0.contains(failed.json["traceId"]?.string ?? "?")
                }
            )
            #expect(lines.contains { $0.contains(missing.json["traceId"]?.string ?? "?") && $0.contains("status=401") })
            let secrets = [
                "nightingale", "finch", "ext77", "hotline9", "idem55", "kestrel", sent.trackingCode, sent.id,
                TestServer.Who.collector.secret,
            ]
            for secret in secrets { #expect(!log.contains(secret), Comment(rawValue: secret)) }
        }
    }
}

/// A value that a thread leaves for its test.
final class Box<Value: Sendable>: Sendable {
    fileprivate let content: Mutex<Value>

    init(_ value: Value) {
        content = Mutex(value)
    }

    var value: Value {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}

extension Box<Int> {
    /// Adds and tells the sum.
    func add(_ number: Int) -> Int {
        content.withLock { value in
            value += number
            return value
        }
    }
}
