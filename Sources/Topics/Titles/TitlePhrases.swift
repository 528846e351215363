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

    /// Whether it is of stock words only, or begins or ends with a word that no title begins or ends with.
    static func isStock(_ phrase: String) -> Bool {
        let parts = pairs(phrase)
        guard phrase.unicodeScalars.contains(where: { TextRuns.isUnspaced($0.value) }) else {
            return parts.allSatisfy { wordsOfStock.contains($0) || $0.unicodeScalars.count < 3 }
                || parts.first.map(wordsOfStock.contains) ?? true || parts.last.map(wordsOfStock.contains) ?? true
        }
        let edges = ["的", "区", "市", "县"]
        return edges.contains { phrase.hasPrefix($0) } || phrase.hasSuffix("的")
    }

    /// The parts of a run without blanks that say something: at least two neighbouring characters of which are in no stock
    /// phrase, and which cut no pair of stock in two.
    static func sayings(of run: String, longest: Int) -> [String] {
        let scalars = Array(run.unicodeScalars)
        let isStock = pairs(run).map(pairsOfStock.contains)
        let isCovered = scalars.indices.map { at in
            (at > 0 && isStock[at - 1]) || (at < isStock.count && isStock[at])
        }
        var sayings: [String] = []
        for start in isStock.indices where start == 0 || !isStock[start - 1] {
            for end in (start + 2)..<max(start + 3, min(start + longest, scalars.count) + 1) where end <= scalars.count
            {
                if end < scalars.count, isStock[end - 1] { continue }
                let own = isCovered[start..<end].split(separator: true).map(\.count).max() ?? 0
                if own >= 2 { sayings.append(String(String.UnicodeScalarView(scalars[start..<end]))) }
            }
        }
        return sayings
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
