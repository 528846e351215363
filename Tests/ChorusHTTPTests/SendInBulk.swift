import EventSourcing
import Foundation
import HTTPTypes
import JSONText
import Synchronization
import Testing

@testable import ChorusHTTP

/// Bulk bodies over real sockets and into a real database.
@Suite struct SendInBulk {
    static func line(_ number: Int) -> String {
        #"{"text":"message \#(number)","source":"import","externalId":"\#(number)"}"#
    }

    private let ndjson: HTTPFields = [.contentType: "application/x-ndjson"]

    @Test func oneMalformedLineOfTenThousandLosesNothingElse() async throws {
        var lines = (1...10_000).map(Self.line)
        lines[16] = #"{"text":"message 17","source":"#
        let body = lines.joined(separator: "\n")
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let answer = try await caller.postPatiently("/v1/feedback/bulk", as: .collector, body, headers: ndjson)
            #expect(answer.status == 200)
            let results = answer.lines
            #expect(results.count == 10_001)
            #expect(results.prefix(10_000).map { $0["line"]?.int } == Array(1...10_000))
            for (index, result) in results.prefix(10_000).enumerated() where index != 16 {
                #expect(result["status"]?.int == 201)
            }
            #expect(results[16]["status"]?.int == 400)
            #expect(results[16]["problem"]?["code"]?.string == "malformed-json")
            #expect(results[16]["problem"]?["detail"]?.string?.contains("line 17") == true)
            #expect(
                answer.text.split(separator: "\n").last
                    == #"{"done":true,"lines":10000,"stored":9999,"repeated":0,"refused":1}"#
            )
            #expect(try await server.services.store.head(of: TestServer.one) == 9_999 * 2)

            // Sent again, corrected and by another key: only the missing line is new.
            let whole = (1...10_000).map(Self.line).joined(separator: "\n") + "\n"
            let again = try await caller.postPatiently(
                "/v1/feedback/bulk",
                as: .otherCollector,
                whole,
                headers: ndjson
            )
            #expect(again.lines.last?["repeated"]?.int == 9_999 && again.lines.last?["stored"]?.int == 1)
            let first = zip(results, again.lines).prefix(10_000).enumerated().filter { $0.offset != 16 }
            #expect(first.allSatisfy { $0.element.0 == $0.element.1 })
        }
    }

    @Test func refusedResultsOnly() async throws {
        let body = [Self.line(1), "", "  ", "nonsense", Self.line(2), #"{"text":""}"#].joined(separator: "\r\n")
        try await TestServer.make().run(.live) { caller in
            let answer = try await caller.send(
                .post,
                "/v1/feedback/bulk?results=refused",
                as: .collector,
                body,
                headers: ndjson
            )
            let results = answer.lines
            #expect(results.map { $0["line"]?.int } == [4, 6, nil])
            #expect(results[1]["problem"]?["errors"]?[0]?["pointer"]?.string == "/text")
            #expect(results[2]["lines"]?.int == 4 && results[2]["stored"]?.int == 2)
        }
    }

    @Test func aBodyCutOffMidwayStoresItsCompleteLines() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            let whole = (1...500).map(Self.line).joined(separator: "\n") + "\n"
            let partial = Self.line(501).dropLast(3)
            for framing in ["Content-Length: 1000000", "Transfer-Encoding: chunked"] {
                let received = try await RawSocket.offPool {
                    let socket = try RawSocket(port: port)
                    defer { socket.end() }
                    let head = ["Content-Type: application/x-ndjson", framing]
                    socket.send(requestHead("POST", "/v1/feedback/bulk", as: .collector, head))
                    let body = Array((whole + partial).utf8)
                    if framing.hasPrefix("T") { socket.send(Array("\(String(body.count + 100, radix: 16))\r\n".utf8)) }
                    socket.send(body)
                    socket.finishSending()
                    return try socket.receiveAll()
                }
                let answer = parseAnswer(received)
                let lines = answer.body.split(separator: "\n")
                #expect(lines.count == 501, Comment(rawValue: framing))
                let totals = try JSONValue.parse(String(lines.last ?? "{}"))
                #expect(totals["done"]?.bool == false && totals["lines"]?.int == 500)
                #expect(totals["problem"]?["code"]?.string == "body-cut-off")
                #expect(try await server.services.store.head(of: TestServer.one) == 1_000)
            }
            // Sent again as a whole, nothing is doubled.
            let complete = whole + Self.line(501)
            let again = try await caller.send(.post, "/v1/feedback/bulk", as: .collector, complete, headers: ndjson)
            #expect(again.lines.last?["repeated"]?.int == 500 && again.lines.last?["stored"]?.int == 1)
        }
    }

    @Test func aClientThatVanishesLosesNoCompleteLine() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            _ = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                let head = ["Content-Type: application/x-ndjson", "Content-Length: 1000000"]
                socket.send(requestHead("POST", "/v1/feedback/bulk", as: .collector, head))
                socket.send(Array(((1...300).map(Self.line).joined(separator: "\n") + "\n{\"text\"").utf8))
                // Reads the first result, so that the body is known to be on its way, then goes.
                let text = try socket.receive { $0.contains("\"line\":300,") }
                socket.end()
                return text
            }
            #expect(try await server.services.store.head(of: TestServer.one) == 600)
        }
    }

    @Test func aClientThatReadsNothingBeforeItsBodyEndsIsServed() async throws {
        var server = try await TestServer.make()
        server.configuration.bulkResultMemory = 100_000
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            let received = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                defer { socket.end() }
                let body = Array((1...20_000).map(Self.line).joined(separator: "\n").utf8)
                let head = [
                    "Content-Type: application/x-ndjson", "Content-Length: \(body.count)", "Connection: close",
                ]
                socket.send(requestHead("POST", "/v1/feedback/bulk", as: .collector, head))
                guard socket.send(body) == body.count else { throw SocketError(what: "the body was not taken") }
                return try socket.receiveAll()
            }
            let answer = parseAnswer(received)
            #expect(answer.status == 200)
            let lines = answer.body.split(separator: "\n")
            #expect(lines.count == 20_001)
            for (index, line) in lines.dropLast().enumerated()
            where !line.hasPrefix("{\"line\":\(index + 1),\"status\":201,") {
                Issue.record("line \(index + 1): \(line)")
            }
            #expect(lines.last?.hasPrefix("{\"done\":true,\"lines\":20000,\"stored\":20000,") == true)
        }
    }

    @Test func aKeyThatIsRevokedMidwayEndsTheRequest() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let port = try #require(caller.client.port)
            let socket = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                let head = ["Content-Type: application/x-ndjson", "Content-Length: 1000000"]
                socket.send(requestHead("POST", "/v1/feedback/bulk", as: .collector, head))
                socket.send(Array((Self.line(1) + "\n").utf8))
                _ = try socket.receive { $0.contains("\"line\":1,") }
                return socket
            }
            defer { socket.end() }
            try await server.operators.execute("UPDATE access.keys SET revoked_at = now() WHERE name = 'collector'")
            server.clock.advance(.seconds(3))
            let rest = try await RawSocket.offPool {
                socket.send(Array((Self.line(2) + "\n").utf8))
                // The rest of the body is not waited for: the server ends the connection.
                return String(decoding: try socket.receiveAll(), as: UTF8.self)
            }
            #expect(rest.contains(#"{"done":false,"lines":1,"stored":1,"repeated":0,"refused":0,"problem":{"#))
            #expect(rest.contains(#""status":401"#) && rest.contains(#""code":"wrong-key""#))
            #expect(try await server.services.store.head(of: TestServer.one) == 2)
        }
    }

    @Test func resultsThatNobodyReadsEndTheRequest() async throws {
        var server = try await TestServer.make()
        server.configuration.bulkResultMemory = 0
        server.configuration.bulkResultFile = 0
        server.configuration.bulkWindow = 8
        try await server.run { [store = server.services.store] caller in
            let body = (1...1_000).map(Self.line).joined(separator: "\n")
            let answer = try await caller.send(.post, "/v1/feedback/bulk", as: .collector, body, headers: ndjson)
            let results = answer.lines
            let totals = try #require(results.last)
            #expect(totals["done"]?.bool == false && totals["problem"]?["code"]?.string == "results-unread")
            // What was judged is told, in order, and nothing else was stored.
            let judged = results.count - 1
            #expect(judged < 1_000 && totals["lines"]?.int == judged && totals["stored"]?.int == judged)
            #expect(results.dropLast().map { $0["line"]?.int } == Array(1...max(1, judged)))
            #expect(try await store.head(of: TestServer.one) == Int64(judged * 2))
        }
    }

    @Test func aKeyWithTooManyRequestsUnderWayIsToldToWait() async throws {
        var server = try await TestServer.make()
        server.configuration.bulkRequestsPerKey = 0
        try await server.run { caller in
            let answer = try await caller.send(
                .post,
                "/v1/feedback/bulk",
                as: .collector,
                Self.line(1),
                headers: ndjson
            )
            #expect(answer.status == 429 && answer.code == "too-many-bulk-requests")
            #expect(answer.headers[.retryAfter] == "1")
        }
    }

    @Test func aLineOverTheLimitIsRefusedAndTheRestGoesOn() async throws {
        let long = #"{"text":""# + String(repeating: "a", count: 300_000) + #""}"#
        try await TestServer.make().run(.live) { caller in
            let body = [Self.line(1), long, Self.line(2)].joined(separator: "\n")
            let answer = try await caller.send(.post, "/v1/feedback/bulk", as: .collector, body, headers: ndjson)
            #expect(answer.lines.map { $0["status"]?.int } == [201, 413, 201, nil])
            #expect(answer.lines[1]["problem"]?["code"]?.string == "body-too-large")
        }
    }

    @Test func oneIdempotencyKeyMakesOneForEachLine() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            var headers = ndjson
            headers[.idempotencyKey] = "import-1"
            let body = "{\"text\":\"a\"}\n{\"text\":\"a\"}\n"
            let first = try await caller.send(.post, "/v1/feedback/bulk", as: .collector, body, headers: headers)
            let again = try await caller.send(.post, "/v1/feedback/bulk", as: .collector, body, headers: headers)
            #expect(first.lines[0]["id"] != first.lines[1]["id"])
            #expect(first.lines.prefix(2) == again.lines.prefix(2))
            #expect(again.lines[2]["repeated"]?.int == 2)
            let changed = try await caller.send(
                .post,
                "/v1/feedback/bulk",
                as: .collector,
                "{\"text\":\"b\"}",
                headers: headers
            )
            #expect(changed.lines[0]["problem"]?["code"]?.string == "idempotency-key-reused")
        }
    }

    @Test func theEarlierOfTwoLinesWithOneIDWins() async throws {
        let body = (1...20).map { #"{"text":"version \#($0)","source":"s","externalId":"1"}"# }
        try await TestServer.make().run { caller in
            let answer = try await caller.send(
                .post,
                "/v1/feedback/bulk",
                as: .collector,
                body.joined(separator: "\n"),
                headers: ndjson
            )
            #expect(answer.lines.prefix(20).map { $0["status"]?.int } == [201] + Array(repeating: 409, count: 19))
        }
    }

    @Test func aFullStoreIsWaitedFor() async throws {
        let server = try await TestServer.make(store: StubbornStore(failures: 3, .queueFull(retryAfter: .seconds(1))))
        try await server.run { caller in
            let answer = try await caller.send(
                .post,
                "/v1/feedback/bulk",
                as: .collector,
                Self.line(1),
                headers: ndjson
            )
            #expect(answer.lines.first?["status"]?.int == 201)
        }
    }

    @Test func aStoreThatStaysFullOrIsGoneIsSaid() async throws {
        let cases: [(StoreFailure, String)] = [
            (.queueFull(retryAfter: .seconds(1)), "queue-full"), (.outcomeUnknown, "outcome-unknown"),
            (.unavailable("secret host"), "database-unavailable"),
        ]
        for (failure, code) in cases {
            var server = try await TestServer.make(store: StubbornStore(failures: .max, failure))
            server.configuration.bulkPatience = .milliseconds(50)
            try await server.run { caller in
                let answer = try await caller.send(
                    .post,
                    "/v1/feedback/bulk",
                    as: .collector,
                    Self.line(1) + "\n" + Self.line(2),
                    headers: ndjson
                )
                #expect(answer.status == 200)
                #expect(answer.lines.prefix(2).allSatisfy { $0["status"]?.int == 503 })
                #expect(answer.lines.prefix(2).allSatisfy { $0["problem"]?["code"]?.string == code })
                #expect(answer.lines.last?["refused"]?.int == 2 && !answer.text.contains("secret"))
                let single = try await caller.send(.post, "/v1/feedback", as: .collector, Self.line(1))
                #expect(single.status == 503 && single.code == code && single.headers[.retryAfter] == "1")
            }
        }
    }
}

/// A store in memory that fails so many times first.
final class StubbornStore: EventStore {
    private let inner = InMemoryEventStore(tenants: [TestServer.one]) { TestServer.now }
    private let left: Mutex<Int>
    private let failure: StoreFailure

    init(failures: Int, _ failure: StoreFailure) {
        left = Mutex(failures)
        self.failure = failure
    }

    func execute(_ submission: Submission) async throws -> Appended {
        let fails = left.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if fails { throw failure }
        return try await inner.execute(submission)
    }

    func history(of stream: StreamID, tenant: TenantID) async throws -> [RecordedEvent] {
        await inner.history(of: stream, tenant: tenant)
    }

    func events(of tenant: TenantID, after position: Position, limit: Int) async throws -> [RecordedEvent] {
        await inner.events(of: tenant, after: position, limit: limit)
    }

    func head(of tenant: TenantID) async throws -> Position { await inner.head(of: tenant) }

    func passages(of stream: StreamID, tenant: TenantID) async throws -> [Int16: Passage] {
        await inner.passages(of: stream, tenant: tenant)
    }
}
