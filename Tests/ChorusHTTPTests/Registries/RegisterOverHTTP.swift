import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// The doors of the four registries.
@Suite struct RegisterOverHTTP {
    @Test(arguments: [
        ("organizations", #"{"code":"a","names":{"zh":"甲"},"roles":["steward"],"represents":["g"],"serves":[]}"#),
        ("groups", #"{"code":"a","names":{"zh":"甲"},"ties":["occupation"],"aliases":["b"],"size":7}"#),
        ("places", #"{"code":"a","names":{"zh":"甲"},"aliases":[],"size":0}"#),
        ("channels", #"{"code":"a","names":{"zh":"甲"}}"#),
    ])
    func anEntryIsRegisteredReadAndChanged(_ registry: String, _ body: String) async throws {
        try await TestServer.make().run { caller in
            let made = try await caller.send(.post, "/v1/\(registry)", as: .author, body)
            #expect(made.status == 201 && made.position == 1, "\(made.text)")
            #expect(made.headers[.location] == "/v1/\(registry)/a")
            let again = try await caller.send(.post, "/v1/\(registry)", as: .admin, body)
            #expect(again.status == 201 && again.text == made.text)

            let read = try await caller.send(.get, "/v1/\(registry)/a", as: .reviewer)
            #expect(read.status == 200 && read.text == made.text)
            #expect(read.text.hasPrefix(String(body.dropLast())), "\(read.text)")

            let other = body.replacing("甲", with: "乙")
            let taken = try await caller.send(.post, "/v1/\(registry)", as: .admin, other)
            #expect(taken.status == 409 && taken.code == "code-taken")
            let put = try await caller.send(.put, "/v1/\(registry)/a", as: .admin, other)
            #expect(put.status == 200 && put.position == 2 && put.json["names"]?["zh"]?.string == "乙", "\(put.text)")
            let same = try await caller.send(.put, "/v1/\(registry)/a", as: .admin, other)
            #expect(same.status == 200 && same.text == put.text)
            let new = try await caller.send(.put, "/v1/\(registry)/b", as: .admin, #"{"names":{"en":"B"}}"#)
            #expect(new.status == 200 && new.position == 3, "\(new.text)")

            let list = try await caller.send(.get, "/v1/\(registry)?min_position=3", as: .collector)
            let codes = list.json[registry]?.array?.compactMap { $0["code"]?.string } ?? []
            #expect(list.status == 200 && list.position == 3 && codes.suffix(2) == ["a", "b"], "\(list.text)")
            #expect(try await caller.send(.get, "/v1/\(registry)/c", as: .admin).status == 404)
            // Where the log ends is nobody's business here: a position ahead is answered like any other.
            let ahead = try await caller.send(.get, "/v1/\(registry)?min_position=4", as: .collector)
            #expect(ahead.status == 200 && ahead.text == list.text)
        }
    }

    @Test(arguments: ["organizations", "groups", "places", "channels"])
    func keysMayDoWhatTheirScopeSays(_ registry: String) async throws {
        try await TestServer.make().run { caller in
            let body = #"{"code":"a","names":{"en":"A"}}"#
            for who in [TestServer.Who.collector, .reviewer, .analyst, .publishable] {
                #expect(try await caller.send(.post, "/v1/\(registry)", as: who, body).status == 403)
                #expect(try await caller.send(.put, "/v1/\(registry)/a", as: who, body).status == 403)
            }
            #expect(try await caller.send(.get, "/v1/\(registry)").status == 401)
            for who in [TestServer.Who.collector, .reviewer, .author, .admin] {
                #expect(try await caller.send(.get, "/v1/\(registry)", as: who).status == 200)
            }
            // Names of groups may be words of messages.
            let analyst = try await caller.send(.get, "/v1/\(registry)", as: .analyst)
            #expect(analyst.status == (registry == "groups" ? 403 : 200))
            let publishable = try await caller.send(.get, "/v1/\(registry)", as: .publishable)
            #expect(publishable.status == (registry == "channels" ? 200 : 403))
        }
    }

    @Test(arguments: ["organizations", "groups", "places", "channels"])
    func anotherTenantSeesNothing(_ registry: String) async throws {
        try await TestServer.make().run { caller in
            let body = #"{"code":"secret","names":{"en":"nightingale"}}"#
            #expect(try await caller.send(.post, "/v1/\(registry)", as: .admin, body).status == 201)
            let list = try await caller.send(.get, "/v1/\(registry)", as: .foreignAdmin)
            #expect(list.status == 200 && !list.text.contains("nightingale") && list.position == 0)
            #expect(try await caller.send(.get, "/v1/\(registry)/secret", as: .foreignAdmin).status == 404)
            // The same code is free there.
            let own = try await caller.send(
                .put,
                "/v1/\(registry)/secret",
                as: .foreignAdmin,
                #"{"names":{"en":"warbler"}}"#
            )
            #expect(own.status == 200 && own.position == 1)
            let first = try await caller.send(.get, "/v1/\(registry)/secret", as: .admin)
            #expect(first.text.contains("nightingale") && !first.text.contains("warbler"))
        }
    }

    @Test func groupsAreRecognisedAndMerged() async throws {
        try await TestServer.make().run { caller in
            for code in ["drivers", "couriers"] {
                _ = try await caller.send(.put, "/v1/groups/\(code)", as: .author, #"{"names":{"en":"x"}}"#)
            }
            let names = "/v1/groups/couriers/names"
            let recognised = try await caller.send(.post, names, as: .author, #"{"name":"骑手"}"#)
            #expect(recognised.status == 200 && recognised.position == 3, "\(recognised.text)")
            #expect(recognised.json["recognisedNames"]?[0]?.string == "骑手")
            let again = try await caller.send(.post, names, as: .author, #"{"name":"骑手"}"#)
            #expect(again.text == recognised.text)
            let merge = "/v1/groups/couriers/merge"
            let merged = try await caller.send(.post, merge, as: .author, #"{"into":"drivers"}"#)
            #expect(merged.status == 200 && merged.json["mergedInto"]?.string == "drivers", "\(merged.text)")

            let refused: [(String, String, Int, String)] = [
                (merge, #"{"into":"drivers"}"#, 409, "group-merged"),
                ("/v1/groups/drivers/merge", #"{"into":"drivers"}"#, 422, "merges-into-itself"),
                ("/v1/groups/drivers/merge", #"{"into":"couriers"}"#, 409, "group-merged"),
                ("/v1/groups/drivers/merge", #"{"into":"nobody"}"#, 422, "invalid-fields"),
                ("/v1/groups/drivers/merge", #"{"to":"couriers"}"#, 422, "invalid-fields"),
                ("/v1/groups/nobody/merge", #"{"into":"drivers"}"#, 404, "not-found"),
                (names, #"{"name":"x"}"#, 409, "group-merged"),
                ("/v1/groups/nobody/names", #"{"name":"x"}"#, 404, "not-found"),
                ("/v1/groups/drivers/names", #"{"name":" "}"#, 422, "invalid-fields"),
                ("/v1/groups/drivers/names", #"{"name":7}"#, 422, "invalid-fields"),
                ("/v1/groups/drivers/names", #"{}"#, 422, "invalid-fields"),
            ]
            for (address, body, status, code) in refused {
                let answer = try await caller.send(.post, address, as: .author, body)
                #expect(answer.status == status && answer.code == code, "\(address) \(body): \(answer.text)")
            }
            let foreign = try await caller.send(.post, "/v1/groups/drivers/names", as: .foreignAdmin, #"{"name":"x"}"#)
            #expect(foreign.status == 404)
            let merging = try await caller.send(
                .post,
                "/v1/groups/drivers/merge",
                as: .foreignAdmin,
                #"{"into":"couriers"}"#
            )
            #expect(merging.status == 404)
            #expect(try await caller.send(.post, names, as: .reviewer, #"{"name":"x"}"#).status == 403)
            #expect(try await caller.send(.post, merge, as: .collector, #"{"into":"drivers"}"#).status == 403)
        }
    }

    @Test func messagesComeByTheChannelsThatAreOpen() async throws {
        try await TestServer.make().run { caller in
            let message = #"{"text":"a","channel":"kiosk"}"#
            #expect(try await caller.send(.post, "/v1/feedback", as: .collector, message).status == 422)
            let kiosk = #"{"code":"kiosk","names":{"en":"Kiosk"}}"#
            #expect(try await caller.send(.post, "/v1/channels", as: .author, kiosk).status == 201)
            #expect(try await caller.send(.post, "/v1/feedback", as: .collector, message).status == 201)

            let retire = "/v1/channels/kiosk/retire"
            let retired = try await caller.send(.post, retire, as: .author)
            #expect(retired.status == 200 && retired.json["isRetired"]?.bool == true, "\(retired.text)")
            #expect(try await caller.send(.post, retire, as: .author, "{}").text == retired.text)
            #expect(try await caller.send(.post, "/v1/feedback", as: .collector, message).status == 422)
            #expect(try await caller.send(.post, "/v1/channels", as: .author, kiosk).status == 201)
            #expect(try await caller.send(.post, "/v1/feedback", as: .collector, message).status == 201)

            // Of those that the tenant was created with, too; other tenants keep theirs.
            #expect(try await caller.send(.post, "/v1/channels/forum/retire", as: .author).status == 200)
            let forum = #"{"text":"a","channel":"forum"}"#
            let refused = try await caller.send(.post, "/v1/feedback", as: .collector, forum)
            #expect(refused.status == 422 && refused.text.contains("web, phone, other, kiosk"), "\(refused.text)")
            #expect(try await caller.send(.post, "/v1/feedback", as: .foreignCollector, forum).status == 201)

            let list = try await caller.send(.get, "/v1/channels", as: .publishable)
            let channels = list.json["channels"]?.array ?? []
            #expect(channels.compactMap { $0["code"]?.string } == ["web", "phone", "forum", "other", "kiosk"])
            #expect(channels.compactMap { $0["isRetired"]?.bool } == [false, false, true, false, false])
            #expect(try await caller.send(.post, "/v1/channels/fax/retire", as: .author).status == 404)
            #expect(try await caller.send(.post, "/v1/channels/kiosk/retire", as: .foreignAdmin).status == 404)
            #expect(try await caller.send(.post, retire, as: .author, #"{"a":1}"#).status == 422)
            for code in ["web", "phone", "other"] {
                #expect(try await caller.send(.post, "/v1/channels/\(code)/retire", as: .author).status == 200)
            }
            let last = try await caller.send(.post, retire, as: .author)
            #expect(last.status == 409 && last.code == "last-channel")
        }
    }
}
