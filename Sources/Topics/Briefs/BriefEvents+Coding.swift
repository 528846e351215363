import Demands
import EventSourcing
import Foundation
import JSONText

extension BriefEvent {
    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        switch event.type {
        case Name.drafted: self = .drafted(try BriefDrafted(body))
        case Name.reworded:
            self = .reworded(
                BriefReworded(
                    wording: try body.int("wording"),
                    title: try body.optionalPassage("title"),
                    text: try body.optionalPassage("text")
                )
            )
        case Name.putToSupporters: self = .putToSupporters
        case Name.checked:
            guard let message = try body.optionalUUID("message") else { throw body.unreadable("message is missing") }
            self = .checked(
                BriefChecked(
                    answer: try body.word("answer"),
                    wording: try body.int("wording"),
                    message: message,
                    person: try body.optionalUUID("person")
                )
            )
        case Name.delivered:
            let recipient: BriefDelivered.Recipient
            if let code = try body.optionalString("organization") {
                recipient = .organization(code)
            } else {
                recipient = .named(try body.passage("recipient"))
            }
            self = .delivered(
                BriefDelivered(
                    recipient: recipient,
                    deliveredAt: try body.timestamp("deliveredAt")
                )
            )
        case Name.outcomeRecorded:
            self = .outcomeRecorded(
                BriefOutcomeRecorded(
                    outcome: try body.word("outcome"),
                    words: try body.optionalPassage("words"),
                    decidedAt: try body.timestamp("decidedAt")
                )
            )
        case Name.dropped: self = .dropped(BriefDropped(reason: try body.passage("reason")))
        default: throw body.unreadable("this is no event of a brief that this version knows")
        }
    }

    package var encoded: NewEvent {
        switch self {
        case .drafted(let event): .version1(Name.drafted) { event.write(to: &$0) }
        case .reworded(let event):
            .version1(Name.reworded) { json in
                json.field("wording", event.wording)
                if let title = event.title { json.field("title", title) }
                if let text = event.text { json.field("text", text) }
            }
        case .putToSupporters: .version1(Name.putToSupporters) { _ in }
        case .checked(let event):
            .version1(Name.checked) { json in
                json.field("answer", event.answer.rawValue)
                json.field("wording", event.wording)
                json.field("message", event.message.uuidString.lowercased())
                json.field("person", ifPresent: event.person?.uuidString.lowercased())
            }
        case .delivered(let event):
            .version1(Name.delivered) { json in
                switch event.recipient {
                case .organization(let code): json.field("organization", code)
                case .named(let words): json.field("recipient", words)
                }
                json.field("deliveredAt", event.deliveredAt.description)
            }
        case .outcomeRecorded(let event):
            .version1(Name.outcomeRecorded) { json in
                json.field("outcome", event.outcome.rawValue)
                if let words = event.words { json.field("words", words) }
                json.field("decidedAt", event.decidedAt.description)
            }
        case .dropped(let event): .version1(Name.dropped) { $0.field("reason", event.reason) }
        }
    }
}

extension BriefDrafted {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        var topics: [BriefTopic] = []
        for topic in try body.objects("topics") {
            guard let name = TopicID(try topic.string("topic")) else {
                throw body.unreadable("topics holds something else than topics")
            }
            topics.append(BriefTopic(topic: name, counts: try BriefCounts(topic)))
        }
        self.init(
            organization: try body.string("organization"),
            title: try body.passage("title"),
            text: try body.passage("text"),
            topics: topics,
            all: try BriefCounts(body.object("all")),
            position: Position(try body.int("position")),
            projectorVersion: try body.int("projectorVersion"),
            countedOf: try body.optionalString("countedOf")
        )
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("organization", organization)
        json.field("title", title)
        json.field("text", text)
        json.array("topics", of: topics) { json, topic in
            json.object { json in
                json.field("topic", topic.topic.description)
                topic.counts.write(to: &json)
            }
        }
        json.object("all") { all.write(to: &$0) }
        json.field("position", position)
        json.field("projectorVersion", projectorVersion)
        json.field("countedOf", ifPresent: countedOf)
    }
}

extension BriefCounts {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        self.init(
            demands: try body.int("demands"),
            messages: try body.int("messages"),
            people: try body.int("people"),
            unidentified: try body.int("unidentified"),
            supporters: try body.int("supporters"),
            reportedSupport: try body.int("reportedSupport"),
            firstAt: try body.timestamp("firstAt"),
            lastAt: try body.timestamp("lastAt")
        )
    }

    /// As events hold them, and answers show them.
    package func write(to json: inout JSONWriter) {
        json.field("demands", demands)
        json.field("messages", messages)
        json.field("people", people)
        json.field("unidentified", unidentified)
        json.field("supporters", supporters)
        json.field("reportedSupport", reportedSupport)
        json.field("firstAt", firstAt.description)
        json.field("lastAt", lastAt.description)
    }
}

extension EventBody {
    fileprivate func optionalPassage(_ name: String) throws(UndecodableEvent) -> PassageLink? {
        has(name) ? try passage(name) : nil
    }

    fileprivate func timestamp(_ name: String) throws(UndecodableEvent) -> Timestamp {
        guard let time = try optionalTimestamp(name) else { throw unreadable("\(name) is missing") }
        return time
    }

    fileprivate func word<Word: RawRepresentable>(
        _ name: String
    ) throws(UndecodableEvent) -> Word where Word.RawValue == String {
        let text = try string(name)
        guard let word = Word(rawValue: text) else { throw unreadable("\(name) is \(text), which no version knows") }
        return word
    }
}
