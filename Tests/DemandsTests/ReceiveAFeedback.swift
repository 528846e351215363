import Demands
import EventSourcing
import Foundation
import Testing

private let received = FeedbackReceived(
    channel: "forum",
    source: "city-forum",
    occurredAt: Timestamp(rfc3339: "2020-01-02T08:00:00+08:00"),
    organization: "union",
    place: "A7县",
    groups: [GroupLink(name: "drivers", ties: [.occupation, .place])],
    language: "zh",
    reportedSupport: 3,
    person: UUID(uuidString: "6f0e1d2c-3b4a-4958-8776-655443322110"),
    text: PassageLink(number: 1, commitment: "ab"),
    subject: PassageLink(number: 2, commitment: "cd")
)

private func receive(
    kind: DemandKind? = nil,
    category: String? = nil,
    channels: [String] = Channel.defaults,
    repeats: Bool = false
) -> Feedback.Command {
    .receive(
        ReceiveFeedback(
            received: received,
            kind: kind,
            category: category,
            allowedChannels: channels,
            repeatsStoredRequest: repeats
        )
    )
}

@Suite struct ReceiveAFeedback {
    @Test func opensOneUnclassifiedDemand() throws {
        #expect(
            try Feedback.decide(receive(), Feedback.initialState)
                == [.received(received), .demandOpened(DemandOpened(demand: 1))]
        )
    }

    @Test func recordsTheCategoryThatTheCollectorGave() throws {
        #expect(
            try Feedback.decide(receive(kind: .complaint, category: "roads"), Feedback.initialState) == [
                .received(received), .demandOpened(DemandOpened(demand: 1, kind: .complaint)),
                .demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .given)),
            ]
        )
    }

    @Test func refusesAChannelOutsideTheTenantsList() {
        #expect(throws: FeedbackRejection.unknownChannel(allowed: ["web"])) {
            try Feedback.decide(receive(channels: ["web"]), Feedback.initialState)
        }
    }

    @Test func aRepeatChangesNothing() throws {
        let state = Feedback.state(after: try Feedback.decide(receive(), Feedback.initialState))
        #expect(try Feedback.decide(receive(repeats: true), state).isEmpty)
    }

    @Test func refusesChangedContent() throws {
        let state = Feedback.state(after: try Feedback.decide(receive(), Feedback.initialState))
        #expect(throws: FeedbackRejection.contentChanged) { try Feedback.decide(receive(), state) }
    }
}

@Suite struct ChangeAFeedback {
    private var open: Feedback.State {
        Feedback.state(after: [.received(received), .demandOpened(DemandOpened(demand: 1))])
    }

    private var withdrawn: Feedback.State {
        var state = open
        Feedback.evolve(&state, .withdrawn(FeedbackWithdrawn(by: "person")))
        return state
    }

    @Test func isWithdrawnOnce() throws {
        #expect(try Feedback.decide(.withdraw(by: "person"), open) == [.withdrawn(FeedbackWithdrawn(by: "person"))])
        #expect(throws: FeedbackRejection.alreadyWithdrawn) { try Feedback.decide(.withdraw(by: "person"), withdrawn) }
        #expect(throws: FeedbackRejection.unknownFeedback) {
            try Feedback.decide(.withdraw(by: "person"), Feedback.initialState)
        }
    }

    @Test func getsAnotherCategory() throws {
        let set = Feedback.Command.categorise(demand: 1, category: "roads", method: .reviewer)
        #expect(
            try Feedback.decide(set, open)
                == [.demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .reviewer))]
        )
        #expect(throws: FeedbackRejection.withdrawn) { try Feedback.decide(set, withdrawn) }
    }

    @Test func keepsACategoryThatItHas() throws {
        let same = Feedback.Command.categorise(demand: 1, category: unclassifiedCategory, method: .reviewer)
        #expect(try Feedback.decide(same, open).isEmpty)
    }

    @Test(arguments: [Int16(0), 2, -1])
    func hasNoSuchDemand(_ number: Int16) {
        #expect(throws: FeedbackRejection.unknownDemand(number)) {
            try Feedback.decide(.categorise(demand: number, category: "roads", method: .reviewer), open)
        }
    }
}

/// Stored forms: these bytes are in logs and are read for ever.
@Suite struct StoreFeedbackEvents {
    private static let golden: [(FeedbackEvent, String, String)] = [
        (
            .received(received), "FeedbackReceived",
            #"{"channel":"forum","source":"city-forum","occurredAt":"2020-01-02T00:00:00Z","organization":"union","#
                + #""place":"A7县","groups":[{"name":"drivers","ties":["occupation","place"],"assertedBy":"collector"}],"#
                + #""language":"zh","reportedSupport":3,"person":"6f0e1d2c-3b4a-4958-8776-655443322110","#
                + #""text":{"passage":1,"commitment":"ab"},"subject":{"passage":2,"commitment":"cd"}}"#
        ),
        (
            .received(FeedbackReceived(channel: "web", text: PassageLink(number: 1, commitment: "00"))),
            "FeedbackReceived", #"{"channel":"web","text":{"passage":1,"commitment":"00"}}"#
        ),
        (.demandOpened(DemandOpened(demand: 1)), "DemandOpened", #"{"demand":1}"#),
        (.demandOpened(DemandOpened(demand: 2, kind: .appeal)), "DemandOpened", #"{"demand":2,"kind":"appeal"}"#),
        (
            .demandCategorised(DemandCategorised(demand: 1, category: "城乡建设", method: .given)), "DemandCategorised",
            #"{"demand":1,"category":"城乡建设","method":"given"}"#
        ),
        (.withdrawn(FeedbackWithdrawn(by: "person")), "FeedbackWithdrawn", #"{"by":"person"}"#),
    ]

    private func recorded(_ type: String, _ body: String, schemaVersion: Int16 = 1) -> RecordedEvent {
        RecordedEvent(
            position: 7,
            stream: StreamID(type: "feedback", id: UUID()),
            version: 1,
            type: type,
            schemaVersion: schemaVersion,
            body: Array(body.utf8),
            actor: "test",
            recordedAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    @Test(arguments: golden.indices)
    func asTheseBytesAndBack(_ index: Int) throws {
        let (event, type, body) = Self.golden[index]
        #expect(String(decoding: event.encoded.body, as: UTF8.self) == body)
        #expect(event.encoded.type == type)
        #expect(try FeedbackEvent(decoding: recorded(type, body)) == event)
    }

    @Test(arguments: [
        ("DemandOpened", "{}", Int16(1), "demand is missing"), ("DemandOpened", "[]", 1, "its body is no JSON object"),
        ("DemandOpened", #"{"demand":1,"kind":"x"}"#, 1, "kind x is unknown"),
        ("DemandOpened", #"{"demand":99999}"#, 1, "demand is out of range"),
        ("DemandOpened", #"{"demand":1}"#, 2, "schema version 2 is unknown"),
        ("SurveyOpened", "{}", 1, "this is no event of a feedback"),
        ("FeedbackReceived", #"{"channel":"web"}"#, 1, "text is no object"),
    ])
    func namesWhatCannotBeRead(_ type: String, _ body: String, _ version: Int16, _ reason: String) {
        do {
            _ = try FeedbackEvent(decoding: recorded(type, body, schemaVersion: version))
            Issue.record("was read")
        } catch {
            #expect(error.reason == reason)
            #expect(error.position == 7)
        }
    }
}
