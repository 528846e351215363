import Demands
import Testing

@Suite struct MatchKeywords {
    private func matcher(_ categories: [Demands.Category]) -> KeywordMatcher {
        KeywordMatcher(TaxonomyPublished(version: 7, categories: categories))
    }

    private func category(_ code: String, _ name: String, _ keywords: String...) -> Demands.Category {
        let parent = code.contains("/") ? code.split(separator: "/").dropLast().joined(separator: "/") : nil
        return Category(code: code, parent: parent, names: ["zh": name], keywords: keywords)
    }

    private func found(_ text: String, _ categories: [Demands.Category]) -> String? {
        matcher(categories).category(of: [text])?.code
    }

    @Test func tellsHowAndByWhichVersion() {
        let found = matcher([category("a", "噪音")]).category(of: ["夜里噪音很大"])
        #expect(found == GivenCategory(code: "a", method: .keywords, methodVersion: 7))
    }

    @Test func noWordNoCategory() {
        #expect(found("完全无关", [category("a", "噪音")]) == nil)
        #expect(found("", [category("a", "噪音")]) == nil)
        #expect(matcher([category("a", "噪音")]).category(of: []) == nil)
    }

    @Test func latinWordsMatchWholeAndInEitherCase() {
        let bus = [category("a", "公交", "bus", "wi-fi")]
        #expect(found("The BUS is late", bus) == "a")
        #expect(found("late bus", bus) == "a")
        #expect(found("a busy street", bus) == nil)
        #expect(found("omnibus", bus) == nil)
        #expect(found("bus2", bus) == nil)
        #expect(found("坐bus上班", bus) == "a")
        #expect(found("ｂｕｓ", bus) == "a")
        #expect(found("no Wi-Fi!", bus) == "a")
        #expect(found("CAFE\u{301}", [category("a", "茶", "caf\u{E9}")]) == "a")
    }

    @Test func theDeepestCategoryWinsOverThoseAboveIt() {
        let tree = [category("a", "住房"), category("a/b", "维修", "漏水")]
        #expect(found("住房漏水", tree) == "a/b")
        #expect(found("住房", tree) == "a")
        #expect(found("漏水", tree) == "a/b")
    }

    @Test func aLongerWordCoversTheShorterOnesInsideIt() {
        let tree = [category("a", "甲", "租赁"), category("b", "乙", "房屋租赁合同")]
        #expect(found("房屋租赁合同", tree) == "b")
        #expect(found("租赁", tree) == "a")
        // Outside of the longer one it counts again, but weighs less.
        #expect(found("租赁 房屋租赁合同", tree) == "b")
    }

    @Test func equalBranchesGiveWhatTheyHaveInCommon() {
        let tree = [
            category("a", "交通"), category("a/b", "公车", "站台"), category("a/c", "轨道", "车厢"),
            category("d", "环境", "臭味"),
        ]
        #expect(found("站台和车厢", tree) == "a")
        #expect(found("站台 臭味", tree) == nil)
        #expect(found("站台和车厢都有臭味", tree) == "a")
    }

    @Test func aWordOfSeveralBranchesSaysLess() {
        let tree = [category("a", "甲", "管理"), category("b", "乙", "管理", "绿化"), category("c", "丙", "管理")]
        #expect(found("管理", tree) == nil)
        #expect(found("管理绿化", tree) == "b")
    }

    @Test func aWordCountsOnceHoweverOftenItStandsThere() {
        let tree = [category("a", "甲", "噪音"), category("b", "乙", "垃圾", "污水")]
        #expect(found("噪音噪音噪音噪音 垃圾污水", tree) == "b")
    }

    @Test func namesAreCutIntoPartsAndPiecesButKeywordsAreNot() {
        #expect(found("小区的绿化太差", [category("a", "园林绿化环卫")]) == "a")
        #expect(found("绿化", [category("a", "甲", "园林绿化环卫")]) == nil)
        let english = Category(code: "a", names: ["en": "Roads and bridges"])
        #expect(found("Two bridges are closed", [english]) == "a")
        #expect(found("this and that", [english]) == nil)
        #expect(found("水电", [category("a", "水、电和气")]) == nil)
    }

    @Test func oneCharacterIsTooLittleToTell() {
        #expect(found("路", [category("a", "甲", "路")]) == nil)
        #expect(found("路灯", [category("a", "甲", "路", "灯")]) == nil)
        #expect(found("路灯", [category("a", "甲", "路灯")]) == "a")
    }

    @Test func subjectAndTextCountTogether() {
        let tree = matcher([category("a", "甲", "噪音"), category("b", "乙", "垃圾", "污水")])
        #expect(tree.category(of: ["垃圾", "噪音 污水"])?.code == "b")
        // Not across their border.
        #expect(tree.category(of: ["噪", "音"]) == nil)
    }

    @Test func theOrderOfCategoriesAndKeywordsDoesNotMatter() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("MatchKeywords seed \(seed)")
        var random = Generator(state: seed)
        let letters = Array("甲乙丙丁戊己")
        func word() -> String {
            String(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in letters.randomElement(using: &random) ?? "甲" }
            )
        }
        for _ in 0..<40 {
            var tree: [Demands.Category] = []
            for top in ["a", "b", "c"] {
                tree.append(Category(code: top, names: ["zh": word()], keywords: [word(), word()]))
                for child in ["x", "y"] {
                    tree.append(
                        Category(code: "\(top)/\(child)", parent: top, names: ["zh": word()], keywords: [word()])
                    )
                }
            }
            let one = matcher(tree)
            let other = matcher(
                tree.shuffled(using: &random).map { category in
                    var category = category
                    category.keywords.shuffle(using: &random)
                    return category
                }
            )
            for _ in 0..<20 {
                let text = (0..<5).map { _ in word() }.joined()
                #expect(one.category(of: [text]) == other.category(of: [text]), "seed \(seed)")
            }
        }
    }

    /// The finder against the plain way: every word that is somewhere, and not inside a longer one.
    @Test func findsWhatThePlainWayFinds() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("MatchKeywords seed \(seed)")
        var random = Generator(state: seed)
        let letters = Array("甲乙丙")
        for _ in 0..<200 {
            let words = Set(
                (0..<6).map { _ in
                    String(
                        (0..<Int.random(in: 2...4, using: &random)).map { _ in
                            letters.randomElement(using: &random) ?? "甲"
                        }
                    )
                }
            ).sorted()
            let text = (0..<12).map { _ in letters.randomElement(using: &random) ?? "甲" }
            var spans: [(Range<Int>, String)] = []
            for word in words {
                for start in text.indices where text[start...].starts(with: word) {
                    spans.append((start..<(start + word.count), word))
                }
            }
            let expected = Set(
                spans.filter { span in
                    !spans.contains {
                        $0.0 != span.0 && $0.0.lowerBound <= span.0.lowerBound && $0.0.upperBound >= span.0.upperBound
                    }
                }.map(\.1)
            )
            // Each word is a category of its own below one root: the heaviest alone wins, equal ones give the root.
            let tree =
                [
                    Category(
                        code: "root",
                        names: ["en": "r"],
                        keywords: ["甲乙", "甲丙", "乙丙", "甲甲", "乙乙", "丙丙", "乙甲", "丙甲", "丙乙"]
                    )
                ]
                + words.map { Category(code: "root/\($0)", parent: "root", names: ["en": "x"], keywords: [$0]) }
            let longest = expected.map(\.count).max() ?? 0
            let leaders = expected.filter { $0.count == longest }
            let found = found(String(text), tree)
            #expect(
                found == (leaders.count == 1 ? "root/\(leaders.first ?? "")" : "root"),
                "seed \(seed), \(words), \(String(text))"
            )
        }
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed ^= mixed >> 33
            mixed = mixed &* 0xFF51_AFD7_ED55_8CCD
            return mixed ^ (mixed >> 33)
        }
    }
}
