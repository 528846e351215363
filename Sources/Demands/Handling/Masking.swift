import EventSourcing

/// The wish that parts of a passage are shown to nobody.
package struct MaskPassage: Sendable, Equatable {
    package var passage: Int16
    /// All that shall be masked in it; empty: none any more.
    package var spans: [Span]
    /// Unicode scalars of the passage; nil: its words are gone.
    package var length: Int?

    package init(passage: Int16, spans: [Span], length: Int?) {
        self.passage = passage
        self.spans = spans
        self.length = length
    }
}

extension Message {
    static func mask(_ command: MaskPassage, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        try requireOpen(state)
        guard command.passage >= 1, command.passage <= state.lastPassage, let length = command.length else {
            throw .handling(.unknownPassage(command.passage))
        }
        guard command.spans.count <= HandlingRejection.maximumMasks else { throw .handling(.tooManyMasks) }
        guard command.spans.allSatisfy({ $0.to <= length }) else { throw .handling(.maskOutside(length: length)) }
        let spans = command.spans.joined
        guard state.masks[command.passage] ?? [] != spans else { return [] }
        return [.handled(.masked(PassageMasked(passage: command.passage, spans: spans)))]
    }
}

extension [Span] {
    /// In order, those that touch or overlap made one.
    package var joined: [Span] {
        var joined: [Span] = []
        for span in sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            if let last = joined.last, span.from <= last.to,
                let both = Span(from: last.from, to: Swift.max(last.to, span.to))
            {
                joined[joined.count - 1] = both
            } else {
                joined.append(span)
            }
        }
        return joined
    }

    /// The text with a block in the place of each masked scalar, so that spans of it stay what they are.
    package func masking(_ text: String) -> String {
        guard !isEmpty else { return text }
        var scalars = Array<Unicode.Scalar>(text.unicodeScalars)
        for span in self where span.from < scalars.count {
            for index in span.from..<Swift.min(span.to, scalars.count) { scalars[index] = "\u{2588}" }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
