import FeedbackImport
import Testing

@Suite struct CutChunks {
    private func chunks(_ lines: [String], maximumLines: Int, maximumBytes: Int = 1_000) -> [FeedbackChunk] {
        var chunks = FeedbackChunks(maximumLines: maximumLines, maximumBytes: maximumBytes)
        var made: [FeedbackChunk] = []
        for (index, line) in lines.enumerated() {
            if let chunk = chunks.add(Array(line.utf8), line: 10 + index) { made.append(chunk) }
        }
        if let last = chunks.finish() { made.append(last) }
        return made
    }

    @Test(arguments: [(1, [1, 1, 1, 1]), (2, [2, 2]), (3, [3, 1]), (4, [4]), (5, [4])])
    func cutsAfterSoManyLines(maximum: Int, expected: [Int]) {
        let made = chunks(["a", "b", "c", "d"], maximumLines: maximum)
        #expect(made.map(\.lines.count) == expected)
        #expect(made.map(\.number) == Array(1...expected.count))
        #expect(String(decoding: made.flatMap(\.body), as: UTF8.self) == "a\nb\nc\nd\n")
    }

    @Test func cutsBeforeTooManyBytes() {
        let made = chunks(["aaaa", "bbbb", "cccccccccccccc", "d"], maximumLines: 9, maximumBytes: 10)
        #expect(made.map(\.lines) == [[10, 11], [12], [13]])
    }

    @Test func knowsTheFilesLines() throws {
        let chunk = try #require(chunks(["a", "b"], maximumLines: 9).first)
        #expect((chunk.fileLine(of: 1), chunk.fileLine(of: 2)) == (10, 11))
        #expect((chunk.fileLine(of: 0), chunk.fileLine(of: 3)) == (nil, nil))
    }

    @Test func nothingIsNoChunk() {
        #expect(chunks([], maximumLines: 3).isEmpty)
    }
}
