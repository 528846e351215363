import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// The person's way back to their message.
@Suite struct TrackAMessage {
    private func code(_ text: String, _ more: HTTPFields = [:]) -> HTTPFields {
        var fields = more
        fields[.authorization] = "Tracking \(text)"
        return fields
    }

    @Test func showsStatusAndHistoryButNoWords() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"nightingale","category":"roads"}"#)
            let answer = try await caller.send(.get, "/v1/track", headers: code(sent.trackingCode))
            #expect(answer.status == 200)
            #expect(answer.json["status"]?.string == "received")
            let steps = answer.json["history"]?.array?.compactMap { $0["what"]?.string }
            #expect(steps == ["received", "categorised"])
            #expect(answer.json["demands"]?[0]?["category"]?.string == "roads")
            #expect(!answer.text.contains("nightingale"))
            let bearer = try await caller.send(
                .get,
                "/v1/track",
                headers: [.authorization: "bearer \(sent.trackingCode)"]
            )
            #expect(bearer.bytes == answer.bytes)
        }
    }

    @Test func readsTheCodeAsPeopleTypeIt() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let plain = sent.trackingCode
            #expect(plain.hasPrefix("one-"))
            let letters = plain.dropFirst(4)
            let typed = [
                plain.lowercased(), "one-" + letters.replacingOccurrences(of: "-", with: ""),
                "one-" + letters.replacingOccurrences(of: "-", with: " "),
                "one-" + letters.replacingOccurrences(of: "0", with: "O").replacingOccurrences(of: "1", with: "l"),
                "ONE-" + letters,
            ]
            for text in typed {
                let answer = try await caller.send(.get, "/v1/track", headers: code(text))
                #expect(answer.status == 200, Comment(rawValue: text))
            }
        }
    }

    @Test func withdrawsOnce() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let first = try await caller.send(
                .post,
                "/v1/track/withdraw",
                headers: code(sent.trackingCode, [.idempotencyKey: "w-1"])
            )
            #expect(first.status == 200)
            #expect(first.json["status"]?.string == "withdrawn" && first.position == 3)
            let repeated = try await caller.send(
                .post,
                "/v1/track/withdraw",
                "{}",
                headers: code(sent.trackingCode, [.idempotencyKey: "\"w-1\""])
            )
            #expect(repeated.status == 200 && repeated.bytes == first.bytes)
            for headers in [code(sent.trackingCode), code(sent.trackingCode, [.idempotencyKey: "w-2"])] {
                let second = try await caller.send(.post, "/v1/track/withdraw", headers: headers)
                #expect(second.status == 409 && second.code == "already-withdrawn")
            }
            let shown = try await caller.send(.get, "/v1/track", headers: code(sent.trackingCode))
            #expect(shown.json["status"]?.string == "withdrawn")
            #expect(try await server.services.store.head(of: TestServer.one) == 3)
        }
    }

    @Test func refusesWhatIsNoCode() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let other = sent.trackingCode.hasSuffix("0") ? "4" : "0"
            let cases: [(HTTPFields, Int, String)] = [
                ([:], 401, "missing-code"), (code("x"), 401, "wrong-code"),
                (code(String(repeating: "A", count: 26)), 401, "wrong-code"),
                ([.authorization: "Basic \(sent.trackingCode)"], 401, "wrong-code"),
                (code(String(sent.trackingCode.dropLast()) + other), 404, "unknown-code"),
                (code("two" + sent.trackingCode.dropFirst(3)), 404, "unknown-code"),
                (code("nobody" + sent.trackingCode.dropFirst(3)), 404, "unknown-code"),
            ]
            for (headers, status, problem) in cases {
                for answer in [
                    try await caller.send(.get, "/v1/track", headers: headers),
                    try await caller.send(.post, "/v1/track/withdraw", headers: headers),
                ] {
                    #expect(answer.status == status && answer.code == problem, "\(answer.text)")
                    if status == 401 { #expect(answer.headers[.wwwAuthenticate] == "Tracking realm=\"chorus\"") }
                }
            }
            let body = try await caller.send(
                .post,
                "/v1/track/withdraw",
                #"{"reason":"x"}"#,
                headers: code(sent.trackingCode)
            )
            #expect(body.status == 422)
        }
    }

    @Test func limitsGuessing() async throws {
        var server = try await TestServer.make()
        server.configuration.trackingPerMinute = 3
        try await server.run { [clock = server.clock] caller in
            for _ in 1...3 { #expect(try await caller.send(.get, "/v1/track").status == 401) }
            let refused = try await caller.send(.get, "/v1/track")
            #expect(refused.status == 429 && refused.headers[.retryAfter] == "20")
            clock.advance(.seconds(20))
            #expect(try await caller.send(.get, "/v1/track").status == 401)
            #expect(try await caller.send(.get, "/v1/track").status == 429)
        }
    }
}
