import Demands
import EventLog
import EventSourcing
import Foundation
import TestSupport
import Topics

/// What organizations say to whoever decides.
extension Town {
    /// A brief as its decider knows it.
    struct Worded {
        let stream: StreamID
        var state: BriefState
    }

    /// Some are drafted, some of those there are taken a step further, whether or not it is their turn.
    mutating func workOnBriefs() {
        if briefs.isEmpty || random.chance(20) { draftABrief() }
        for _ in 0..<6 {
            guard let index = briefs.indices.randomElement(using: &random) else { return }
            var brief = briefs[index]
            let command = step(brief.state)
            run(Brief.self, command, &brief.state, brief.stream)
            briefs[index] = brief
        }
    }

    private mutating func draftABrief() {
        let known = Array(Set(book.links.map(\.topic))).sorted()
        var topics: [DraftBrief.Named] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let topic = one(of: known) else { return }
            let present = book.present(topic)
            topics.append(.init(topic, present == topic ? .counted(counts()) : .ended(into: present)))
        }
        let stream = StreamID(type: Brief.streamType, id: id())
        var state = Brief.initialState
        let draft = DraftBrief(
            organization: word(),
            title: PassageLink(number: 1, commitment: "0a"),
            text: PassageLink(number: 2, commitment: "0b"),
            topics: topics,
            all: counts(),
            position: Position(events.count),
            projectorVersion: 1,
            countedOf: random.chance(30) ? word() : nil
        )
        run(Brief.self, .draft(draft), &state, stream)
        if state.status != nil { briefs.append(Worded(stream: stream, state: state)) }
    }

    private mutating func step(_ state: BriefState) -> Brief.Command {
        let passage = PassageLink(number: state.lastPassage + 1, commitment: "0c")
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return .reword(title: random.chance(50) ? passage : nil, text: passage)
        case 1..<5: return .putToSupporters
        case 5..<14:
            let person = UInt8.random(in: 1...14, using: &random)
            return .check(
                CheckBrief(
                    answer: one(of: BriefChecked.Answer.allCases) ?? .yes,
                    message: one(of: messages)?.stream.id ?? id(),
                    person: random.chance(70) ? UUID(hash: [UInt8](repeating: person, count: 16)) : nil,
                    isSupporter: true
                )
            )
        case 14..<16:
            let recipient: BriefDelivered.Recipient = random.chance(50) ? .organization(word()) : .named(passage)
            return .deliver(BriefDelivered(recipient: recipient, deliveredAt: moment()), now: .distantFuture)
        case 16..<19:
            return .recordOutcome(
                BriefOutcomeRecorded(
                    outcome: one(of: BriefOutcomeRecorded.Outcome.allCases) ?? .adopted,
                    words: random.chance(50) ? passage : nil,
                    decidedAt: moment()
                ),
                now: .distantFuture
            )
        default: return .drop(reason: passage)
        }
    }

    private mutating func moment() -> Timestamp { day() ?? .distantFuture }

    private mutating func counts() -> BriefCounts {
        BriefCounts(
            demands: Int.random(in: 1...90, using: &random),
            messages: Int.random(in: 1...90, using: &random),
            people: Int.random(in: 0...90, using: &random),
            unidentified: Int.random(in: 0...9, using: &random),
            supporters: Int.random(in: 0...9, using: &random),
            reportedSupport: Int.random(in: 0...900, using: &random),
            firstAt: moment(),
            lastAt: moment()
        )
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microsecondsSince1970: 4_102_444_800_000_000)
}
