import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// Bodies that no registry takes: each mistake with its pointer, and nothing stored.
@Suite struct RefuseBadEntries {
    static let cases: [(registry: String, body: String, expected: [String])] = [
        ("places", "{}", ["/code required", "/names required"]),
        ("places", "[]", [" wrong_type"]),
        ("places", #"{"code":"a","names":[]}"#, ["/names wrong_type"]),
        ("places", #"{"code":"a","names":null}"#, ["/names required"]),
        ("places", #"{"code":"a","names":{}}"#, ["/names required"]),
        ("places", #"{"code":"a","names":{"en":1}}"#, ["/names/en wrong_type"]),
        ("places", #"{"code":"a","names":{"english language":"x"}}"#, ["/names/english language bad_format"]),
        ("places", #"{"code":"a","names":{"en":""}}"#, ["/names/en blank"]),
        ("places", #"{"code":"a","names":{"en":"a\u0007"}}"#, ["/names/en not_allowed"]),
        ("places", #"{"code":"A","names":{"en":"x"}}"#, ["/code bad_format"]),
        ("places", #"{"code":7,"names":{"en":"x"}}"#, ["/code wrong_type"]),
        ("places", #"{"code":"a","names":{"en":"x"},"ties":[]}"#, ["/ties unknown_member"]),
        ("places", #"{"code":"a","names":{"en":"x"},"size":-1}"#, ["/size out_of_range"]),
        ("places", #"{"code":"a","names":{"en":"x"},"size":1.5}"#, ["/size wrong_type"]),
        ("places", #"{"code":"a","names":{"en":"x"},"size":"7"}"#, ["/size wrong_type"]),
        ("places", #"{"code":"a","names":{"en":"x"},"parent":"nowhere"}"#, ["/parent unknown_code"]),
        ("places", #"{"code":"a","names":{"en":"x"},"parent":["b"]}"#, ["/parent wrong_type"]),
        ("places", #"{"code":"a","names":{"en":"x"},"aliases":"b"}"#, ["/aliases wrong_type"]),
        (
            "places", #"{"code":"a","names":{"en":"x"},"aliases":["b","b",""]}"#,
            ["/aliases/1 duplicate", "/aliases/2 blank"]
        ),
        ("groups", #"{"code":"a","names":{"en":"x"},"ties":["blood"]}"#, ["/ties not_allowed"]),
        ("groups", #"{"code":"a","names":{"en":"x"},"parent":"b"}"#, ["/parent unknown_member"]),
        ("organizations", #"{"code":"a","names":{"en":"x"},"roles":["boss"]}"#, ["/roles not_allowed"]),
        ("organizations", #"{"code":"a","names":{"en":"x"},"serves":["B"]}"#, ["/serves/0 bad_format"]),
        ("channels", #"{"code":"a b","names":{"en":"x"}}"#, ["/code bad_format"]),
        ("channels", #"{"code":"a","names":{"en":"x"},"isRetired":true}"#, ["/isRetired unknown_member"]),
    ]

    @Test func everyMistakeHasItsPointer() async throws {
        try await TestServer.make().run { caller in
            for (registry, body, expected) in Self.cases {
                let answer = try await caller.send(.post, "/v1/\(registry)", as: .author, body)
                let name = Comment(rawValue: "\(registry) \(body): \(answer.text)")
                #expect(answer.status == 422 && answer.code == "invalid-fields", name)
                let errors = answer.json["errors"]?.array?.map {
                    "\($0["pointer"]?.string ?? "?") \($0["code"]?.string ?? "?")"
                }
                #expect(errors == expected, name)
            }
            for registry in ["organizations", "groups", "places"] {
                let list = try await caller.send(.get, "/v1/\(registry)", as: .author)
                #expect(list.json[registry]?.array?.isEmpty == true && list.position == 0)
            }
        }
    }

    @Test func aBodyThatIsNoEntryIsRefusedAsAWhole() async throws {
        try await TestServer.make().run { caller in
            let ndjson: HTTPFields = [.contentType: "application/x-ndjson"]
            let requests: [(HTTPRequest.Method, String, String?, HTTPFields, Int, String)] = [
                (.post, "/v1/places", "{", [:], 400, "malformed-json"),
                (.post, "/v1/places", #"{"code":"a","code":"b"}"#, [:], 400, "malformed-json"),
                (.post, "/v1/places", nil, [:], 415, "unsupported-media-type"),
                (.post, "/v1/places", "{}", ndjson, 415, "unsupported-media-type"),
                (.post, "/v1/places?x=1", "{}", [:], 400, "bad-query"),
                (.get, "/v1/places?limit=1", nil, [:], 400, "bad-query"),
                (.put, "/v1/places/a", "{", [:], 400, "malformed-json"),
                (.put, "/v1/places/A", #"{"names":{"en":"x"}}"#, [:], 422, "invalid-fields"),
                (.put, "/v1/places/a", #"{"code":"b","names":{"en":"x"}}"#, [:], 422, "invalid-fields"),
                (.delete, "/v1/places/a", nil, [:], 405, "wrong-method"),
            ]
            for (method, address, body, headers, status, code) in requests {
                let answer = try await caller.send(method, address, as: .admin, body, headers: headers)
                #expect(answer.status == status && answer.code == code, "\(method) \(address): \(answer.text)")
            }
        }
    }

    @Test func aCircleIsNamed() async throws {
        try await TestServer.make().run { caller in
            for (code, parent) in [("a", ""), ("b", #","parent":"a""#), ("c", #","parent":"b""#)] {
                let body = #"{"names":{"en":"x"}\#(parent)}"#
                #expect(try await caller.send(.put, "/v1/organizations/\(code)", as: .admin, body).status == 200)
            }
            let body = #"{"names":{"en":"x"},"parent":"c"}"#
            let circle = try await caller.send(.put, "/v1/organizations/a", as: .admin, body)
            #expect(circle.status == 422 && circle.code == "tree-cycle")
            #expect(circle.json["errors"]?[0]?["pointer"]?.string == "/parent")
            #expect(circle.json["errors"]?[0]?["detail"]?.string == "makes a circle: a > c > b > a")
            let read = try await caller.send(.get, "/v1/organizations/a", as: .admin)
            #expect(read.json["parent"] == nil)
        }
    }
}
