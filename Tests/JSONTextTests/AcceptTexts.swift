import JSONText
import Testing

/// Texts that every JSON parser must read (the y_ cases of JSONTestSuite, in spirit), and those where the RFC leaves
/// the choice (i_) and ours is to read them.
@Suite struct AcceptTexts {
    static let texts: [(String, JSONValue)] = [
        ("null", .null), ("true", .bool(true)), ("false", .bool(false)), (" \t\r\n0\n", number("0")),
        ("\"\"", .string("")), ("[]", .array([])), ("[ ]", .array([])), ("{}", .object(JSONObject([]))),
        ("{ \n}", .object(JSONObject([]))), ("[1,\n2 , 3]", .array([number("1"), number("2"), number("3")])),
        ("[[],[[]],{}]", .array([.array([]), .array([.array([])]), .object(JSONObject([]))])),
        ("{\"\":0}", .object(JSONObject([("", number("0"))]))),
        ("{\"a\":null,\"A\":null}", .object(JSONObject([("a", .null), ("A", .null)]))),
        (
            "{\"é\":1,\"e\u{301}\":2}",
            .object(JSONObject([("\u{E9}", number("1")), ("e\u{301}", number("2"))]))
        ),
        ("{\"b\" : {\"a\":[true]}}", .object(JSONObject([("b", .object(JSONObject([("a", .array([.bool(true)]))])))]))),
        ("\"路灯坏了\"", .string("路灯坏了")), ("\"\u{7F}\"", .string("\u{7F}")), ("\"\u{2028}\"", .string("\u{2028}")),
        ("\"\u{FFFF}\u{10FFFF}\"", .string("\u{FFFF}\u{10FFFF}")), ("\"\u{FEFF}\"", .string("\u{FEFF}")),
        ("\"\u{FFFD}\"", .string("\u{FFFD}")), ("\"/\"", .string("/")),
        ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
        ("\"\\u0061\\u00e9\\u4E2D\\uFFFF\"", .string("a\u{E9}中\u{FFFF}")),
        ("\"\\uD83D\\uDE00\"", .string("😀")), ("\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", .string("\u{10000}\u{10FFFF}")),
        ("\"a\\u0001b\"", .string("a\u{1}b")), ("\"\\\\u0000\"", .string("\\u0000")),
        ("\"一二三\\n四五六七八\\t九\"", .string("一二三\n四五六七八\t九")),
        ("\"\\n\u{FEFF}a\"", .string("\n\u{FEFF}a")),
        ("{\"\\u0061\":1}", .object(JSONObject([("a", number("1"))]))),
    ]

    @Test(arguments: texts) func reads(_ text: String, _ expected: JSONValue) throws {
        #expect(try JSONValue.parse(text) == expected)
    }

    @Test(arguments: [
        "0", "-0", "1", "-1", "123456789", "1.0", "0.5", "-0.0", "1e5", "1E5", "1e+5", "1e-05", "1.25E-3", "0e0",
        "9223372036854775808", "1e400", "-1e-400", "3.141592653589793238462643383279",
    ])
    func keepsTheTextOfNumbers(_ text: String) throws {
        #expect(try JSONValue.parse(text) == .number(try #require(JSONNumber(text))))
        #expect(try JSONValue.parse("[\(text)]").bytes == Array("[\(text)]".utf8))
    }

    @Test func tellsExactTextsApart() {
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
        #expect(number("1.0") != number("1"))
        #expect(
            JSONValue.object(JSONObject([("a", .null), ("b", .null)]))
                != .object(JSONObject([("b", .null), ("a", .null)]))
        )
    }

    @Test func readsSlicesAndOtherCollections() throws {
        let bytes = Array("xx[1]yy".utf8)
        #expect(try JSONValue.parse(bytes[2..<5]) == .array([number("1")]))
        #expect(try JSONValue.parse(AnyCollection(bytes[2..<5])) == .array([number("1")]))
        let value = try bytes.withUnsafeBufferPointer {
            try JSONValue.parse(UnsafeBufferPointer(rebasing: $0[2..<5]))
        }
        #expect(value == .array([number("1")]))
    }

    @Test func findsMembersByExactName() throws {
        let value = try JSONValue.parse(#"{"a":1,"é":[true,{"b":"x"}],"n":null}"#)
        #expect(value["a"]?.int == 1)
        #expect(value["\u{E9}"]?[1]?["b"]?.string == "x")
        #expect(value["e\u{301}"] == nil)
        #expect(value["n"] == .null)
        #expect(value["missing"] == nil)
        #expect(value["é"]?[2] == nil)
    }
}

@Suite struct ReadNumbers {
    @Test func givesIntegersOnlyForIntegerLiterals() {
        #expect(JSONNumber("42")?.int == 42)
        #expect(JSONNumber("-0")?.int == 0)
        #expect(JSONNumber("9223372036854775807")?.int == .max)
        #expect(JSONNumber("-9223372036854775808")?.int == .min)
        #expect(JSONNumber("9223372036854775808")?.int == nil)
        #expect(JSONNumber("1.0")?.int == nil)
        #expect(JSONNumber("1e3")?.int == nil)
    }

    @Test func givesTheNearestDoubleWithinItsRange() {
        #expect(JSONNumber("0.1")?.double == 0.1)
        // Hard to round; the expected values are those of Python's correctly rounded float().
        #expect(JSONNumber("-6537253099683E+70")?.double == -0x1.13ab064a3be37p+275)
        #expect(JSONNumber("2.2250738585072011e-308")?.double?.bitPattern == 0x000F_FFFF_FFFF_FFFF)
        #expect(JSONNumber("9007199254740993")?.double == 0x1.0p+53)
        #expect(JSONNumber("1e23")?.double == 0x1.52d02c7e14af6p+76)
        #expect(JSONNumber("1e3")?.double == 1_000)
        #expect(JSONNumber("-0.0")?.double?.sign == .minus)
        #expect(JSONNumber("1e400")?.double == nil)
        #expect(JSONNumber("-1e400")?.double == nil)
        #expect(JSONNumber("1e-400")?.double == 0)
    }

    @Test(arguments: [
        "", " 1", "1 ", "+1", "01", "-01", ".5", "1.", "1.e1", "1e", "1e+", "-", "NaN", "0x1", "１", "1_0",
    ])
    func refusesWhatIsNoNumber(_ text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test func refusesDoublesThatJSONCannotSay() {
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(1.5)?.text == "1.5")
    }
}

/// The number of that literal; `null` shows in the comparison when the literal is none.
func number(_ text: String) -> JSONValue {
    JSONNumber(text).map(JSONValue.number) ?? .null
}
