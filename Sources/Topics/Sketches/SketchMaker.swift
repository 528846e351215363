/// Turns words into a `DemandSketch`, after which the words are not needed any more.
///
/// Features are pairs of neighbouring characters in scripts without blanks, and words (their first eight letters, which
/// does for the endings of English and German) with pairs of neighbouring words elsewhere. They come from the subject;
/// a subject that says little is helped out by the beginning of the detail.
package struct SketchMaker: Sendable {
    /// Named in every link: a sketch of another version is not comparable.
    package static let version = 1

    /// How many features of a text count, at most.
    static let maximumFeatures = 48
    /// A subject with fewer features than this takes in the beginning of the detail.
    static let fewFeatures = 6
    /// How many characters of the detail, at most.
    static let detailScalars = 60
    /// How many characters of a subject, at most: a subject is a line.
    static let subjectScalars = 400

    private let key: UInt64
    /// The features of `StockPhrases`, in ascending order.
    let stock: [UInt32]

    /// - Parameter key: a secret of the tenant; sketches under different keys have nothing in common.
    package init(key: UInt64) {
        self.key = key
        var features: [UInt32] = []
        for phrase in StockPhrases.all {
            var distinct: [UInt32] = []
            Self.addFeatures(of: phrase, limit: .max, key: key, to: &distinct, maximum: .max)
            features += distinct
        }
        features.sort()
        var stock: [UInt32] = []
        for feature in features where stock.last != feature { stock.append(feature) }
        self.stock = stock
    }

    /// The sketch of a demand. Bounded: a longer text costs one look at each character for `wording`, nothing else.
    ///
    /// - Parameters:
    ///   - subject: its line, or empty.
    ///   - detail: what it says at length, or empty.
    package func sketch(subject: String, detail: String) -> DemandSketch {
        var features: [UInt32] = []
        let maximum = Self.maximumFeatures
        Self.addFeatures(of: subject, limit: Self.subjectScalars, key: key, to: &features, maximum: maximum)
        if features.count < Self.fewFeatures {
            Self.addFeatures(of: detail, limit: Self.detailScalars, key: key, to: &features, maximum: maximum)
        }
        return DemandSketch(features: features, wording: Wording(subject: subject, detail: detail, key: key))
    }

    private static func addFeatures(
        of text: String,
        limit: Int,
        key: UInt64,
        to features: inout [UInt32],
        maximum: Int
    ) {
        var known = Set(features)
        func add(_ hash: UInt64) {
            let feature = UInt32(hash >> UInt64(64 - DemandSketch.bits))
            guard features.count < maximum, known.insert(feature).inserted else { return }
            features.append(feature)
        }
        var before: ArraySlice<UInt32> = []
        TextRuns.forEach(in: text, limit: limit) { kind, run in
            switch kind {
            case .unspaced:
                before = []
                for at in run.indices.dropLast() {
                    var hash = KeyedHash(key: key, kind: 1)
                    hash.add(run[at])
                    hash.add(run[at + 1])
                    add(hash.value)
                }
            case .words:
                let word = run.prefix(8)
                let isNumber = word.allSatisfy(TextRuns.isDigit)
                // A number alone says nothing; beside a word it does (Article 50).
                if !isNumber { add(Self.hash(of: word, key: key)) }
                if !before.isEmpty, !(isNumber && before.allSatisfy(TextRuns.isDigit)) {
                    var hash = KeyedHash(key: key, kind: 3)
                    for scalar in before { hash.add(scalar) }
                    hash.add(0x20)
                    for scalar in word { hash.add(scalar) }
                    add(hash.value)
                }
                before = ArraySlice(Array(word))
            }
            return features.count < maximum
        }
    }

    private static func hash(of word: ArraySlice<UInt32>, key: UInt64) -> UInt64 {
        var hash = KeyedHash(key: key, kind: 2)
        for scalar in word { hash.add(scalar) }
        return hash.value
    }
}
