import Classification
import Crypto

/// Labelled texts in an order of their own, whatever order they came in, with their folds.
package struct TrainingSet: Sendable {
    /// By digest of each; two equal examples are two.
    package let examples: [LabelledText]
    /// All labels, by their bytes.
    package let categories: [String]
    /// SHA-256 over the digests of the examples in ascending order, in hexadecimal: the same set has the same digest, in
    /// any order.
    package let digest: String
    /// Of each example, a place among the categories.
    package let labels: [Int]
    /// Of each example, who wrote it, numbered as they first come; nil: not known.
    package let people: [Int?]

    package init(_ given: [LabelledText]) {
        let digested = given.map { (digest: Self.digest(of: $0), example: $0) }
            .sorted { $0.digest.lexicographicallyPrecedes($1.digest) }
        examples = digested.map(\.example)
        digest = ModelFile.hexadecimal(SHA256.hash(data: digested.flatMap(\.digest)))
        let categories = Set(given.map(\.label)).sorted(by: ModelFile.precedes)
        self.categories = categories
        let places = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, $0) })
        labels = digested.compactMap { places[$0.example.label] }
        var numbers: [String: Int] = [:]
        people = digested.map { _, example in
            guard let person = example.person else { return nil }
            let number = numbers[person] ?? numbers.count
            numbers[person] = number
            return number
        }
    }

    /// How many known people wrote them.
    package var peopleCount: Int { (people.compactMap(\.self).max() ?? -1) + 1 }

    /// The groups that are never torn apart: those given, and texts that are the same.
    package func groups() -> [String] {
        examples.map { $0.group.map { "g" + $0 } ?? "t" + $0.text }
    }

    /// SHA-256 of the parts, each with its length before it; an absent part has none.
    private static func digest(of example: LabelledText) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in [example.text, example.label, example.group, example.person] {
            guard let part else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        return Array(SHA256.hash(data: bytes))
    }
}
