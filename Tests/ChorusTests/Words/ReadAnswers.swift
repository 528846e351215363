import Testing

@testable import chorus

@Suite struct ReadAnswers {
    @Test func aRefusedLineHasItsFieldAndReason() {
        let line = #"""
            {"line":17,"status":422,"problem":{"status":422,"code":"invalid-fields","detail":"d","errors":[{"pointer":"/text","code":"required","detail":"must be given"}]}}
            """#
        #expect(BulkAnswer(line.utf8) == .refused(line: 17, field: "text", detail: "must be given"))
    }

    @Test func aRefusalWithoutFieldsHasItsDetail() {
        let line = #"{"line":3,"status":409,"problem":{"code":"content-changed","detail":"other content"}}"#
        #expect(BulkAnswer(line.utf8) == .refused(line: 3, field: nil, detail: "other content"))
    }

    @Test(arguments: [
        #"{"line":3,"status":503,"problem":{"code":"outcome-unknown","detail":"d"}}"#,
        #"{"line":3,"status":409,"problem":{"code":"conflict","detail":"d"}}"#,
    ])
    func whatMayBeSentAgainIsUndecided(line: String) {
        #expect(BulkAnswer(line.utf8) == .undecided(line: 3))
    }

    @Test func onlyACompleteAnswerHasTotals() {
        let done = #"{"done":true,"lines":3,"stored":1,"repeated":2,"refused":0}"#
        #expect(BulkAnswer(done.utf8) == .totals(stored: 1, alreadyThere: 2))
        let cut = #"{"done":false,"lines":3,"stored":1,"repeated":2,"refused":0,"problem":{}}"#
        #expect(BulkAnswer(cut.utf8) == nil)
        #expect(BulkAnswer(#"{"line":1,"sta"#.utf8) == nil)
    }
}
