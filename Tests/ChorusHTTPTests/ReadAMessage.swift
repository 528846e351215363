import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// Who reads a message, and what they see of it.
@Suite struct ReadAMessage {
    static let message = """
        {"text":"The lamp\\nis broken","subject":"Lamp","source":"hotline","externalId":"7","personRef":"A-77",
        "organization":"union","place":"Third District","channel":"phone","occurredAt":"2026-01-31T20:00:00+08:00",
        "language":"en","kind":"complaint","category":"roads","reportedSupport":12,
        "groups":[{"name":"Parents","ties":["school","place"]}]}
        """

    @Test func showsEveryFieldButThePerson() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(Self.message)
            let answer = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .collector)
            #expect(answer.status == 200)
            let json = answer.json
            #expect(json["id"]?.string == sent.id && json["position"]?.int == sent.position)
            #expect(json["status"]?.string == "received")
            #expect(json["text"]?.string == "The lamp\nis broken" && json["subject"]?.string == "Lamp")
            #expect(json["channel"]?.string == "phone" && json["place"]?.string == "Third District")
            #expect(json["occurredAt"]?.string == "2026-01-31T12:00:00Z")
            #expect(json["organization"]?.string == "union" && json["language"]?.string == "en")
            #expect(json["source"]?.string == "hotline" && json["reportedSupport"]?.int == 12)
            #expect(json["groups"]?[0]?["name"]?.string == "Parents")
            #expect(json["groups"]?[0]?["ties"]?.array?.compactMap(\.string) == ["school", "place"])
            #expect(json["groups"]?[0]?["assertedBy"]?.string == "collector")
            #expect(json["demands"]?[0]?["id"]?.string == sent.id + ".1")
            #expect(json["demands"]?[0]?["kind"]?.string == "complaint")
            #expect(json["demands"]?[0]?["category"]?.string == "roads")
            #expect(json["demands"]?[0]?["categoryMethod"]?.string == "given")
            let found = try await caller.send(.get, "/v1/feedback?source=hotline&externalId=7", as: .collector)
            #expect(found.bytes == answer.bytes)
        }
    }

    @Test func noAnswerCarriesThePersonsTokenOrReference() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(Self.message)
            let rows = try await server.operators.query("SELECT person_token::text FROM vault.persons")
            let token = try #require(try rows.first?.decode(0, as: String.self))
            try await server.project()
            let track: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            var answers = [
                sent, try await caller.send(.get, "/v1/track", headers: track),
                try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin),
                try await caller.send(.get, "/v1/demands", as: .reviewer),
                try await caller.send(.get, "/v1/aggregates/demand_board", as: .analyst),
            ]
            answers.append(try await caller.send(.post, "/v1/track/withdraw", headers: track))
            for answer in answers {
                #expect(answer.status < 300, "\(answer.text)")
                for secret in [token, token.replacingOccurrences(of: "-", with: ""), "A-77"] {
                    #expect(!answer.text.contains(secret))
                }
            }
            // The control: the checker does find what is there.
            #expect(answers[2].text.contains("The lamp"))
        }
    }

    @Test func onlyItsCollectorItsReviewersAndAdministrators() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let forUnion = try await caller.feedback(Self.message)
            let forNobody = try await caller.feedback(#"{"text":"a","source":"s","externalId":"1"}"#)
            let expected: [(TestServer.Who, Int, Int)] = [
                (.collector, 200, 200), (.otherCollector, 404, 404), (.admin, 200, 200), (.reviewer, 200, 200),
                (.reviewerOfUnion, 200, 404), (.foreignAdmin, 404, 404), (.foreignCollector, 404, 404),
                (.foreignReviewer, 404, 404),
            ]
            for (who, union, nobody) in expected {
                let name = Comment(rawValue: who.rawValue)
                let one = try await caller.send(.get, "/v1/feedback/\(forUnion.id)", as: who)
                #expect(one.status == union, name)
                #expect(try await caller.send(.get, "/v1/feedback/\(forNobody.id)", as: who).status == nobody, name)
                let uri = "/v1/feedback?source=s&externalId=1"
                #expect(try await caller.send(.get, uri, as: who).status == nobody, name)
                if union == 404 { #expect(!one.text.contains("lamp"), name) }
            }
            for unknown in [UUID().uuidString, "x", "..", "%00"] {
                #expect(try await caller.send(.get, "/v1/feedback/\(unknown)", as: .admin).status == 404)
            }
        }
    }

    @Test func wordsThatWereForgottenAreNull() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(Self.message)
            try await server.operators.execute("DELETE FROM vault.passages")
            let answer = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .collector)
            #expect(answer.json["text"]?.isNull == true && answer.json["subject"]?.isNull == true)
            #expect(answer.json["place"]?.string == "Third District")
        }
    }
}
