import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// A retry is recognised by what is stored, whatever the tenant has changed since.
@Suite struct RetryAfterAChange {
    @Test func ofTheChannels() async throws {
        try await TestServer.make().run { caller in
            let body = #"{"text":"a","channel":"forum","source":"s","externalId":"1"}"#
            let first = try await caller.feedback(body)
            let retired = try await caller.send(.post, "/v1/channels/forum/retire", as: .admin)
            #expect(retired.status == 200, "\(retired.text)")
            let again = try await caller.send(.post, "/v1/feedback", as: .collector, body)
            #expect(again.status == 201 && again.bytes == first.bytes, "\(again.text)")
            let new = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"a","channel":"forum"}"#)
            #expect(new.status == 422 && new.json["errors"]?[0]?["pointer"]?.string == "/channel", "\(new.text)")
        }
    }

    @Test func aResponseTakesNoChannelThatTheTenantHasNot() async throws {
        try await TestServer.make().run { caller in
            let questionnaire =
                #"{"title":{"en":"t"},"language":"en","questions":[{"code":"q","type":"single","text":{"en":"q"},"#
                + #""options":[{"code":"a","text":{"en":"a"}},{"code":"b","text":{"en":"b"}}]}]}"#
            let survey = try await caller.send(.post, "/v1/surveys", as: .admin, questionnaire).id
            #expect(try await caller.send(.post, "/v1/surveys/\(survey)/open", as: .admin).status == 200)
            #expect(try await caller.send(.post, "/v1/channels/web/retire", as: .admin).status == 200)
            let uri = "/v1/surveys/\(survey)/responses"
            // A publishable key that names none speaks through the web.
            let retired = try await caller.send(.post, uri, as: .publishable, #"{"answers":{"q":"a"}}"#)
            #expect(retired.status == 422 && retired.json["errors"]?[0]?["pointer"]?.string == "/channel")
            let other = try await caller.send(.post, uri, as: .collector, #"{"answers":{"q":"a"},"channel":"phone"}"#)
            #expect(other.status == 201, "\(other.text)")
        }
    }

    @Test func analystsCannotAskWhereTheLogEnds() async throws {
        try await TestServer.make().run { caller in
            for uri in ["/v1/aggregates", "/v1/aggregates/demand_board"] {
                for position in [1, 99] {
                    let answer = try await caller.send(.get, "\(uri)?min_position=\(position)", as: .analyst)
                    #expect(answer.status == 400, "\(answer.text)")
                    #expect(answer.json["errors"]?[0]?["code"]?.string == "not_allowed")
                }
            }
        }
    }
}
