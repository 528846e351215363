/// The words that tell a category: its keywords, its names, the parts of its names, and the pieces of these.
///
/// Names are written for readers: 园林绿化环卫 seldom stands in a message, 绿化 does. So a name is also cut at 、 和 与 及 /
/// and "and", and each part into pieces: two neighbouring characters, or one word of four letters or more where words are
/// set apart by blanks. Keywords are somebody's choice and never cut.
struct CategoryWords {
    private(set) var words: Set<[UInt32]> = []

    init(_ category: Category) {
        for keyword in category.keywords { add(LetterRuns.folded(keyword)) }
        for (_, name) in category.sortedNames {
            let name = LetterRuns.folded(name)
            add(name)
            for part in Self.parts(of: name) {
                if LetterRuns.length(part) >= 2 { add(Array(part)) }
                for piece in Self.pieces(of: part) { add(piece) }
            }
        }
    }

    private mutating func add(_ word: [UInt32]) {
        let isBlank: (UInt32) -> Bool = { Unicode.Scalar($0)?.properties.isWhitespace == true }
        let trimmed = word.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        if LetterRuns.length(trimmed) > 0 { words.insert(Array(trimmed)) }
    }

    private static let separators = Set("、和与與及/／,，;；&()（）·".unicodeScalars.map(\.value))
    private static let and = Array("and".unicodeScalars.map(\.value))

    private static func parts(of name: [UInt32]) -> [ArraySlice<UInt32>] {
        var parts: [ArraySlice<UInt32>] = []
        var start = name.startIndex
        for run in runs(of: name, where: LetterRuns.isOfSpacedScript) where name[run].elementsEqual(and) {
            parts.append(name[start..<run.lowerBound])
            start = run.upperBound
        }
        parts.append(name[start...])
        return parts.flatMap { $0.split(whereSeparator: separators.contains) }
    }

    private static func pieces(of part: ArraySlice<UInt32>) -> [[UInt32]] {
        let words = runs(of: part, where: LetterRuns.isOfSpacedScript).filter { $0.count >= 4 }.map { Array(part[$0]) }
        let pairs = runs(of: part, where: LetterRuns.isOfUnspacedScript).flatMap { run in
            run.dropLast().map { [part[$0], part[$0 + 1]] }
        }
        return words + pairs
    }

    private static func runs<Text: RandomAccessCollection<UInt32>>(
        of text: Text,
        where belongs: (UInt32) -> Bool
    ) -> [Range<Int>] where Text.Index == Int {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in text.indices {
            if belongs(text[index]) {
                start = start ?? index
            } else if let first = start {
                runs.append(first..<index)
                start = nil
            }
        }
        if let start { runs.append(start..<text.endIndex) }
        return runs
    }
}
