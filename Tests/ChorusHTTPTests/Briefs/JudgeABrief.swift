import EventSourcing
import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// Those behind a topic read what is said in their name, and say whether it is what they mean.
@Suite struct JudgeABrief {
    @Test func whoeverStandsBehindATopicIsShownTheBriefAndAnswersOnce() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            try await server.project()
            // A draft is nobody's business yet.
            #expect(try await caller.tracked(town.codes[0]).json["briefs"]?.array?.isEmpty == true)
            let early = try await caller.check(brief, "yes", code: town.codes[0])
            #expect(early.status == 404, "\(early.text)")

            _ = try await caller.step(brief, "ask")
            try await server.project()
            let shown = try await caller.tracked(town.codes[0])
            let row = shown.json["briefs"]?[0]
            #expect(row?["brief"]?.string == brief && row?["organization"]?.string == "union", "\(shown.text)")
            #expect(row?["title"]?.string == "Quiet nights" && row?["text"]?.string == "Close the plant at night.")
            #expect(row?["state"]?.string == "checking" && row?["answer"]?.isNull == true)
            // The reviewer's words alone, and no numbers.
            #expect(!shown.text.contains("estate") && !shown.text.contains("people"))

            // A code typed by hand; a retry is one answer, another answer under its key none.
            let typed = town.codes[0].lowercased().replacing("-", with: " ").replacing("one ", with: "one-")
            for _ in 0..<2 {
                let answered = try await caller.check(brief, "yes", code: typed, key: "k")
                #expect(answered.status == 201 && answered.json["answer"]?.string == "yes", "\(answered.text)")
            }
            let other = try await caller.check(brief, "no", code: typed, key: "k")
            #expect(other.status == 422 && other.code == "idempotency-key-reused", "\(other.text)")
            let twice = try await caller.check(brief, "no", code: town.codes[0])
            #expect(twice.status == 409 && twice.code == "already-answered", "\(twice.text)")
            // The key is the message's own: another person may call their request the same.
            #expect(try await caller.check(brief, "partly", code: town.codes[1], key: "k").status == 201)
            try await server.project()
            #expect(try await caller.tracked(town.codes[0]).json["briefs"]?[0]?["answer"]?.string == "yes")
            #expect(try await caller.tracked(town.codes[2]).json["briefs"]?[0]?["answer"]?.isNull == true)

            // How it ended is shown, what was answered is not.
            _ = try await caller.step(brief, "deliver", #"{"to":"The mayor"}"#)
            let late = try await caller.check(brief, "yes", code: town.codes[2])
            #expect(late.status == 409 && late.code == "check-closed", "\(late.text)")
            _ = try await caller.step(brief, "outcome", #"{"outcome":"adopted","words":"Agreed."}"#)
            try await server.project()
            let ended = try await caller.tracked(town.codes[2])
            #expect(ended.json["briefs"]?[0]?["outcome"]?.string == "adopted", "\(ended.text)")
            #expect(ended.json["briefs"]?[0]?["decidedAt"]?.string == "2026-06-01T00:00:00Z")
            #expect(!ended.text.contains("Agreed") && !ended.text.contains("mayor"))
        }
    }

    @Test func strangersAreShownNothingAndRefused() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            _ = try await caller.step(brief, "ask")
            try await server.project()
            #expect(try await caller.tracked(town.busCode).json["briefs"]?.array?.isEmpty == true)
            let refused = try await caller.check(brief, "yes", code: town.busCode)
            #expect(refused.status == 422 && refused.code == "not-a-supporter", "\(refused.text)")

            // Whoever withdrew what they said stands behind it no longer, at once.
            let code: HTTPFields = [.authorization: "Tracking \(town.codes[0])"]
            #expect(try await caller.send(.post, "/v1/track/withdraw", headers: code).status == 200)
            let withdrawn = try await caller.check(brief, "yes", code: town.codes[0])
            #expect(withdrawn.status == 422 && withdrawn.code == "not-a-supporter", "\(withdrawn.text)")
            try await server.project()
            #expect(try await caller.tracked(town.codes[0]).json["briefs"]?.array?.isEmpty == true)
        }
    }

    @Test func aPersonIsOneWithAnyOfTheirMessagesAndBySupport() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            // p0 says something else as well; q speaks of benches, and supports the plant's topic later.
            let lanterns = "Lanterns for the northern footpath, please"
            let benches = "Benches on the market square are missing"
            let more = try await caller.feedback(#"{"text":"\#(lanterns)","source":"s","personRef":"p0"}"#)
            let q = try await caller.feedback(#"{"text":"\#(benches)","source":"s","personRef":"q"}"#)
            for (number, text) in [lanterns, benches, "The harbour bus leaves far too early"].enumerated() {
                _ = try await caller.feedback(#"{"text":"\#(text)","source":"s","personRef":"r\#(number)"}"#)
            }
            try await server.refine()
            let title = #"{"title":"Plant","approve":true}"#
            let named = try await caller.send(.post, "/v1/topics/\(town.plant)/title", as: .reviewer, title)
            #expect(named.status == 200, "\(named.text)")
            try await server.project()
            try await server.release(1)
            let published = try await caller.send(.get, "/v1/topics/published", as: .collector)
            #expect(published.json["topics"]?[0]?["topic"]?.string == town.plant, "\(published.text)")
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            _ = try await caller.step(brief, "ask")
            try await server.project()
            #expect(try await caller.check(brief, "yes", code: q.trackingCode).code == "not-a-supporter")
            let support = try await caller.send(
                .post,
                "/v1/topics/\(town.plant)/support",
                as: .collector,
                #"{"source":"s","personRef":"q"}"#
            )
            #expect(support.status == 200, "\(support.text)")
            try await server.project()
            #expect(try await caller.tracked(q.trackingCode).json["briefs"]?[0]?["brief"]?.string == brief)
            #expect(try await caller.check(brief, "partly", code: q.trackingCode).status == 201)
            #expect(try await caller.check(brief, "yes", code: more.trackingCode).status == 201)
            let twice = try await caller.check(brief, "no", code: town.codes[0])
            #expect(twice.status == 409 && twice.code == "already-answered", "\(twice.text)")
            try await server.project()
            #expect(try await caller.tracked(town.codes[0]).json["briefs"]?[0]?["answer"]?.string == "yes")
        }
    }

    @Test func refusesWhatIsNoAnswer() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            _ = try await caller.step(brief, "ask")
            let nobody = "00000000-0000-8000-8000-000000000000"
            let uri = "/v1/track/briefs/\(brief)/check"
            let good = #"{"answer":"yes"}"#
            let requests: [(String, String, String?, Int, String)] = [
                (uri, #"{"answer":"maybe"}"#, town.codes[0], 422, "invalid-fields"),
                (uri, "{}", town.codes[0], 422, "invalid-fields"),
                (uri, #"{"answer":"yes","x":1}"#, town.codes[0], 422, "invalid-fields"),
                (uri, good, nil, 401, "missing-code"), (uri, good, "x", 401, "wrong-code"),
                (uri, good, "one-" + String(repeating: "0", count: 26), 404, "unknown-code"),
                ("/v1/track/briefs/\(nobody)/check", good, town.codes[0], 404, "not-found"),
                ("/v1/track/briefs/x/check", good, town.codes[0], 404, "not-found"),
                ("/v1/track/briefs/\(town.messages[0])/check", good, town.codes[0], 404, "not-found"),
            ]
            for (uri, body, code, status, problem) in requests {
                var headers: HTTPFields = [:]
                headers[.authorization] = code.map { "Tracking \($0)" }
                let answer = try await caller.send(.post, uri, body, headers: headers)
                #expect(answer.status == status && answer.code == problem, "\(uri) \(body): \(answer.text)")
            }
            #expect(try await caller.send(.get, "/v1/track/briefs").code == "missing-code")
        }
    }
}
