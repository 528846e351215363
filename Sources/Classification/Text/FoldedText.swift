import Foundation

/// A text as the features see it: NFKC, case folded, runs of blanks as one, one unit a scalar (`LetterTable`).
///
/// Every text has such a form: empty, of any length, in any script. A value is meant to be used again for the next text;
/// it keeps its memory.
struct FoldedText: Sendable {
    /// The units; kinds and folded scalars.
    private(set) var units: [UInt32] = []
    /// Where the opening ends: the first line, and no more than so many units of it. What people write first says more
    /// about what they want than the rest.
    private(set) var openingEnd = 0

    /// The longest opening, in units.
    static let longestOpening = 40

    /// Takes the form of that text.
    mutating func fold(_ text: String) {
        if !append(text, isNormalized: false) {
            // Some scalar has a compatibility mapping or composes with its neighbour. Rare, and slow.
            _ = append(text.precomposedStringWithCompatibilityMapping, isNormalized: true)
        }
        let limit = min(units.count, Self.longestOpening)
        openingEnd = units[..<limit].firstIndex { $0 & LetterTable.Kind.mask == LetterTable.Kind.line } ?? limit
    }

    /// Whether the text could be folded; false as soon as it turns out to need normalization.
    private mutating func append(_ text: String, isNormalized: Bool) -> Bool {
        units.removeAll(keepingCapacity: true)
        var text = text
        return text.withUTF8 { bytes in
            units.reserveCapacity(bytes.count)
            return LetterTable.plane.withUnsafeBufferPointer { plane in
                append(bytes, plane, isNormalized: isNormalized)
            }
        }
    }

    private mutating func append(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ plane: UnsafeBufferPointer<UInt32>,
        isNormalized: Bool
    ) -> Bool {
        typealias Kind = LetterTable.Kind
        // Blanks at the beginning are left out, so that an opening begins with words.
        var last = Kind.line
        var at = 0
        while at < bytes.count {
            let value = Self.scalar(in: bytes, at: &at)
            var unit = value < 0x1_0000 ? plane[Int(value)] : Self.beyond(value)
            if unit & LetterTable.needsNormalization != 0 {
                guard isNormalized else { return false }
                unit &= ~LetterTable.needsNormalization
            }
            let kind = unit & Kind.mask
            switch kind {
            case Kind.nothing: continue
            case Kind.blank:
                if last == Kind.blank || last == Kind.line { continue }
            case Kind.line:
                if last == Kind.line { continue }
            default: break
            }
            if unit == Kind.letter | 0xDF {
                units.append(Kind.letter | 0x73)
                unit = Kind.letter | 0x73
            }
            units.append(unit)
            last = kind
        }
        return true
    }

    /// The unit of a scalar beyond the table.
    private static func beyond(_ value: UInt32) -> UInt32 {
        Unicode.Scalar(value).map(LetterTable.unit) ?? LetterTable.Kind.end
    }

    /// The scalar that begins there. A string's bytes are well-formed UTF-8, so its length is told by the first byte.
    @inline(__always)
    private static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at: inout Int) -> UInt32 {
        let first = UInt32(bytes[at])
        if first < 0x80 {
            at += 1
            return first
        }
        func next(_ offset: Int) -> UInt32 { UInt32(bytes[at + offset]) & 0x3F }
        if first < 0xE0 {
            defer { at += 2 }
            return (first & 0x1F) << 6 | next(1)
        }
        if first < 0xF0 {
            defer { at += 3 }
            return (first & 0x0F) << 12 | next(1) << 6 | next(2)
        }
        defer { at += 4 }
        return (first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3)
    }

    /// The folded words of those units, for people to read.
    func words(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        for unit in units[range] {
            switch unit & LetterTable.Kind.mask {
            case LetterTable.Kind.blank, LetterTable.Kind.line: text.append(" ")
            default:
                if let scalar = Unicode.Scalar(unit & 0xFF_FFFF), scalar.value > 0 { text.append(scalar) }
            }
        }
        return String(text)
    }
}
