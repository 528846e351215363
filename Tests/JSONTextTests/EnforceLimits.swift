import JSONText
import Testing

@Suite struct EnforceLimits {
    private func nested(_ depth: Int, open: String = "[", inner: String = "", close: String = "]") -> [UInt8] {
        Array((String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)).utf8)
    }

    @Test func acceptsTheDeepestAndRefusesTheNext() {
        #expect(refusal(of: nested(32)) == nil)
        let error = refusal(of: nested(33))
        #expect(error?.reason == .tooDeep(maximum: 32))
        #expect(error?.offset == 32)
        #expect(error?.pointer == String(repeating: "/0", count: 32))
        #expect(refusal(of: nested(32, open: "{\"a\":", inner: "1", close: "}")) == nil)
        #expect(
            refusal(of: nested(33, open: "{\"a\":", inner: "1", close: "}"))?.pointer
                == String(repeating: "/a", count: 32)
        )
        #expect(refusal(of: Array("[]".utf8), limits: JSONLimits(maximumDepth: 0))?.reason == .tooDeep(maximum: 0))
        #expect(refusal(of: Array("1".utf8), limits: JSONLimits(maximumDepth: 0)) == nil)
    }

    @Test func countsWhatIsOpenAndNotWhatWas() {
        #expect(refusal(of: Array("[[],[],[[]],{},{\"a\":[]}]".utf8), limits: JSONLimits(maximumDepth: 3)) == nil)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func refusesAHundredThousandOpenOnesWithoutAStackOverflow(_ open: String) {
        let bytes = Array(String(repeating: open, count: 100_000).utf8)
        let unlimited = JSONLimits(maximumDepth: .max, maximumBytes: .max)
        #expect(refusal(of: bytes, limits: unlimited)?.reason == .tooDeep(maximum: JSONLimits.deepest))
        #expect(refusal(of: nested(JSONLimits.deepest), limits: unlimited) == nil)
        #expect(refusal(of: bytes)?.reason != nil)
    }

    @Test func refusesTooManyBytesBeforeReadingThem() {
        let limits = JSONLimits(maximumBytes: 4)
        #expect(refusal(of: Array("1234".utf8), limits: limits) == nil)
        let error = refusal(of: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], limits: limits)
        #expect(error?.reason == .tooLarge(maximum: 4))
        #expect(error?.offset == 4)
    }

    @Test func refusesTooManyMembers() {
        let limits = JSONLimits(maximumMembers: 2)
        #expect(refusal(of: Array(#"{"a":1,"b":{"a":1,"b":2}}"#.utf8), limits: limits) == nil)
        let error = refusal(of: Array(#"{"x":{"a":1,"b":2,"c":3}}"#.utf8), limits: limits)
        #expect(error?.reason == .tooManyMembers(maximum: 2))
        #expect(error?.pointer == "/x")
        #expect(error?.offset == 19 - 1)
    }

    @Test func refusesDuplicateNamesAmongFewAndMany() {
        for count in [2, 16, 17, 18, 40, 500] {
            for (first, second) in [(0, count - 1), (count / 2, count - 1), (count - 2, count - 1)] where first < second
            {
                let names = (0..<count).map { $0 == second ? "name \(first)" : "name \($0)" }
                let text = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
                let error = refusal(of: Array(text.utf8))
                #expect(error?.reason == .duplicateKey("name \(first)"))
                #expect(error?.pointer == "/name \(first)")
            }
            let distinct = "{" + (0..<count).map { "\"name \($0)\":0" }.joined(separator: ",") + "}"
            #expect(refusal(of: Array(distinct.utf8)) == nil)
        }
    }

    @Test func seesThroughEscapesInDuplicateNames() {
        #expect(refusal(of: Array(#"{"a":1,"\u0061":2}"#.utf8))?.reason == .duplicateKey("a"))
        #expect(refusal(of: Array(#"{"a":1,"b":{"a":1}}"#.utf8)) == nil)
    }
}
