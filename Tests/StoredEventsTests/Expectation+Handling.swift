import Demands
import EventSourcing
import Foundation

private let words = PassageLink(
    number: 3,
    commitment: "0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b"
)

/// 2020-01-02T03:04:05.000006Z
private let time = Timestamp(microsecondsSince1970: 1_577_934_245_000_006)

/// `0a1b2c3d-4e5f-4061-8283-94a5b6c7d8e9`
private let other = UUID(
    uuid: (0x0A, 0x1B, 0x2C, 0x3D, 0x4E, 0x5F, 0x40, 0x61, 0x82, 0x83, 0x94, 0xA5, 0xB6, 0xC7, 0xD8, 0xE9)
)

private func span(_ from: Int, _ to: Int) -> Span {
    guard let span = Span(from: from, to: to) else { fatalError("a span ends where it begins, or before") }
    return span
}

extension Expectation {
    private init(_ name: String, handled event: HandlingEvent) {
        self.init("demands/\(name)", MessageEvent.handled(event))
    }

    /// What happens to a demand on its way to an answer, and the rules for it.
    static let handling: [Expectation] =
        routing + answering + [
            .init(
                "demands/DemandOpened.v1.against",
                MessageEvent.demandOpened(DemandOpened(demand: 1, kind: .report, against: "city-works", isUrgent: true))
            ),
            .init(
                "PassageMasked.v1.full",
                handled: .masked(PassageMasked(passage: 2, spans: [span(0, 4), span(9, 12)]))
            ),
            .init("PassageMasked.v1.bare", handled: .masked(PassageMasked(passage: 1, spans: []))),
            .init("ReportRead.v1", handled: .reportRead(demand: 1)),
        ]

    private static let routing: [Expectation] = [
        .init(
            "DemandRouted.v1.full",
            handled: .routed(
                DemandRouted(
                    demand: 2,
                    route: DemandRoute(responsible: "city-works", steward: "union", method: .reviewer),
                    due: time,
                    isUrgent: true,
                    reason: words
                )
            )
        ),
        .init(
            "DemandRouted.v1.rules",
            handled: .routed(
                DemandRouted(
                    demand: 1,
                    route: DemandRoute(
                        responsible: "city-works",
                        steward: "city-works",
                        method: .rules,
                        rulesVersion: 12
                    ),
                    due: time,
                    isUrgent: false
                )
            )
        ),
        .init(
            "DemandRouted.v1.bare",
            handled: .routed(
                DemandRouted(
                    demand: 1,
                    route: DemandRoute(responsible: nil, steward: nil, method: .declined),
                    due: nil,
                    isUrgent: false
                )
            )
        ),
        .init(
            "RoutingDeclined.v1.full",
            handled: .routingDeclined(RoutingDeclined(demand: 1, by: "city-works", reason: words, to: "city"))
        ),
        .init(
            "RoutingDeclined.v1.bare",
            handled: .routingDeclined(RoutingDeclined(demand: 1, by: "city", reason: words, to: nil))
        ),
        .init(
            "DemandAgainstSet.v1.full",
            handled: .againstSet(DemandAgainstSet(demand: 1, organization: "city-works"))
        ),
        .init("DemandAgainstSet.v1.bare", handled: .againstSet(DemandAgainstSet(demand: 1, organization: nil))),
        .init(
            "DemandAgainstSet.v1.given",
            handled: .againstSet(DemandAgainstSet(demand: 2, organization: "city-works", isGiven: true))
        ),
        .init(
            "DemandUrgencySet.v1.given",
            handled: .urgencySet(DemandUrgencySet(demand: 2, isUrgent: true, due: nil, isGiven: true))
        ),
        .init(
            "DemandUrgencySet.v1.full",
            handled: .urgencySet(DemandUrgencySet(demand: 3, isUrgent: true, due: time))
        ),
        .init(
            "DemandUrgencySet.v1.bare",
            handled: .urgencySet(DemandUrgencySet(demand: 1, isUrgent: false, due: nil))
        ),
        .init(
            "DemandEscalated.v1.overdue",
            handled: .escalated(DemandEscalated(demand: 1, to: "city", because: .overdue))
        ),
        .init(
            "DemandEscalated.v1.reviewer",
            handled: .escalated(DemandEscalated(demand: 2, to: "city", because: .reviewer))
        ),
        .init(
            "demands/RoutingPublished.v1.full",
            RoutingPublished(
                version: 3,
                rules: RoutingRules(
                    routes: [
                        RoutingRule(
                            pattern: DemandPattern(
                                category: "城乡建设/道路",
                                kind: .complaint,
                                group: "drivers",
                                place: "A7县"
                            ),
                            responsible: "city-works",
                            steward: "union",
                            isUrgent: true
                        ),
                        RoutingRule(pattern: DemandPattern(), responsible: "city"),
                    ],
                    deadlines: [
                        DeadlineRule(pattern: DemandPattern(kind: .report), isUrgent: true, hours: 4),
                        DeadlineRule(pattern: DemandPattern(), hours: 72),
                    ],
                    reportReaders: ["4f6a", "9b01"]
                )
            )
        ),
        .init("demands/RoutingPublished.v1.bare", RoutingPublished(version: 1, rules: RoutingRules(routes: []))),
    ]

    private static let answering: [Expectation] = [
        .init("DemandClaimed.v1", handled: .claimed(DemandClaimed(demand: 1, by: "key:4f6a"))),
        .init("DemandUnclaimed.v1", handled: .unclaimed(demand: 1)),
        .init("DemandAccepted.v1", handled: .accepted(demand: 2)),
        .init("DemandStarted.v1", handled: .started(demand: 1)),
        .init(
            "DemandReplied.v1.full",
            handled: .replied(
                DemandReplied(
                    demand: 1,
                    organization: "city-works",
                    text: words,
                    isSubstantive: true,
                    repliedAt: time,
                    topic: "t17"
                )
            )
        ),
        .init(
            "DemandReplied.v1.bare",
            handled: .replied(DemandReplied(demand: 1, organization: nil, text: words, isSubstantive: false))
        ),
        .init("DemandClosed.v1", handled: .closed(demand: 1)),
        .init("DemandRefused.v1.full", handled: .refused(DemandRefused(demand: 1, by: "city-works", reason: words))),
        .init("DemandRefused.v1.bare", handled: .refused(DemandRefused(demand: 1, by: nil, reason: words))),
        .init(
            "DemandDuplicateMarked.v1",
            handled: .duplicateMarked(DuplicateMarked(demand: 1, of: DemandID(message: other, number: 2)))
        ),
        .init(
            "DemandReopened.v1.full",
            handled: .reopened(DemandReopened(demand: 1, by: .reviewer, reason: words, due: time))
        ),
        .init(
            "DemandReopened.v1.bare",
            handled: .reopened(DemandReopened(demand: 1, by: .person, reason: nil, due: nil))
        ),
        .init(
            "ReplyJudged.v1.full",
            handled: .judged(
                ReplyJudged(demand: 1, isSolved: true, isSatisfied: false, by: .collector, isSynthetic: true)
            )
        ),
        .init(
            "ReplyJudged.v1.bare",
            handled: .judged(ReplyJudged(demand: 1, isSolved: nil, isSatisfied: true, by: .person))
        ),
    ]
}
