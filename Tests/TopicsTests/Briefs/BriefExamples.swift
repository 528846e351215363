import Demands
import EventSourcing
import Foundation

@testable import Topics

/// A brief's history, command by command.
struct BriefPages {
    var events: [BriefEvent] = []

    var state: BriefState { Brief.state(after: events) }

    mutating func apply(_ commands: Brief.Command...) throws {
        for command in commands { events += try Brief.decide(command, state) }
    }

    /// Why a command is refused; nil when it is not.
    func refusal(_ command: Brief.Command) -> BriefRejection? {
        do throws(BriefRejection) {
            _ = try Brief.decide(command, state)
            return nil
        } catch {
            return error
        }
    }

    /// Put to its supporters.
    static func checking() throws -> BriefPages {
        var pages = BriefPages()
        try pages.apply(.draft(.example()), .putToSupporters)
        return pages
    }

    /// Handed over on the third day.
    static func delivered() throws -> BriefPages {
        var pages = try checking()
        try pages.apply(.deliver(.example, now: .day(3)))
        return pages
    }
}

extension Timestamp {
    static func day(_ day: Int64) -> Timestamp { Timestamp(microsecondsSince1970: day * 86_400_000_000) }
}

extension PassageLink {
    static func example(_ number: Int16) -> PassageLink { PassageLink(number: number, commitment: "0\(number)") }
}

extension UUID {
    static func number(_ number: UInt8) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number))
    }
}

extension BriefCounts {
    static let example = BriefCounts(
        demands: 7,
        messages: 6,
        people: 5,
        unidentified: 1,
        supporters: 2,
        reportedSupport: 30,
        firstAt: .day(1),
        lastAt: .day(2)
    )
}

extension DraftBrief {
    static func example(_ topics: [Named] = [Named(.founded(17), .counted(.example))]) -> DraftBrief {
        DraftBrief(
            organization: "union",
            title: .example(1),
            text: .example(2),
            topics: topics,
            all: .example,
            position: 90,
            projectorVersion: 1,
            countedOf: nil
        )
    }
}

extension BriefDelivered {
    static let example = BriefDelivered(recipient: .organization("transport"), deliveredAt: .day(3))
}

extension Brief.Command {
    static func answer(
        _ answer: BriefChecked.Answer,
        message: UInt8,
        person: UInt8? = nil,
        isSupporter: Bool = true
    ) -> Brief.Command {
        .check(
            CheckBrief(
                answer: answer,
                message: .number(message),
                person: person.map { .number($0) },
                isSupporter: isSupporter
            )
        )
    }

    static func outcome(
        _ outcome: BriefOutcomeRecorded.Outcome,
        on day: Int64 = 4,
        now: Int64 = 9
    ) -> Brief.Command {
        .recordOutcome(
            BriefOutcomeRecorded(outcome: outcome, words: nil, decidedAt: .day(day)),
            now: .day(now)
        )
    }
}
