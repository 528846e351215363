import EventSourcing
import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// The person who spoke says more.
@Suite struct AddToAMessage {
    private func code(_ sent: TestAnswer, _ more: HTTPFields = [:]) -> HTTPFields {
        var fields = more
        fields[.authorization] = "Tracking \(sent.trackingCode)"
        return fields
    }

    @Test func isKeptBesideTheFirstWordsAndCountsNothing() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a","subject":"b"}"#)
            for words in ["nightingale\nat dusk", "lark"] {
                let body = #"{"text":"\#(words.replacingOccurrences(of: "\n", with: "\\n"))","language":"en"}"#
                let answer = try await caller.send(.post, "/v1/track/addition", body, headers: code(sent))
                #expect(answer.status == 201 && answer.json["status"]?.string == "added", "\(answer.text)")
            }
            let shown = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin)
            #expect(shown.json["additions"]?.array?.map { $0["text"]?.string } == ["nightingale\nat dusk", "lark"])
            #expect(shown.json["demands"]?.array?.count == 1)
            let tracked = try await caller.send(.get, "/v1/track", headers: code(sent))
            #expect(tracked.json["history"]?.array?.map { $0["what"]?.string } == ["received", "added", "added"])
            #expect(!tracked.text.contains("lark"))
            let body = try await server.services.store.events(of: TestServer.one, after: 0, limit: 10).map(\.body)
            #expect(!body.contains { String(decoding: $0, as: UTF8.self).contains("lark") })
        }
    }

    @Test func aRepeatAnswersTheSameAlsoAfterOthers() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let first = try await caller.send(
                .post,
                "/v1/track/addition",
                #"{"text":"b"}"#,
                headers: code(sent, [.idempotencyKey: "a-1"])
            )
            _ = try await caller.send(.post, "/v1/track/addition", #"{"text":"c"}"#, headers: code(sent))
            let again = try await caller.send(
                .post,
                "/v1/track/addition",
                #"{"text":"b"}"#,
                headers: code(sent, [.idempotencyKey: "a-1"])
            )
            #expect(first.status == 201 && again.status == 201 && again.bytes == first.bytes)
            let other = try await caller.send(
                .post,
                "/v1/track/addition",
                #"{"text":"d"}"#,
                headers: code(sent, [.idempotencyKey: "a-1"])
            )
            #expect(other.status == 422 && other.code == "idempotency-key-reused")
            #expect(try await server.services.store.head(of: TestServer.one) == 4)
        }
    }

    @Test func isRefusedOnceWithdrawnAndWhenItIsBad() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let bad: [(String, String)] = [
                ("{}", "/text"), (#"{"text":7}"#, "/text"), (#"{"text":"a","more":1}"#, "/more"),
                (#"{"text":"a","language":"!"}"#, "/language"), (#"{"text":"a\u0000"}"#, ""),
            ]
            for (body, pointer) in bad {
                let answer = try await caller.send(.post, "/v1/track/addition", body, headers: code(sent))
                #expect([400, 422].contains(answer.status), "\(answer.text)")
                if answer.status == 422 { #expect(answer.json["errors"]?[0]?["pointer"]?.string == pointer) }
            }
            _ = try await caller.send(.post, "/v1/track/withdraw", headers: code(sent))
            let late = try await caller.send(.post, "/v1/track/addition", #"{"text":"b"}"#, headers: code(sent))
            #expect(late.status == 409 && late.code == "withdrawn")
        }
    }
}
