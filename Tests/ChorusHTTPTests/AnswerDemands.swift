import Demands
import Foundation
import HTTPTypes
import Refinement
import Testing

@testable import ChorusHTTP

/// The reviewer's day: route, claim, answer, refuse, reopen; and what those who spoke get to know and say.
@Suite struct AnswerDemands {
    private static let organizations = [
        #"{"code":"city","names":{"en":"City"}}"#, #"{"code":"union","names":{"en":"Union"},"parent":"city"}"#,
        #"{"code":"roads","names":{"en":"Roads"},"parent":"city"}"#,
        #"{"code":"lamps","names":{"en":"Lamps"},"parent":"roads"}"#,
    ]

    private static func organize(_ caller: TestCaller) async throws {
        for body in organizations {
            let answer = try await caller.send(.post, "/v1/organizations", as: .admin, body)
            #expect(answer.status == 201, "\(answer.text)")
        }
    }

    private static func post(
        _ caller: TestCaller,
        _ demand: String,
        _ step: String,
        _ body: String = "{}",
        as who: TestServer.Who = .reviewer,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        try await caller.send(.post, "/v1/demands/\(demand)/\(step)", as: who, body, headers: headers)
    }

    @Test func aDemandGoesFromReceivedToJudged() async throws {
        try await TestServer.make().run { caller in
            try await Self.organize(caller)
            let sent = try await caller.feedback(
                #"{"text":"Fix the lamp","source":"s","externalId":"1","occurredAt":"2026-05-01T08:00:00Z"}"#
            )
            let demand = sent.id + ".1"
            let routed = try await Self.post(caller, demand, "route", #"{"responsible":"lamps","steward":"union"}"#)
            #expect(routed.status == 200, "\(routed.text)")
            #expect(routed.json["handling"]?["responsible"]?.string == "lamps")
            #expect(routed.json["handling"]?["steward"]?.string == "union")
            #expect(routed.json["handling"]?["routedBy"]?.string == "reviewer")
            // Who stands for it reads it now, although nothing was addressed to it.
            #expect(try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewerOfUnion).status == 200)
            #expect(try await Self.post(caller, demand, "claim").json["handling"]?["claimedBy"]?.string != nil)
            #expect(try await Self.post(caller, demand, "accept").json["handling"]?["state"]?.string == "accepted")
            #expect(try await Self.post(caller, demand, "start").json["handling"]?["state"]?.string == "in_progress")
            let received = try await Self.post(caller, demand, "reply", #"{"text":"留言已收悉"}"#)
            #expect(received.json["handling"]?["state"]?.string == "in_progress", "only acknowledges")
            #expect(received.json["handling"]?["replies"]?[0]?["isSubstantive"]?.bool == false)
            let body = #"{"text":"A new lamp was put up.","repliedAt":"2026-05-20T08:00:00Z"}"#
            let key: HTTPFields = [.idempotencyKey: "answer-1"]
            let answered = try await Self.post(caller, demand, "reply", body, headers: key)
            #expect(answered.json["handling"]?["state"]?.string == "answered", "\(answered.text)")
            #expect(answered.json["handling"]?["claimedBy"]?.string == nil)
            let again = try await Self.post(caller, demand, "reply", body, headers: key)
            #expect(again.bytes == answered.bytes)
            let replayed = try #require(HTTPField.Name("Idempotent-Replayed"))
            #expect(again.headers[replayed] == "true" && answered.headers[replayed] == nil)
            let other = try await Self.post(caller, demand, "reply", #"{"text":"Other"}"#, headers: key)
            #expect(other.status == 422 && other.code == "idempotency-key-reused")

            let code: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            let seen = try await caller.send(.get, "/v1/track", headers: code)
            let handling = seen.json["demands"]?[0]?["handling"]
            #expect(handling?["state"]?.string == "answered" && handling?["responsible"]?.string == "lamps")
            #expect(handling?["replies"]?[1]?["text"]?.string == "A new lamp was put up.")
            #expect(handling?["replies"]?[1]?["at"]?.string == "2026-05-20T08:00:00Z")
            #expect(handling?["claimedBy"] == nil, "who works on it is no business of others")
            #expect(!seen.text.contains("Fix the lamp"))

            let judgement = #"{"isSolved":false,"isSatisfied":false}"#
            let judged = try await caller.send(.post, "/v1/track/judgement", judgement, headers: code)
            #expect(judged.status == 200 && judged.json["isJudged"]?.bool == true, "\(judged.text)")
            let twice = try await caller.send(.post, "/v1/track/judgement", judgement, headers: code)
            #expect(twice.status == 409 && twice.code == "already-judged")
            let reopened = try await caller.send(.post, "/v1/track/reopen", #"{"reason":"Still dark"}"#, headers: code)
            #expect(reopened.json["state"]?.string == "reopened" && reopened.json["isJudged"]?.bool == false)
            let shown = try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer)
            #expect(shown.json["handling"]?["reasons"]?[0]?["text"]?.string == "Still dark")
            let refused = try await Self.post(caller, demand, "refuse", #"{"reason":"No lamp post is there"}"#)
            #expect(refused.json["handling"]?["state"]?.string == "refused")
            let late = try await Self.post(caller, demand, "reply", #"{"text":"x"}"#)
            #expect(late.status == 409 && late.code == "already-closed", "\(late.text)")
            #expect(late.json["current"]?["handling"]?["state"]?.string == "refused")
            let told = try await caller.send(.get, "/v1/track", headers: code)
            #expect(told.text.contains("No lamp post is there"))
        }
    }

    @Test func theSecondOfTwoReviewersIsToldWhatItIsNow() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let demand = sent.id + ".1"
            let seen = try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer)
            let tag = try #require(seen.headers[.eTag])
            let first = try await Self.post(caller, demand, "claim", headers: [.ifMatch: tag])
            #expect(first.status == 200, "\(first.text)")
            let second = try await Self.post(caller, demand, "accept", as: .admin, headers: [.ifMatch: tag])
            #expect(second.status == 412 && second.code == "changed-meanwhile", "\(second.text)")
            #expect(second.json["current"]?["handling"]?["claimedBy"]?.string != nil)
            #expect(second.headers[.eTag] == first.headers[.eTag])
            let now = try #require(second.headers[.eTag])
            #expect(try await Self.post(caller, demand, "accept", as: .admin, headers: [.ifMatch: now]).status == 200)
            let corrected = try await caller.send(
                .post,
                "/v1/demands/\(demand)/kind",
                as: .reviewer,
                #"{"kind":"praise"}"#,
                headers: [.ifMatch: tag]
            )
            #expect(corrected.status == 412)
            for wrong in ["7", "x\"", "\"1\" \"2\""] {
                let answer = try await Self.post(caller, demand, "accept", headers: [.ifMatch: wrong])
                #expect(answer.status == 400 && answer.code == "bad-if-match", "\(wrong)")
            }
            let claimed = try await Self.post(caller, demand, "claim", as: .admin)
            #expect(claimed.status == 409 && claimed.code == "already-claimed")
            #expect(claimed.json["current"]?["revision"]?.int != nil)
        }
    }

    @Test func whomItSpeaksAgainstNeverReadsIt() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            let sent = try await caller.feedback(
                #"{"text":"The union keeps our dues","organization":"union","against":"union","kind":"complaint"}"#
            )
            let open = try await caller.feedback(#"{"text":"Lamps","organization":"union"}"#)
            let demand = sent.id + ".1"
            let hidden = try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewerOfUnion)
            #expect(hidden.status == 404)
            #expect(try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .reviewerOfUnion).status == 404)
            let routed = try await Self.post(caller, demand, "route", #"{"responsible":"union"}"#)
            #expect(routed.status == 422 && routed.code == "against-organization", "\(routed.text)")
            #expect(try await Self.post(caller, demand, "route", #"{"responsible":"city"}"#).status == 200)
            try await server.project()
            let listed = try await caller.send(.get, "/v1/demands", as: .reviewerOfUnion)
            #expect(listed.text.contains(open.id) && !listed.text.contains(sent.id), "\(listed.text)")
            // Said later by a reviewer it holds just as well, also for those who could read it before.
            let later = open.id + ".1"
            #expect(try await caller.send(.get, "/v1/demands/\(later)", as: .reviewerOfUnion).status == 200)
            #expect(try await Self.post(caller, later, "against", #"{"organization":"city"}"#).status == 200)
            #expect(try await caller.send(.get, "/v1/demands/\(later)", as: .reviewerOfUnion).status == 404)
            try await server.project()
            #expect(!(try await caller.send(.get, "/v1/demands", as: .reviewerOfUnion).text.contains(open.id)))
            let unknown = try await Self.post(caller, later, "against", #"{"organization":"nobody"}"#)
            #expect(unknown.status == 422 && unknown.code == "unknown-organization")
        }
    }

    @Test func whoeverSaysWhomItSpeaksAgainstIsToldWhereItWent() async throws {
        try await TestServer.make().run { caller in
            try await Self.organize(caller)
            let demand = try await caller.feedback(#"{"text":"The lamp people were rude"}"#).id + ".1"
            _ = try await Self.post(caller, demand, "route", #"{"responsible":"lamps"}"#)
            let moved = try await Self.post(caller, demand, "against", #"{"organization":"lamps"}"#)
            #expect(moved.json["handling"]?["responsible"]?.string == "roads", "\(moved.text)")
            // The tag is of what is shown: the next step of the same reviewer is not refused for the first one.
            let tag = try #require(moved.headers[.eTag])
            let next = try await Self.post(caller, demand, "accept", headers: [.ifMatch: tag])
            #expect(next.status == 200, "\(next.text)")
        }
    }

    @Test func reportsAreForNamedReadersAndEachReadingIsRecorded() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            let sent = try await caller.feedback(#"{"text":"He takes bribes","kind":"report"}"#)
            let demand = sent.id + ".1"
            // Nobody is named: administrators.
            let refused = try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer)
            #expect(refused.status == 403 && refused.code == "named-readers-only", "\(refused.text)")
            #expect(
                try await caller.send(.get, "/v1/demands/\(demand)", as: .admin).json["text"]?.string
                    == "He takes bribes"
            )
            let keys = try await server.services.keys.list(TestServer.one)
            let reviewer = try #require(keys.first { $0.name == "reviewer" })
            let rules = #"{"routes":[],"reportReaders":["\#(reviewer.id)"]}"#
            #expect(try await caller.send(.post, "/v1/routing", as: .admin, rules).status == 201)
            #expect(
                try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer).json["text"]?.string
                    == "He takes bribes"
            )
            #expect(try await caller.send(.get, "/v1/demands/\(demand)", as: .admin).status == 403)
            #expect(try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin).status == 403)
            #expect(try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .collector).status == 200)
            let explained = try await caller.send(.get, "/v1/demands/\(demand)/explanation", as: .admin)
            #expect(explained.status == 403)
            let readings = try await server.operators.query(
                "SELECT e.actor FROM log.events AS e WHERE e.tenant_id = 1 AND e.type = 'ReportRead' ORDER BY e.position"
            ).map { try $0.decode(0, as: String.self) }
            let admin = try #require(keys.first { $0.name == "admin" })
            #expect(readings == ["key:\(admin.id)", "key:\(reviewer.id)"])
            try await server.project()
            for who in [TestServer.Who.admin, .reviewer] {
                #expect(!(try await caller.send(.get, "/v1/demands", as: who).text.contains("bribes")))
            }
        }
    }

    @Test func whatIsMaskedIsShownToNobody() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"Call 公园 5551234 now","subject":"s"}"#)
            let demand = sent.id + ".1"
            let masked = try await Self.post(caller, demand, "mask", #"{"spans":[{"from":8,"to":15}]}"#)
            #expect(masked.status == 200, "\(masked.text)")
            let words = "Call 公园 ███████ now"
            try await server.project()
            for uri in ["/v1/demands/\(demand)", "/v1/feedback/\(sent.id)", "/v1/demands"] {
                let answer = try await caller.send(.get, uri, as: .reviewer)
                #expect(answer.text.contains(words) && !answer.text.contains("5551234"), "\(answer.text)")
            }
            let outside = try await Self.post(caller, demand, "mask", #"{"spans":[{"from":8,"to":99}]}"#)
            #expect(outside.status == 422 && outside.code == "outside", "\(outside.text)")
            let unknown = try await Self.post(caller, demand, "mask", #"{"passage":9,"spans":[]}"#)
            #expect(unknown.status == 422 && unknown.code == "unknown-passage")
            #expect(try await Self.post(caller, demand, "mask", #"{"spans":[]}"#).status == 200)
            #expect(try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer).text.contains("5551234"))
        }
    }

    @Test func rulesRouteWhatComesInAndWhatChanges() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            let rules = """
                {"routes":[
                    {"category":"roads","responsible":"roads","steward":"union"},
                    {"category":"roads","kind":"complaint","responsible":"lamps","urgent":true},
                    {"place":"Hill","responsible":"city"}],
                 "deadlines":[{"hours":360},{"urgent":true,"hours":24}]}
                """
            let published = try await caller.send(.post, "/v1/routing", as: .author, rules)
            #expect(published.status == 201 && published.json["version"]?.int == 1, "\(published.text)")
            #expect(try await caller.send(.post, "/v1/routing", as: .author, rules).status == 200)
            let at = #""occurredAt":"2026-05-01T08:00:00Z""#
            let plain = try await caller.feedback(#"{"text":"a","category":"roads",\#(at)}"#)
            let urgent = try await caller.feedback(#"{"text":"b","category":"roads","kind":"complaint",\#(at)}"#)
            let nowhere = try await caller.feedback(#"{"text":"c"}"#)
            let against = try await caller.feedback(#"{"text":"d","category":"roads","against":"roads"}"#)
            try await server.refine()
            func handling(_ id: String) async throws -> TestAnswer {
                try await caller.send(.get, "/v1/demands/\(id).1", as: .admin)
            }
            var seen = try await handling(plain.id).json["handling"]
            #expect(seen?["responsible"]?.string == "roads" && seen?["steward"]?.string == "union")
            #expect(seen?["routedBy"]?.string == "rules" && seen?["dueAt"]?.string == "2026-05-16T08:00:00Z")
            seen = try await handling(urgent.id).json["handling"]
            #expect(seen?["responsible"]?.string == "lamps" && seen?["isUrgent"]?.bool == true)
            #expect(seen?["dueAt"]?.string == "2026-05-02T08:00:00Z")
            #expect(try await handling(nowhere.id).json["handling"]?["responsible"]?.string == nil)
            #expect(try await handling(against.id).json["handling"]?["responsible"]?.string == "city")
            // What is decided anew while nobody has taken it up follows the rules; "not ours" goes up.
            _ = try await caller.send(
                .post,
                "/v1/demands/\(nowhere.id).1/category",
                as: .admin,
                #"{"category":"roads"}"#
            )
            try await server.refine()
            #expect(try await handling(nowhere.id).json["handling"]?["responsible"]?.string == "roads")
            let declined = try await Self.post(caller, nowhere.id + ".1", "decline", #"{"reason":"A private road"}"#)
            #expect(declined.json["handling"]?["responsible"]?.string == "city", "\(declined.text)")
            try await server.refine()
            #expect(try await handling(nowhere.id).json["handling"]?["responsible"]?.string == "city")
            let top = try await Self.post(caller, nowhere.id + ".1", "decline", #"{"reason":"Not the city's"}"#)
            #expect(top.json["handling"]?["responsible"]?.string == nil)
            let bad = [
                (#"{"routes":[{"responsible":"nobody"}]}"#, "/routes/0/responsible"),
                (#"{"routes":[{}]}"#, "/routes/0/responsible"), ("{}", "/routes"),
                (#"{"routes":[],"deadlines":[{"hours":0}]}"#, "/deadlines/0/hours"),
                (#"{"routes":[{"kind":"wish","responsible":"city"}]}"#, "/routes/0/kind"),
                (#"{"routes":[],"other":1}"#, "/other"),
            ]
            for (body, pointer) in bad {
                let answer = try await caller.send(.post, "/v1/routing", as: .admin, body)
                #expect(
                    answer.status == 422 && answer.json["errors"]?[0]?["pointer"]?.string == pointer,
                    "\(answer.text)"
                )
            }
        }
    }

    @Test func whoeverIsFasterThanTheRulesBringsThemAlong() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            let rules = #"{"routes":[{"responsible":"roads","steward":"union"}],"deadlines":[{"hours":360}]}"#
            #expect(try await caller.send(.post, "/v1/routing", as: .author, rules).status == 201)
            let at = #""occurredAt":"2026-05-01T08:00:00Z""#
            let one = try await caller.feedback(#"{"text":"a",\#(at)}"#).id + ".1"
            let two = try await caller.feedback(#"{"text":"b",\#(at)}"#).id + ".1"
            let three = try await caller.feedback(#"{"text":"c","organization":"union",\#(at)}"#).id + ".1"
            func handling(_ id: String) async throws -> TestAnswer {
                try await caller.send(.get, "/v1/demands/\(id)", as: .admin)
            }

            let body = #"{"text":"A new lamp was put up.","repliedAt":"2026-05-02T08:00:00Z"}"#
            let key: HTTPFields = [.idempotencyKey: "fast"]
            let answered = try await Self.post(caller, one, "reply", body, headers: key)
            #expect(answered.status == 200, "\(answered.text)")
            let seen = answered.json["handling"]
            #expect(seen?["state"]?.string == "answered" && seen?["responsible"]?.string == "roads", "\(answered.text)")
            #expect(seen?["steward"]?.string == "union" && seen?["routedBy"]?.string == "rules")
            #expect(seen?["dueAt"]?.string == "2026-05-16T08:00:00Z")
            #expect(seen?["replies"]?[0]?["organization"]?.string == "roads", "who is responsible answers")
            let again = try await Self.post(caller, one, "reply", body, headers: key)
            #expect(again.status == 200 && again.bytes == answered.bytes, "\(again.text)")
            let other = try await Self.post(caller, one, "reply", #"{"text":"Other"}"#, headers: key)
            #expect(other.status == 422 && other.code == "idempotency-key-reused")

            let many = try await caller.send(
                .post,
                "/v1/replies",
                as: .reviewer,
                #"{"text":"All lamps are new.","repliedAt":"2026-05-02T08:00:00Z","demands":["\#(two)"]}"#,
                headers: key
            )
            #expect(many.json["demands"]?[0]?["state"]?.string == "answered", "\(many.text)")
            #expect(try await handling(two).json["handling"]?["responsible"]?.string == "roads")

            // It was addressed to the union; the rules say that it is the roads'.
            let accepted = try await Self.post(caller, three, "accept", as: .reviewerOfUnion)
            #expect(accepted.status == 409 && accepted.code == "not-responsible", "\(accepted.text)")
            let claimed = try await Self.post(caller, three, "claim", headers: key)
            #expect(claimed.json["handling"]?["responsible"]?.string == "roads", "\(claimed.text)")
            #expect(claimed.json["handling"]?["claimedBy"]?.string != nil)
            #expect(try await Self.post(caller, three, "claim", headers: key).bytes == claimed.bytes)

            // Nothing is left for the process, and those who were fast are among those who answered in time.
            let revisions = try await [handling(one), handling(two), handling(three)].map { $0.json["revision"]?.int }
            try await server.refine()
            #expect(
                try await [handling(one), handling(two), handling(three)].map { $0.json["revision"]?.int } == revisions
            )
            let rows = try await server.operators.withTransaction { connection in
                try await connection.run(script: "SET LOCAL ROLE chorus_one_reviewer")
                return try await connection.query(
                    """
                    SELECT h.demand_id, h.responsible_code, h.first_replied_at <= h.first_due_at
                    FROM review.demand_handling AS h
                    WHERE h.replies > 0
                    """
                ).decode((String, String, Bool).self)
            }
            #expect(Set(rows.map(\.0)) == [one, two])
            #expect(rows.allSatisfy { $0.1 == "roads" && $0.2 }, "\(rows)")
        }
    }

    @Test func manyAreAnsweredAtOnceEachByItself() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            var ids: [String] = []
            for number in 1...3 {
                ids.append(try await caller.feedback(#"{"text":"The lamp is dark \#(number)"}"#).id + ".1")
            }
            _ = try await Self.post(caller, ids[2], "refuse", #"{"reason":"r"}"#)
            let nobody = "00000000-0000-8000-8000-000000000000.1"
            let list = (ids + [nobody]).map { "\"\($0)\"" }.joined(separator: ",")
            let body = #"{"demands":[\#(list)],"text":"All lamps are new.","organization":"lamps"}"#
            let key: HTTPFields = [.idempotencyKey: "many-1"]
            let answer = try await caller.send(.post, "/v1/replies", as: .reviewer, body, headers: key)
            #expect(answer.json["answered"]?.int == 2 && answer.json["refused"]?.int == 2, "\(answer.text)")
            #expect(answer.json["demands"]?[2]?["code"]?.string == "already-closed")
            #expect(answer.json["demands"]?[3]?["code"]?.string == "not-found")
            let again = try await caller.send(.post, "/v1/replies", as: .reviewer, body, headers: key)
            #expect(again.json["answered"]?.int == 2)
            let seen = try await caller.send(.get, "/v1/demands/\(ids[0])", as: .reviewer).json["handling"]?["replies"]
            #expect(seen?[0]?["organization"]?.string == "lamps" && seen?[1] == nil)
            let bad = try await caller.send(.post, "/v1/replies", as: .reviewer, #"{"demands":["x"],"text":"a"}"#)
            #expect(bad.status == 422 && bad.json["errors"]?[0]?["pointer"]?.string == "/demands")

            // And every demand of a topic.
            try await server.refine()
            let topics = try await caller.send(.get, "/v1/topics", as: .admin)
            let topic = try #require(topics.json["topics"]?[0]?["topic"]?.string)
            let all = try await caller.send(
                .post,
                "/v1/topics/\(topic)/reply",
                as: .admin,
                #"{"text":"Done for all."}"#
            )
            #expect(all.status == 200 && all.json["answered"]?.int == 2, "\(all.text)")
            let one = try await caller.send(.get, "/v1/demands/\(ids[1])", as: .reviewer).json["handling"]?["replies"]
            #expect(one?[1]?["topic"]?.string == topic && one?[1]?["text"]?.string == "Done for all.")
        }
    }

    @Test func aCollectorLearnsWhatBecameOfItsMessagesEachThingOnce() async throws {
        try await TestServer.make().run { caller in
            try await Self.organize(caller)
            let mine = try await caller.feedback(#"{"text":"a","source":"s","externalId":"7"}"#)
            let other = try await caller.feedback(#"{"text":"b"}"#, as: .otherCollector)
            let none = try await caller.send(.get, "/v1/feedback/changes", as: .collector)
            #expect(none.json["changes"]?[0] == nil && none.json["isComplete"]?.bool == true, "\(none.text)")
            for id in [mine.id, other.id] {
                _ = try await Self.post(caller, id + ".1", "route", #"{"responsible":"lamps"}"#)
                _ = try await Self.post(caller, id + ".1", "claim")
                _ = try await Self.post(caller, id + ".1", "reply", #"{"text":"Done: \#(id)"}"#)
            }
            let after = try #require(none.json["next"]?.string)
            let first = try await caller.send(.get, "/v1/feedback/changes?limit=1&after=\(after)", as: .collector)
            #expect(first.json["changes"]?[0]?["what"]?.string == "routed", "\(first.text)")
            #expect(first.json["changes"]?[0]?["externalId"]?.string == "7" && first.json["isComplete"]?.bool == false)
            let next = try #require(first.json["next"]?.string)
            let second = try await caller.send(.get, "/v1/feedback/changes?after=\(next)", as: .collector)
            #expect(second.json["changes"]?[0]?["what"]?.string == "answered")
            #expect(second.json["changes"]?[0]?["text"]?.string == "Done: \(mine.id)")
            #expect(second.json["changes"]?[1] == nil && !second.text.contains(other.id), "\(second.text)")
            let wrong = try await caller.send(.get, "/v1/feedback/changes?after=\(next)", as: .otherCollector)
            #expect(wrong.status == 400, "another key's place is none of this one's")
            #expect(try await caller.send(.get, "/v1/feedback/changes?after=x", as: .collector).status == 400)
        }
    }

    @Test func strangersAndHasteJudgeNothing() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a","source":"s","externalId":"1"}"#)
            let judgement = #"{"isSolved":true}"#
            let uri = "/v1/feedback/\(sent.id)/judgement"
            #expect(try await caller.send(.post, uri, as: .otherCollector, judgement).status == 404)
            let early = try await caller.send(.post, uri, as: .collector, judgement)
            #expect(early.status == 409 && early.code == "nothing-to-judge", "\(early.text)")
            _ = try await Self.post(caller, sent.id + ".1", "reply", #"{"text":"It was mended."}"#)
            let empty = try await caller.send(.post, uri, as: .collector, "{}")
            #expect(empty.status == 422 && empty.code == "judges-nothing")
            let unknown = try await caller.send(.post, uri, as: .collector, #"{"demand":2,"isSolved":true}"#)
            #expect(unknown.status == 422 && unknown.code == "unknown-demand")
            #expect(try await caller.send(.post, uri, as: .collector, judgement).status == 200)
            #expect(try await caller.send(.post, uri, as: .collector, judgement).code == "already-judged")
            let code: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            #expect(
                try await caller.send(.post, "/v1/track/judgement", judgement, headers: code).code == "already-judged"
            )
            let impossible = try await Self.post(
                caller,
                sent.id + ".1",
                "reply",
                #"{"text":"b","repliedAt":"1999-01-01T00:00:00Z"}"#
            )
            #expect(impossible.status == 422 && impossible.code == "impossible-time", "\(impossible.text)")
        }
    }

    @Test func whatIsOverdueIsShownOneLevelHigherOnce() async throws {
        let server = try await TestServer.make()
        let escalator = Escalator(
            store: server.services.store,
            tenants: server.services.tenants,
            routing: server.services.routing,
            reads: server.services.reads,
            now: server.services.now,
            logger: server.services.logger
        )
        try await server.run { caller in
            try await Self.organize(caller)
            let rules = #"{"routes":[{"responsible":"union"}],"deadlines":[{"hours":360}]}"#
            #expect(try await caller.send(.post, "/v1/routing", as: .admin, rules).status == 201)
            // Due long before the 1st of June, due on it, against whoever stands above, answered in time.
            let late = try await caller.feedback(#"{"text":"a","occurredAt":"2026-05-01T00:00:00Z"}"#)
            let early = try await caller.feedback(#"{"text":"b","occurredAt":"2026-05-30T00:00:00Z"}"#)
            let against = try await caller.feedback(
                #"{"text":"c","occurredAt":"2026-05-01T00:00:00Z","against":"city"}"#
            )
            let answered = try await caller.feedback(#"{"text":"d","occurredAt":"2026-05-01T00:00:00Z"}"#)
            try await server.refine()
            _ = try await Self.post(caller, answered.id + ".1", "reply", #"{"text":"It was mended."}"#)
            try await server.project()
            #expect(try await escalator.escalate(TestServer.one) == 1)
            try await server.project()
            #expect(try await escalator.escalate(TestServer.one) == 0)
            func escalatedTo(_ id: String) async throws -> String? {
                try await caller.send(.get, "/v1/demands/\(id).1", as: .admin).json["handling"]?["escalatedTo"]?.string
            }
            #expect(try await escalatedTo(late.id) == "city")
            for id in [early.id, against.id, answered.id] { #expect(try await escalatedTo(id) == nil) }
            // It is overdue still, and stays with whoever must answer it.
            let inbox = try await caller.send(.get, "/v1/inbox?overdue=true", as: .reviewerOfUnion)
            #expect(inbox.json["demands"]?[0]?["id"]?.string == late.id + ".1", "\(inbox.text)")
            #expect(inbox.json["demands"]?[1] == nil)
        }
    }
}
