/// The features of a text, each as a hash of 32 bits: character and word n-grams, and those of its opening apart.
///
/// No dictionary and no list of stop words: in scripts that set no blanks, every run of one to four characters; in the
/// others, one to four characters within a word with its bounds (` wo`, `ord`, `rd `), words of at most 24 letters and
/// pairs of neighbouring words. Of the opening (`FoldedText.openingEnd`), one to three characters and words once more,
/// under keys of their own.
///
/// Nothing of the words is kept but the hashes. They hide nothing from somebody who tries words: that a model tells
/// nobody's words is the work of `TrainingSettings.minimumPeople`.
enum FeatureKeys {
    /// Changes with every change of what a key stands for; a model holds the number that it was made with.
    static let version: UInt8 = 1

    /// Where the hash of each kind of feature begins.
    private enum Seed {
        static let characters: UInt64 = 0x243F_6A88_85A3_08D3
        static let words: UInt64 = 0x1319_8A2E_0370_7344
        static let pairs: UInt64 = 0xA409_3822_299F_31D0
        /// Added to those above for the features of an opening.
        static let opening: UInt64 = 0x082E_FA98_EC4E_6C89
    }

    private static let longestNGram = 4
    private static let longestNGramOfOpening = 3
    private static let longestWord = 24
    private static let longestPair = 32
    /// The bound of a word: a unit that no text has, as blanks are units of another kind.
    private static let bound = LetterTable.Kind.letter | 0x20

    /// Hands every feature of the text to `body`, as often as it occurs: its key and where it stands among the units.
    @inline(__always)
    static func visit(_ text: FoldedText, _ body: (_ key: UInt32, _ from: Int, _ to: Int) -> Void) {
        visitWhole(text, body)
        visitOpening(text, body)
    }

    /// The features of all of the text.
    @inline(__always)
    static func visitWhole(_ text: FoldedText, _ body: (_ key: UInt32, _ from: Int, _ to: Int) -> Void) {
        text.units.withUnsafeBufferPointer { visit($0, longest: longestNGram, seed: 0, pairs: true, body) }
    }

    /// The features that its opening has as an opening.
    @inline(__always)
    static func visitOpening(_ text: FoldedText, _ body: (_ key: UInt32, _ from: Int, _ to: Int) -> Void) {
        text.units.withUnsafeBufferPointer { units in
            let opening = UnsafeBufferPointer(rebasing: units[..<text.openingEnd])
            visit(opening, longest: longestNGramOfOpening, seed: Seed.opening, pairs: false, body)
        }
    }

    /// One step of a hash: xor, multiply by an odd number near 2^64 divided by the golden ratio, fold.
    @inline(__always)
    static func step(_ hash: UInt64, _ unit: UInt32) -> UInt64 {
        let product = (hash ^ UInt64(unit)) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 32
    }

    /// A hash's 32 bits.
    @inline(__always)
    static func key(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: (hash &* 0xD6E8_FEB8_6659_FD93) >> 32)
    }

    @inline(__always)
    private static func visit(
        _ units: UnsafeBufferPointer<UInt32>,
        longest: Int,
        seed: UInt64,
        pairs: Bool,
        _ body: (UInt32, Int, Int) -> Void
    ) {
        typealias Kind = LetterTable.Kind
        var before: (hash: UInt64, from: Int, length: Int)?
        var at = 0
        while at < units.count {
            let kind = units[at] & Kind.mask
            switch kind {
            case Kind.blank, Kind.line:
                at += 1
            case Kind.letter, Kind.ideograph:
                let from = at
                var word = Seed.words &+ seed
                repeat {
                    word = step(word, units[at])
                    at += 1
                } while at < units.count && units[at] & Kind.mask == kind
                if kind == Kind.ideograph {
                    characters(units, from, at, longest, Seed.characters &+ seed, body)
                } else {
                    boundCharacters(units, from, at, longest, Seed.characters &+ seed, body)
                }
                let length = at - from
                guard length <= longestWord else {
                    before = nil
                    continue
                }
                body(key(word), from, at)
                if pairs {
                    if let before, before.length + length <= longestPair {
                        body(key((before.hash &+ Seed.pairs) &* 0x9FB2_1C65_1E98_DF25 ^ word), before.from, at)
                    }
                    before = (word, from, length)
                }
            case Kind.symbol:
                body(key(step(Seed.words &+ seed, units[at])), at, at + 1)
                before = nil
                at += 1
            default:
                before = nil
                at += 1
            }
        }
    }

    /// The n-grams of a run of ideographs.
    @inline(__always)
    private static func characters(
        _ units: UnsafeBufferPointer<UInt32>,
        _ from: Int,
        _ to: Int,
        _ longest: Int,
        _ seed: UInt64,
        _ body: (UInt32, Int, Int) -> Void
    ) {
        for start in from..<to {
            var hash = seed
            for end in start..<min(start + longest, to) {
                hash = step(hash, units[end])
                body(key(hash), start, end + 1)
            }
        }
    }

    /// The n-grams of a word and its two bounds; a bound alone is none.
    @inline(__always)
    private static func boundCharacters(
        _ units: UnsafeBufferPointer<UInt32>,
        _ from: Int,
        _ to: Int,
        _ longest: Int,
        _ seed: UInt64,
        _ body: (UInt32, Int, Int) -> Void
    ) {
        var hash = step(seed, bound)
        for end in from..<min(from + longest - 1, to) {
            hash = step(hash, units[end])
            body(key(hash), from, end + 1)
        }
        if to - from + 2 <= longest { body(key(step(hash, bound)), from, to) }
        for start in from..<to {
            hash = seed
            let end = min(start + longest, to)
            for place in start..<end {
                hash = step(hash, units[place])
                body(key(hash), start, place + 1)
            }
            if end - start < longest { body(key(step(hash, bound)), start, to) }
        }
    }
}
