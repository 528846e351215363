import Crypto

/// Why bytes are no model, in a sentence that says what to do.
package enum ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes do not begin as a model does.
    case notAModel
    /// Written by another version of the format, or of the features.
    case unknownVersion(format: Int, features: Int)
    /// The bytes end too early, or go on after the end.
    case wrongLength(expected: Int, found: Int)
    /// The bytes are not those that were written.
    case wrongChecksum
    /// More features, categories or points than a model may have.
    case tooMany(what: String, found: Int, maximum: Int)
    /// The checksum is right, and yet the content is none of a model.
    case malformed(String)

    package var description: String {
        switch self {
        case .notAModel:
            "this is no model: it does not begin with \(String(decoding: ModelFile.magic, as: UTF8.self)); "
                + "name a file that `chorus classify train` wrote"
        case .unknownVersion(let format, let features):
            "the model has format \(format) and features \(features), this program reads format \(ModelFile.format) and "
                + "features \(FeatureKeys.version); train again with this version"
        case .wrongLength(let expected, let found):
            found < expected
                ? "the model is cut off: \(found) bytes instead of \(expected); copy it again"
                : "the model has \(found - expected) bytes too many behind its end; copy it again"
        case .wrongChecksum: "the model's checksum is wrong: its bytes were changed; copy it again, or train again"
        case .tooMany(let what, let found, let maximum):
            "the model has \(found) \(what), more than the \(maximum) that fit"
        case .malformed(let what): "the model is malformed: \(what); train again"
        }
    }
}

/// A model as bytes: the same model always gives the same ones, and their SHA-256 is its name.
///
/// All numbers are little-endian. Magic (8 bytes), format (2), version of the features (1), zero (1); the fewest people
/// behind a feature, and the numbers of categories, features and points of the confidence curve (4 each); the
/// categories, each its length (4) and its UTF-8; the points (evidence, probability: 4 each); the offsets, one a category;
/// the keys; the inverse document frequencies; the weights, a row a feature; the SHA-256 of all before (32).
package enum ModelFile {
    static let magic = Array("CHORUSLM".utf8)
    static let format = 1
    private static let headLength = 28
    private static let checksumLength = 32
    private static let longestCategory = 4_096
    private static let maximumPoints = 10_000

    /// The model's bytes.
    package static func encode(_ model: LinearModel) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * model.weights.count + 8 * model.featureCount + 65_536)
        bytes += magic
        bytes += [UInt8(format & 0xFF), UInt8(format >> 8), FeatureKeys.version, 0]
        let curve = model.confidence
        for number in [model.minimumPeople, model.categories.count, model.featureCount, curve.evidence.count] {
            append(UInt32(number), to: &bytes)
        }
        for category in model.categories {
            let name = Array(category.utf8)
            append(UInt32(name.count), to: &bytes)
            bytes += name
        }
        for (evidence, probability) in zip(curve.evidence, curve.probabilities) {
            append(evidence.bitPattern, to: &bytes)
            append(probability.bitPattern, to: &bytes)
        }
        for offset in model.offsets { append(offset.bitPattern, to: &bytes) }
        for key in model.space.keys { append(key, to: &bytes) }
        for frequency in model.space.inverseFrequencies { append(frequency.bitPattern, to: &bytes) }
        for weight in model.weights { append(weight.bitPattern, to: &bytes) }
        return bytes + SHA256.hash(data: bytes)
    }

    /// The SHA-256 of a model's bytes, in lower-case hexadecimal.
    package static func name(_ bytes: [UInt8]) -> String {
        hexadecimal(SHA256.hash(data: bytes))
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The model of those bytes.
    package static func decode(_ bytes: [UInt8]) throws(ModelFileError) -> LinearModel {
        guard bytes.starts(with: magic) else {
            throw bytes.isEmpty || !magic.starts(with: bytes)
                ? .notAModel : .wrongLength(expected: headLength, found: bytes.count)
        }
        guard bytes.count >= headLength else { throw .wrongLength(expected: headLength, found: bytes.count) }
        let (found, features) = (Int(bytes[8]) | Int(bytes[9]) << 8, Int(bytes[10]))
        guard found == format, features == FeatureKeys.version else {
            throw .unknownVersion(format: found, features: features)
        }
        var reader = Reader(bytes: bytes, at: 12)
        let people = reader.int()
        let categoryCount = reader.int()
        let featureCount = reader.int()
        let pointCount = reader.int()
        try limit(categoryCount, LinearModel.maximumCategories, "categories")
        try limit(featureCount, FeatureSpace.maximumCount, "features")
        try limit(pointCount, maximumPoints, "points of its confidence curve")
        guard categoryCount > 0, pointCount > 0 else { throw .malformed("no category or no confidence curve") }

        var categories: [String] = []
        for _ in 0..<categoryCount {
            guard let length = reader.length(atMost: longestCategory) else {
                throw .wrongLength(expected: reader.at + 4, found: bytes.count)
            }
            guard let name = reader.text(length) else { throw .malformed("a category's name is not UTF-8, or cut off") }
            categories.append(name)
        }
        let numbers = 2 * pointCount + categoryCount + 2 * featureCount + featureCount * categoryCount
        let expected = reader.at + 4 * numbers + checksumLength
        guard bytes.count == expected else { throw .wrongLength(expected: expected, found: bytes.count) }
        let content = bytes[..<(expected - checksumLength)]
        guard bytes[(expected - checksumLength)...].elementsEqual(SHA256.hash(data: content)) else {
            throw .wrongChecksum
        }

        var evidence: [Float] = []
        var probabilities: [Float] = []
        for _ in 0..<pointCount {
            evidence.append(reader.float())
            probabilities.append(reader.float())
        }
        let offsets = (0..<categoryCount).map { _ in reader.float() }
        let keys = (0..<featureCount).map { _ in reader.next() }
        let frequencies = (0..<featureCount).map { _ in reader.float() }
        let weights = (0..<(featureCount * categoryCount)).map { _ in reader.float() }
        for values in [evidence, probabilities, offsets, frequencies, weights] where !values.allSatisfy(\.isFinite) {
            throw .malformed("a number is not finite")
        }
        guard ascends(keys), zip(categories, categories.dropFirst()).allSatisfy({ precedes($0, $1) }),
            zip(evidence, evidence.dropFirst()).allSatisfy({ $0 <= $1 }),
            zip(probabilities, probabilities.dropFirst()).allSatisfy({ $0 <= $1 }),
            probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 })
        else { throw .malformed("its keys, categories or points are out of order") }
        return LinearModel(
            categories: categories,
            space: FeatureSpace(keys: keys, inverseFrequencies: frequencies),
            weights: weights,
            offsets: offsets,
            confidence: ConfidenceCurve(evidence: evidence, probabilities: probabilities),
            minimumPeople: people
        )
    }

    /// The order of categories: by their bytes, which no version of Unicode changes.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func ascends(_ keys: [UInt32]) -> Bool {
        zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }
    }

    private static func limit(_ found: Int, _ maximum: Int, _ what: String) throws(ModelFileError) {
        guard found <= maximum else { throw .tooMany(what: what, found: found, maximum: maximum) }
    }

    /// Lower-case hexadecimal digits.
    package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }

    /// Reads what follows; that it is there has been looked at before.
    private struct Reader {
        let bytes: [UInt8]
        var at: Int

        mutating func next() -> UInt32 {
            defer { at += 4 }
            return UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
                | UInt32(bytes[at + 3]) << 24
        }

        mutating func int() -> Int { Int(next()) }
        mutating func float() -> Float { Float(bitPattern: next()) }

        /// A length, or nil when the bytes end before it or it is more than that.
        mutating func length(atMost maximum: Int) -> Int? {
            guard at + 4 <= bytes.count else { return nil }
            let length = int()
            return length <= maximum ? length : nil
        }

        mutating func text(_ length: Int) -> String? {
            guard at + length <= bytes.count else { return nil }
            defer { at += length }
            return String(validating: bytes[at..<(at + length)], as: UTF8.self)
        }
    }
}
