/// Random valid documents, written by this generator itself (so that neither the writer nor the parser under test has
/// a hand in them): random blanks, random escapes, every kind of number, unique names. U+FEFF is left out, because
/// Foundation loses it where it follows an escape; AcceptTexts has it.
struct RandomDocuments {
    var random: SplitMix

    init(seed: UInt64) {
        random = SplitMix(state: seed)
    }

    mutating func document() -> String {
        blanks() + value(depth: Int.random(in: 0...4, using: &random)) + blanks()
    }

    private mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return pick(["null", "true", "false"])
        case 1, 2: return number()
        case 3, 4, 5: return string(prefix: "")
        case 6:
            let count = Int.random(in: 0...5, using: &random)
            let items = (0..<count).map { _ in blanks() + value(depth: depth - 1) + blanks() }
            return "[" + (items.isEmpty ? blanks() : items.joined(separator: ",")) + "]"
        default:
            let count = Int.random(in: 0...20, using: &random) / Int.random(in: 1...5, using: &random)
            let items = (0..<count).map { index in
                blanks() + string(prefix: "\(index)") + blanks() + ":" + blanks() + value(depth: depth - 1) + blanks()
            }
            return "{" + (items.isEmpty ? blanks() : items.joined(separator: ",")) + "}"
        }
    }

    private mutating func number() -> String {
        var text = Bool.random(using: &random) ? "-" : ""
        text +=
            Int.random(in: 0...3, using: &random) == 0
            ? "0" : String(Int64.random(in: 1...(.max), using: &random) >> Int64.random(in: 0...60, using: &random) | 1)
        if Bool.random(using: &random) { text += "." + digits(1...6) }
        if Int.random(in: 0...3, using: &random) == 0 {
            text += pick(["e", "E"]) + pick(["", "+", "-"]) + digits(1...2)
        }
        return text
    }

    private mutating func digits(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
    }

    private mutating func string(prefix: String) -> String {
        var text = "\"" + prefix
        for _ in 0..<Int.random(in: 0...24, using: &random) / Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: text += pick(["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"])
            case 1: text += pick(["\\u4e2d", "\\u00E9", "\\u0001", "\\uD83D\\uDE00", "\\u007f", "\\uffff"])
            case 2, 3: text += pick(["a", "B", "7", " ", "/", "'", "{", "]", ":", ",", "\u{7F}"])
            case 4: text += pick(["é", "ß", "Ж", "\u{301}", "\u{80}"])
            case 5, 6: text += pick(["汇", "声", "路", "灯", "。", "\u{FFFD}", "\u{2028}"])
            default: text += pick(["😀", "\u{10000}", "\u{10FFFF}", "👩‍👩‍👧"])
            }
        }
        return text + "\""
    }

    private mutating func blanks() -> String {
        pick(["", "", "", " ", "\n", "\r\n", "\t "])
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}

/// A generator that a printed seed repeats (SplitMix64, public domain, Sebastiano Vigna).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
