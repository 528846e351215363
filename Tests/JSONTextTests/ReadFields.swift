import JSONText
import Testing

@Suite struct ReadFields {
    private enum Kind: String, CaseIterable { case request, enquiry, praise }

    private func reader(_ text: String) throws -> FieldReader {
        FieldReader(try JSONValue.parse(text))
    }

    private func lines(_ reader: FieldReader) -> [String] {
        reader.errors.map { "\($0.pointer) \($0.code)" }
    }

    @Test func readsWhatIsThere() throws {
        var fields = try reader(
            """
            {"text":" 路灯\\n坏了 ","likes":3,"share":0.5,"open":false,"tags":["a","b"],"kind":"praise","at":"7",
             "place":{"name":"X"},"groups":[{"name":"g1"},{"name":"g2","tie":"school"}],"any":[1],"skipped":{"x":1}}
            """
        )
        #expect(fields.string("text", required: true, maximumScalars: 100, allow: .lineBreaks) == " 路灯\n坏了 ")
        #expect(fields.int("likes", in: 0...10) == 3)
        #expect(fields.double("share", in: 0...1) == 0.5)
        #expect(fields.bool("open") == false)
        #expect(fields.strings("tags", maximum: 2, maximumScalars: 1, unique: true) == ["a", "b"])
        #expect(fields.oneOf("kind", Kind.self, required: true) == .praise)
        #expect(fields.parsed("at", expecting: "a number") { Int($0) } == 7)
        #expect(fields.object("place") { $0.string("name", maximumScalars: 9) } == "X")
        let groups = fields.objects("groups", maximum: 20) { group -> String? in
            let tie = group.oneOf("tie", ["school", "place"])
            return group.string("name", required: true, maximumScalars: 9).map { $0 + (tie ?? "-") }
        }
        #expect(groups == ["g1-", "g2school"])
        #expect(fields.value("any")?[0]?.int == 1)
        fields.ignore("skipped")
        fields.finish()
        #expect(fields.errors.isEmpty)
    }

    @Test func takesNullForAbsent() throws {
        var fields = try reader(#"{"a":null,"b":null}"#)
        #expect(fields.string("a", maximumScalars: 9) == nil)
        #expect(fields.bool("b", required: true) == nil)
        #expect(fields.int("c", required: true, in: 0...1) == nil)
        #expect(fields.objects("d", maximum: 1) { _ in 0 } == nil)
        fields.finish()
        #expect(lines(fields) == ["/b required", "/c required"])
    }

    @Test func collectsEveryMistakeInDocumentOrder() throws {
        var fields = try reader(
            """
            {"extra":1,"groups":[{"tie":"blood","name":"g"},7,{"what":0}],"likes":-1,"text":5,"kind":"gossip",
             "open":"true","at":"yesterday","tags":["ok","","ok",1,"toolong"],"other":null}
            """
        )
        _ = fields.int("votes", required: true, in: 0...10)
        _ = fields.string("text", required: true, maximumScalars: 10)
        _ = fields.int("likes", in: 0...10)
        _ = fields.oneOf("kind", Kind.self)
        _ = fields.bool("open")
        _ = fields.parsed("at", expecting: "an RFC 3339 time with offset") { Int($0) }
        let tags = fields.strings("tags", maximum: 9, maximumScalars: 3, unique: true)
        let groups = fields.objects("groups", maximum: 20) { group -> String? in
            _ = group.oneOf("tie", ["place", "school"])
            return group.string("name", required: true, maximumScalars: 10)
        }
        fields.finish()
        fields.finish()
        #expect(tags == ["ok"])
        #expect(groups == ["g"])
        #expect(
            lines(fields) == [
                "/extra unknown_member", "/groups/0/tie not_allowed", "/groups/1 wrong_type",
                "/groups/2/what unknown_member", "/groups/2/name required", "/likes out_of_range", "/text wrong_type",
                "/kind not_allowed", "/open wrong_type", "/at bad_format", "/tags/1 blank", "/tags/2 duplicate",
                "/tags/3 wrong_type", "/tags/4 too_long", "/other unknown_member", "/votes required",
            ]
        )
    }

    @Test func saysTheRuleAndNotTheValue() throws {
        var fields = try reader(#"{"kind":"秘密","likes":99,"text":["秘密"],"at":"秘密"}"#)
        _ = fields.oneOf("kind", Kind.self)
        _ = fields.int("likes", in: 0...10)
        _ = fields.string("text", maximumScalars: 3)
        _ = fields.parsed("at", expecting: "an RFC 3339 time with offset") { Int($0) }
        #expect(
            fields.errors.map(\.detail) == [
                "must be one of request, enquiry, praise", "must be from 0 to 10", "must be a string, not an array",
                "must be an RFC 3339 time with offset",
            ]
        )
    }

    @Test(arguments: [
        ("1.0", "wrong_type"), ("1e0", "wrong_type"), ("\"1\"", "wrong_type"), ("true", "wrong_type"),
        ("11", "out_of_range"), ("-1", "out_of_range"), ("99999999999999999999", "out_of_range"),
    ])
    func refusesWhatIsNoIntegerInRange(_ text: String, _ code: String) throws {
        var fields = try reader("{\"n\":\(text)}")
        #expect(fields.int("n", in: 0...10) == nil)
        #expect(lines(fields) == ["/n \(code)"])
    }

    @Test func countsScalarsAndNotBytes() throws {
        var fields = try reader(#"{"a":"路灯坏","b":"路灯坏了"}"#)
        #expect(fields.string("a", maximumScalars: 3) == "路灯坏")
        #expect(fields.string("b", maximumScalars: 3) == nil)
        #expect(lines(fields) == ["/b too_long"])
    }

    @Test func allowsOnlyTheCharactersItIsTold() throws {
        let text = #"{"a":"x\ny","b":"\u0007","c":" \u3000","d":"\u0085"}"#
        var strict = try reader(text)
        for name in ["a", "b", "c", "d"] { #expect(strict.string(name, maximumScalars: 9) == nil) }
        #expect(lines(strict) == ["/a not_allowed", "/b not_allowed", "/c blank", "/d blank"])
        var lax = try reader(text)
        #expect(lax.string("a", maximumScalars: 9, allow: .lineBreaks) == "x\ny")
        #expect(lax.string("b", maximumScalars: 9, allow: .controls) == "\u{7}")
        #expect(lax.string("c", maximumScalars: 9, allow: .blank) == " \u{3000}")
        #expect(lax.string("d", maximumScalars: 9, allow: [.blank, .lineBreaks]) == nil)
        #expect(lines(lax) == ["/d not_allowed"])
    }

    @Test func refusesListsThatAreTooLongWithoutReadingThem() throws {
        var fields = try reader(#"{"groups":[{},1,{}],"tags":[1,2,3]}"#)
        var read = 0
        let groups = fields.objects("groups", maximum: 2) { _ -> Int? in
            read += 1
            return 0
        }
        #expect(groups == nil)
        #expect(fields.strings("tags", maximum: 2, maximumScalars: 3) == nil)
        #expect(read == 0)
        #expect(lines(fields) == ["/groups too_many", "/tags too_many"])
    }

    @Test func hasOneErrorForWhatIsNoObject() throws {
        var fields = FieldReader(try JSONValue.parse("[1]"), at: "/items/3")
        #expect(fields.string("text", required: true, maximumScalars: 3) == nil)
        fields.finish()
        #expect(
            fields.errors == [
                FieldError(pointer: "/items/3", code: .wrongType, detail: "must be an object, not an array")
            ]
        )
    }

    @Test func placesTheMistakesOfTheCaller() throws {
        var fields = try reader(#"{"b":"x","a":1}"#)
        fields.report("a", code: "unknown_category", detail: "is not in the taxonomy")
        fields.report("b", code: .badFormat, detail: "must be a time")
        fields.report("c", code: .required, detail: "must be given with b")
        fields.report(code: "contradiction", detail: "a excludes b")
        #expect(lines(fields) == [" contradiction", "/b bad_format", "/a unknown_category", "/c required"])
    }

    @Test func keepsTheFirstHundredMistakes() throws {
        var fields = try reader("{" + (0..<300).map { "\"k\($0)\":0" }.joined(separator: ",") + "}")
        fields.finish()
        #expect(fields.errors.count == FieldReader.maximumErrors)
        #expect(fields.errors.first?.pointer == "/k0")
        #expect(fields.errors.last?.pointer == "/k99")
    }

    @Test func clipsAndEscapesNamesItDidNotAskFor() throws {
        var fields = try reader("{\"a/\(String(repeating: "长", count: 100))\":0}")
        fields.finish()
        #expect(fields.errors.map(\.pointer) == ["/a~1" + String(repeating: "长", count: 38) + "…"])
    }
}
