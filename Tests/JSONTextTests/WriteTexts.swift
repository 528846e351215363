import JSONText
import Testing

@Suite struct WriteTexts {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func writesMembersInOrderWithoutBlanks() {
        let written = text { json in
            json.object {
                $0.field("text", "路灯坏了")
                $0.field("likes", 12)
                $0.field("position", Int64.max)
                $0.field("share", 0.25)
                $0.field("open", true)
                $0.field("tags", ["a", "b"])
                $0.field("none", nil as Int?)
                $0.field("left", ifPresent: nil as String?)
                $0.field("kept", ifPresent: 1 as Int?)
                $0.object("place") { $0.field("name", "X") }
                $0.array("groups", of: ["p", "q"]) { json, name in json.object { $0.field("name", name) } }
                $0.array("empty") { _ in }
                $0.field("body", json: Array("{\"v\":1}".utf8))
                $0.object("last") { _ in }
            }
        }
        #expect(
            written == """
                {"text":"路灯坏了","likes":12,"position":9223372036854775807,"share":0.25,"open":true,"tags":["a","b"],\
                "none":null,"kept":1,"place":{"name":"X"},"groups":[{"name":"p"},{"name":"q"}],"empty":[],\
                "body":{"v":1},"last":{}}
                """
        )
    }

    @Test func writesArraysAndValuesAtTheTop() {
        #expect(
            text {
                $0.array {
                    $0.value(1); $0.null(); $0.array { _ in }; $0.raw(json: "2".utf8)
                }
            } == "[1,null,[],2]"
        )
        #expect(text { $0.value("x") } == "\"x\"")
        #expect(String(decoding: JSONWriter.object { $0.field("a", 1) }, as: UTF8.self) == "{\"a\":1}")
        #expect(String(decoding: JSONWriter.array { $0.value([1, 2]) }, as: UTF8.self) == "[[1,2]]")
    }

    @Test func escapesOnlyWhatItMust() {
        #expect(
            text { $0.value("\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1}\u{1F}\u{7F}\u{2028}é😀") }
                == "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0000\\u0001\\u001f\u{7F}\u{2028}é😀\""
        )
        #expect(text { json in json.object { $0.field("a\"b\n", 1) } } == "{\"a\\\"b\\n\":1}")
        #expect(text { $0.value("一二三四五六七八\n九") } == "\"一二三四五六七八\\n九\"")
    }

    @Test func writesDoublesThatReadBackAndNullForTheOthers() {
        let smallest = Double.leastNonzeroMagnitude
        #expect(text { $0.value([0.1, 1.0, -0.0, 1e16, smallest]) } == "[0.1,1.0,-0.0,1e+16,5e-324]")
        #expect(text { $0.value([Double.nan, .infinity, -.infinity]) } == "[null,null,null]")
    }

    @Test func writesParsedTextsCanonically() throws {
        let value = try JSONValue.parse(" { \"b\" : [ 1.50 , true , null ] , \"a\" : \"\\u4e2d\\/\" } ")
        #expect(String(decoding: value.bytes, as: UTF8.self) == "{\"b\":[1.50,true,null],\"a\":\"中/\"}")
    }

    @Test func passesErrorsOfTheBodyOn() {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            _ = try JSONWriter.object { (json: inout JSONWriter) throws(Stop) in throw Stop() }
        }
    }
}
