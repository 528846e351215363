extension JSONParser {
    /// The string whose opening quote stands at `at`; `at` moves behind its closing quote.
    ///
    /// Without escapes, which is nearly always, its bytes are copied straight out of the text.
    mutating func string() throws(Fault) -> String {
        let start = at + 1
        at = StringRuns.end(in: text, from: start)
        if at < text.count, text[at] == UInt8(ascii: "\"") {
            let run = UnsafeBufferPointer(rebasing: text[start..<at])
            guard let string = ExactText.decode(run) else {
                throw Fault(reason: .invalidUTF8, offset: start)
            }
            at += 1
            return string
        }
        return try stringWithEscapes(from: start)
    }

    /// The string whose first escape, or first fault, stands at `at`.
    private mutating func stringWithEscapes(from start: Int) throws(Fault) -> String {
        scratch.removeAll(keepingCapacity: true)
        var run = start
        while true {
            scratch.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<at]))
            guard at < text.count else { throw Fault(reason: .unexpectedEnd, offset: at) }
            switch text[at] {
            case UInt8(ascii: "\""):
                guard let string = scratch.withUnsafeBufferPointer(ExactText.decode) else {
                    throw Fault(reason: .invalidUTF8, offset: start)
                }
                at += 1
                return string
            case UInt8(ascii: "\\"): try escape()
            case 0: throw Fault(reason: .nul, offset: at)
            default: throw Fault(reason: .controlCharacter, offset: at)
            }
            run = at
            at = StringRuns.end(in: text, from: run)
        }
    }

    /// Appends what the escape at `at` stands for and moves behind it.
    private mutating func escape() throws(Fault) {
        guard at + 1 < text.count else { throw Fault(reason: .unexpectedEnd, offset: text.count) }
        let byte: UInt8
        switch text[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = text[at + 1]
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = 0x0C
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "r"): byte = 0x0D
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw Fault(reason: .badEscape, offset: at)
        }
        scratch.append(byte)
        at += 2
    }

    private mutating func unicodeEscape() throws(Fault) {
        let start = at
        var code = UInt32(try codeUnit(at: start))
        at = start + 6
        if code == 0 { throw Fault(reason: .nul, offset: start) }
        if code & 0xFC00 == 0xD800, at + 1 < text.count, text[at] == UInt8(ascii: "\\"),
            text[at + 1] == UInt8(ascii: "u")
        {
            let low = UInt32(try codeUnit(at: at))
            guard low & 0xFC00 == 0xDC00 else { throw Fault(reason: .loneSurrogate, offset: start) }
            code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            at += 6
        }
        guard let scalar = Unicode.Scalar(code) else { throw Fault(reason: .loneSurrogate, offset: start) }
        scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The four hexadecimal digits of the `\u` escape at `start`.
    private func codeUnit(at start: Int) throws(Fault) -> UInt16 {
        var code: UInt16 = 0
        for offset in (start + 2)..<(start + 6) {
            guard offset < text.count else { throw Fault(reason: .unexpectedEnd, offset: text.count) }
            switch text[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt16(text[offset] - 0x30)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt16(text[offset] - 0x57)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 | UInt16(text[offset] - 0x37)
            default: throw Fault(reason: .badEscape, offset: start)
            }
        }
        return code
    }
}
