import Demands
import EventSourcing
import JSONText
import Topics

/// What a reviewer wants of a brief, as the request says it.
enum BriefChange: Sendable {
    case reword(title: String?, text: String?, language: String?)
    case ask
    case deliver(to: Recipient, at: Timestamp?)
    case record(BriefOutcomeRecorded.Outcome, words: String?, at: Timestamp?)
    case drop(reason: String)

    enum Recipient: Sendable, Equatable {
        case organization(String)
        case named(String)
    }

    /// The command, with its words sealed as the stream's next passages.
    func command(after state: BriefState, now: Timestamp) -> (command: Brief.Command, passages: [Passage]) {
        var sealed: [Passage] = []
        func seal(_ kind: String, _ words: String?, _ language: String? = nil) -> PassageLink? {
            guard let words else { return nil }
            let passage = SealedPassage(state.lastPassage + 1 + Int16(sealed.count), kind, words, language)
            sealed.append(passage.passage)
            return passage.link
        }
        let command: Brief.Command
        switch self {
        case .reword(let title, let text, let language):
            let title = seal("title", title, language)
            command = .reword(title: title, text: seal("text", text, language))
        case .ask: command = .putToSupporters
        case .deliver(.organization(let code), let time):
            command = .deliver(BriefDelivered(recipient: .organization(code), deliveredAt: time ?? now), now: now)
        case .deliver(.named(let words), let time):
            let link = seal("recipient", words) ?? PassageLink(number: 0, commitment: "")
            command = .deliver(BriefDelivered(recipient: .named(link), deliveredAt: time ?? now), now: now)
        case .record(let outcome, let words, let time):
            let recorded = BriefOutcomeRecorded(
                outcome: outcome,
                words: seal("outcome", words),
                decidedAt: time ?? now
            )
            command = .recordOutcome(recorded, now: now)
        case .drop(let reason):
            command = .drop(reason: seal("reason", reason) ?? PassageLink(number: 0, commitment: ""))
        }
        return (command, sealed)
    }

    /// Whether this is what the event says: what tells a repeat from another wish under the same key. What nobody said
    /// does not differ.
    func matches(_ event: BriefEvent, _ words: [Int16: Passage]) -> Bool {
        func same(_ link: PassageLink?, _ text: String?) -> Bool {
            guard let link, let text else { return link == nil && text == nil }
            return words[link.number].map { $0.body.utf8.elementsEqual(text.utf8) } ?? true
        }
        switch (self, event) {
        case (.reword(let title, let text, _), .reworded(let said)):
            return same(said.title, title) && same(said.text, text)
        case (.ask, .putToSupporters): return true
        case (.deliver(let recipient, let time), .delivered(let said)):
            guard time == nil || time == said.deliveredAt else { return false }
            switch (recipient, said.recipient) {
            case (.organization(let code), .organization(let stored)): return code.utf8.elementsEqual(stored.utf8)
            case (.named(let text), .named(let link)): return same(link, text)
            default: return false
            }
        case (.record(let outcome, let text, let time), .outcomeRecorded(let said)):
            return outcome == said.outcome && (time == nil || time == said.decidedAt) && same(said.words, text)
        case (.drop(let reason), .dropped(let said)): return same(said.reason, reason)
        default: return false
        }
    }
}

extension FieldReader {
    /// The title of a brief, in one line.
    mutating func briefTitle(required: Bool) -> String? { string("title", required: required, maximumScalars: 200) }

    /// The text of a brief.
    mutating func briefText(required: Bool) -> String? {
        string("text", required: required, maximumScalars: 20_000, allow: .lineBreaks)
    }

    /// In which language words are.
    mutating func language() -> String? {
        parsed("language", expecting: "a BCP 47 tag such as zh or zh-Hans-CN", CodeForms.languageTag)
    }

    /// When something happened.
    mutating func time(_ name: String) -> Timestamp? {
        parsed(name, expecting: "an RFC 3339 time with offset, such as 2026-01-31T08:00:00+08:00") {
            Timestamp(rfc3339: $0)
        }
    }
}
