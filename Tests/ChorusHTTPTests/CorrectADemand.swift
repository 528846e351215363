import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// What a reviewer corrects about a demand.
@Suite struct CorrectADemand {
    @Test func setsCategoryKindGroupsAndPlaceAndKeepsTheHistory() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"nightingale","category":"roads","place":"north"}"#)
            let demand = "/v1/demands/\(sent.id).1"
            let corrections = [
                ("category", #"{"category":"parks"}"#), ("kind", #"{"kind":"complaint"}"#),
                ("group", #"{"groups":[{"name":"drivers","ties":["occupation"]}]}"#), ("place", #"{"place":"south"}"#),
            ]
            for (index, (what, body)) in corrections.enumerated() {
                let answer = try await caller.send(.post, "\(demand)/\(what)", as: .reviewer, body)
                #expect(answer.status == 200 && answer.position == 4 + index, "\(answer.text)")
            }
            let shown = try await caller.send(.get, demand, as: .reviewer).json
            #expect(shown["category"]?.string == "parks" && shown["categoryMethod"]?.string == "reviewer")
            #expect(shown["kind"]?.string == "complaint" && shown["place"]?.string == "south")
            #expect(shown["groups"]?[0]?["name"]?.string == "drivers")
            #expect(shown["groups"]?[0]?["assertedBy"]?.string == "reviewer")
            #expect(shown["text"]?.string == "nightingale")
            let values = shown["history"]?.array?.map { $0["value"]?.string }
            #expect(values == [nil, "roads", "parks", "complaint", "drivers", "south"])
            // The message itself stays as it came.
            let message = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin).json
            #expect(message["place"]?.string == "north" && message["groups"]?.array?.isEmpty == true)
        }
    }

    @Test func aRepeatChangesNothingAndAnswersTheSame() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let uri = "/v1/demands/\(sent.id).1/category"
            let key: HTTPFields = [.idempotencyKey: "c-1"]
            let first = try await caller.send(.post, uri, as: .reviewer, #"{"category":"parks"}"#, headers: key)
            let moved = try await caller.send(.post, uri, as: .reviewer, #"{"category":"roads"}"#)
            let again = try await caller.send(.post, uri, as: .reviewer, #"{"category":"parks"}"#, headers: key)
            #expect(first.status == 200 && moved.status == 200 && again.bytes == first.bytes)
            let other = try await caller.send(.post, uri, as: .reviewer, #"{"category":"x"}"#, headers: key)
            #expect(other.status == 422 && other.code == "idempotency-key-reused")
            let same = try await caller.send(.post, uri, as: .reviewer, #"{"category":"roads"}"#)
            #expect(same.status == 200)
            #expect(try await server.services.store.head(of: TestServer.one) == 4)
        }
    }

    @Test func refusesWhatCannotBe() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a","organization":"union"}"#)
            let elsewhere = try await caller.feedback(#"{"text":"a","organization":"school"}"#)
            let demand = "/v1/demands/\(sent.id).1"
            let bad: [(String, String, String)] = [
                ("category", "{}", "/category"), ("category", #"{"category":""}"#, "/category"),
                ("category", #"{"category":"a","b":1}"#, "/b"), ("kind", #"{"kind":"wish"}"#, "/kind"),
                ("group", "{}", "/groups"), ("group", #"{"groups":[{"ties":[]}]}"#, "/groups/0/name"),
                ("group", #"{"groups":[{"name":"a","ties":["kin"]}]}"#, "/groups/0/ties"),
                ("place", #"{"place":3}"#, "/place"),
            ]
            for (what, body, pointer) in bad {
                let answer = try await caller.send(.post, "\(demand)/\(what)", as: .reviewer, body)
                #expect(answer.status == 422, "\(answer.text)")
                #expect(answer.json["errors"]?[0]?["pointer"]?.string == pointer)
            }
            let missing = [
                "\(sent.id).2", "\(sent.id).0", "\(sent.id).01", "\(sent.id)", "x.1", "\(sent.id).1.1",
                "\(sent.id).99999",
                "\(UUID().text).1",
            ]
            for id in missing {
                let uri = "/v1/demands/\(id)/category"
                let answer = try await caller.send(.post, uri, as: .reviewer, #"{"category":"a"}"#)
                #expect(answer.status == 404, Comment(rawValue: id))
            }
            // Another organization's, another tenant's.
            for (id, who) in [(elsewhere.id, TestServer.Who.reviewerOfUnion), (sent.id, .foreignReviewer)] {
                #expect(try await caller.send(.get, "/v1/demands/\(id).1", as: who).status == 404)
                let uri = "/v1/demands/\(id).1/place"
                #expect(try await caller.send(.post, uri, as: who, #"{"place":"a"}"#).status == 404)
            }
            #expect(try await caller.send(.get, "\(demand)", as: .reviewerOfUnion).status == 200)
            let code: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            _ = try await caller.send(.post, "/v1/track/withdraw", headers: code)
            let late = try await caller.send(.post, "\(demand)/kind", as: .reviewer, #"{"kind":"praise"}"#)
            #expect(late.status == 409 && late.code == "withdrawn")
        }
    }

    @Test func choosesAmongTheCategoriesOfTheTaxonomy() async throws {
        try await TestServer.make().run { caller in
            let published = try await caller.send(
                .post,
                "/v1/taxonomy",
                as: .admin,
                "level1,level2\nroads,\nroads,lamps\n",
                headers: [.contentType: "text/csv"]
            )
            #expect((200...201).contains(published.status), "\(published.text)")
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let uri = "/v1/demands/\(sent.id).1/category"
            for category in ["roads/lamps", "roads", "unclassified"] {
                let answer = try await caller.send(.post, uri, as: .reviewer, #"{"category":"\#(category)"}"#)
                #expect(answer.status == 200, "\(answer.text)")
            }
            let unknown = try await caller.send(.post, uri, as: .reviewer, #"{"category":"lamps"}"#)
            #expect(unknown.status == 422 && unknown.json["errors"]?[0]?["pointer"]?.string == "/category")
        }
    }
}
