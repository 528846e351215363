/// The numbers that decide what belongs together. One set for every language and tenant.
///
/// A link needs a likeness of at least `threshold - bonus * log2(n)`, and never less than `floor`, where n is how many
/// demands stand behind the topic: many voices that share a name make the next one more likely to mean the same, as in
/// the Chinese restaurant process (Aldous 1985) the probability of a table grows with those who sit at it.
package struct FinderRules: Sendable, Equatable {
    /// Named in every link, with that of the sketches.
    package static let version = 1

    /// Cosine that makes two single demands one topic.
    package var threshold = 0.6
    /// How much less is asked for each doubling of the demands behind a topic.
    package var bonus = 0.12
    /// Never less than this.
    package var floor = 0.2
    /// Topics at least this alike to a demand count together as those behind it: a dense neighbourhood.
    package var near = 0.3
    /// A feature is a topic's own when the topics behind a demand hold at least this share of the texts that have it.
    package var ownShare = 0.35
    /// Without at least this share of the likeness from features of its own, the full `threshold` is asked: phrases that
    /// everybody uses never gather a topic, however many use them.
    package var ownEvidence = 0.4
    /// How many of a demand's rarest features look for topics.
    package var probes = 8
    /// How many topics are compared in full, the most promising first.
    package var compared = 16
    /// How many topics a demand may join with its own.
    package var joined = 10
    /// How many topics a feature leads to; of more, the largest and latest.
    package var listed = 16
    /// Two texts with at least this share of equal minima are of the same wording.
    package var sameWording = 0.8
    /// A text of fewer letters and digits than this joins no topic by its wording alone ("Thank you").
    package var wordingLetters = 8

    package init() {}

    /// What is asked of a topic with so many demands behind it.
    func asked(behind count: Int) -> Double {
        max(floor, threshold - bonus * ExactMath.base2(max(1, count)))
    }
}
