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
    private var counts = [UInt32](repeating: 0, count: 1 << DemandSketch.bits)
    private var stock = [UInt64](repeating: 0, count: 1 << (DemandSketch.bits - 6))

    init(stock features: [UInt32]) {
        for feature in features { stock[Int(feature >> 6)] |= 1 << UInt64(feature & 63) }
    }

    mutating func add(_ features: [UInt32]) {
        texts += 1
        for feature in features { counts[Int(feature)] &+= 1 }
    }

    /// The texts that held it.
    func count(_ feature: UInt32) -> Int { Int(counts[Int(feature)]) }

    func isStock(_ feature: UInt32) -> Bool { stock[Int(feature >> 6)] >> UInt64(feature & 63) & 1 == 1 }

    /// The texts that count as holding it.
    func effective(_ feature: UInt32) -> Int {
        isStock(feature) ? max(count(feature), (texts + Self.prior) / 10) : max(count(feature), 1)
    }

    func weight(_ feature: UInt32) -> Double {
        ExactMath.natural(texts + Self.prior) - ExactMath.natural(effective(feature))
    }
}
