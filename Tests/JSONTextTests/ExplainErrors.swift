import JSONText
import Testing

@Suite struct ExplainErrors {
    @Test(arguments: [
        ("[1,\n  x]", 2, 3, "/1"),
        ("{\"路灯\": 坏}", 1, 8, "/路灯"),
        ("{\"a/b~c\":[{\"d\":tru}]}", 1, 16, "/a~1b~0c/0/d"),
        ("{\"a\":[1,2],\"b\":[0,{\"c\":nul}]}", 1, 24, "/b/1/c"),
        ("{\"a\":1,\n\"b\":2,\n\"a\":3}", 3, 1, "/a"),
        ("{\"a\":1 \"b\":2}", 1, 8, ""),
        ("{\"a\":[1 2]}", 1, 9, "/a"),
        ("{\"a\" 1}", 1, 6, "/a"),
        ("[[1],[2],[3,]]", 1, 13, "/2/1"),
        ("{\"\":?}", 1, 5, "/"),
        ("[1]\r\n\r\n]", 3, 1, ""),
    ])
    func namesLineColumnAndPointer(_ text: String, _ line: Int, _ column: Int, _ pointer: String) {
        let error = refusal(of: Array(text.utf8))
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.pointer == pointer)
    }

    @Test func saysItInOneSentence() {
        #expect(refusal(of: Array("{\"a\":[1 2]}".utf8))?.description == "line 1, column 9 (/a): expected ',' or ']'")
        #expect(refusal(of: [])?.description == "line 1, column 1: the text ends too early")
        #expect(
            refusal(of: Array("{\"a\":1,\"a\":1}".utf8))?.description
                == "line 1, column 8 (/a): the name \"a\" is already taken in this object"
        )
    }

    @Test func clipsLongNamesAndHidesControlCharacters() throws {
        let name = String(repeating: "长", count: 500)
        let error = try #require(refusal(of: Array("{\"\(name)\":1,\"\(name)\":2}".utf8)))
        let clipped = String(repeating: "长", count: 40) + "…"
        #expect(error.reason == .duplicateKey(clipped))
        #expect(error.pointer == "/" + clipped)
        #expect(refusal(of: Array(#"{"a\u001b[2Jb":x}"#.utf8))?.pointer == "/a\u{FFFD}[2Jb")
    }

    /// Each faulty document carries the words in values only; a control shows that names would be found.
    @Test func quotesNothingOfValues() {
        let words = "秘密"
        for text in [
            "[\"\(words)", "\(words)", "[\"\(words)\" \(words)]", "{\"a\":\"\(words)\n\"}", "{\"a\":\"\(words)\\x\"}",
            "{\"a\":\"\(words)\\ud800\"}", "[\"\(words)\"]\(words)", "{\"a\":\(words)}", "{\(words)}", "[1\(words)]",
        ] {
            let error = refusal(of: Array(text.utf8))
            #expect(error != nil)
            #expect(error?.description.contains("秘") == false, "\(text)")
        }
        #expect(refusal(of: Array("{\"\(words)\":x}".utf8))?.description.contains("秘") == true)
    }

    @Test func escapesPointers() {
        #expect(JSONPointer.escape("a/b~c~1") == "a~1b~0c~01")
        #expect(JSONPointer.escape("路灯") == "路灯")
        #expect(JSONPointer.member("a/b", of: "/x") == "/x/a~1b")
        #expect(JSONPointer.element(3, of: "/x") == "/x/3")
    }
}
