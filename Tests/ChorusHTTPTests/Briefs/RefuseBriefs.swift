import EventSourcing
import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// Whatever cannot be is refused in words that tell why, and stores nothing.
@Suite struct RefuseBriefs {
    @Test func draftsThatCannotBe() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let many = (1...21).map { "\"t\($0)\"" }.joined(separator: ",")
            func topics(_ topics: String) -> String {
                #"{"organization":"union","title":"a","text":"b","topics":[\#(topics)]}"#
            }
            let plant = "\"\(town.plant)\""
            let refusals: [(String, String, String)] = [
                (topics(""), "brief-without-topic", "name at least one"),
                (topics("\"t999\""), "unknown-topic", "there is no topic t999 with demands that you may count"),
                (topics("\"s7\""), "unknown-topic", "there is no topic s7"),
                (topics("\(plant),\(plant)"), "topic-twice", "topic \(town.plant) is named twice"),
                (topics(many), "too-many-topics", "at most 20 topics"),
            ]
            let head = try await server.services.store.head(of: TestServer.one)
            for (body, code, words) in refusals {
                let answer = try await caller.send(.post, "/v1/briefs", as: .reviewer, body)
                #expect(answer.status == 422 && answer.code == code, "\(answer.text)")
                #expect(answer.json["detail"]?.string?.contains(words) == true, "\(answer.text)")
            }
            let fields: [(String, String)] = [
                (#"{"title":"a","text":"b","topics":["t1"]}"#, "/organization"),
                (#"{"organization":"A b","title":"a","text":"b","topics":["t1"]}"#, "/organization"),
                (#"{"organization":"union","text":"b","topics":["t1"]}"#, "/title"),
                (#"{"organization":"union","title":"a\nb","text":"b","topics":["t1"]}"#, "/title"),
                (#"{"organization":"union","title":"a","topics":["t1"]}"#, "/text"),
                (#"{"organization":"union","title":"a","text":"b"}"#, "/topics"),
                (#"{"organization":"union","title":"a","text":"b","topics":["x"]}"#, "/topics"),
                (#"{"organization":"union","title":"a","text":"b","topics":["t1"],"language":"?"}"#, "/language"),
                (#"{"organization":"union","title":"a","text":"b","topics":["t1"],"more":1}"#, "/more"),
            ]
            for (body, pointer) in fields {
                let answer = try await caller.send(.post, "/v1/briefs", as: .reviewer, body)
                #expect(answer.status == 422 && answer.code == "invalid-fields", "\(body): \(answer.text)")
                #expect(answer.json["errors"]?[0]?["pointer"]?.string == pointer, "\(body): \(answer.text)")
            }
            #expect(try await server.services.store.head(of: TestServer.one) == head)
        }
    }

    @Test func changesThatCannotBe() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            func refused(
                _ verb: String,
                _ body: String?,
                _ status: Int,
                _ code: String,
                _ words: String,
                sourceLocation: SourceLocation = #_sourceLocation
            ) async throws {
                let answer = try await caller.send(.post, "/v1/briefs/\(brief)/\(verb)", as: .reviewer, body)
                let name = Comment(rawValue: "\(verb) \(body ?? ""): \(answer.text)")
                #expect(answer.status == status && answer.code == code, name, sourceLocation: sourceLocation)
                let detail = answer.json["detail"]?.string ?? ""
                let first = answer.json["errors"]?[0]
                let told = detail + " " + (first?["pointer"]?.string ?? "") + " " + (first?["detail"]?.string ?? "")
                #expect(told.contains(words), name, sourceLocation: sourceLocation)
            }
            let mayor = #"{"to":"The mayor"}"#
            let adopted = #"{"outcome":"adopted"}"#
            try await refused("deliver", mayor, 409, "not-put-to-supporters", "put it to its supporters first")
            try await refused("outcome", adopted, 409, "not-delivered", "was not delivered yet")
            try await refused("wording", "{}", 422, "nothing-to-reword", "name a new title, a new text, or both")
            try await refused("drop", "{}", 422, "invalid-fields", "/reason")
            try await refused("ask", #"{"x":1}"#, 422, "invalid-fields", "/x")
            _ = try await caller.step(brief, "ask")
            try await refused("ask", nil, 409, "already-put-to-supporters", "already")
            try await refused("deliver", "{}", 422, "invalid-fields", "/to name whoever decides in words")
            let both = #"{"to":"a","toOrganization":"b"}"#
            try await refused("deliver", both, 422, "invalid-fields", "not both")
            let unknown = #"{"toOrganization":"transport"}"#
            try await refused("deliver", unknown, 422, "invalid-fields", "/toOrganization must be a registered")
            let tomorrow = #"{"to":"a","deliveredAt":"2026-06-01T00:00:01Z"}"#
            try await refused("deliver", tomorrow, 422, "in-the-future", "record it once it has happened")
            try await refused("deliver", #"{"to":"a","deliveredAt":"x"}"#, 422, "invalid-fields", "/deliveredAt")
            let organization = #"{"code":"transport","names":{"en":"Transport"}}"#
            #expect(try await caller.send(.post, "/v1/organizations", as: .admin, organization).status == 201)
            _ = try await caller.step(
                brief,
                "deliver",
                #"{"toOrganization":"transport","deliveredAt":"2026-05-30T00:00:00Z"}"#
            )
            let shown = try await caller.send(.get, "/v1/briefs/\(brief)", as: .reviewer)
            #expect(shown.json["delivery"]?["toOrganization"]?.string == "transport", "\(shown.text)")
            for (verb, body) in [("deliver", mayor), ("ask", nil), ("drop", #"{"reason":"a"}"#)] {
                try await refused(verb, body, 409, "already-delivered", "only its outcome can be recorded now")
            }
            try await refused("wording", #"{"title":"a"}"#, 409, "already-delivered", "was delivered")
            try await refused("outcome", #"{"outcome":"x"}"#, 422, "invalid-fields", "/outcome")
            let before = #"{"outcome":"adopted","decidedAt":"2026-05-29T00:00:00Z"}"#
            try await refused("outcome", before, 422, "before-delivery", "earlier than the delivery")
            let after = #"{"outcome":"adopted","decidedAt":"2026-06-02T00:00:00Z"}"#
            try await refused("outcome", after, 422, "in-the-future", "lies in the future")
            _ = try await caller.step(brief, "outcome", #"{"outcome":"no_answer"}"#)
            try await refused("outcome", #"{"outcome":"no_answer"}"#, 409, "already-decided", "another one may follow")
            _ = try await caller.step(brief, "outcome", adopted)
            try await refused("outcome", #"{"outcome":"declined"}"#, 409, "already-decided", "it is final")
        }
    }

    @Test func whatWasDroppedTakesNothing() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            _ = try await caller.step(brief, "ask")
            _ = try await caller.step(brief, "drop", #"{"reason":"Another one says it."}"#)
            let requests: [(String, String?)] = [
                ("wording", #"{"title":"a"}"#), ("ask", nil), ("deliver", #"{"to":"a"}"#),
                ("outcome", #"{"outcome":"adopted"}"#), ("drop", #"{"reason":"a"}"#),
            ]
            for (verb, body) in requests {
                let answer = try await caller.send(.post, "/v1/briefs/\(brief)/\(verb)", as: .reviewer, body)
                #expect(answer.status == 409 && answer.code == "brief-dropped", "\(verb): \(answer.text)")
                #expect(answer.json["detail"]?.string == "this brief was dropped; draft another one")
            }
            try await server.project()
            #expect(try await caller.check(brief, "yes", code: town.codes[0]).status == 404)
            #expect(try await caller.tracked(town.codes[0]).json["briefs"]?.array?.isEmpty == true)
            let nobody = "00000000-0000-8000-8000-000000000000"
            for id in [nobody, "x", town.messages[0]] {
                #expect(try await caller.send(.get, "/v1/briefs/\(id)", as: .reviewer).status == 404)
                #expect(try await caller.send(.post, "/v1/briefs/\(id)/ask", as: .reviewer).status == 404)
            }
        }
    }

    /// A reviewer of the union drafts, sees and changes the union's briefs, counted of its own demands.
    @Test func aReviewerOfOneOrganizationSeesItsOwnOnly() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let own = try await caller.send(
                .post,
                "/v1/briefs",
                as: .reviewerOfUnion,
                #"{"title":"Own","text":"b","topics":["\#(town.plant)"]}"#
            )
            #expect(own.status == 201, "\(own.text)")
            let school = town.body().replacing("union", with: "school")
            let foreign = try await caller.send(.post, "/v1/briefs", as: .reviewer, school).id
            let whole = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body()).id
            try await server.project()

            let shown = try await caller.send(.get, "/v1/briefs/\(own.id)", as: .reviewerOfUnion)
            #expect(shown.json["organization"]?.string == "union" && shown.json["then"]?["people"]?.int == 2)
            #expect(shown.json["now"]?["people"]?.int == 2, "\(shown.text)")
            #expect(shown.json["counted"]?["organization"]?.string == "union")
            // Handed to the union with what was counted then; the tenant's numbers of today are not the union's to see.
            let handed = try await caller.send(.get, "/v1/briefs/\(whole)", as: .reviewerOfUnion)
            #expect(handed.json["then"]?["people"]?.int == 3 && handed.json["now"]?.isNull == true, "\(handed.text)")
            #expect(handed.json["topics"]?[0]?["now"]?.isNull == true)
            let list = try await caller.send(.get, "/v1/briefs", as: .reviewerOfUnion)
            #expect((list.json["briefs"]?.array ?? []).compactMap { $0["id"]?.string } == [own.id, whole])

            #expect(try await caller.send(.get, "/v1/briefs/\(foreign)", as: .reviewerOfUnion).status == 404)
            for (verb, body) in [
                ("ask", nil), ("wording", #"{"title":"a"}"#), ("deliver", #"{"to":"a"}"#),
                ("outcome", #"{"outcome":"adopted"}"#), ("drop", #"{"reason":"a"}"#),
            ] as [(String, String?)] {
                let uri = "/v1/briefs/\(foreign)/\(verb)"
                #expect(try await caller.send(.post, uri, as: .reviewerOfUnion, body).status == 404, "\(verb)")
            }
            _ = try await caller.step(whole, "ask", as: .reviewerOfUnion)
            let other = try await caller.send(.post, "/v1/briefs", as: .reviewerOfUnion, school)
            #expect(other.json["errors"]?[0]?["detail"]?.string == "must be union, the organization of your key")
            // Nothing is told of a topic that holds none of its demands.
            for topic in [town.bus, "t999"] {
                let body = #"{"title":"a","text":"b","topics":["\#(topic)"]}"#
                let answer = try await caller.send(.post, "/v1/briefs", as: .reviewerOfUnion, body)
                #expect(answer.code == "unknown-topic", "\(answer.text)")
            }
        }
    }
}
