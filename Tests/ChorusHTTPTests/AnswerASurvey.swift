import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

@Suite struct AnswerASurvey {
    private let ndjson: HTTPFields = [.contentType: "application/x-ndjson"]

    @Test func isStoredWithItsDemands() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let survey = try await caller.survey(organization: "union")
            let sent = try await caller.respond(
                survey,
                #"{"answers":{"wish":"warbler benches","use":"yes","calm":4,"ways":["bike","foot"]},"#
                    + #""source":"app","personRef":"finch","externalId":"1","groups":[{"name":"cyclists"}],"channel":"web"}"#
            )
            #expect(sent.status == 201 && sent.headers[.location] == "/v1/feedback/\(sent.id)", "\(sent.text)")
            #expect(!sent.trackingCode.isEmpty)
            let record = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .collector).json
            #expect(record["survey"]?.string == survey && record["surveyVersion"]?.int == 1)
            let answers = record["answers"]?.array ?? []
            #expect(answers.map { $0["question"]?.string } == ["use", "ways", "calm", "wish"])
            #expect(answers[1]["options"] == .array([.string("foot"), .string("bike")]))
            #expect(answers[2]["scale"]?.int == 4 && answers[3]["text"]?.string == "warbler benches")
            #expect(record["organization"]?.string == "union")
            #expect(record["groups"]?.array?.map { $0["assertedBy"]?.string } == ["collector", "survey"])
            #expect(record["demands"]?.array?.count == 1)
            #expect(record["demands"]?[0]?["kind"]?.string == "suggestion")
            #expect(record["demands"]?[0]?["category"]?.string == "roads")
            let position = try await server.services.store.head(of: TestServer.one)
            #expect(Int64(sent.position) == position)
            // Words and sender stay out of the log.
            for event in try await server.services.store.events(of: TestServer.one, after: 0, limit: 100) {
                let body = String(decoding: event.body, as: UTF8.self)
                #expect(!body.contains("warbler") && !body.contains("finch"))
            }
        }
    }

    @Test func namesEveryMistakeByPointer() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let survey = try await caller.survey()
            let before = try await server.services.store.head(of: TestServer.one)
            let cases: [(String, [String])] = [
                (#"{"answers":{"use":"maybe","sky":1,"calm":9}}"#, ["/answers/use", "/answers/sky", "/answers/calm"]),
                (#"{"answers":{}}"#, ["/answers/use"]), (#"{}"#, ["/answers"]), (#"{"answers":[]}"#, ["/answers"]),
                (#"{"answers":null}"#, ["/answers"]),
                (#"{"answers":{"use":"yes"},"text":"x","externalId":"1"}"#, ["/text", "/source"]),
                (#"{"answers":{"use":"yes"},"channel":"pigeon"}"#, ["/channel"]),
            ]
            for (body, pointers) in cases {
                let answer = try await caller.respond(survey, body)
                #expect(answer.status == 422, "\(body): \(answer.text)")
                let found = answer.json["errors"]?.array?.compactMap { $0["pointer"]?.string }
                #expect(found == pointers, "\(body)")
            }
            #expect(try await server.services.store.head(of: TestServer.one) == before)
        }
    }

    @Test func onlyAnOpenSurveyOfTheTenantTakesThem() async throws {
        try await TestServer.make().run { caller in
            let body = #"{"answers":{"use":"yes"}}"#
            let draft = try await caller.survey(isOpen: false)
            let early = try await caller.respond(draft, body)
            #expect(early.status == 409 && early.code == "survey-not-open")
            _ = try await caller.send(.post, "/v1/surveys/\(draft)/open", as: .author)
            #expect(try await caller.respond(draft, body).status == 201)
            #expect(try await caller.respond(draft, body, as: .foreignCollector).status == 404)
            #expect(try await caller.respond(UUID().text, body).status == 404)
            #expect(try await caller.respond("x", body).status == 404)
            let message = try await caller.feedback(#"{"text":"a"}"#)
            #expect(try await caller.respond(message.id, body).status == 404)
            _ = try await caller.send(.post, "/v1/surveys/\(draft)/close", as: .author)
            let late = try await caller.respond(draft, body)
            #expect(late.status == 409 && late.code == "survey-closed")
            for who in [TestServer.Who.author, .reviewer, .analyst] {
                #expect(try await caller.respond(draft, body, as: who).status == 403)
            }
        }
    }

    @Test func aRetryGetsTheSameAnswerEvenAfterTheSurveyWasClosed() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let survey = try await caller.survey()
            let other = try await caller.survey()
            let body = #"{"answers":{"use":"yes","ways":["foot","bike"]},"source":"s","externalId":"1"}"#
            let keyed = #"{"answers":{"use":"no"}}"#
            let key: HTTPFields = [.idempotencyKey: "k"]
            let first = try await caller.respond(survey, body)
            let second = try await caller.respond(survey, keyed, headers: key)
            #expect(first.status == 201 && second.status == 201)
            // An id is one within its survey.
            let elsewhere = try await caller.respond(other, body)
            #expect(elsewhere.status == 201 && elsewhere.id != first.id)
            let changed = try await caller.respond(
                survey,
                #"{"answers":{"use":"no"},"source":"s","externalId":"1"}"#
            )
            #expect(changed.status == 409 && changed.code == "content-changed")
            let reused = try await caller.respond(survey, #"{"answers":{"use":"yes"}}"#, headers: key)
            #expect(reused.status == 422 && reused.code == "idempotency-key-reused")
            _ = try await caller.send(.post, "/v1/surveys/\(survey)/close", as: .author)
            let head = try await server.services.store.head(of: TestServer.one)
            let reordered = #"{"source":"s","externalId":"1","answers":{"ways":["bike","foot"],"use":"yes"}}"#
            #expect(try await caller.respond(survey, reordered, as: .otherCollector).bytes == first.bytes)
            #expect(try await caller.respond(survey, keyed, headers: key).bytes == second.bytes)
            #expect(try await server.services.store.head(of: TestServer.one) == head)
        }
    }

    @Test func aPublishableKeySpeaksForNobodyElse() async throws {
        try await TestServer.make().run { caller in
            let survey = try await caller.survey()
            let answer = try await caller.respond(
                survey,
                #"{"answers":{"use":"yes"},"groups":[{"name":"walkers"}]}"#,
                as: .publishable
            )
            #expect(answer.status == 201 && answer.headers[.rateLimit] != nil)
            let record = try await caller.send(.get, "/v1/feedback/\(answer.id)", as: .admin).json
            #expect(record["channel"]?.string == "web" && record["groups"]?[0]?["assertedBy"]?.string == "self")
            let named = try await caller.respond(
                survey,
                #"{"answers":{"use":"yes"},"source":"s","personRef":"p"}"#,
                as: .publishable
            )
            #expect(named.status == 422)
            #expect(
                try await caller.respond(
                    survey,
                    #"{"answers":{"use":"yes"}}"#,
                    as: .publishable,
                    headers: [.idempotencyKey: "guess"]
                ).status == 400
            )
            let bulk = try await caller.send(
                .post,
                "/v1/surveys/\(survey)/responses/bulk",
                as: .publishable,
                "{}",
                headers: ndjson
            )
            #expect(bulk.status == 403)
        }
    }

    @Test func itsSenderTracksAndWithdrawsIt() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let survey = try await caller.survey()
            let sent = try await caller.respond(survey, #"{"answers":{"use":"yes","wish":"warbler"}}"#)
            let code: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            let shown = try await caller.send(.get, "/v1/track", headers: code)
            #expect(shown.status == 200 && !shown.text.contains("warbler"))
            let withdrawn = try await caller.send(.post, "/v1/track/withdraw", headers: code)
            #expect(withdrawn.status == 200, "\(withdrawn.text)")
            let last = try await server.services.store.events(of: TestServer.one, after: 0, limit: 100).last
            #expect(last?.type == "FeedbackWithdrawn" && last?.stream.type == "response")
        }
    }

    @Test func inBulkEachLineIsJudgedByItself() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let survey = try await caller.survey()
            let path = "/v1/surveys/\(survey)/responses/bulk"
            var lines = (1...500).map { number in
                #"{"answers":{"use":"\#(number % 2 == 0 ? "yes" : "no")","calm":\#(number % 5 + 1)},"source":"s","externalId":"\#(number)"}"#
            }
            lines[6] = #"{"answers":{"use":"maybe"},"source":"s","externalId":"7"}"#
            lines[7] = "nonsense"
            let body = lines.joined(separator: "\n")
            let answer = try await caller.send(.post, path, as: .collector, body, headers: ndjson)
            #expect(answer.status == 200)
            let results = answer.lines
            #expect(results.count == 501 && results.prefix(500).map { $0["line"]?.int } == Array(1...500))
            #expect(results[6]["problem"]?["errors"]?[0]?["pointer"]?.string == "/answers/use")
            #expect(results[7]["problem"]?["code"]?.string == "malformed-json")
            #expect(
                answer.text.split(separator: "\n").last
                    == #"{"done":true,"lines":500,"stored":498,"repeated":0,"refused":2}"#
            )
            _ = try await caller.send(.post, "/v1/surveys/\(survey)/close", as: .author)
            let again = try await caller.send(.post, path + "?results=refused", as: .collector, body, headers: ndjson)
            #expect(again.lines.last?["repeated"]?.int == 498 && again.lines.last?["refused"]?.int == 2)
            #expect(again.lines[0]["problem"]?["code"]?.string == "survey-closed")
            for (who, id) in [(TestServer.Who.collector, UUID().text), (.foreignCollector, survey)] {
                let foreign = try await caller.send(
                    .post,
                    "/v1/surveys/\(id)/responses/bulk",
                    as: who,
                    body,
                    headers: ndjson
                )
                #expect(foreign.status == 404)
            }
        }
    }

    /// Its path holds an id: the limits for whole bodies must not hold for it all the same.
    @Test func aBulkBodyMayBeLongAndAnnouncedWithExpect() async throws {
        try await TestServer.make().run(.live) { caller in
            let survey = try await caller.survey()
            let port = try #require(caller.client.port)
            let lines = (1...4_000).map {
                #"{"answers":{"use":"yes"},"source":"source-of-these-lines","externalId":"\#($0)"}"#
            }
            let received = try await RawSocket.offPool {
                let socket = try RawSocket(port: port)
                defer { socket.end() }
                let body = Array(lines.joined(separator: "\n").utf8)
                let head = [
                    "Content-Type: application/x-ndjson", "Content-Length: \(body.count)", "Connection: close",
                    "Expect: 100-continue",
                ]
                socket.send(requestHead("POST", "/v1/surveys/\(survey)/responses/bulk", as: .collector, head))
                _ = try socket.receive { $0.contains("100 Continue") }
                guard body.count > 262_144, socket.send(body) == body.count else {
                    throw SocketError(what: "the body was not taken")
                }
                return try socket.receiveAll()
            }
            #expect(String(decoding: received, as: UTF8.self).contains(#""stored":4000,"#))
        }
    }
}
