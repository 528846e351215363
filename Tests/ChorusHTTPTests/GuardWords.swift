import Demands
import EventLog
import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// Words of reports, masked words, and what speaks against an organization: no door shows them to whom they are not for.
@Suite struct GuardWords {
    private static func organize(_ caller: TestCaller) async throws {
        for body in [
            #"{"code":"city","names":{"en":"City"}}"#, #"{"code":"union","names":{"en":"Union"},"parent":"city"}"#,
            #"{"code":"youth","names":{"en":"Youth"},"parent":"union"}"#,
            #"{"code":"roads","names":{"en":"Roads"},"parent":"city"}"#,
        ] {
            #expect(try await caller.send(.post, "/v1/organizations", as: .admin, body).status == 201)
        }
    }

    private static func post(
        _ caller: TestCaller,
        _ demand: String,
        _ step: String,
        _ body: String = "{}",
        as who: TestServer.Who = .reviewer,
        key: String? = nil
    ) async throws -> TestAnswer {
        let headers: HTTPFields = key.map { [.idempotencyKey: $0] } ?? [:]
        return try await caller.send(.post, "/v1/demands/\(demand)/\(step)", as: who, body, headers: headers)
    }

    /// Every step with a body that is fine.
    private static let steps = [
        ("route", #"{"responsible":"city"}"#), ("decline", #"{"reason":"r"}"#), ("against", #"{"organization":""}"#),
        ("urgency", #"{"urgent":true}"#), ("claim", "{}"), ("unclaim", "{}"), ("accept", "{}"), ("start", "{}"),
        ("reply", #"{"text":"It was mended."}"#), ("close", "{}"), ("refuse", #"{"reason":"r"}"#), ("reopen", "{}"),
        ("escalate", "{}"), ("mask", #"{"spans":[]}"#), ("category", #"{"category":"roads"}"#),
        ("kind", #"{"kind":"praise"}"#), ("group", #"{"groups":[]}"#), ("place", #"{"place":"Hill"}"#),
        ("divide", #"{"parts":[{"spans":[{"from":0,"to":1}]},{"spans":[{"from":1,"to":2}]}]}"#), ("rejoin", "{}"),
    ]

    @Test func whomItSpeaksAgainstCanDoNothingAboutIt() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            let other = try await caller.feedback(#"{"text":"Other","organization":"union"}"#)
            let sent = try await caller.feedback(#"{"text":"The union keeps our dues","organization":"union"}"#)
            let demand = sent.id + ".1"
            let key = "before"
            let claimed = try await Self.post(caller, demand, "claim", as: .reviewerOfUnion, key: key)
            #expect(claimed.status == 200, "\(claimed.text)")
            #expect(try await Self.post(caller, demand, "against", #"{"organization":"city"}"#).status == 200)
            let before = try await server.services.store.head(of: TestServer.one)
            for (step, body) in Self.steps + [("duplicate", #"{"of":"\#(other.id).1"}"#)] {
                for key in [nil, "k-\(step)"] {
                    let answer = try await Self.post(caller, demand, step, body, as: .reviewerOfUnion, key: key)
                    #expect(answer.status == 404 && !answer.text.contains("dues"), "\(step): \(answer.text)")
                }
            }
            // What it did before it was said is told again to it neither.
            let repeated = try await Self.post(caller, demand, "claim", as: .reviewerOfUnion, key: key)
            #expect(repeated.status == 404, "\(repeated.text)")
            let many = #"{"demands":["\#(demand)"],"text":"It was mended."}"#
            let replies = try await caller.send(.post, "/v1/replies", as: .reviewerOfUnion, many)
            #expect(replies.json["demands"]?[0]?["code"]?.string == "not-found", "\(replies.text)")
            let label: HTTPFields = [.contentType: "application/x-ndjson"]
            let line = #"{"demand":"\#(demand)","kind":"praise"}"#
            let labelled = try await caller.send(
                .post,
                "/v1/demands/labels",
                as: .reviewerOfUnion,
                line,
                headers: label
            )
            #expect(labelled.lines.first?["status"]?.int == 404, "\(labelled.text)")
            let duplicate = try await Self.post(
                caller,
                other.id + ".1",
                "duplicate",
                #"{"of":"\#(demand)"}"#,
                as: .reviewerOfUnion
            )
            #expect(duplicate.json["errors"]?[0]?["pointer"]?.string == "/of", "\(duplicate.text)")
            #expect(try await server.services.store.head(of: TestServer.one) == before)
            try await server.refine()
            for uri in ["/v1/inbox", "/v1/inbox?phase=all", "/v1/demands"] {
                let listed = try await caller.send(.get, uri, as: .reviewerOfUnion)
                #expect(listed.status == 200 && !listed.text.contains("dues"), "\(uri): \(listed.text)")
            }
        }
    }

    @Test func theStewardAnswersForNobodyAndARepeatAfterGivingBackAnswers() async throws {
        try await TestServer.make().run { caller in
            try await Self.organize(caller)
            let demand = try await caller.feedback(#"{"text":"a"}"#).id + ".1"
            _ = try await Self.post(caller, demand, "route", #"{"responsible":"roads","steward":"union"}"#)
            let refused = try await Self.post(caller, demand, "refuse", #"{"reason":"r"}"#, as: .reviewerOfUnion)
            #expect(refused.status == 409 && refused.code == "not-responsible", "\(refused.text)")
            #expect(refused.json["current"]?["handling"]?["responsible"]?.string == "roads")
            let received = try await Self.post(caller, demand, "reply", #"{"text":"留言已收悉"}"#, as: .reviewerOfUnion)
            #expect(received.status == 200, "\(received.text)")
            _ = try await Self.post(caller, demand, "route", #"{"responsible":"union"}"#)
            let away = try await Self.post(caller, demand, "route", #"{"responsible":"roads"}"#, as: .reviewerOfUnion)
            #expect(away.status == 422 && away.code == "only-within", "\(away.text)")
            let declined = try await Self.post(
                caller,
                demand,
                "decline",
                #"{"reason":"Not ours"}"#,
                as: .reviewerOfUnion,
                key: "d"
            )
            #expect(declined.json["handling"]?["responsible"]?.string == "city", "\(declined.text)")
            // Its steward still; with another one it sees it no longer, and a repeat is answered all the same.
            _ = try await Self.post(caller, demand, "route", #"{"responsible":"roads","steward":"city"}"#)
            #expect(try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewerOfUnion).status == 404)
            let again = try await Self.post(
                caller,
                demand,
                "decline",
                #"{"reason":"Not ours"}"#,
                as: .reviewerOfUnion,
                key: "d"
            )
            #expect(again.status == 200 && again.bytes == declined.bytes, "\(again.text)")
            let new = try await Self.post(caller, demand, "claim", as: .reviewerOfUnion, key: "new")
            #expect(new.status == 404, "\(new.text)")
        }
    }

    @Test func nobodyAnswersInTheNameOfThoseItSpeaksAgainst() async throws {
        try await TestServer.make().run { caller in
            try await Self.organize(caller)
            let demand = try await caller.feedback(#"{"text":"a","against":"union"}"#).id + ".1"
            for organization in ["union", "youth"] {
                let body = #"{"text":"It was mended.","organization":"\#(organization)"}"#
                let answer = try await Self.post(caller, demand, "reply", body)
                #expect(answer.status == 422 && answer.code == "against-organization", "\(answer.text)")
            }
        }
    }

    @Test func onlyReadersSayThatAReportIsNone() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(
                #"{"text":"He takes bribes","kind":"report","source":"s","externalId":"1"}"#
            )
            let demand = sent.id + ".1"
            let parts = #"{"parts":[{"spans":[{"from":0,"to":3}]},{"spans":[{"from":3,"to":15}],"kind":"complaint"}]}"#
            for (step, body) in [("kind", #"{"kind":"complaint"}"#), ("kind", #"{"kind":null}"#), ("divide", parts)] {
                let answer = try await Self.post(caller, demand, step, body)
                #expect(answer.status >= 400 && answer.status < 500, "\(answer.text)")
                #expect(answer.json["handling"] == nil)
            }
            #expect(try await Self.post(caller, demand, "divide", parts).code == "named-readers-only")
            let label: HTTPFields = [.contentType: "application/x-ndjson"]
            let line = #"{"source":"s","externalId":"1","kind":"praise"}"#
            let labelled = try await caller.send(.post, "/v1/demands/labels", as: .reviewer, line, headers: label)
            #expect(labelled.lines.first?["status"]?.int == 403, "\(labelled.text)")
            #expect(try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer).status == 403)
            // Without the words all else can be done.
            #expect(try await Self.post(caller, demand, "claim").status == 200)
            #expect(try await Self.post(caller, demand, "kind", #"{"kind":"complaint"}"#, as: .admin).status == 200)
            #expect(try await caller.send(.get, "/v1/demands/\(demand)", as: .reviewer).status == 200)
        }
    }

    /// What their sender says of the answer to a report, and what was a report before it was said anew.
    @Test func wordsOfAReportComeByNoOtherWay() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let body = #"{"text":"He takes bribes","kind":"report","source":"s","externalId":"1"}"#
            let sent = try await caller.feedback(body)
            let demand = sent.id + ".1"
            #expect(try await Self.post(caller, demand, "reply", #"{"text":"We looked into it."}"#).status == 200)
            let code: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            let reason = #"{"reason":"He still takes them"}"#
            #expect(try await caller.send(.post, "/v1/track/reopen", reason, headers: code).status == 200)
            for step in ["claim", "accept", "close"] {
                let answer = try await Self.post(caller, demand, step)
                #expect(!answer.text.contains("takes"), "\(answer.text)")
                // The control: the step is told, its words are not.
                let shown = answer.json["handling"] ?? answer.json["current"]?["handling"]
                #expect(shown?["reasons"]?[0]?["what"]?.string == "reopened", "\(answer.text)")
            }
            let read = try await caller.send(.get, "/v1/demands/\(demand)", as: .admin)
            #expect(read.text.contains("He still takes them"), "\(read.text)")

            let anew = #"{"text":"The office is slow","kind":"complaint","source":"s","externalId":"1"}"#
            let amended = try await caller.send(.post, "/v1/feedback?onChange=amend", as: .collector, anew)
            #expect(amended.status == 201, "\(amended.text)")
            let seen = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .reviewer)
            #expect(seen.status == 200 && seen.text.contains("The office is slow"), "\(seen.text)")
            #expect(!seen.text.contains("bribes"), "\(seen.text)")
            #expect(try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin).text.contains("bribes"))
        }
    }

    @Test func aPartsSubjectIsNotShownInTheList() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"Lamps. Bribes.","subject":"He takes bribes"}"#)
            let parts = #"{"parts":[{"spans":[{"from":0,"to":6}]},{"spans":[{"from":7,"to":14}],"kind":"report"}]}"#
            try await server.project()
            #expect(try await caller.send(.get, "/v1/demands", as: .reviewer).text.contains("He takes"))
            #expect(try await Self.post(caller, sent.id + ".1", "divide", parts).status == 200)
            try await server.project()
            let listed = try await caller.send(.get, "/v1/demands", as: .reviewer)
            #expect(listed.json["demands"]?[0]?["text"]?.string == "Lamps.", "\(listed.text)")
            #expect(!listed.text.contains("ribes"), "\(listed.text)")
        }
    }

    @Test func whatIsMaskedIsShownNeitherByTheFeedNorByARepeat() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let demand = sent.id + ".1"
            let reply = #"{"text":"Ask Miller about it."}"#
            let answered = try await Self.post(caller, demand, "reply", reply, key: "r")
            #expect(answered.status == 200, "\(answered.text)")
            let told = try await caller.send(.get, "/v1/feedback/changes", as: .collector)
            #expect(told.text.contains("Ask Miller about it."), "\(told.text)")
            let mask = #"{"passage":2,"spans":[{"from":4,"to":10}]}"#
            #expect(try await Self.post(caller, demand, "mask", mask).status == 200)
            let code: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            for answer in [
                try await caller.send(.get, "/v1/feedback/changes", as: .collector),
                try await Self.post(caller, demand, "reply", reply, key: "r"),
                try await Self.post(caller, demand, "claim"),
                try await caller.send(.get, "/v1/track", headers: code),
                try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .collector),
            ] {
                #expect(answer.text.contains("Ask ██████ about it."), "\(answer.text)")
                #expect(!answer.text.contains("Miller"), "\(answer.text)")
            }
        }
    }

    @Test func onlyAdministratorsNameReadersOfReports() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await Self.organize(caller)
            let key = try #require(try await server.services.keys.list(TestServer.one).first { $0.name == "author" })
            let readers = #"{"routes":[],"reportReaders":["\#(key.id)"]}"#
            let refused = try await caller.send(.post, "/v1/routing", as: .author, readers)
            #expect(refused.status == 403 && refused.code == "administrators-only", "\(refused.text)")
            #expect(try await caller.send(.post, "/v1/routing", as: .admin, readers).status == 201)
            let routes = #"{"routes":[{"responsible":"city"}],"reportReaders":["\#(key.id)"]}"#
            #expect(try await caller.send(.post, "/v1/routing", as: .author, routes).status == 201)
            #expect(try await caller.send(.post, "/v1/routing", as: .author, #"{"routes":[]}"#).status == 403)

            _ = try await APIKeys(pool: server.operators).create(
                tenant: TestServer.one,
                name: "author of union",
                scopes: [.author],
                organization: "union",
                isPublishable: false,
                secret: "chorus_sk_authorOfUnion_0123456789abcdef0123456789"
            )
            let bound = try await caller.send(
                .post,
                "/v1/routing",
                routes,
                headers: [.authorization: "Bearer chorus_sk_authorOfUnion_0123456789abcdef0123456789"]
            )
            #expect(bound.status == 403 && bound.code == "whole-tenant-only", "\(bound.text)")
        }
    }

    @Test func aDuplicateStandsForNoOther() async throws {
        try await TestServer.make().run { caller in
            let first = try await caller.feedback(#"{"text":"a"}"#).id + ".1"
            let second = try await caller.feedback(#"{"text":"a"}"#).id + ".1"
            #expect(try await Self.post(caller, first, "duplicate", #"{"of":"\#(second)"}"#).status == 200)
            let circle = try await Self.post(caller, second, "duplicate", #"{"of":"\#(first)"}"#)
            #expect(circle.status == 422 && circle.text.contains("\(second) stands for this one"), "\(circle.text)")
        }
    }
}
