import Demands
import EventLog
import EventSourcing
import Foundation
import Topics

/// What finders and reviewers do with topics.
extension Town {
    private static let method = "topics-0.0"

    /// Keeps where demands were opened: topics name them so.
    mutating func note(_ event: NewEvent, at position: Position, in stream: StreamID) {
        guard event.type == MessageEvent.Name.demandOpened else { return }
        let recorded = RecordedEvent(
            position: position,
            stream: stream,
            version: 1,
            type: event.type,
            schemaVersion: event.schemaVersion,
            body: event.body,
            actor: "",
            recordedAt: Timestamp(microsecondsSince1970: 0)
        )
        guard case .demandOpened(let opened)? = try? MessageEvent(decoding: recorded) else { return }
        openings.append((position, stream, opened.demand))
    }

    /// A finder places a few demands, and sees some topics to be one.
    mutating func gather() {
        for _ in 0..<6 {
            guard let opening = one(of: openings),
                let index = messages.firstIndex(where: { $0.stream == opening.message })
            else { continue }
            let known = Array(Set(book.links.map(\.topic))).sorted()
            let other = one(of: known)
            let topic: TopicID = random.chance(30) ? .founded(opening.position) : other ?? .founded(opening.position)
            let link = DemandLinked(
                demand: opening.demand,
                position: opening.position,
                topic: random.chance(10) ? nil : topic.description,
                method: Self.method,
                confidence: Confidence(Double.random(in: 0...1, using: &random)),
                because: one(of: openings)?.position,
                sameWordingAs: random.chance(20) ? one(of: openings)?.position : nil
            )
            let before = messages[index].state
            var state = before
            run(Message.self, .link(link), &state, opening.message)
            messages[index].state = state
            if state != before, link.topic != nil {
                book.know(TopicLink(demand: opening.position, topic: topic))
            }
        }
        let topics = Array(Set(book.links.map(\.topic))).sorted()
        guard random.chance(30), case .founded(let from)? = one(of: topics), case .founded(let into)? = one(of: topics)
        else { return }
        let placement = Placement(
            demand: one(of: openings)?.position ?? 1,
            topic: into,
            isNew: false,
            confidence: 1,
            because: nil,
            sameWordingAs: nil,
            joins: [Placement.Join(from: from, into: into, confidence: 0.5)]
        )
        review(.join(placement.joins, because: placement.demand, method: Self.method))
    }

    mutating func reviewTopics() {
        for _ in 0..<3 {
            let members = book.members()
            guard let topic = one(of: members), let other = one(of: members) else { return }
            switch Int.random(in: 0..<7, using: &random) {
            case 0: review(.merge([other.topic], into: topic.topic))
            case 1:
                var part: [Position] = []
                for demand in topic.demands where random.chance(40) { part.append(demand) }
                review(.split(topic.topic, demands: part))
            case 2: review(.move(one(of: other.demands) ?? 0, to: topic.topic))
            case 3: review(.rename(topic.topic, title: word()))
            case 4: review(.approveTitle(topic.topic, title: word()))
            default: review(.undo(one(of: book.operations)?.number ?? 1))
            }
        }
    }

    /// Somebody supports a topic, whatever became of it.
    mutating func support() {
        guard let topic = one(of: book.links)?.topic else { return }
        let number = UInt8.random(in: 1...14, using: &random)
        let person = random.chance(80) ? UUID(hash: [UInt8](repeating: number, count: 16)) : nil
        var isGiven = TopicSupport.initialState
        run(
            TopicSupport.self,
            TopicSupport.Command(topic: topic, person: person),
            &isGiven,
            StreamID(type: TopicSupport.streamType, id: id())
        )
    }

    private mutating func review(_ command: TopicBook.Command) {
        var state = book
        run(TopicBook.self, command, &state, .only(TopicBook.streamType))
        book = state
    }
}
