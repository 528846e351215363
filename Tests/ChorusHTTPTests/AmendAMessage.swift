import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// `onChange=amend`: what a source says anew about a message takes effect, and what it said before is kept.
@Suite struct AmendAMessage {
    private static func body(
        _ text: String,
        category: String = "roads",
        place: String = "North",
        id: String = "7"
    ) -> String {
        """
        {"text":"\(text)","subject":"on \(text)","source":"hotline","externalId":"\(id)","personRef":"A-77",\
        "category":"\(category)","kind":"complaint","place":"\(place)","groups":[{"name":"Drivers"}]}
        """
    }

    private func amend(_ caller: TestCaller, _ body: String, as who: TestServer.Who = .collector) async throws
        -> TestAnswer
    {
        try await caller.send(.post, "/v1/feedback?onChange=amend", as: who, body)
    }

    /// Leaving it out later brings it back to nobody whom it speaks against.
    @Test func whomItSpeaksAgainstReadsItNoLonger() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for body in [
                #"{"code":"city","names":{"en":"City"}}"#, #"{"code":"union","names":{"en":"Union"},"parent":"city"}"#,
            ] {
                #expect(try await caller.send(.post, "/v1/organizations", as: .admin, body).status == 201)
            }
            func body(_ text: String, _ more: String = "") -> String {
                #"{"text":"\#(text)","source":"hotline","externalId":"9","organization":"union"\#(more)}"#
            }
            let sent = try await amend(caller, body("Dues"))
            let demand = "/v1/demands/\(sent.id).1"
            #expect(try await caller.send(.get, demand, as: .reviewerOfUnion).status == 200)
            let urgent = #","against":"union","urgent":true"#
            let amended = try await amend(caller, body("They keep our dues", urgent))
            #expect(amended.status == 201, "\(amended.text)")
            let seen = try await caller.send(.get, demand, as: .reviewer)
            #expect(seen.json["handling"]?["against"]?.string == "union", "\(seen.text)")
            #expect(seen.json["handling"]?["isUrgent"]?.bool == true)
            #expect(try await amend(caller, body("They keep our dues", urgent)).position == amended.position)
            for text in ["They keep our dues", "They keep all our dues"] {
                #expect(try await amend(caller, body(text)).status == 201)
                #expect(try await caller.send(.get, demand, as: .reviewerOfUnion).status == 404)
                #expect(try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .reviewerOfUnion).status == 404)
                let now = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .reviewer)
                #expect(now.json["organization"]?.string == nil, "\(now.text)")
                try await server.project()
                #expect(!(try await caller.send(.get, "/v1/demands", as: .reviewerOfUnion).text.contains("dues")))
            }
        }
    }

    @Test func theNewWordsHoldAndTheOldOnesAreKept() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await amend(caller, Self.body("lamp"))
            #expect(first.status == 201 && first.position == 3, "\(first.text)")
            let second = try await amend(caller, Self.body("bridge", category: "water", place: "South"))
            #expect(second.status == 201 && second.id == first.id && second.position == 5, "\(second.text)")
            #expect(second.trackingCode == first.trackingCode)
            let seen = try await caller.send(.get, "/v1/feedback/\(first.id)", as: .collector).json
            #expect(seen["text"]?.string == "bridge" && seen["subject"]?.string == "on bridge")
            #expect(seen["place"]?.string == "South" && seen["amendedAt"]?.string != nil)
            #expect(seen["earlier"] == nil)
            #expect(seen["demands"]?[0]?["category"]?.string == "water")
            #expect(seen["demands"]?[0]?["place"]?.string == "South")
            let reviewed = try await caller.send(.get, "/v1/feedback/\(first.id)", as: .reviewer).json
            #expect(reviewed["text"]?.string == "bridge")
            #expect(reviewed["earlier"]?.array?.count == 1)
            #expect(reviewed["earlier"]?[0]?["text"]?.string == "lamp")
            #expect(reviewed["earlier"]?[0]?["subject"]?.string == "on lamp")
            let demand = try await caller.send(.get, "/v1/demands/\(first.id).1", as: .reviewer).json
            #expect(demand["text"]?.string == "bridge")
            #expect(
                demand["history"]?.array?.compactMap { $0["what"]?.string } == [
                    "received", "categorised", "amended", "categorised",
                ]
            )
            try await server.project()
            let listed = try await caller.send(.get, "/v1/demands?place=South", as: .reviewer).json["demands"]
            #expect(listed?[0]?["text"]?.string == "bridge" && listed?[0]?["subject"]?.string == "on bridge")
            #expect(listed?.array?.count == 1)
            let tracked = try await caller.send(
                .get,
                "/v1/track",
                headers: [.authorization: "Tracking \(first.trackingCode)"]
            )
            #expect(tracked.status == 200 && !tracked.text.contains("bridge") && tracked.text.contains("amended"))
            let log = try await server.services.store.events(of: TestServer.one, after: 0, limit: 10)
            for event in log { #expect(!String(decoding: event.body, as: UTF8.self).contains("bridge")) }
        }
    }

    @Test func aRepeatedAmendmentIsOneAndGoingBackIsAnother() async throws {
        let server = try await TestServer.make()
        let other = try server.node()
        try await server.run { caller in
            try await other.run { second in
                let lamp = Self.body("lamp")
                let bridge = Self.body("bridge")
                let first = try await amend(caller, lamp)
                #expect(try await amend(second, lamp).bytes == first.bytes)
                let amended = try await amend(caller, bridge)
                #expect(amended.position == first.position + 1)
                // On either node, by another key, and without asking for an amendment.
                #expect(try await amend(second, bridge).bytes == amended.bytes)
                #expect(try await amend(second, bridge, as: .otherCollector).bytes == amended.bytes)
                #expect(try await second.feedback(bridge).bytes == amended.bytes)
                let back = try await amend(second, lamp)
                #expect(back.status == 201 && back.position == amended.position + 1)
                #expect(try await amend(caller, lamp).bytes == back.bytes)
                let refused = try await caller.send(.post, "/v1/feedback", as: .collector, bridge)
                #expect(refused.status == 409 && refused.code == "content-changed")
                let words = try await server.operators.query(
                    "SELECT p.number FROM vault.passages AS p ORDER BY p.number"
                )
                #expect(try words.map { try $0.decode(0, as: Int16.self) } == [1, 2, 3, 4, 5, 6])
            }
        }
    }

    @Test func racingAmendmentsAreOne() async throws {
        let server = try await TestServer.make()
        let other = try server.node()
        try await server.run { caller in
            try await other.run { second in
                let first = try await amend(caller, Self.body("lamp"))
                let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                    for index in 1...20 {
                        group.addTask { try await amend(index % 2 == 0 ? caller : second, Self.body("bridge")) }
                    }
                    return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
                }
                #expect(Set(answers.map { "\($0.status) \($0.text)" }).count == 1)
                #expect(try await server.services.store.head(of: TestServer.one) == Position(first.position + 1))
            }
        }
    }

    @Test func whatAReviewerSaidStands() async throws {
        try await TestServer.make().run { caller in
            let first = try await amend(caller, Self.body("lamp"))
            let demand = "/v1/demands/\(first.id).1"
            let corrections = [
                ("category", #"{"category":"parks"}"#), ("kind", #"{"kind":"complaint"}"#),
                ("group", #"{"groups":[{"name":"Nurses"}]}"#), ("place", #"{"place":"West"}"#),
            ]
            for (what, body) in corrections {
                #expect(try await caller.send(.post, "\(demand)/\(what)", as: .reviewer, body).status == 200)
            }
            let changed = Self.body("bridge", category: "water", place: "South")
                .replacing("complaint", with: "praise").replacing("Drivers", with: "Cyclists")
            #expect(try await amend(caller, changed).status == 201)
            let shown = try await caller.send(.get, demand, as: .reviewer).json
            #expect(shown["text"]?.string == "bridge" && shown["category"]?.string == "parks")
            // A confirmed kind is a reviewer's word, too.
            #expect(shown["kind"]?.string == "complaint" && shown["place"]?.string == "West")
            #expect(shown["groups"]?[0]?["name"]?.string == "Nurses")
        }
    }

    @Test func notOnceItWasWithdrawnOrForgotten() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await amend(caller, Self.body("lamp"))
            let track: HTTPFields = [.authorization: "Tracking \(first.trackingCode)"]
            #expect(try await caller.send(.post, "/v1/track/withdraw", headers: track).status == 200)
            let withdrawn = try await amend(caller, Self.body("bridge"))
            #expect(withdrawn.status == 409 && withdrawn.code == "withdrawn")
            #expect(try await amend(caller, Self.body("lamp")).bytes == first.bytes)

            let other = try await amend(caller, Self.body("lamp", id: "8"))
            _ = try await amend(caller, Self.body("bridge", id: "8"))
            try await server.forget(other.id)
            for words in ["lamp", "bridge", "tower"] {
                let forgotten = try await amend(caller, Self.body(words, id: "8"))
                #expect(forgotten.status == 409 && forgotten.code == "forgotten", "\(forgotten.text)")
            }
            let passages = try await server.operators.query(
                "SELECT count(*) FROM vault.passages AS p WHERE p.stream_id = \(try #require(UUID(uuidString: other.id)))"
            )
            #expect(try passages.first?.decode(0, as: Int.self) == 0)
        }
    }

    @Test func neverWithAnIdempotencyKeyOrAPublishableKey() async throws {
        try await TestServer.make().run { caller in
            let key: HTTPFields = [.idempotencyKey: "order-1"]
            let uri = "/v1/feedback?onChange=amend"
            let first = try await caller.send(.post, uri, as: .collector, #"{"text":"a"}"#, headers: key)
            let again = try await caller.send(.post, uri, as: .collector, #"{"text":"a"}"#, headers: key)
            #expect(first.status == 201 && again.bytes == first.bytes)
            let changed = try await caller.send(.post, uri, as: .collector, #"{"text":"b"}"#, headers: key)
            #expect(changed.status == 422 && changed.code == "idempotency-key-reused")
            let publishable = try await caller.send(.post, uri, as: .publishable, #"{"text":"b"}"#)
            #expect(publishable.status == 400 && publishable.json["errors"]?[0]?["parameter"]?.string == "onChange")
            let word = try await caller.send(.post, "/v1/feedback?onChange=replace", as: .collector, #"{"text":"b"}"#)
            #expect(word.status == 400 && word.json["errors"]?[0]?["code"]?.string == "not_allowed")
        }
    }

    @Test func aClosedChannelKeepsWhatCameByIt() async throws {
        try await TestServer.make().run { caller in
            func body(_ text: String, _ channel: String) -> String {
                #"{"text":"\#(text)","source":"s","externalId":"1","channel":"\#(channel)"}"#
            }
            #expect(try await amend(caller, body("lamp", "forum")).status == 201)
            #expect(try await caller.send(.post, "/v1/channels/forum/retire", as: .admin).status == 200)
            #expect(try await amend(caller, body("bridge", "forum")).status == 201)
            #expect(try await amend(caller, body("bridge", "phone")).status == 201)
            let back = try await amend(caller, body("bridge", "forum"))
            #expect(back.status == 422 && back.json["errors"]?[0]?["pointer"]?.string == "/channel")
        }
    }

    @Test func inBulkLineByLine() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let lines = [Self.body("lamp"), Self.body("bridge"), Self.body("bridge"), Self.body("tower", id: "8")]
            let headers: HTTPFields = [.contentType: "application/x-ndjson"]
            let body = lines.joined(separator: "\n")
            let answer = try await caller.send(
                .post,
                "/v1/feedback/bulk?onChange=amend",
                as: .collector,
                body,
                headers: headers
            )
            #expect(
                answer.lines.last?["stored"]?.int == 3 && answer.lines.last?["repeated"]?.int == 1,
                "\(answer.text)"
            )
            #expect(answer.lines[1]["position"]?.int == answer.lines[2]["position"]?.int)
            let shown = try await caller.send(.get, "/v1/feedback?source=hotline&externalId=7", as: .admin).json
            #expect(shown["text"]?.string == "bridge" && shown["earlier"]?.array?.count == 1)
            let refused = try await caller.send(
                .post,
                "/v1/feedback/bulk?onChange=refuse",
                as: .collector,
                Self.body("lamp"),
                headers: headers
            )
            #expect(refused.lines[0]["problem"]?["code"]?.string == "content-changed")
            let survey = try await caller.survey()
            let response = try await caller.send(
                .post,
                "/v1/surveys/\(survey)/responses/bulk?onChange=amend",
                as: .collector,
                "{}",
                headers: headers
            )
            #expect(response.status == 400 && response.code == "bad-query")
        }
    }
}
