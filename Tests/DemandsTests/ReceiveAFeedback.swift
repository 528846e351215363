import Demands
import EventSourcing
import Foundation
import Testing

private let received = FeedbackReceived(
    coordinates: MessageCoordinates(
        channel: "forum",
        source: "city-forum",
        occurredAt: Timestamp(rfc3339: "2020-01-02T08:00:00+08:00"),
        organization: "union",
        place: "A7县",
        groups: [GroupLink(name: "drivers", ties: [.occupation, .place])],
        language: "zh",
        reportedSupport: 3,
        person: UUID(uuidString: "6f0e1d2c-3b4a-4958-8776-655443322110")
    ),
    text: PassageLink(number: 1, commitment: "ab"),
    subject: PassageLink(number: 2, commitment: "cd")
)

private func receive(
    kind: DemandKind? = nil,
    category: String? = nil,
    channels: [String] = Channel.defaults,
    repeats: Bool = false
) -> Message.Command {
    .receive(
        ReceiveFeedback(
            received: received,
            kind: kind,
            category: category.map { GivenCategory(code: $0) },
            allowedChannels: channels,
            repeatsStoredRequest: repeats
        )
    )
}

@Suite struct ReceiveAFeedback {
    @Test func opensOneUnclassifiedDemand() throws {
        #expect(
            try Message.decide(receive(), Message.initialState)
                == [.received(received), .demandOpened(DemandOpened(demand: 1))]
        )
    }

    @Test func recordsTheCategoryThatTheCollectorGave() throws {
        #expect(
            try Message.decide(receive(kind: .complaint, category: "roads"), Message.initialState) == [
                .received(received), .demandOpened(DemandOpened(demand: 1, kind: .complaint)),
                .demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .given)),
            ]
        )
    }

    @Test func refusesAChannelOutsideTheTenantsList() {
        #expect(throws: MessageRejection.unknownChannel(allowed: ["web"])) {
            try Message.decide(receive(channels: ["web"]), Message.initialState)
        }
    }

    @Test func aRepeatChangesNothing() throws {
        let state = Message.state(after: try Message.decide(receive(), Message.initialState))
        #expect(try Message.decide(receive(repeats: true), state).isEmpty)
    }

    @Test func refusesChangedContent() throws {
        let state = Message.state(after: try Message.decide(receive(), Message.initialState))
        #expect(throws: MessageRejection.contentChanged) { try Message.decide(receive(), state) }
    }
}

@Suite struct ChangeAFeedback {
    private var open: Message.State {
        Message.state(after: [.received(received), .demandOpened(DemandOpened(demand: 1))])
    }

    private var withdrawn: Message.State {
        var state = open
        Message.evolve(&state, .withdrawn(MessageWithdrawn(by: "person")))
        return state
    }

    @Test func isWithdrawnOnce() throws {
        #expect(try Message.decide(.withdraw(by: "person"), open) == [.withdrawn(MessageWithdrawn(by: "person"))])
        #expect(throws: MessageRejection.alreadyWithdrawn) { try Message.decide(.withdraw(by: "person"), withdrawn) }
        #expect(throws: MessageRejection.unknownMessage) {
            try Message.decide(.withdraw(by: "person"), Message.initialState)
        }
    }

    @Test func getsAnotherCategory() throws {
        let set = Message.Command.categorise(demand: 1, category: "roads", method: .reviewer)
        #expect(
            try Message.decide(set, open)
                == [.demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .reviewer))]
        )
        #expect(throws: MessageRejection.withdrawn) { try Message.decide(set, withdrawn) }
    }

    @Test func aReviewerConfirmsWhatKeywordsFoundOnce() throws {
        let found = DemandCategorised(demand: 1, category: "roads", method: .keywords, methodVersion: 3)
        let confirmed = DemandCategorised(demand: 1, category: "roads", method: .reviewer)
        let command = Message.Command.categorise(demand: 1, category: "roads", method: .reviewer)
        var state = open
        Message.evolve(&state, .demandCategorised(found))
        #expect(try Message.decide(command, state) == [.demandCategorised(confirmed)])
        Message.evolve(&state, .demandCategorised(confirmed))
        #expect(try Message.decide(command, state).isEmpty)
    }

    @Test(arguments: [Int16(0), 2, -1])
    func hasNoSuchDemand(_ number: Int16) {
        #expect(throws: MessageRejection.unknownDemand(number)) {
            try Message.decide(.categorise(demand: number, category: "roads", method: .reviewer), open)
        }
    }
}

/// Stored forms: these bytes are in logs and are read for ever.
@Suite struct StoreFeedbackEvents {
    private static let golden: [(MessageEvent, String, String)] = [
        (
            .received(received), "FeedbackReceived",
            #"{"channel":"forum","source":"city-forum","occurredAt":"2020-01-02T00:00:00Z","organization":"union","#
                + #""place":"A7县","groups":[{"name":"drivers","ties":["occupation","place"],"assertedBy":"collector"}],"#
                + #""language":"zh","reportedSupport":3,"person":"6f0e1d2c-3b4a-4958-8776-655443322110","#
                + #""text":{"passage":1,"commitment":"ab"},"subject":{"passage":2,"commitment":"cd"}}"#
        ),
        (
            .received(
                FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web"),
                    text: PassageLink(number: 1, commitment: "00")
                )
            ),
            "FeedbackReceived", #"{"channel":"web","text":{"passage":1,"commitment":"00"}}"#
        ),
        (.demandOpened(DemandOpened(demand: 1)), "DemandOpened", #"{"demand":1}"#),
        (.demandOpened(DemandOpened(demand: 2, kind: .appeal)), "DemandOpened", #"{"demand":2,"kind":"appeal"}"#),
        (
            .demandCategorised(DemandCategorised(demand: 1, category: "城乡建设", method: .given)), "DemandCategorised",
            #"{"demand":1,"category":"城乡建设","method":"given"}"#
        ),
        (.withdrawn(MessageWithdrawn(by: "person")), "FeedbackWithdrawn", #"{"by":"person"}"#),
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
        #expect(try MessageEvent(decoding: recorded(type, body)) == event)
    }

    @Test(arguments: [
        ("DemandOpened", "{}", Int16(1), "demand is missing"), ("DemandOpened", "[]", 1, "its body is no JSON object"),
        ("DemandOpened", #"{"demand":1,"kind":"x"}"#, 1, "kind x is unknown"),
        ("DemandOpened", #"{"demand":99999}"#, 1, "demand is out of range"),
        (
            "DemandOpened", #"{"demand":1}"#, 2,
            "schema version 2 was written by a newer Chorus; this one reads up to version 1: run the newer one"
        ),
        ("SurveyOpened", "{}", 1, "this is no event of a message"),
        ("FeedbackReceived", #"{"channel":"web"}"#, 1, "text is no object"),
    ])
    func namesWhatCannotBeRead(_ type: String, _ body: String, _ version: Int16, _ reason: String) {
        do {
            _ = try MessageEvent(decoding: recorded(type, body, schemaVersion: version))
            Issue.record("was read")
        } catch {
            #expect(error.reason == reason)
            #expect(error.position == 7)
        }
    }
}
