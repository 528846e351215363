import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// Bodies that are refused: what the answer says, and that nothing was stored.
@Suite struct RefuseBadInput {
    /// Bytes of a body, and what must come back.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let status: Int
        let code: String
        let pointer: String?
        let error: String?
        var who = TestServer.Who.collector

        init(
            _ name: String,
            _ body: String,
            _ status: Int,
            _ code: String,
            _ pointer: String? = nil,
            _ error: String? = nil,
            who: TestServer.Who = .collector
        ) {
            self.init(name, Array(body.utf8), status, code, pointer, error, who: who)
        }

        init(
            _ name: String,
            _ bytes: [UInt8],
            _ status: Int,
            _ code: String,
            _ pointer: String? = nil,
            _ error: String? = nil,
            who: TestServer.Who = .collector
        ) {
            (self.name, self.bytes, self.status, self.code) = (name, bytes, status, code)
            (self.pointer, self.error, self.who) = (pointer, error, who)
        }

        var testDescription: String { name }
    }

    static let cases: [Case] =
        [
            Case("empty", "", 400, "malformed-json", "", "unexpected_end"),
            Case("no JSON", "hello", 400, "malformed-json", "", "unexpected_byte"),
            Case("cut off", #"{"text":"a"#, 400, "malformed-json", "/text", "unexpected_end"),
            Case("trailing text", #"{"text":"a"} x"#, 400, "malformed-json", "", "trailing_text"),
            Case(
                "invalid UTF-8",
                Array(#"{"text":""#.utf8) + [0xFF] + Array(#""}"#.utf8),
                400,
                "malformed-json",
                "/text",
                "invalid_utf8"
            ),
            Case("NUL escaped", #"{"text":"a\u0000b"}"#, 400, "malformed-json", "/text", "nul"),
            Case(
                "NUL raw",
                Array(#"{"text":"a"#.utf8) + [0] + Array(#""}"#.utf8),
                400,
                "malformed-json",
                "/text",
                "nul"
            ),
            Case("lone surrogate", #"{"text":"\ud800"}"#, 400, "malformed-json", "/text", "lone_surrogate"),
            Case("duplicate key", #"{"text":"a","text":"b"}"#, 400, "malformed-json", "/text", "duplicate_key"),
            Case(
                "too deep",
                #"{"text":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
                400,
                "malformed-json",
                nil,
                "too_deep"
            ),
            Case(
                "control character raw",
                Array(#"{"text":"a"#.utf8) + [7] + Array(#""}"#.utf8),
                400,
                "malformed-json",
                "/text",
                "control_character"
            ),
            Case(
                "over 256 KiB",
                #"{"text":""# + String(repeating: "a", count: 262_144) + #""}"#,
                413,
                "body-too-large"
            ),
            Case("array", "[]", 422, "invalid-fields", "", "wrong_type"),
            Case("no text", "{}", 422, "invalid-fields", "/text", "required"),
            Case("null text", #"{"text":null}"#, 422, "invalid-fields", "/text", "required"),
            Case("blank text", #"{"text":" \n "}"#, 422, "invalid-fields", "/text", "blank"),
            Case("text is a number", #"{"text":1}"#, 422, "invalid-fields", "/text", "wrong_type"),
            Case(
                "text too long",
                #"{"text":""# + String(repeating: "言", count: 20_001) + #""}"#,
                422,
                "invalid-fields",
                "/text",
                "too_long"
            ),
            Case("control character", #"{"text":"a\u0007b"}"#, 422, "invalid-fields", "/text", "not_allowed"),
            Case(
                "line break in subject",
                #"{"text":"a","subject":"b\nc"}"#,
                422,
                "invalid-fields",
                "/subject",
                "not_allowed"
            ),
            Case("unknown member", #"{"text":"a","txet":"b"}"#, 422, "invalid-fields", "/txet", "unknown_member"),
            Case(
                "time without offset",
                #"{"text":"a","occurredAt":"2026-01-01T00:00:00"}"#,
                422,
                "invalid-fields",
                "/occurredAt",
                "bad_format"
            ),
            Case(
                "no such day",
                #"{"text":"a","occurredAt":"2026-02-30T00:00:00Z"}"#,
                422,
                "invalid-fields",
                "/occurredAt",
                "bad_format"
            ),
            Case(
                "in two days",
                #"{"text":"a","occurredAt":"2026-06-02T00:00:01Z"}"#,
                422,
                "invalid-fields",
                "/occurredAt",
                "out_of_range"
            ),
            Case(
                "before 1900",
                #"{"text":"a","occurredAt":"1899-12-31T23:59:59Z"}"#,
                422,
                "invalid-fields",
                "/occurredAt",
                "out_of_range"
            ),
            Case("externalId alone", #"{"text":"a","externalId":"1"}"#, 422, "invalid-fields", "/source", "required"),
            Case("personRef alone", #"{"text":"a","personRef":"1"}"#, 422, "invalid-fields", "/source", "required"),
            Case(
                "unknown channel",
                #"{"text":"a","channel":"pigeon"}"#,
                422,
                "invalid-fields",
                "/channel",
                "not_allowed"
            ),
            Case(
                "bad organization",
                #"{"text":"a","organization":"Union!"}"#,
                422,
                "invalid-fields",
                "/organization",
                "bad_format"
            ),
            Case("bad language", #"{"text":"a","language":"z"}"#, 422, "invalid-fields", "/language", "bad_format"),
            Case("unknown kind", #"{"text":"a","kind":"wish"}"#, 422, "invalid-fields", "/kind", "not_allowed"),
            Case(
                "support below zero",
                #"{"text":"a","reportedSupport":-1}"#,
                422,
                "invalid-fields",
                "/reportedSupport",
                "out_of_range"
            ),
            Case(
                "support too high",
                #"{"text":"a","reportedSupport":1000000001}"#,
                422,
                "invalid-fields",
                "/reportedSupport",
                "out_of_range"
            ),
            Case(
                "support with fraction",
                #"{"text":"a","reportedSupport":1.5}"#,
                422,
                "invalid-fields",
                "/reportedSupport",
                "wrong_type"
            ),
            Case(
                "group without name",
                #"{"text":"a","groups":[{"name":"x"},{}]}"#,
                422,
                "invalid-fields",
                "/groups/1/name",
                "required"
            ),
            Case(
                "unknown tie",
                #"{"text":"a","groups":[{"name":"x","ties":["blood"]}]}"#,
                422,
                "invalid-fields",
                "/groups/0/ties",
                "not_allowed"
            ),
            Case(
                "tie twice",
                #"{"text":"a","groups":[{"name":"x","ties":["place","place"]}]}"#,
                422,
                "invalid-fields",
                "/groups/0/ties/1",
                "duplicate"
            ),
            Case(
                "too many groups",
                #"{"text":"a","groups":["# + Array(repeating: #"{"name":"x"}"#, count: 21).joined(separator: ",")
                    + "]}",
                422,
                "invalid-fields",
                "/groups",
                "too_many"
            ),
        ]
        + ["source", "externalId", "personRef", "category"].map { name in
            Case(
                "\(name) with a publishable key",
                #"{"text":"a","\#(name)":"x"}"#,
                422,
                "invalid-fields",
                "/\(name)",
                "not_allowed",
                who: .publishable
            )
        } + [
            Case(
                "support with a publishable key",
                #"{"text":"a","reportedSupport":1}"#,
                422,
                "invalid-fields",
                "/reportedSupport",
                "not_allowed",
                who: .publishable
            )
        ]

    @Test func eachIsNamedAndNothingIsStored() async throws {
        var server = try await TestServer.make()
        server.configuration.intakeBurst = 100
        let store = server.services.store
        try await server.run { [cases = Self.cases] caller in
            for bad in cases {
                let answer = try await caller.send(.post, "/v1/feedback", as: bad.who, bytes: bad.bytes)
                let name = Comment(rawValue: bad.name + ": " + answer.text)
                #expect(answer.status == bad.status, name)
                #expect(answer.code == bad.code, name)
                #expect(answer.headers[.contentType] == "application/problem+json", name)
                #expect(answer.json["type"]?.string == "urn:chorus:problem:\(bad.code)", name)
                #expect(answer.json["status"]?.int == bad.status, name)
                #expect(answer.json["traceId"]?.string?.utf8.count == 32, name)
                let errors = answer.json["errors"]?.array ?? []
                if let error = bad.error {
                    #expect(
                        errors.contains {
                            $0["code"]?.string == error && (bad.pointer == nil || $0["pointer"]?.string == bad.pointer)
                        },
                        name
                    )
                }
            }
            #expect(try await store.head(of: TestServer.one) == 0)
            // The control: a good message does move the head.
            _ = try await caller.feedback(#"{"text":"a"}"#)
            #expect(try await store.head(of: TestServer.one) == 2)
        }
    }

    @Test func reportsEveryMistakeAtOnce() async throws {
        try await TestServer.make().run { caller in
            let answer = try await caller.send(
                .post,
                "/v1/feedback",
                as: .collector,
                #"{"subject":1,"kind":"x","more":true}"#
            )
            let pointers = (answer.json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
            #expect(pointers.sorted() == ["/kind", "/more", "/subject", "/text"])
        }
    }

    @Test func refusesOtherContentTypes() async throws {
        try await TestServer.make().run { caller in
            for type in ["text/plain", "application/xml", "application/json; charset=gbk", "application/x-ndjson"] {
                let answer = try await caller.send(
                    .post,
                    "/v1/feedback",
                    as: .collector,
                    #"{"text":"a"}"#,
                    headers: [.contentType: type]
                )
                #expect(answer.status == 415, Comment(rawValue: type))
            }
            let zipped = try await caller.send(
                .post,
                "/v1/feedback",
                as: .collector,
                #"{"text":"a"}"#,
                headers: [.contentEncoding: "gzip"]
            )
            #expect(zipped.status == 415)
            let utf8 = try await caller.send(
                .post,
                "/v1/feedback",
                as: .collector,
                #"{"text":"a"}"#,
                headers: [.contentType: "Application/JSON; charset=UTF-8"]
            )
            #expect(utf8.status == 201)
        }
    }

    @Test func refusesBadIdempotencyKeys() async throws {
        try await TestServer.make().run { caller in
            for key in ["", "\"\"", "\"a", "a b", "é", String(repeating: "k", count: 256)] {
                let answer = try await caller.send(
                    .post,
                    "/v1/feedback",
                    as: .collector,
                    #"{"text":"a"}"#,
                    headers: [.idempotencyKey: key]
                )
                #expect(answer.status == 400 && answer.code == "bad-idempotency-key", Comment(rawValue: key))
            }
            // The nil UUID, one made of the time, one of another variant, and one at random.
            let keys = [
                ("1", 400), ("00000000-0000-0000-0000-000000000000", 400),
                ("c232ab00-9414-11ec-b3c8-9f6bdeced846", 400),
                ("919108f7-52d1-4320-0bac-f847db4148a8", 400), ("919108f7-52d1-4320-9bac-f847db4148a8", 201),
            ]
            for (key, status) in keys {
                let answer = try await caller.send(
                    .post,
                    "/v1/feedback",
                    as: .publishable,
                    #"{"text":"a"}"#,
                    headers: [.idempotencyKey: key]
                )
                #expect(answer.status == status, Comment(rawValue: key))
                #expect(status == 201 || answer.code == "bad-idempotency-key", Comment(rawValue: key))
            }
        }
    }

    @Test func refusesUnknownAndRepeatedParameters() async throws {
        try await TestServer.make().run { caller in
            for uri in [
                "/v1/demands?organisation=x", "/v1/demands?limit=1&limit=2", "/v1/demands?limit=0",
                "/v1/demands?limit=1001", "/v1/demands?from=2026-02-30", "/v1/demands?status=closed",
                "/v1/demands?min_position=-1", "/v1/demands?category=%FF", "/v1/feedback?source=a",
                "/v1/aggregates/demand_board?offset=3", "/v1/feedback?externalId=a",
            ] {
                let answer = try await caller.send(.get, uri, as: .admin)
                #expect(answer.status == 400 && answer.code == "bad-query", Comment(rawValue: uri + answer.text))
            }
        }
    }
}
