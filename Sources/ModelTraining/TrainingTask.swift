import Classification

/// A piece of training for a process of its own: one fold, or all texts.
///
/// Both directions are plain bytes. Nothing of them is kept: they go through pipes.
struct TrainingTask: Equatable {
    /// A text as the process needs it: no name of a person or of a label.
    struct Example: Equatable {
        let text: String
        /// A place among the categories.
        let label: Int
        let person: Int?
        let fold: Int
    }

    let settings: TrainingSettings
    let categories: [String]
    /// The fold to leave out and to score; nil: learn from all.
    let fold: Int?
    let examples: [Example]

    /// What the task gives: of a fold the scores of its texts (text by text, a score a category, as 4 bytes
    /// little-endian), else the model's bytes.
    func run() throws(TrainingFailure) -> [UInt8] {
        let learned = examples.filter { $0.fold != fold }
        let model = try OneVsRest.train(
            texts: learned.map { FeatureCounts($0.text) },
            labels: learned.map(\.label),
            people: learned.map(\.person),
            categories: categories,
            settings: settings
        )
        guard let fold else { return ModelFile.encode(model) }
        var classifier = Classifier(model, threshold: 0)
        var bytes: [UInt8] = []
        for example in examples where example.fold == fold {
            for score in classifier.scores(of: example.text) {
                withUnsafeBytes(of: score.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    /// The scores out of a fold's bytes; nil when they are not as many as they must be.
    static func scores(_ bytes: [UInt8], categoryCount: Int, texts: Int) -> [[Float]]? {
        guard bytes.count == 4 * categoryCount * texts else { return nil }
        return (0..<texts).map { text in
            (0..<categoryCount).map { category in
                let at = 4 * (text * categoryCount + category)
                return Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) })
            }
        }
    }
}

extension TrainingTask {
    /// The task as bytes, for a process of the same program.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: Int) {
            withUnsafeBytes(of: Int64(number).littleEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ number: Double) {
            withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ text: String) {
            append(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }
        append(settings.minimumPeople)
        append(settings.cost)
        append(settings.balance)
        append(settings.smoothing)
        append(settings.leastScale)
        append(settings.tolerance)
        append(settings.seed)
        append(settings.folds)
        append(fold ?? -1)
        append(categories.count)
        for category in categories { append(category) }
        append(examples.count)
        for example in examples {
            append(example.label)
            append(example.person ?? -1)
            append(example.fold)
            append(example.text)
        }
        return bytes
    }

    /// The task of those bytes; nil when they are none, for instance because they were cut off.
    init?(bytes: [UInt8]) {
        var at = 0
        func number() -> UInt64? {
            guard at + 8 <= bytes.count else { return nil }
            defer { at += 8 }
            return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: at, as: UInt64.self)) }
        }
        func int() -> Int? { number().map { Int(Int64(bitPattern: $0)) } }
        func double() -> Double? { number().map { Double(bitPattern: $0) } }
        func text() -> String? {
            guard let length = int(), length >= 0, length <= bytes.count - at else { return nil }
            defer { at += length }
            return String(validating: bytes[at..<(at + length)], as: UTF8.self)
        }
        var settings = TrainingSettings()
        guard let minimumPeople = int(), let cost = double(), let balance = double(), let smoothing = double(),
            let leastScale = double(), let tolerance = double(), let seed = int(), let folds = int(), let fold = int(),
            let categoryCount = int()
        else { return nil }
        settings.minimumPeople = minimumPeople
        settings.cost = cost
        settings.balance = balance
        settings.smoothing = smoothing
        settings.leastScale = leastScale
        settings.tolerance = tolerance
        settings.seed = seed
        settings.folds = folds
        var categories: [String] = []
        while categories.count < categoryCount {
            guard let category = text() else { return nil }
            categories.append(category)
        }
        guard let count = int() else { return nil }
        var examples: [Example] = []
        while examples.count < count {
            guard let label = int(), categories.indices.contains(label), let person = int(), let fold = int(),
                let text = text()
            else { return nil }
            examples.append(Example(text: text, label: label, person: person < 0 ? nil : person, fold: fold))
        }
        guard at == bytes.count else { return nil }
        self.init(settings: settings, categories: categories, fold: fold < 0 ? nil : fold, examples: examples)
    }
}
