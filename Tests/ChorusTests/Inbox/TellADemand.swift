import EventSourcing
import JSONText
import Testing

@testable import chorus

@Suite struct TellADemand {
    private func shown(_ json: String) throws -> ShownDemand {
        let now = try #require(Timestamp(rfc3339: "2026-03-10T12:00:00Z"))
        return ShownDemand(json: try JSONValue.parse(json), now: now)
    }

    @Test(arguments: [
        ("2026-03-10T12:45:00Z", "in 45 min"), ("2026-03-10T12:00:00Z", "in 0 min"),
        ("2026-03-12T11:59:59Z", "in 47 h"),
        ("2026-03-14T12:00:00Z", "in 4 d"), ("2026-03-10T11:59:00Z", "1 min OVERDUE"),
        ("2026-03-08T12:00:00Z", "2 d OVERDUE"),
    ])
    func dueIsToldFromNow(at: String, words: String) throws {
        #expect(try shown(#"{"handling":{"phase":"open","dueAt":"\#(at)"}}"#).due == words)
    }

    @Test func whatIsAnsweredIsNotOverdue() throws {
        #expect(try shown(#"{"handling":{"phase":"answered","dueAt":"2026-03-10T09:00:00Z"}}"#).due == "3 h ago")
        #expect(try shown(#"{"handling":{"phase":"open"}}"#).due == nil)
    }

    @Test func aRowHasTheFirstWordsInOneLine() throws {
        let long = String(repeating: "word ", count: 20)
        let row = try shown(#"{"id":"a.1","category":"roads","handling":{"state":"received"},"text":"One\n\#(long)"}"#)
            .row
        #expect(row.count == ShownDemand.header.count)
        #expect(row[7].hasPrefix("One word") && row[7].hasSuffix("…") && row[7].count == 50)
        #expect(row[1] == "-" && row[4] == "-")
        #expect(try shown(#"{"isReport":true,"text":null}"#).row[7] == "(a report: chorus inbox show)")
        #expect(try shown(#"{"isReport":false,"text":null}"#).row[7] == "(forgotten)")
    }

    /// A carriage return would let words be drawn over what stands before them.
    @Test func wordsBeginEachLineIndented() throws {
        let lines = try shown(#"{"id":"a.1","text":"One\rTwo\r\nThree\nFour"}"#).lines
        #expect(lines.suffix(4) == ["  One", "  Two", "  Three", "  Four"])
    }

    @Test func aReplyIsRecognisedByItsWordsWhoGivesThemAndWhatTheyAreMeantFor() {
        let keys = [
            InboxCommand.Reply.idempotencyKey("a", by: nil, onlyIf: nil),
            InboxCommand.Reply.idempotencyKey("b", by: nil, onlyIf: nil),
            InboxCommand.Reply.idempotencyKey("a", by: "roads", onlyIf: nil),
            InboxCommand.Reply.idempotencyKey("a", by: nil, onlyIf: 7),
            InboxCommand.Reply.idempotencyKey("a7", by: nil, onlyIf: nil),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(InboxCommand.Reply.idempotencyKey("a", by: "roads", onlyIf: nil) == keys[2])
    }

    @Test func spansAreReadAsWritten() throws {
        let spans = try InboxCommand.Mask.spans("3-10, 20-25")
        #expect(spans.map(\.from) == [3, 20] && spans.map(\.to) == [10, 25])
        #expect(try InboxCommand.Mask.spans("none").isEmpty)
        for wrong in ["", "3", "3-", "10-3", "3-10,,4-5", "1-2-3"] {
            #expect(throws: Complaint.self, "\(wrong)") { try InboxCommand.Mask.spans(wrong) }
        }
    }
}
