import CSVRows
import JSONText
import Testing

@Suite struct ReadCSV {
    private func fields(_ row: SourceRow) throws -> [String: String] {
        let object = try row.content.get()
        return Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, $0.value.string ?? "?") })
    }

    @Test func quotesHoldSeparatorsLineEndsAndQuotes() throws {
        let csv = try CSVRows("id,words\n1,\"a, \"\"b\"\"\nc\"\n2,plain\n")
        #expect(csv.header == ["id", "words"])
        #expect(try csv.rows.map(fields) == [["id": "1", "words": "a, \"b\"\nc"], ["id": "2", "words": "plain"]])
    }

    @Test func linesAreCountedAsAnEditorDoes() throws {
        let csv = try CSVRows("id,words\r\n1,\"a\r\nb\"\r\n\r\n2,x\r\n3,y")
        #expect(csv.rows.map(\.line) == [2, 5, 6])
    }

    @Test(arguments: [",", ";", "\t"])
    func theHeaderTellsTheSeparator(separator: String) throws {
        let csv = try CSVRows("id\(separator)words\n1\(separator)x")
        #expect(try csv.rows.map(fields) == [["id": "1", "words": "x"]])
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        #expect(try CSVRows("\u{FEFF}id,words\n1,x\n").header == ["id", "words"])
    }

    @Test func emptyAndAbsentFieldsAreLeftOut() throws {
        let csv = try CSVRows("id,words,place\n1,,North\n2\n")
        #expect(try csv.rows.map(fields) == [["id": "1", "place": "North"], ["id": "2"]])
    }

    @Test func aRowWithTooManyFieldsIsRefusedAlone() throws {
        let csv = try CSVRows("id,words\n1,a,b\n2,c\n")
        #expect(throws: RowRefusal.self) { try csv.rows[0].content.get() }
        #expect(try fields(csv.rows[1]) == ["id": "2", "words": "c"])
    }

    @Test func whatCannotBeReadIsRefusedAsAWhole() {
        #expect(throws: CSVFailure.noHeader) { try CSVRows("") }
        #expect(throws: CSVFailure.noHeader) { try CSVRows("\n\n") }
        #expect(throws: CSVFailure.columnTwice("id")) { try CSVRows("id,id\n1,2") }
        #expect(throws: CSVFailure.openQuote(line: 2)) { try CSVRows("id,words\n1,\"never closed\n2,x\n") }
        #expect(throws: CSVFailure.badQuotes(line: 3)) { try CSVRows("id,words\n1,x\n2,\"a\"b\n") }
    }
}
