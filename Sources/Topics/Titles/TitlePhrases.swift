/// What a title must not say: stock phrases, introductions, forms of address.
enum TitlePhrases {
    /// Words after which a name is likely to come.
    private static let introductions = ["我叫", "我是", "本人叫", "本人是", "姓名", "名叫", "联系人"]
    /// Words before which a name is likely to stand.
    private static let honorifics = ["先生", "女士", "小姐", "某某"]
    private static let addressWords: Set<String> = [
        "mr", "mrs", "ms", "miss", "dr", "herr", "frau", "name", "named", "heiße", "heisse", "i am", "ich bin",
    ]
    private static let pairsOfStock: Set<String> = {
        var stock: Set<String> = []
        for phrase in StockPhrases.chinese + general { stock.formUnion(pairs(phrase)) }
        return stock
    }()
    private static let wordsOfStock: Set<String> = {
        var stock: Set<String> = []
        for phrase in StockPhrases.english + StockPhrases.german {
            stock.formUnion(phrase.split(separator: " ").map(String.init))
        }
        return stock
    }()
    /// Said of every place and thing.
    private static let general = [
        "问题", "小区", "附近", "咨询", "建议", "反映", "投诉", "举报", "希望", "关于", "请问", "领导", "政府", "居民", "业主", "市民", "情况", "解决",
        "处理", "影响", "进行", "存在", "申请", "办理", "政策", "规定", "要求", "严重", "一直", "可以", "没有", "是否", "如何", "何时", "区的", "市的",
    ]

    /// Neighbouring characters, or words.
    static func pairs(_ phrase: String) -> [String] {
        let scalars = Array(phrase.unicodeScalars)
        guard scalars.contains(where: { TextRuns.isUnspaced($0.value) }) else {
            return phrase.split(separator: " ").map(String.init)
        }
        return zip(scalars, scalars.dropFirst()).map { String(String.UnicodeScalarView([$0, $1])) }
    }

    /// Whether it says nothing that is not in stock phrases, or begins or ends with a word that no title begins or ends with.
    static func isStock(_ phrase: String) -> Bool {
        let parts = pairs(phrase)
        guard phrase.unicodeScalars.contains(where: { TextRuns.isUnspaced($0.value) }) else {
            return parts.allSatisfy { wordsOfStock.contains($0) || $0.unicodeScalars.count < 3 }
                || parts.first.map(wordsOfStock.contains) ?? true || parts.last.map(wordsOfStock.contains) ?? true
        }
        // Characters say something when two neighbours are covered by no pair of stock.
        var covered = [Bool](repeating: false, count: parts.count + 1)
        for (at, pair) in parts.enumerated() where pairsOfStock.contains(pair) {
            covered[at] = true
            covered[at + 1] = true
        }
        let edges = ["的", "区", "市", "县"]
        let longest = covered.split(separator: true).map(\.count).max() ?? 0
        return longest < 2 || edges.contains { phrase.hasPrefix($0) } || phrase.hasSuffix("的")
    }

    /// Whether a form of address is among its words.
    static func addresses(_ phrase: String) -> Bool {
        phrase.split(separator: " ").contains { addressWords.contains(String($0)) } || addressWords.contains(phrase)
            || phrase.hasPrefix("my name") || phrase.contains("ich bin") || phrase.contains("i am")
    }

    /// The run in pieces, without the four characters after an introduction and the three before an honorific.
    static func withoutNames(_ run: String) -> [String] {
        var scalars: [Unicode.Scalar?] = Array(run.unicodeScalars)
        let original = Array(run.unicodeScalars)
        for word in introductions {
            for place in places(of: word, in: original) {
                for at in place..<min(original.count, place + word.unicodeScalars.count + 4) { scalars[at] = nil }
            }
        }
        for word in honorifics {
            for place in places(of: word, in: original) {
                for at in max(0, place - 3)..<(place + word.unicodeScalars.count) { scalars[at] = nil }
            }
        }
        return scalars.split(separator: nil).map { part in
            var view = String.UnicodeScalarView()
            for case let scalar? in part { view.append(scalar) }
            return String(view)
        }
    }

    private static func places(of word: String, in text: [Unicode.Scalar]) -> [Int] {
        let word = Array(word.unicodeScalars)
        guard text.count >= word.count else { return [] }
        return (0...(text.count - word.count)).filter { text[$0..<($0 + word.count)].elementsEqual(word) }
    }
}
