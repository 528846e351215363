import CSVRows
import FeedbackImport
import Testing

@Suite struct MapRows {
    @Test func everyFieldCanBeMapped() throws {
        let row = """
            {"a":"words","b":"title","c":["night shift","drivers"],"d":"North","e":"forum","f":"2020-01-02T03:04:05Z",
            "g":"city","h":"17","i":"u1","j":"union","k":"zh","l":"request","m":"transport","n":"12"}
            """.replacing("\n", with: "")
        let map =
            "text=a,subject=b,groups=c,place=d,channel=e,occurredAt=f,source=g,externalId=h,personRef=i,organization=j,"
            + "language=k,kind=l,category=m,reportedSupport=n"
        let expected = """
            {"text":"words","subject":"title","groups":[{"name":"night shift","ties":["occupation"]},
            {"name":"drivers","ties":["occupation"]}],"place":"North","channel":"forum",
            "occurredAt":"2020-01-02T03:04:05Z","source":"city","externalId":"17","personRef":"u1",
            "organization":"union","language":"zh","kind":"request","category":"transport","reportedSupport":12}
            """.replacing("\n", with: "")
        #expect(try line(row, map: map, set: "groupTie=occupation") == expected)
    }

    @Test func constantsFillWhatTheRowLacks() throws {
        let map = "text=t,channel=c"
        #expect(try line(#"{"t":"x","c":"sms"}"#, map: map, set: "channel=web") == #"{"text":"x","channel":"sms"}"#)
        #expect(try line(#"{"t":"x","c":null}"#, map: map, set: "channel=web") == #"{"text":"x","channel":"web"}"#)
        #expect(try line(#"{"t":"x"}"#, map: map, set: "channel=web") == #"{"text":"x","channel":"web"}"#)
    }

    @Test(arguments: [#"{"t":"x"}"#, #"{"t":"x","s":null}"#, #"{"t":"x","s":""}"#])
    func missingNullAndEmptyFieldsAreLeftOut(row: String) throws {
        let map = "text=t,subject=s,groups=s,reportedSupport=s,occurredAt=s"
        #expect(try line(row, map: map) == #"{"text":"x"}"#)
    }

    @Test func numbersBecomeTextByTheirDigits() throws {
        let made = try line(#"{"t":"x","n":1.50}"#, map: "text=t,externalId=n", set: "source=s")
        #expect(made == #"{"text":"x","source":"s","externalId":"1.50"}"#)
    }

    @Test(arguments: ["true", "{}", "[]"])
    func otherKindsOfValuesAreRefused(value: String) throws {
        let refusal = try #require(try refusal(#"{"t":"x","s":\#(value)}"#, map: "text=t,subject=s"))
        #expect((refusal.line, refusal.field, refusal.code) == (7, "subject", .wrongType))
    }

    @Test(arguments: [("12", 12), ("\" 3 \"", 3), ("0", 0)])
    func supportIsAWholeNumber(value: String, expected: Int) throws {
        let made = try line(#"{"t":"x","n":\#(value)}"#, map: "text=t,reportedSupport=n")
        #expect(made == #"{"text":"x","reportedSupport":\#(expected)}"#)
    }

    @Test(arguments: ["-1", "\"-1\"", "1.5", "\"many\"", "99999999999999999999"])
    func otherSupportIsRefused(value: String) throws {
        let refusal = try #require(try refusal(#"{"t":"x","n":\#(value)}"#, map: "text=t,reportedSupport=n"))
        #expect(refusal.description == "line 7: reportedSupport: must be a whole number from 0")
    }

    @Test(arguments: ["{", "[1]", "17", "{\"t\":\"secret\",\"t\":\"word\"}", "{\"t\":\"secret"])
    func whatIsNoObjectIsRefusedWithoutItsContent(row: String) throws {
        let refusal = try #require(try refusal(row, map: "text=t"))
        #expect((refusal.line, refusal.code) == (7, .malformed))
        #expect(!refusal.description.contains("secret"))
    }

    @Test func rowsAreMappedLikeThoseOfNDJSON() throws {
        let mapping = try FeedbackMapping(
            map: ["text=words,reportedSupport=likes"],
            set: ["channel=letter"],
            timeZone: nil
        )
        let rows = try CSVRows("words,likes\nhello,3\nbye,-1\n").rows
        let first = String(decoding: try mapping.feedback(from: rows[0]), as: UTF8.self)
        #expect(first == #"{"text":"hello","channel":"letter","reportedSupport":3}"#)
        #expect(throws: RowRefusal.self) { try mapping.feedback(from: rows[1]) }
    }
}
