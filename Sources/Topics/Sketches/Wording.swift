/// Fingerprint of how a demand is worded: equal for the same letters and digits, alike for nearly the same ones.
///
/// The estimate of likeness is MinHash (Broder, "On the resemblance and containment of documents",
/// 1997) with one permutation (Li, Owen and Zhang, "One Permutation Hashing", NIPS 2012) and 16 bits of each minimum (Li and
/// König, "b-Bit Minwise Hashing", WWW 2010): 32 bins over runs of five characters.
package struct Wording: Sendable, Equatable {
    static let bins = 32
    /// Texts shorter than this have no minima: only equal ones are of the same wording.
    static let shortest = 24
    /// How many letters and digits the minima look at.
    static let longest = 4_000

    /// Of all letters and digits; 0 when there are none.
    package let exact: UInt64
    /// The least hash of each bin, `UInt16.max` for an empty one; none for short texts.
    package let minima: [UInt16]
    /// How many letters and digits, at most `longest`.
    package let length: Int

    /// - Parameter minima: thirty-two, or none.
    package init(exact: UInt64, minima: [UInt16], length: Int) {
        self.exact = exact
        self.minima = minima.count == Self.bins ? minima : []
        self.length = length
    }

    init(subject: String, detail: String, key: UInt64) {
        var hash = KeyedHash(key: key, kind: 4)
        var letters: [UInt32] = []
        for text in [subject, detail] {
            TextRuns.forEach(in: text) { _, run in
                for scalar in run { hash.add(scalar) }
                if letters.count < Self.longest { letters += run.prefix(Self.longest - letters.count) }
                return true
            }
        }
        length = letters.count
        exact = letters.isEmpty ? 0 : max(1, hash.value)
        guard letters.count >= Self.shortest else {
            minima = []
            return
        }
        var least = [UInt64](repeating: .max, count: Self.bins)
        var window: UInt64 = 0
        for (at, letter) in letters.enumerated() {
            // Five letters of twelve bits and some of the rest: enough to tell runs apart.
            window = (window << 12) ^ UInt64(letter)
            guard at >= 4 else { continue }
            let mixed = KeyedHash.mix((window & 0x0FFF_FFFF_FFFF_FFFF) ^ key)
            let bin = Int(mixed >> 59)
            least[bin] = min(least[bin], mixed & 0x07FF_FFFF_FFFF_FFFF)
        }
        // The low bits of the least hash; the highest value is kept for an empty bin.
        minima = least.map { $0 == .max ? .max : min(UInt16(truncatingIfNeeded: $0), .max - 1) }
    }

    /// The share of bins with the same least hash, of those that are not empty in both: an estimate of the Jaccard index
    /// of the two sets of runs; 0 when one of the texts is short.
    package func likeness(to other: Wording) -> Double {
        guard !minima.isEmpty, !other.minima.isEmpty else { return 0 }
        var same = 0
        var filled = 0
        for (left, right) in zip(minima, other.minima) where left != .max || right != .max {
            filled += 1
            if left == right { same += 1 }
        }
        return filled == 0 ? 0 : Double(same) / Double(filled)
    }
}
