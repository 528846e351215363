/// What each Unicode scalar is to the features: its folded form, and its kind.
///
/// A unit is both in one number: the folded scalar in the low 24 bits, the kind above. The table holds the units of the
/// Basic Multilingual Plane, made once from the properties that the standard library has of Unicode; a scalar that only
/// NFKC can fold is marked, so that nearly every text is folded by one look-up a scalar.
enum LetterTable {
    /// The kinds, as bits 24 to 30 of a unit.
    enum Kind {
        /// Punctuation, and whatever else ends words: no pair of words spans it.
        static let end: UInt32 = 0 << 24
        static let blank: UInt32 = 1 << 24
        static let line: UInt32 = 2 << 24
        /// A letter or digit of a script that sets words apart by blanks.
        static let letter: UInt32 = 3 << 24
        /// A letter of a script that does not: Han, kana, Thai and its neighbours.
        static let ideograph: UInt32 = 4 << 24
        /// A picture, for instance an emoji: a word of its own.
        static let symbol: UInt32 = 5 << 24
        /// Not there: joiners, soft hyphens, variation selectors.
        static let nothing: UInt32 = 6 << 24
        static let mask: UInt32 = 0x7F << 24
    }

    /// Set in a unit whose scalar has a compatibility mapping, or may compose with the one before.
    static let needsNormalization: UInt32 = 1 << 31

    /// The units of U+0000 to U+FFFF.
    static let plane: [UInt32] = (0..<0x1_0000).map { value in
        Unicode.Scalar(UInt32(value)).map(unit) ?? Kind.end
    }

    /// The unit of a scalar, computed.
    static func unit(_ scalar: Unicode.Scalar) -> UInt32 {
        let value = scalar.value
        // The full forms of ASCII are common in Chinese text, and their mapping is a subtraction.
        if (0xFF01...0xFF5E).contains(value), let half = Unicode.Scalar(value - 0xFEE0) { return unit(half) }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control:
            return switch value {
            case 0x0A, 0x0B, 0x0C, 0x0D, 0x85: Kind.line
            case 0x09: Kind.blank
            default: Kind.end
            }
        case .lineSeparator, .paragraphSeparator: return Kind.line
        case .spaceSeparator: return Kind.blank
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .unassigned, .privateUse, .surrogate:
            return Kind.end
        default: break
        }
        if properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format { return Kind.nothing }
        switch properties.generalCategory {
        case .mathSymbol, .currencySymbol, .modifierSymbol:
            // Skin tones are modifiers (Fitzpatrick): the emoji before is the word.
            if (0x1F3FB...0x1F3FF).contains(value) { return Kind.nothing }
            return Kind.end | (properties.changesWhenNFKCCaseFolded ? needsNormalization : 0)
        case .otherSymbol:
            return Kind.symbol | value | (properties.changesWhenNFKCCaseFolded ? needsNormalization : 0)
        default: return folded(scalar)
        }
    }

    /// The unit of a letter, a mark or a number.
    private static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        let kind = setsNoBlanks(scalar) ? Kind.ideograph : Kind.letter
        let properties = scalar.properties
        if properties.canonicalCombiningClass != .notReordered || mayCompose(scalar.value) {
            return kind | scalar.value | needsNormalization
        }
        guard properties.changesWhenNFKCCaseFolded else { return kind | scalar.value }
        switch scalar.value {
        case 0xDF: return kind | scalar.value  // ß, which becomes ss in `FoldedText`
        case 0x3C2: return kind | 0x3C3  // the sigma at the end of a word
        default: break
        }
        let lower = properties.lowercaseMapping.unicodeScalars
        guard lower.count == 1, let first = lower.first else { return kind | scalar.value | needsNormalization }
        let isFolded = !first.properties.changesWhenNFKCCaseFolded
        return kind | first.value | (isFolded ? 0 : needsNormalization)
    }

    /// Letters of scripts whose words follow each other without blanks.
    private static func setsNoBlanks(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isIdeographic { return true }
        return switch scalar.value {
        case 0x3005, 0x3040...0x30FF, 0x31F0...0x31FF: true  // iteration mark, kana
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF: true  // Thai, Lao, Myanmar, Khmer
        default: false
        }
    }

    /// Scalars of combining class 0 that compose with the one before (NFC_Quick_Check=Maybe, UAX 15).
    private static func mayCompose(_ value: UInt32) -> Bool {
        switch value {
        case 0x09BE, 0x09D7, 0x0B3E, 0x0B56, 0x0B57, 0x0BBE, 0x0BD7, 0x0CC2, 0x0CD5, 0x0CD6, 0x0D3E, 0x0D57, 0x0DCF,
            0x0DDF, 0x102E, 0x1161...0x1175, 0x11A8...0x11C2, 0x1B35, 0x110BA, 0x11127, 0x1133E, 0x11357:
            true
        default: false
        }
    }
}
