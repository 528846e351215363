import JSONText

/// A part of a passage: from one Unicode scalar up to, not including, another, counted from 0.
package struct Span: Sendable, Hashable {
    package let from: Int
    package let to: Int

    /// Nil when it would be empty or begin before the passage.
    package init?(from: Int, to: Int) {
        guard from >= 0, from < to else { return nil }
        self.from = from
        self.to = to
    }
}

extension Span: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("from", from)
            json.field("to", to)
        }
    }
}

extension [Span] {
    /// Out of the ends that a read model keeps: from, to, from, to…; what is no span is left out.
    package init(ends: [Int32]) {
        self = stride(from: 0, to: ends.count - 1, by: 2).compactMap { index in
            Span(from: Int(ends[index]), to: Int(ends[index + 1]))
        }
    }

    /// The words of these parts, joined by a line's end; what lies beyond the text is left out.
    package func words(of text: String) -> String {
        let scalars = Array<Unicode.Scalar>(text.unicodeScalars)
        return map { span in
            let part = scalars[Swift.min(span.from, scalars.count)..<Swift.min(span.to, scalars.count)]
            return String(String.UnicodeScalarView(part))
        }
        .joined(separator: "\n")
    }
}

/// Only these parts of a passage word a demand from now on; its message stays as it is.
package struct DemandNarrowed: Sendable, Equatable {
    package var demand: Int16
    /// The passage that the spans are of, whatever the sender says anew; nil: as before it was narrowed.
    package var passage: Int16?
    /// In order, none overlaps another; nil: all of the passage again.
    package var spans: [Span]?

    package init(demand: Int16, passage: Int16?, spans: [Span]?) {
        self.demand = demand
        self.passage = passage
        self.spans = spans
    }
}

/// A demand that was divided from another is one with it again: it counts no longer, its number is not given again.
package struct DemandRejoined: Sendable, Equatable {
    package var demand: Int16
    package var into: Int16

    package init(demand: Int16, into: Int16) {
        self.demand = demand
        self.into = into
    }
}

/// The wish to divide one demand into several, by parts of the passage that words it.
package struct DivideDemand: Sendable, Equatable {
    package struct Part: Sendable, Equatable {
        package var spans: [Span]
        /// Nil: what the divided demand has; both.
        package var category: String?
        package var kind: DemandKind?

        package init(spans: [Span], category: String? = nil, kind: DemandKind? = nil) {
            self.spans = spans
            self.category = category
            self.kind = kind
        }
    }

    package var demand: Int16
    /// The first one stays the demand that is divided; the others become demands of their own.
    package var parts: [Part]
    /// The passage that words it at present, and how many Unicode scalars that has.
    package var passage: Int16
    package var length: Int

    package init(demand: Int16, parts: [Part], passage: Int16, length: Int) {
        self.demand = demand
        self.parts = parts
        self.passage = passage
        self.length = length
    }
}

/// What is wrong with a division.
package enum DivisionMistake: Sendable, Equatable {
    case tooFewParts
    case tooManyDemands
    /// Of the part with that index, from 0.
    case noSpans(part: Int)
    case outside(part: Int, length: Int)
    /// Two spans, of one part or of two, share words.
    case overlap(part: Int)
    /// Its words are gone.
    case forgotten
    case isDivided
    case isNotDivided
    /// The demand is a part of another one: that one is rejoined.
    case isPart(of: Int16)

    package var code: String {
        switch self {
        case .tooFewParts: "too-few-parts"
        case .tooManyDemands: "too-many-demands"
        case .noSpans: "no-spans"
        case .outside: "span-outside"
        case .overlap: "spans-overlap"
        case .forgotten: "forgotten"
        case .isDivided: "already-divided"
        case .isNotDivided: "not-divided"
        case .isPart: "is-part"
        }
    }

    package var detail: String {
        switch self {
        case .tooFewParts: "a demand is divided into two parts or more; nothing was changed"
        case .tooManyDemands: "a message has at most \(Message.maximumDemands) demands; nothing was changed"
        case .noSpans(let part): "part \(part) has no spans; each part names the words that voice it"
        case .outside(let part, let length):
            "part \(part) reaches beyond the words of the demand, which have \(length) Unicode scalars; spans count from 0, "
                + "`to` is not included"
        case .overlap(let part): "part \(part) shares words with a span before it; each word voices one part"
        case .forgotten: "the words of this message were forgotten; what is not there cannot be divided"
        case .isDivided: "the demand is divided already; rejoin it first, then divide it anew"
        case .isNotDivided: "the demand is not divided; nothing was changed"
        case .isPart(let parent): "the demand is a part of demand \(parent); divide or rejoin that one instead"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .forgotten, .isDivided, .isNotDivided, .isPart, .tooManyDemands: true
        case .tooFewParts, .noSpans, .outside, .overlap: false
        }
    }
}

extension Message {
    /// Demands that one message has, rejoined ones included.
    package static let maximumDemands = 200

    static func divide(_ division: DivideDemand, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        let present = try demand(division.demand, state)
        guard !state.isForgotten else { throw .division(.forgotten) }
        if let parent = present.dividedFrom { throw .division(.isPart(of: parent)) }
        guard parts(of: division.demand, state).isEmpty else { throw .division(.isDivided) }
        guard division.parts.count >= 2, let first = division.parts.first else { throw .division(.tooFewParts) }
        guard state.demands.count + division.parts.count - 1 <= maximumDemands else {
            throw .division(.tooManyDemands)
        }
        let spans = try checked(division)
        var events: [MessageEvent] = [
            .demandNarrowed(DemandNarrowed(demand: division.demand, passage: division.passage, spans: spans[0]))
        ]
        events += said(first, of: division.demand, present)
        for (index, part) in division.parts.enumerated().dropFirst() {
            let number = Int16(state.demands.count + index)
            events.append(
                .demandOpened(
                    DemandOpened(
                        demand: number,
                        kind: part.kind == nil && present.kindMethod == .given ? present.kind : nil,
                        passage: division.passage,
                        spans: spans[index],
                        dividedFrom: division.demand,
                        against: present.handling.against,
                        isUrgent: present.handling.isGivenUrgent
                    )
                )
            )
            events += inherited(part, number, present)
        }
        return events
    }

    /// Each part's spans in order; none reaches beyond the passage or shares words with another.
    private static func checked(_ division: DivideDemand) throws(MessageRejection) -> [[Span]] {
        var taken: [Span] = []
        var parts: [[Span]] = []
        for (index, part) in division.parts.enumerated() {
            guard !part.spans.isEmpty else { throw .division(.noSpans(part: index)) }
            for span in part.spans {
                guard span.to <= division.length else {
                    throw .division(.outside(part: index, length: division.length))
                }
                guard taken.allSatisfy({ $0.to <= span.from || span.to <= $0.from }) else {
                    throw .division(.overlap(part: index))
                }
                taken.append(span)
            }
            parts.append(part.spans.sorted { $0.from < $1.from })
        }
        return parts
    }

    /// What the reviewer says of a part.
    private static func said(_ part: DivideDemand.Part, of number: Int16, _ present: State.Demand) -> [MessageEvent] {
        var events: [MessageEvent] = []
        if let category = part.category, category != present.category || present.method != .reviewer {
            events.append(
                .demandCategorised(DemandCategorised(demand: number, category: category, method: .reviewer))
            )
        }
        if let kind = part.kind, kind != present.kind || present.kindMethod != .reviewer {
            events.append(.demandKindSet(DemandKindSet(demand: number, kind: kind, method: .reviewer)))
        }
        return events
    }

    /// What a part has from the demand that it was divided from, unless the reviewer says otherwise.
    private static func inherited(
        _ part: DivideDemand.Part,
        _ number: Int16,
        _ parent: State.Demand
    ) -> [MessageEvent] {
        var events: [MessageEvent] = []
        if let category = part.category {
            events.append(
                .demandCategorised(DemandCategorised(demand: number, category: category, method: .reviewer))
            )
        } else if let method = parent.method {
            events.append(
                .demandCategorised(
                    DemandCategorised(
                        demand: number,
                        category: parent.category,
                        method: method,
                        methodVersion: parent.methodVersion,
                        confidence: parent.confidence,
                        carried: parent.carried
                    )
                )
            )
        }
        if let kind = part.kind {
            events.append(.demandKindSet(DemandKindSet(demand: number, kind: kind, method: .reviewer)))
        } else if let kind = parent.kind, let method = parent.kindMethod, method != .given {
            events.append(
                .demandKindSet(
                    DemandKindSet(demand: number, kind: kind, method: method, methodVersion: parent.kindMethodVersion)
                )
            )
        }
        if parent.groupsAreReviewed {
            events.append(
                .demandGroupsSet(DemandGroupsSet(demand: number, groups: parent.groups, method: .reviewer))
            )
        }
        if parent.placeIsReviewed {
            events.append(.demandPlaceSet(DemandPlaceSet(demand: number, place: parent.place, method: .reviewer)))
        }
        return events
    }

    static func rejoin(_ number: Int16, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        let present = try demand(number, state)
        if let parent = present.dividedFrom { throw .division(.isPart(of: parent)) }
        let parts = parts(of: number, state)
        guard !parts.isEmpty else { throw .division(.isNotDivided) }
        return parts.map { .demandRejoined(DemandRejoined(demand: $0, into: number)) }
            + [.demandNarrowed(DemandNarrowed(demand: number, passage: nil, spans: nil))]
    }

    /// The demands that stand divided from this one.
    private static func parts(of number: Int16, _ state: State) -> [Int16] {
        state.demands.enumerated()
            .filter { $0.element.dividedFrom == number && !$0.element.isRejoined }
            .map { Int16($0.offset + 1) }
    }
}
