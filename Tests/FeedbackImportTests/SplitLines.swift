import CSVRows
import FeedbackImport
import Testing

@Suite struct SplitLines {
    private func lines(_ text: [UInt8], pieces: Int) -> [String] {
        var splitter = LineSplitter()
        var found: [String] = []
        var start = 0
        while start < text.count {
            splitter.feed(text[start..<min(start + pieces, text.count)]) { number, line in
                found.append("\(number):\(String(decoding: line, as: UTF8.self))")
            }
            start += pieces
        }
        splitter.finish { number, line in found.append("\(number):\(String(decoding: line, as: UTF8.self))") }
        return found
    }

    @Test(arguments: 1...9)
    func piecesOfAnySizeGiveTheSameLines(pieces: Int) {
        let text = Array("\u{FEFF}one\n\ntwo\r\n声音".utf8)
        #expect(lines(text, pieces: pieces) == ["1:one", "2:", "3:two\r", "4:声音"])
    }

    @Test func nothingFollowsTheLastLineEnd() {
        #expect(lines(Array("one\n".utf8), pieces: 2) == ["1:one"])
        #expect(lines([], pieces: 2) == [])
    }

    @Test func blankLinesAreNoRows() {
        #expect(SourceRow(line: 1, ndjson: " \t\r".utf8) == nil)
    }
}
