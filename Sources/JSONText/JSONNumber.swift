/// A JSON number that keeps its exact text, so that nothing is rounded until somebody asks for a machine number.
///
/// Equality is of the text: `1.0`, `1` and `1e0` are three different numbers here.
package struct JSONNumber: Sendable, Hashable {
    /// The literal as it was written; always valid by the grammar of RFC 8259.
    package let text: String

    /// A number whose literal the parser has already checked.
    init(checked text: String) {
        self.text = text
    }

    /// A number from a literal, or nil when the text is no JSON number (`+1`, `01`, `.5`, `1.`, `NaN`, blanks).
    package init?(_ text: String) {
        var copy = text
        let length = copy.utf8.count
        guard length > 0, copy.withUTF8({ NumberGrammar.end(in: $0, from: 0) == .success(length) }) else { return nil }
        self.text = text
    }

    /// The integer, in decimal digits.
    package init(_ value: Int) {
        text = String(value)
    }

    /// The shortest literal that reads back as the same double; nil for infinities and NaN, which JSON cannot say.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The exact integer when the literal is an integer literal that fits, otherwise nil.
    ///
    /// `1.0` and `1e3` give nil although they are whole: who counts things writes digits. `-0` gives 0.
    package var int: Int? { Int(text) }

    /// The nearest double, or nil when the literal lies beyond its range (`1e400`); too small becomes zero.
    package var double: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}

/// The grammar of RFC 8259, section 6, as the one scanner that both the parser and `JSONNumber` use.
enum NumberGrammar {
    /// A literal that is no number; the payload is the offset of the byte that broke it.
    struct Broken: Error, Equatable { let offset: Int }

    /// The offset just behind the number that starts at `start`; the first byte may be anything.
    static func end(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Result<Int, Broken> {
        var at = start
        func isDigit() -> Bool { at < text.count && text[at] &- 0x30 < 10 }
        func skipDigits() -> Bool {
            guard isDigit() else { return false }
            repeat { at += 1 } while isDigit()
            return true
        }
        if at < text.count, text[at] == UInt8(ascii: "-") { at += 1 }
        if at < text.count, text[at] == UInt8(ascii: "0") {
            at += 1
            if isDigit() { return .failure(Broken(offset: at)) }
        } else if !skipDigits() {
            return .failure(Broken(offset: at))
        }
        if at < text.count, text[at] == UInt8(ascii: ".") {
            at += 1
            guard skipDigits() else { return .failure(Broken(offset: at)) }
        }
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() else { return .failure(Broken(offset: at)) }
        }
        return .success(at)
    }
}
