import Demands
import EventSourcing
import Foundation
import Topics

extension TestBoard {
    static func brief() -> StreamID { StreamID(type: Brief.streamType, id: UUID()) }

    /// Appends what happened to a brief.
    func tell(_ brief: StreamID, _ events: [BriefEvent]) async throws {
        _ = try await append(events.map(\.encoded), to: brief)
    }
}

extension BriefDrafted {
    /// Of two topics: 7 demands of 5 people and 3 of 2, 10 of 6 together.
    static func example(_ organization: String = "union", title: Int16 = 1) -> BriefDrafted {
        BriefDrafted(
            organization: organization,
            title: PassageLink(number: title, commitment: "0a"),
            text: PassageLink(number: title + 1, commitment: "0b"),
            topics: [
                BriefTopic(topic: .founded(17), counts: .example(demands: 7, people: 5)),
                BriefTopic(topic: .split(3), counts: .example(demands: 3, people: 2)),
            ],
            all: .example(demands: 10, people: 6),
            position: 90,
            projectorVersion: 1
        )
    }
}

extension BriefCounts {
    static func example(demands: Int, people: Int) -> BriefCounts {
        BriefCounts(
            demands: demands,
            messages: demands,
            people: people,
            unidentified: 1,
            supporters: 2,
            reportedSupport: 30,
            firstAt: Timestamp(microsecondsSince1970: 1_767_225_600_000_000),
            lastAt: Timestamp(microsecondsSince1970: 1_769_904_000_000_000)
        )
    }
}

extension BriefChecked {
    static func example(_ answer: Answer, message: UInt8, wording: Int = 1, person: UInt8? = nil) -> BriefChecked {
        BriefChecked(
            answer: answer,
            wording: wording,
            message: UUID(uuid: (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, message)),
            person: person.map { UUID(uuid: (2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $0)) }
        )
    }
}

extension BriefDelivered {
    /// In June where the tenant is, in May in Greenwich: 2026-05-31T17:00:00Z.
    static let example = BriefDelivered(
        recipient: .organization("transport"),
        deliveredAt: Timestamp(microsecondsSince1970: 1_780_246_800_000_000)
    )
}
