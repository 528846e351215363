/// A text cut into runs of letters and digits, lower case, as two kinds: words, and scripts written without blanks.
///
/// Left out, because they name nobody's want: addresses of the web (to the next blank) and masks such as `[PHONE]`.
/// Marks (vowel signs, accents) stay with their letters; everything else parts runs.
struct TextRuns {
    enum Kind {
        /// Written with blanks between words.
        case words
        /// Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer: no blank says where a word ends.
        case unspaced
    }

    /// Hands each run to `body`, in order, until `limit` scalars were read or `body` answers false.
    static func forEach(in text: String, limit: Int = .max, _ body: (Kind, [UInt32]) -> Bool) {
        var run: [UInt32] = []
        var kind = Kind.words
        var left = limit
        var isSkippingAddress = false
        var scalars = text.unicodeScalars.makeIterator()
        func end() -> Bool {
            defer {
                run.removeAll(keepingCapacity: true)
                kind = .words
            }
            return run.isEmpty || body(kind, run)
        }
        while left > 0, let scalar = scalars.next() {
            left -= 1
            let value = folded(scalar)
            if isSkippingAddress {
                if isBlank(value) || isUnspaced(value) { isSkippingAddress = false } else { continue }
            }
            if value == 0x5B {  // [
                guard end() else { return }
                // A mask is short, Latin and closed; anything else in brackets is text.
                var ahead = scalars
                var length = 0
                while length <= 16, let next = ahead.next(), (0x41...0x5A).contains(next.value) || next.value == 0x5F {
                    length += 1
                }
                var after = scalars
                for _ in 0..<length { _ = after.next() }
                if length >= 2, length <= 16, after.next()?.value == 0x5D {
                    scalars = after
                    left -= length + 1
                }
                continue
            }
            if isPart(value, scalar) {
                if isUnspaced(value) { kind = .unspaced }
                run.append(value)
                continue
            }
            if value == 0x3A, isScheme(run) {  // :
                run.removeAll(keepingCapacity: true)
                kind = .words
                isSkippingAddress = true
                continue
            }
            guard end() else { return }
        }
        _ = end()
    }

    /// Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer.
    static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3040...0x30FF, 0xAC00...0xD7A3, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x323AF,
            0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF:
            true
        default: false
        }
    }

    static func isDigit(_ value: UInt32) -> Bool { (0x30...0x39).contains(value) }

    /// Lower case, and the wide forms of Latin letters and digits as the narrow ones.
    private static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        var value = scalar.value
        if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
        if value < 0x80 { return (0x41...0x5A).contains(value) && value != 0x5B ? value + 0x20 : value }
        if isUnspaced(value) { return value }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first?.value ?? value : value
    }

    private static func isBlank(_ value: UInt32) -> Bool { value <= 0x20 || value == 0xA0 || value == 0x3000 }

    private static func isPart(_ value: UInt32, _ scalar: Unicode.Scalar) -> Bool {
        if value < 0x80 { return isDigit(value) || (0x61...0x7A).contains(value) }
        switch value {
        case 0x4E00...0x9FFF, 0xAC00...0xD7A3: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .nonspacingMark, .spacingMark:
            // The signs that only choose a glyph of an emoji are marks as well.
            return !(0xFE00...0xFE0F).contains(value) && !(0xE0100...0xE01EF).contains(value)
        default: return false
        }
    }

    private static func isScheme(_ run: [UInt32]) -> Bool {
        run.elementsEqual("http".unicodeScalars.map(\.value)) || run.elementsEqual("https".unicodeScalars.map(\.value))
    }
}
