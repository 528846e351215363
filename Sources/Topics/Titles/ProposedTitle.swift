/// A title for a topic, made of phrases that many of its people used; for a reviewer to approve.
package enum ProposedTitle {
    /// A subject, and whose it is.
    package struct Use: Sendable {
        /// The person's token; the words of nobody known propose nothing.
        package let person: String?
        package let subject: String

        package init(person: String?, subject: String) {
            self.person = person
            self.subject = subject
        }
    }

    /// Longest phrase, in characters or words.
    private static let longest = 16
    private static let longestWords = 8
    /// The second phrase is shown only when at least this share of the people used it.
    private static let secondShare = 0.2

    /// At most two phrases, each used by at least `minimum` different people; nil when there is none.
    ///
    /// A phrase never holds a digit, a mask such as `[PHONE]`, an address, what follows an introduction ("my name is") or
    /// a title of address, nor consists of stock phrases only. The best is the one that most people used at the greatest
    /// length: people times (characters - 1), or people times (2 * words - 1). The same uses in any order propose the same.
    package static func propose(_ uses: [Use], minimum: Int = 5) -> String? {
        var people: [[UInt8]: Set<String>] = [:]
        for use in uses {
            guard let person = use.person else { continue }
            people[Array(person.utf8), default: []].formUnion(phrases(of: use.subject))
        }
        guard people.count >= minimum else { return nil }
        var counts: [String: Int] = [:]
        for phrases in people.values { for phrase in phrases { counts[phrase, default: 0] += 1 } }
        let ranked = counts.filter { $0.value >= minimum && !TitlePhrases.isStock($0.key) }
            .map { (score: $0.value * worth($0.key), phrase: $0.key, people: $0.value) }
            .sorted { ($0.score, $0.people, bytes($1.phrase)) > ($1.score, $1.people, bytes($0.phrase)) }
        guard let first = ranked.first else { return nil }
        let parts = parts(first.phrase)
        let least = max(minimum, Int((secondShare * Double(people.count)).rounded(.up)))
        let second = ranked.first { $0.people >= least && parts.isDisjoint(with: Self.parts($0.phrase)) }
        return [first.phrase, second?.phrase].compactMap { $0 }.joined(separator: " · ")
    }

    /// Strings in the order of their bytes: the order of Swift's own comparison is that of its Unicode tables.
    private static func bytes(_ phrase: String) -> ByteOrder { ByteOrder(bytes: Array(phrase.utf8)) }

    /// The characters of a phrase without blanks, or its words: two phrases of a title have none in common.
    private static func parts(_ phrase: String) -> Set<String> {
        if phrase.unicodeScalars.contains(where: { TextRuns.isUnspaced($0.value) }) {
            return Set(phrase.unicodeScalars.map { String($0) })
        }
        return Set(phrase.split(separator: " ").map(String.init))
    }

    private static func worth(_ phrase: String) -> Int {
        if phrase.unicodeScalars.contains(where: { TextRuns.isUnspaced($0.value) }) {
            return phrase.unicodeScalars.count - 1
        }
        return 2 * phrase.split(separator: " ").count - 1
    }

    private static func phrases(of subject: String) -> Set<String> {
        var phrases: Set<String> = []
        var words: [String] = []
        func endWords() {
            for start in words.indices {
                for length in 1...longestWords where start + length <= words.count {
                    phrases.insert(words[start..<(start + length)].joined(separator: " "))
                }
            }
            words = []
        }
        TextRuns.forEach(in: subject, limit: SketchMaker.subjectScalars) { kind, run in
            switch kind {
            case .words:
                if run.contains(where: isDigitOfAnyScript) { endWords() } else { words.append(text(run)) }
            case .unspaced:
                endWords()
                for part in run.split(whereSeparator: { !TextRuns.isUnspaced($0) || isDigitOfAnyScript($0) }) {
                    for piece in TitlePhrases.withoutNames(text(part)) {
                        phrases.formUnion(TitlePhrases.sayings(of: piece, longest: longest))
                    }
                }
            }
            return true
        }
        endWords()
        return phrases.filter { !TitlePhrases.addresses($0) }
    }

    private static func isDigitOfAnyScript(_ value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        return scalar.properties.numericType != nil && !TextRuns.isUnspaced(value)
            || "零〇两".unicodeScalars.contains(scalar)
            || scalar.properties.generalCategory == .decimalNumber
    }

    private static func text(_ run: some Sequence<UInt32>) -> String {
        var scalars = String.UnicodeScalarView()
        for value in run { if let scalar = Unicode.Scalar(value) { scalars.append(scalar) } }
        return String(scalars)
    }
}

private struct ByteOrder: Comparable {
    let bytes: [UInt8]

    static func < (left: ByteOrder, right: ByteOrder) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
