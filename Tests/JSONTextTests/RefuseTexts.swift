import JSONText
import Testing

/// Texts that no strict JSON parser may read (the n_ cases of JSONTestSuite, in spirit), and those where the RFC
/// leaves the choice (i_) and ours is to refuse.
@Suite struct RefuseTexts {
    typealias Reason = JSONSyntaxError.Reason

    static let structure: [(String, Reason, Int)] = [
        ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2),
        ("[1,", .unexpectedEnd, 3), ("{", .unexpectedEnd, 1), ("{\"a\"", .unexpectedEnd, 4),
        ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6), ("{\"a\":1,", .unexpectedEnd, 7),
        ("\"", .unexpectedEnd, 1), ("\"abcdefghij", .unexpectedEnd, 11), ("tru", .unexpectedEnd, 3),
        ("[1,]", .unexpectedByte(expected: .value), 3), ("[,1]", .unexpectedByte(expected: .value), 1),
        ("[1 2]", .unexpectedByte(expected: .commaOrBracket), 3),
        ("[1}", .unexpectedByte(expected: .commaOrBracket), 2),
        ("[1,,2]", .unexpectedByte(expected: .value), 3), ("]", .unexpectedByte(expected: .value), 0),
        ("{\"a\":1]", .unexpectedByte(expected: .commaOrBrace), 6), ("{\"a\" 1}", .unexpectedByte(expected: .colon), 5),
        ("{\"a\"::1}", .unexpectedByte(expected: .value), 5), ("{\"a\":}", .unexpectedByte(expected: .value), 5),
        ("{a:1}", .unexpectedByte(expected: .keyOrEnd), 1), ("{'a':1}", .unexpectedByte(expected: .keyOrEnd), 1),
        ("{1:1}", .unexpectedByte(expected: .keyOrEnd), 1), ("{,}", .unexpectedByte(expected: .keyOrEnd), 1),
        ("{\"a\":1,}", .unexpectedByte(expected: .key), 7), ("{\"a\":1,,\"b\":1}", .unexpectedByte(expected: .key), 7),
        ("'a'", .unexpectedByte(expected: .value), 0), ("True", .unexpectedByte(expected: .value), 0),
        ("trux", .unexpectedByte(expected: .value), 0), ("nulL", .unexpectedByte(expected: .value), 0),
        ("NaN", .unexpectedByte(expected: .value), 0), ("Infinity", .unexpectedByte(expected: .value), 0),
        ("undefined", .unexpectedByte(expected: .value), 0), ("//x\n1", .unexpectedByte(expected: .value), 0),
        ("/* */1", .unexpectedByte(expected: .value), 0), ("\u{C}1", .unexpectedByte(expected: .value), 0),
        ("\u{A0}1", .unexpectedByte(expected: .value), 0), ("[1\u{B}]", .unexpectedByte(expected: .commaOrBracket), 2),
        ("1 2", .trailingText, 2), ("{}}", .trailingText, 2), ("[]]", .trailingText, 2), ("nullx", .trailingText, 4),
        ("1#", .trailingText, 1), ("\"a\"\"b\"", .trailingText, 3), ("1\0", .trailingText, 1),
    ]

    static let numbers: [(String, Reason, Int)] = [
        ("-", .unexpectedEnd, 1), ("+1", .unexpectedByte(expected: .value), 0), ("01", .badNumber, 1),
        ("-01", .badNumber, 2), ("00", .badNumber, 1), (".5", .unexpectedByte(expected: .value), 0),
        ("1.", .unexpectedEnd, 2), ("[1.]", .badNumber, 3), ("[-]", .badNumber, 2), ("[-a]", .badNumber, 2),
        ("1.e1", .badNumber, 2), ("1e", .unexpectedEnd, 2), ("[1e]", .badNumber, 3), ("[1e+]", .badNumber, 4),
        ("1ee1", .badNumber, 2), ("1.2.3", .trailingText, 3), ("0x1", .trailingText, 1), ("1_000", .trailingText, 1),
        ("-Infinity", .badNumber, 1), ("1-2", .trailingText, 1), ("１", .unexpectedByte(expected: .value), 0),
    ]

    static let strings: [(String, Reason, Int)] = [
        ("\"a\nb\"", .controlCharacter, 2), ("\"\t\"", .controlCharacter, 1), ("\"\u{1F}\"", .controlCharacter, 1),
        ("\"12345678\u{1}\"", .controlCharacter, 9), ("\"\0\"", .nul, 1), ("\"a\\u0000\"", .nul, 2), ("\0", .nul, 0),
        ("[1,\0]", .nul, 3), ("{\"\\u0000\":1}", .nul, 2), ("\"\\x41\"", .badEscape, 1), ("\"\\'\"", .badEscape, 1),
        ("\"\\U0041\"", .badEscape, 1), ("\"\\\n\"", .badEscape, 1), ("\"\\é\"", .badEscape, 1),
        ("\"\\u00G0\"", .badEscape, 1), ("\"\\u 041\"", .badEscape, 1), ("\"\\u+041\"", .badEscape, 1),
        ("\"\\u004", .unexpectedEnd, 6), ("\"\\u004\"", .badEscape, 1), ("\"\\", .unexpectedEnd, 2),
        ("\"\\\"", .unexpectedEnd, 3), ("\"\\uD800\"", .loneSurrogate, 1), ("\"\\uDC00\"", .loneSurrogate, 1),
        ("\"\\uD800\\uD800\"", .loneSurrogate, 1), ("\"\\uD800\\n\"", .loneSurrogate, 1),
        ("\"\\uD800x\"", .loneSurrogate, 1), ("\"\\uDC00\\uD800\"", .loneSurrogate, 1),
        ("\"\\uD800\\u0041\"", .loneSurrogate, 1), ("\"\\uD83D\\u\"", .badEscape, 7),
    ]

    @Test(arguments: structure + numbers + strings)
    func refuses(_ text: String, _ reason: Reason, _ offset: Int) {
        let error = refusal(of: Array(text.utf8))
        #expect(error?.reason == reason)
        #expect(error?.offset == offset)
    }

    /// Ill-formed sequences of Unicode 16, section 3.9, and texts in other encodings.
    @Test(
        arguments: [
            ([0x80], 0), ([0xBF], 0), ([0xC0, 0x80], 0), ([0xC1, 0xBF], 0), ([0xC3], 0), ([0xC3, 0x28], 0),
            ([0xE0, 0x80, 0x80], 0), ([0xE0, 0x9F, 0xBF], 0), ([0xE4, 0xBD], 0), ([0xE4, 0x28, 0xA1], 0),
            ([0xE4, 0xBD, 0x28], 0), ([0xED, 0xA0, 0x80], 0), ([0xED, 0xBF, 0xBF], 0), ([0xF0, 0x80, 0x80, 0x80], 0),
            ([0xF0, 0x8F, 0xBF, 0xBF], 0), ([0xF0, 0x9F, 0x98], 0), ([0xF4, 0x90, 0x80, 0x80], 0),
            ([0xF5, 0x80, 0x80, 0x80], 0), ([0xF8, 0x88, 0x80, 0x80, 0x80], 0), ([0xFE], 0), ([0xFF], 0),
            ([0xE4, 0xBD, 0xA0, 0xE5, 0xA5], 3), ([0x41, 0x5C, 0x6E, 0xE4, 0xBD], 3), ([0x5C, 0x6E, 0xFF, 0x41], 2),
            // "你好" in GBK, and a GBK letter whose second byte is a backslash
            ([0xC4, 0xE3, 0xBA, 0xC3], 0), ([0x81, 0x5C], 0),
        ] as [([UInt8], Int)]
    )
    func refusesInvalidUTF8(_ content: [UInt8], _ offset: Int) {
        for head in [Array("\"".utf8), Array("{\"k\":\"".utf8), Array("[\"一二三四五\",\"".utf8)] {
            let error = refusal(of: head + content + Array("\"".utf8))
            #expect(error?.reason == .invalidUTF8)
            #expect(error?.offset == head.count + offset)
        }
        #expect(refusal(of: Array("{\"".utf8) + content + Array("\":1}".utf8))?.reason == .invalidUTF8)
    }

    @Test func refusesOtherEncodingsAndMarks() {
        #expect(refusal(of: [0xEF, 0xBB, 0xBF, 0x31])?.reason == .byteOrderMark)
        #expect(refusal(of: [0xFF, 0xFE, 0x31, 0x00])?.reason == .invalidUTF8)
        #expect(refusal(of: [0x00, 0x31])?.reason == .nul)
        #expect(refusal(of: [0x31, 0xFF])?.reason == .invalidUTF8)
        #expect(refusal(of: [0x5B, 0xC3, 0x5D])?.reason == .invalidUTF8)
    }
}

/// The error of a text, or nil when it is accepted.
func refusal(of bytes: [UInt8], limits: JSONLimits = .init()) -> JSONSyntaxError? {
    do throws(JSONSyntaxError) {
        _ = try JSONValue.parse(bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}
