/// In how many texts each feature was, of those placed so far.
///
/// The weight of a feature is its inverse document frequency (Spärck Jones, "A statistical interpretation of term
/// specificity", 1972), ln((N + P) / df), with the counts of exactly the demands up to and including this one: one log,
/// one weight, however it is read. P texts that hold nothing are counted before the first, so that a young log does not
/// take what two demands share for what everybody says. Features of stock phrases count as if a tenth held them.
struct FeatureCounts: Sendable {
    /// P.
    static let prior = 300

    private(set) var texts = 0
    /// In how many texts each feature was; the highest bit says that it is of a stock phrase.
    private var counts = FeatureTable<UInt32>(unset: 0)
    /// ln(N + P) and (N + P) / 10, of the texts so far.
    private var logarithm = ExactMath.natural(prior)
    private var tenth = prior / 10

    private static let stockBit: UInt32 = 1 << 31

    init(stock features: [UInt32]) {
        for feature in features { counts[feature] |= Self.stockBit }
    }

    mutating func add(_ features: [UInt32]) {
        texts += 1
        logarithm = ExactMath.natural(texts + Self.prior)
        tenth = (texts + Self.prior) / 10
        for feature in features where counts[feature] & ~Self.stockBit < ~Self.stockBit {
            counts[feature] += 1
        }
    }

    /// The texts that held it.
    func count(_ feature: UInt32) -> Int { Int(counts[feature] & ~Self.stockBit) }

    func isStock(_ feature: UInt32) -> Bool { counts[feature] & Self.stockBit != 0 }

    /// The texts that count as holding it.
    func effective(_ feature: UInt32) -> Int {
        let held = counts[feature]
        if held & Self.stockBit != 0 { return max(Int(held & ~Self.stockBit), tenth) }
        return max(Int(held), 1)
    }

    func weight(_ feature: UInt32) -> Double { logarithm - ExactMath.natural(effective(feature)) }
}
