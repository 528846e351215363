import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// A reviewer divides a message into several demands.
@Suite struct DivideADemandOverHTTP {
    private static let body = """
        {"parts":[
            {"spans":[{"from":0,"to":9}]},
            {"spans":[{"from":14,"to":24}],"category":"parks","kind":"praise"}
        ]}
        """

    @Test func eachPartIsADemandWithItsOwnWordsUntilTheyAreRejoined() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(
                #"{"text":"Fix lamps and 公园 is fine","category":"roads","personRef":"p","source":"s","externalId":"1"}"#
            )
            let demand = "/v1/demands/\(sent.id)"
            let key: HTTPFields = [.idempotencyKey: "d-1"]
            let divided = try await caller.send(.post, "\(demand).1/divide", as: .reviewer, Self.body, headers: key)
            #expect(divided.status == 200, "\(divided.text)")
            #expect(divided.json["parts"]?[0]?["id"]?.string == "\(sent.id).2")
            #expect(divided.json["parts"]?[0]?["category"]?.string == "parks")
            let again = try await caller.send(.post, "\(demand).1/divide", as: .reviewer, Self.body, headers: key)
            #expect(again.bytes == divided.bytes)

            let first = try await caller.send(.get, "\(demand).1", as: .reviewer).json
            #expect(first["text"]?.string == "Fix lamps" && first["category"]?.string == "roads")
            let second = try await caller.send(.get, "\(demand).2", as: .reviewer).json
            #expect(second["text"]?.string == "公园 is fine" && second["dividedFrom"]?.string == "\(sent.id).1")
            // The message itself stays as it came.
            let message = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin).json
            #expect(message["text"]?.string == "Fix lamps and 公园 is fine")

            let twice = try await caller.send(.post, "\(demand).1/divide", as: .reviewer, Self.body)
            #expect(twice.status == 409 && twice.code == "already-divided")
            let rejoined = try await caller.send(.post, "\(demand).1/rejoin", as: .reviewer, "{}")
            #expect(rejoined.status == 200, "\(rejoined.text)")
            let whole = try await caller.send(.get, "\(demand).1", as: .reviewer).json
            #expect(whole["text"]?.string == "Fix lamps and 公园 is fine")
            let gone = try await caller.send(.post, "\(demand).2/kind", as: .reviewer, #"{"kind":"praise"}"#)
            #expect(gone.status == 409 && gone.code == "rejoined")
        }
    }

    @Test func aRejoinedPartIsInNoList() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            func ids(_ status: String) async throws -> [String?] {
                try await server.project()
                let answer = try await caller.send(.get, "/v1/demands?status=\(status)", as: .reviewer)
                #expect(answer.status == 200, "\(answer.text)")
                return (answer.json["demands"]?.array ?? []).map { $0["id"]?.string }
            }
            let sent = try await caller.feedback(#"{"text":"Fix lamps and 公园 is fine"}"#)
            let demand = "/v1/demands/\(sent.id).1"
            func send(_ uri: String, _ body: String) async throws {
                let answer = try await caller.send(.post, uri, as: .reviewer, body)
                #expect(answer.status == 200, "\(answer.text)")
            }
            // In batches of their own, and opened and rejoined in the same one.
            for projects in [true, false] {
                try await send("\(demand)/divide", Self.body)
                // The control: a part that stands is listed.
                if projects { #expect(try await ids("open").count == 2) }
                try await send("\(demand)/rejoin", "{}")
                #expect(try await ids("open") == ["\(sent.id).1"])
                #expect(try await ids("withdrawn") == [])
            }
            try await send("\(demand)/divide", Self.body)
            let tracking: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            let withdrawn = try await caller.send(.post, "/v1/track/withdraw", headers: tracking)
            #expect(withdrawn.status == 200, "\(withdrawn.text)")
            #expect(try await ids("open") == [])
            // Its demands, not the parts that were rejoined before.
            #expect(try await ids("withdrawn") == ["\(sent.id).1", "\(sent.id).4"])
        }
    }

    @Test func refusesWhatIsNoDivision() async throws {
        let mistakes = [
            ("{}", "/parts"), (#"{"parts":[{}]}"#, "/parts/0/spans"),
            (#"{"parts":[{"spans":[{"from":3,"to":3}]}]}"#, "/parts/0/spans/0/to"),
            (#"{"parts":[{"spans":[{"from":-1,"to":3}]}]}"#, "/parts/0/spans/0/from"),
            (#"{"parts":[{"spans":[{"from":0,"to":1}],"kind":"wish"}]}"#, "/parts/0/kind"),
        ]
        let refusals = [
            (#"{"parts":[{"spans":[{"from":0,"to":1}]}]}"#, "too-few-parts"),
            (#"{"parts":[{"spans":[{"from":0,"to":1}]},{"spans":[{"from":1,"to":4}]}]}"#, "span-outside"),
            (#"{"parts":[{"spans":[{"from":0,"to":2}]},{"spans":[{"from":1,"to":3}]}]}"#, "spans-overlap"),
        ]
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a b"}"#)
            let uri = "/v1/demands/\(sent.id).1/divide"
            for (body, pointer) in mistakes {
                let answer = try await caller.send(.post, uri, as: .reviewer, body)
                #expect(answer.status == 422, "\(answer.text)")
                #expect(answer.json["errors"]?[0]?["pointer"]?.string == pointer)
            }
            for (body, code) in refusals {
                let answer = try await caller.send(.post, uri, as: .reviewer, body)
                #expect(answer.status == 422 && answer.code == code, "\(answer.text)")
            }
        }
    }
}
