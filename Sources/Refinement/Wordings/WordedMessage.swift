import Demands
import EventSourcing

/// Which passages word a message and each of its demands, as its events tell it.
struct WordedMessage: Sendable {
    private struct Demand {
        let passage: Int16?
        var narrowedIn: Int16?
        var spans: [Span]?
    }

    private var text: Int16 = 1
    private var subject: Int16?
    private var demands: [Int16: Demand] = [:]

    /// Takes an event.
    ///
    /// - Returns: the demands that are worded anew by it, in order.
    mutating func take(_ event: MessageEvent) -> [Int16] {
        switch event {
        case .received(let content): return word(content)
        case .amended(let amended): return word(amended.content)
        case .demandOpened(let opened):
            demands[opened.demand] = Demand(passage: opened.passage, narrowedIn: nil, spans: opened.spans)
            return [opened.demand]
        case .demandNarrowed(let narrowed):
            demands[narrowed.demand]?.narrowedIn = narrowed.passage
            demands[narrowed.demand]?.spans = narrowed.spans
            return [narrowed.demand]
        case .demandRejoined(let rejoined):
            demands[rejoined.demand] = nil
            return []
        default: return []
        }
    }

    private mutating func word(_ content: FeedbackReceived) -> [Int16] {
        text = content.text.number
        subject = content.subject?.number
        return demands.filter { $0.value.passage == nil && $0.value.narrowedIn == nil }.keys.sorted()
    }

    /// Where a demand's words lie; nil when there is no such demand.
    func wording(of number: Int16) -> DemandWording? {
        guard let demand = demands[number] else { return nil }
        let passage = demand.narrowedIn ?? demand.passage
        return DemandWording(
            text: passage ?? text,
            // A part, or an answer to a survey, is not what the subject says.
            subject: passage == nil ? subject : nil,
            spans: demand.spans
        )
    }
}

/// The passages that word a demand.
struct DemandWording: Sendable, Equatable {
    let text: Int16
    let subject: Int16?
    /// The parts of the text that word it; nil: all of it.
    let spans: [Span]?

    /// Its words; nil once they are forgotten.
    func words(in passages: [Int16: String]) -> DemandWords? {
        guard let body = passages[text] else { return nil }
        return DemandWords(
            subject: subject.flatMap { passages[$0] } ?? "",
            detail: spans.map { $0.words(of: body) } ?? body
        )
    }
}

/// What a demand says.
package struct DemandWords: Sendable, Equatable {
    /// Empty when there is none.
    package let subject: String
    package let detail: String

    package init(subject: String, detail: String) {
        self.subject = subject
        self.detail = detail
    }

    /// Both, the subject first.
    package var text: String { subject.isEmpty ? detail : subject + "\n" + detail }
}
