import Demands
import EventSourcing
import Foundation

private let commitment = "0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b"
private let otherCommitment = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

private let fullCoordinates = MessageCoordinates(
    channel: "forum",
    source: "city-forum",
    // 2020-01-02T03:04:05.000006Z
    occurredAt: Timestamp(microsecondsSince1970: 1_577_934_245_000_006),
    organization: "union",
    place: "A7县",
    groups: [
        GroupLink(name: "drivers", ties: [.occupation, .place], assertedBy: "collector"),
        GroupLink(name: "舞蹈队", ties: [], assertedBy: "self"),
    ],
    language: "zh-Hans",
    reportedSupport: 3,
    person: UUID(uuidString: "6F0E1D2C-3B4A-4958-8776-655443322110")
)

/// `0a1b2c3d-4e5f-4061-8283-94a5b6c7d8e9`
private let survey = UUID(
    uuid: (0x0A, 0x1B, 0x2C, 0x3D, 0x4E, 0x5F, 0x40, 0x61, 0x82, 0x83, 0x94, 0xA5, 0xB6, 0xC7, 0xD8, 0xE9)
)

private func span(_ from: Int, _ to: Int) -> Span {
    guard let span = Span(from: from, to: to) else { fatalError("a span ends where it begins, or before") }
    return span
}

extension Expectation {
    static let messages: [Expectation] = [
        .init(
            "demands/FeedbackReceived.v1.full",
            MessageEvent.received(
                FeedbackReceived(
                    coordinates: fullCoordinates,
                    text: PassageLink(number: 1, commitment: commitment),
                    subject: PassageLink(number: 2, commitment: otherCommitment)
                )
            )
        ),
        .init(
            "demands/FeedbackReceived.v1.bare",
            MessageEvent.received(
                FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web"),
                    text: PassageLink(number: 1, commitment: commitment)
                )
            )
        ),
        .init(
            "demands/ResponseSubmitted.v1.full",
            MessageEvent.responded(
                ResponseSubmitted(
                    survey: survey,
                    surveyVersion: 3,
                    coordinates: fullCoordinates,
                    answers: [
                        .init(question: "ways", value: .options(["foot", "bus"])),
                        .init(question: "calm", value: .scale(-2)),
                        .init(question: "wish", value: .text(PassageLink(number: 1, commitment: otherCommitment))),
                    ]
                )
            )
        ),
        .init(
            "demands/ResponseSubmitted.v1.bare",
            MessageEvent.responded(
                ResponseSubmitted(
                    survey: survey,
                    surveyVersion: 1,
                    coordinates: MessageCoordinates(channel: "app"),
                    answers: []
                )
            )
        ),
        .init(
            "demands/FeedbackAmended.v1.full",
            MessageEvent.amended(
                FeedbackAmended(
                    content: FeedbackReceived(
                        coordinates: fullCoordinates,
                        text: PassageLink(number: 3, commitment: commitment),
                        subject: PassageLink(number: 4, commitment: otherCommitment)
                    )
                )
            )
        ),
        .init(
            "demands/FeedbackAmended.v1.bare",
            MessageEvent.amended(
                FeedbackAmended(
                    content: FeedbackReceived(
                        coordinates: MessageCoordinates(channel: "web"),
                        text: PassageLink(number: 32_767, commitment: commitment)
                    )
                )
            )
        ),
        .init(
            "demands/AdditionReceived.v1",
            MessageEvent.added(AdditionReceived(text: PassageLink(number: 3, commitment: commitment)))
        ),
        .init(
            "demands/DemandOpened.v1.full",
            MessageEvent.demandOpened(DemandOpened(demand: 2, kind: .appeal, passage: 4))
        ),
        .init("demands/DemandOpened.v1.bare", MessageEvent.demandOpened(DemandOpened(demand: 1))),
        .init(
            "demands/DemandCategorised.v1.full",
            MessageEvent.demandCategorised(
                DemandCategorised(demand: 1, category: "城乡建设/道路", method: .keywords, methodVersion: 3)
            )
        ),
        .init(
            "demands/DemandCategorised.v1.bare",
            MessageEvent.demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .given))
        ),
        .init(
            "demands/DemandCategorised.v1.carried",
            MessageEvent.demandCategorised(
                DemandCategorised(
                    demand: 2,
                    category: "lamps",
                    method: .taxonomy,
                    methodVersion: 3,
                    carried: CarriedCategory(category: "道路", method: .model, methodVersion: 4, isUndecided: true)
                )
            )
        ),
        .init(
            "demands/DemandCategorised.v1.carried-bare",
            MessageEvent.demandCategorised(
                DemandCategorised(
                    demand: 1,
                    category: "lamps",
                    method: .taxonomy,
                    methodVersion: 3,
                    carried: CarriedCategory(category: "roads/lamps", method: .reviewer)
                )
            )
        ),
        .init(
            "demands/DemandKindSet.v1.full",
            MessageEvent.demandKindSet(DemandKindSet(demand: 1, kind: .complaint, method: .reviewer))
        ),
        .init(
            "demands/DemandKindSet.v1.bare",
            MessageEvent.demandKindSet(DemandKindSet(demand: 1, kind: nil, method: .reviewer))
        ),
        .init(
            "demands/DemandGroupsSet.v1.full",
            MessageEvent.demandGroupsSet(
                DemandGroupsSet(
                    demand: 2,
                    groups: [GroupLink(name: "drivers", ties: [.affinity], assertedBy: "reviewer")],
                    method: .reviewer
                )
            )
        ),
        .init(
            "demands/DemandGroupsSet.v1.bare",
            MessageEvent.demandGroupsSet(DemandGroupsSet(demand: 1, groups: [], method: .reviewer))
        ),
        .init(
            "demands/DemandPlaceSet.v1.full",
            MessageEvent.demandPlaceSet(DemandPlaceSet(demand: 1, place: "hill", method: .reviewer))
        ),
        .init(
            "demands/DemandPlaceSet.v1.bare",
            MessageEvent.demandPlaceSet(DemandPlaceSet(demand: 1, place: nil, method: .reviewer))
        ),
        .init(
            "demands/DemandCategorised.v1.model",
            MessageEvent.demandCategorised(
                DemandCategorised(
                    demand: 2,
                    category: "unclassified",
                    method: .model,
                    methodVersion: 7,
                    confidence: Confidence(tenThousandths: 4_310)
                )
            )
        ),
        .init(
            "demands/DemandKindSet.v1.model",
            MessageEvent.demandKindSet(
                DemandKindSet(
                    demand: 1,
                    kind: .enquiry,
                    method: .model,
                    methodVersion: 2,
                    confidence: Confidence(tenThousandths: 10_000)
                )
            )
        ),
        .init(
            "demands/DemandOpened.v1.part",
            MessageEvent.demandOpened(
                DemandOpened(
                    demand: 3,
                    kind: .request,
                    passage: 1,
                    spans: [span(0, 4), span(10, 12)],
                    dividedFrom: 1
                )
            )
        ),
        .init(
            "demands/DemandJudged.v1.category",
            MessageEvent.demandJudged(
                DemandJudged(demand: 1, value: .category("roads"), model: 4, confidence: Confidence(0.71))
            )
        ),
        .init(
            "demands/DemandJudged.v1.none",
            MessageEvent.demandJudged(
                DemandJudged(demand: 2, value: .kind(nil), model: 5, confidence: Confidence(0.1))
            )
        ),
        .init(
            "demands/DemandLinked.v1.full",
            MessageEvent.demandLinked(
                DemandLinked(
                    demand: 1,
                    position: 120,
                    topic: "t17",
                    method: "topics-1.1",
                    confidence: Confidence(0.8123),
                    because: 90,
                    sameWordingAs: 17
                )
            )
        ),
        .init(
            "demands/DemandLinked.v1.bare",
            MessageEvent.demandLinked(
                DemandLinked(demand: 2, position: 121, topic: nil, method: "topics-1.1", confidence: Confidence(0))
            )
        ),
        .init(
            "demands/DemandNarrowed.v1.full",
            MessageEvent.demandNarrowed(DemandNarrowed(demand: 1, passage: 1, spans: [span(4, 10)]))
        ),
        .init(
            "demands/DemandNarrowed.v1.bare",
            MessageEvent.demandNarrowed(DemandNarrowed(demand: 1, passage: nil, spans: nil))
        ),
        .init("demands/DemandRejoined.v1", MessageEvent.demandRejoined(DemandRejoined(demand: 3, into: 1))),
        .init("demands/FeedbackWithdrawn.v1", MessageEvent.withdrawn(MessageWithdrawn(by: "person"))),
        .init("demands/MessageForgotten.v1", MessageEvent.forgotten(MessageForgotten(scope: "message"))),
    ]
}
