import Demands
import EventSourcing
import Foundation
import Topics

private func brief(_ name: String, _ event: BriefEvent) -> Expectation { .init("topics/\(name)", event) }

/// 2026-05-01T00:00:00Z and so many hours.
private func time(hours: Int64, halfSeconds: Int64 = 0) -> Timestamp {
    Timestamp(microsecondsSince1970: 1_777_593_600_000_000 + hours * 3_600_000_000 + halfSeconds * 500_000)
}

private let counts = BriefCounts(
    demands: 7,
    messages: 6,
    people: 5,
    unidentified: 1,
    supporters: 2,
    reportedSupport: 30,
    firstAt: time(hours: 6),
    lastAt: time(hours: 19 * 24, halfSeconds: 1)
)

private let few = BriefCounts(
    demands: 3,
    messages: 3,
    people: 2,
    unidentified: 0,
    supporters: 0,
    reportedSupport: 0,
    firstAt: time(hours: 24),
    lastAt: time(hours: 24)
)

private let ten: BriefCounts = {
    var ten = counts
    ten.demands = 10
    return ten
}()

private func link(_ number: Int16, _ commitment: String) -> PassageLink {
    PassageLink(number: number, commitment: commitment)
}

extension Expectation {
    static let briefs: [Expectation] = [
        brief(
            "BriefDrafted.v1.full",
            .drafted(
                BriefDrafted(
                    organization: "union",
                    title: link(1, "0a"),
                    text: link(2, "0b"),
                    topics: [
                        BriefTopic(topic: .founded(17), counts: counts),
                        BriefTopic(topic: .split(3), counts: few),
                    ],
                    all: ten,
                    position: 412,
                    projectorVersion: 1,
                    countedOf: "union"
                )
            )
        ),
        brief(
            "BriefDrafted.v1.bare",
            .drafted(
                BriefDrafted(
                    organization: "union",
                    title: link(1, "0a"),
                    text: link(2, "0b"),
                    topics: [BriefTopic(topic: .founded(17), counts: counts)],
                    all: counts,
                    position: 412,
                    projectorVersion: 1
                )
            )
        ),
        brief("BriefReworded.v1.full", .reworded(BriefReworded(wording: 2, title: link(3, "0c"), text: link(4, "0d")))),
        brief("BriefReworded.v1.text", .reworded(BriefReworded(wording: 3, title: nil, text: link(3, "0c")))),
        brief("BriefPutToSupporters.v1", .putToSupporters),
        brief(
            "BriefChecked.v1.full",
            .checked(
                BriefChecked(
                    answer: .partly,
                    wording: 2,
                    message: UUID(uuid: (15, 30, 45, 60, 75, 90, 73, 120, 134, 149, 164, 179, 194, 209, 224, 241)),
                    person: UUID(uuid: (111, 14, 29, 44, 59, 74, 73, 88, 135, 118, 101, 84, 67, 50, 33, 16))
                )
            )
        ),
        brief(
            "BriefChecked.v1.bare",
            .checked(
                BriefChecked(
                    answer: .yes,
                    wording: 1,
                    message: UUID(uuid: (15, 30, 45, 60, 75, 90, 73, 120, 134, 149, 164, 179, 194, 209, 224, 241)),
                    person: nil
                )
            )
        ),
        brief(
            "BriefDelivered.v1.organization",
            .delivered(
                BriefDelivered(recipient: .organization("transport"), deliveredAt: time(hours: 31 * 24))
            )
        ),
        brief(
            "BriefDelivered.v1.named",
            .delivered(
                BriefDelivered(
                    recipient: .named(link(3, "0c")),
                    deliveredAt: time(hours: 31 * 24 + 8, halfSeconds: 3_600)
                )
            )
        ),
        brief(
            "BriefOutcomeRecorded.v1.full",
            .outcomeRecorded(
                BriefOutcomeRecorded(
                    outcome: .partlyAdopted,
                    words: link(4, "0d"),
                    decidedAt: time(hours: 61 * 24)
                )
            )
        ),
        brief(
            "BriefOutcomeRecorded.v1.bare",
            .outcomeRecorded(
                BriefOutcomeRecorded(outcome: .noAnswer, words: nil, decidedAt: time(hours: 61 * 24))
            )
        ),
        brief("BriefDropped.v1", .dropped(BriefDropped(reason: link(3, "0c")))),
    ]
}
