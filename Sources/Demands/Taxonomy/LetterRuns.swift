import Foundation

/// A text as words are looked for in it: one number a scalar, case and width folded.
enum LetterRuns {
    /// Lower case, full-width Latin as plain Latin, marks joined to their letters where Unicode has one for both.
    static func folded(_ text: String) -> [UInt32] {
        var text = text
        if text.unicodeScalars.contains(where: { (0x300...0x36F).contains($0.value) }) {
            text = text.precomposedStringWithCanonicalMapping
        }
        var folded: [UInt32] = []
        folded.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            var value = scalar.value
            if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
            if (0x41...0x5A).contains(value) {
                value += 0x20
            } else if value >= 0xC0, value < 0x2E80 {
                let lower = scalar.properties.lowercaseMapping.unicodeScalars
                if lower.count == 1, let only = lower.first { value = only.value }
            }
            folded.append(value)
        }
        return folded
    }

    /// A letter or digit of a script that sets blanks between its words: there a word is matched whole or not at all.
    static func isOfSpacedScript(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF: false
        case 0x30...0x39, 0x61...0x7A: true
        case 0..<0xAA: false
        // Scripts without blanks (Thai, Lao, Burmese, Khmer), and Korean, which sets endings behind its words.
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF: false
        case 0x2E80...0xABFF where !(0xA4D0...0xAB65).contains(value): false
        case 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFE30...0xFFEF, 0x16FE0...0x18DFF, 0x1AFF0...0x1B16F: false
        case 0x20000...: false
        default:
            Unicode.Scalar(value).map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
        }
    }

    /// A letter or digit of a script that writes words without blanks between them.
    static func isOfUnspacedScript(_ value: UInt32) -> Bool {
        guard value >= 0x0E00, !isOfSpacedScript(value) else { return false }
        return Unicode.Scalar(value).map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
    }

    /// How much a word says: 1 for a character of a script without blanks, 2 for a word of one with blanks.
    static func length(_ word: some Sequence<UInt32>) -> Int {
        var length = 0
        var isInWord = false
        for value in word {
            let isWord = isOfSpacedScript(value)
            if isWord, !isInWord { length += 2 }
            if isOfUnspacedScript(value) { length += 1 }
            isInWord = isWord
        }
        return length
    }
}
