import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// A town in which three people speak of a mixing plant, two of them for the union, and one of a bus.
struct BriefTown: Sendable {
    let plant: String
    let bus: String
    /// Of those who spoke of the plant.
    let codes: [String]
    let messages: [String]
    let busCode: String

    static func fill(_ server: TestServer, _ caller: TestCaller) async throws -> BriefTown {
        var codes: [String] = []
        var messages: [String] = []
        for number in 0..<3 {
            let sent = try await caller.feedback(
                #"{"text":"The mixing plant beside our estate makes noise all night","source":"s","#
                    + #""personRef":"p\#(number)","organization":"\#(number == 0 ? "school" : "union")","#
                    + #""reportedSupport":3}"#
            )
            codes.append(sent.trackingCode)
            messages.append(sent.id)
        }
        let bus = try await caller.feedback(
            #"{"text":"The harbour bus leaves far too early","organization":"school"}"#
        )
        try await server.refine()
        let list = try await caller.send(.get, "/v1/topics?order=people", as: .reviewer)
        let topics = (list.json["topics"]?.array ?? []).compactMap { $0["topic"]?.string }
        try #require(topics.count == 2, "\(list.text)")
        return BriefTown(
            plant: topics[0],
            bus: topics[1],
            codes: codes,
            messages: messages,
            busCode: bus.trackingCode
        )
    }

    func body(_ more: String = "") -> String {
        #"{"organization":"union","title":"Quiet nights","text":"Close the plant at night.","topics":["\#(plant)"]\#(more)}"#
    }
}

extension TestCaller {
    /// Does something to a brief that must succeed.
    func step(
        _ brief: String,
        _ verb: String,
        _ body: String? = nil,
        as who: TestServer.Who = .reviewer,
        headers: HTTPFields = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TestAnswer {
        let answer = try await send(.post, "/v1/briefs/\(brief)/\(verb)", as: who, body, headers: headers)
        #expect(answer.status == 200, "\(verb): \(answer.text)", sourceLocation: sourceLocation)
        return answer
    }

    /// Answers with a tracking code.
    func check(_ brief: String, _ answer: String, code: String, key: String? = nil) async throws -> TestAnswer {
        var headers: HTTPFields = [.authorization: "Tracking \(code)"]
        if let key { headers[.idempotencyKey] = key }
        return try await send(
            .post,
            "/v1/track/briefs/\(brief)/check",
            #"{"answer":"\#(answer)"}"#,
            headers: headers
        )
    }

    /// What a person is shown.
    func tracked(_ code: String) async throws -> TestAnswer {
        try await send(.get, "/v1/track/briefs", headers: [.authorization: "Tracking \(code)"])
    }
}
