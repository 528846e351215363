import Testing

@testable import Topics

@Suite struct FindTopics {
    @Test func putsTheSameWantTogetherInThreeLanguages() {
        let topics = Examples.topics([
            "A2区丽发新城附近修建搅拌站噪音扰民",
            "Please repair the street lights in Harbour Lane",
            "Radweg an der Birkenallee ist gesperrt",
            "投诉丽发新城附近修建搅拌站噪音大",
            "The street lights in Harbour Lane need repair",
            "Gesperrter Radweg an der Birkenallee",
            "咨询公积金提取的材料",
        ])
        #expect(topics == [0, 1, 2, 0, 1, 2, 6])
    }

    @Test func keepsStockPhrasesApart() {
        let topics = Examples.topics([
            "请尽快处理南湖的路灯", "请尽快处理东街的垃圾", "请尽快处理北门的停车", "please speed up the school", "please speed up the bus",
            "an enquiry about parking", "an enquiry about pensions", "关于咨询户口的问题", "关于咨询社保的问题",
        ])
        #expect(topics == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func leavesTextsWithoutWordsAlone() {
        #expect(Examples.topics(["", "🙂🙂", "？？", "", "🙂🙂"]) == [-1, -1, -1, -1, -1])
    }

    @Test func flagsTheSameWordingAndPutsItInTheSameTopic() {
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        let detail = "我们小区旁边的搅拌站每天夜里施工，噪音和粉尘让老人孩子都无法休息，已经反映多次没有结果，请到现场看一看。"
        let first = finder.place(maker.sketch(subject: "救救我们", detail: detail), position: 10)
        let other = finder.place(maker.sketch(subject: "路灯不亮", detail: "东街的路灯已经坏了两个月"), position: 11)
        let again = finder.place(maker.sketch(subject: "救救我们！", detail: detail), position: 12)
        let nearly = finder.place(maker.sketch(subject: "救救我们吧", detail: detail + "谢谢"), position: 13)
        #expect(first.sameWordingAs == nil && other.sameWordingAs == nil)
        #expect(again.sameWordingAs == 10 && nearly.sameWordingAs == 10)
        #expect(again.topic == 10 && nearly.topic == 10 && other.topic == 11)
        #expect(again.confidence == 1 && again.because == 10 && !again.isNew)
        #expect(first.isNew && first.because == nil)
    }

    @Test func leavesStockPhrasesAloneWithoutATopic() {
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        for position in 0..<3 {
            let placement = finder.place(maker.sketch(subject: "谢谢", detail: ""), position: Int64(position))
            #expect(placement.sameWordingAs == (position == 0 ? nil : 0))
            #expect(placement.topic == nil)
        }
    }

    @Test func namesTheDemandThatItPlacedTheDemandWith() {
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        for (position, subject) in [
            (3, "丽发新城搅拌站噪音"), (5, "公积金提取材料"), (8, "丽发新城搅拌站粉尘"), (9, "丽发新城搅拌站粉尘大"),
        ] {
            let placement = finder.place(maker.sketch(subject: subject, detail: ""), position: Int64(position))
            if position == 9 {
                #expect(placement.topic == 3)
                // 粉尘 is rarer than what all three share.
                #expect(placement.because == 8)
            }
        }
    }

    @Test func joinsTopicsThatALaterDemandShowsToBeOne() {
        let maker = SketchMaker(key: 7)
        var rules = FinderRules()
        rules.threshold = 0.75
        var finder = TopicFinder(maker: maker, rules: rules)
        var joins: [Placement.Join] = []
        for (position, subject) in [
            "丽发新城搅拌站夜间噪音", "丽发新城搅拌站白天粉尘", "丽发新城搅拌站夜间噪音白天粉尘",
        ].enumerated() {
            joins += finder.place(maker.sketch(subject: subject, detail: ""), position: Int64(position)).joins
        }
        #expect(joins.map(\.into) == [0])
        #expect((0..<3).map { finder.topic(ofDemand: $0) } == [0, 0, 0])
    }

    /// Two texts of four features each that share two: with equal weights the cosine is 2 / 4.
    @Test func comparesByTheCosine() throws {
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        let nowhere = Wording(exact: 0, minima: [], length: 0)
        _ = finder.place(DemandSketch(features: [11, 12, 13, 14], wording: nowhere), position: 1)
        finder.counts.add([11, 12, 15, 16])
        let probe = TopicFinder.Probe(
            [11, 12, 15, 16].map { TopicSketch.Feature(feature: $0, count: 1) },
            finder.counts
        )
        // Two texts and the 300 before the first; 11 and 12 are in both, the others in one: ln(302/2) and ln(302/1).
        let common = 5.017_279_836_814_924
        let own = 5.710_427_017_374_869
        let expected = 2 * common * common / (2 * common * common + 2 * own * own)
        #expect(abs(finder.cosine(probe, 0) - expected) < 1e-12)
    }

    @Test func asksLessTheMoreDemandsStandBehindATopic() {
        let rules = FinderRules()
        #expect(rules.asked(behind: 1) == 0.6)
        #expect(abs(rules.asked(behind: 2) - 0.48) < 1e-12)
        #expect(abs(rules.asked(behind: 8) - 0.24) < 1e-12)
        #expect(rules.asked(behind: 1_000_000) == 0.2)
    }
}

@Suite struct ComputeExactly {
    @Test func takesLogarithmsAsTheTablesHaveThem() {
        #expect(ExactMath.natural(1) == 0)
        #expect(ExactMath.natural(0) == 0)
        #expect(abs(ExactMath.natural(2) - 0.693_147_180_559_945_3) < 1e-15)
        #expect(abs(ExactMath.natural(10) - 2.302_585_092_994_045_7) < 1e-14)
        #expect(abs(ExactMath.natural(1_000_000) - 13.815_510_557_964_274) < 1e-13)
        #expect(abs(ExactMath.base2(1 << 40) - 40) < 1e-12)
    }

    @Test func halves() {
        #expect(ExactMath.halved(0) == 1)
        #expect(ExactMath.halved(1) == 0.5)
        #expect(ExactMath.halved(3) == 0.125)
        #expect(abs(ExactMath.halved(0.5) - 0.707_106_781_186_547_5) < 1e-15)
        #expect(ExactMath.halved(5_000) == 0)
    }

    @Test func mapsHashesAsADictionaryDoes() {
        var random = Seeded(state: 3)
        var table = HashTable()
        var expected: [UInt64: Int32] = [:]
        for number in 0..<20_000 {
            let hash = random.next() & 0x3FFF
            table[hash] = Int32(number)
            expected[hash] = Int32(number)
        }
        for hash in 0..<UInt64(0x4000) { #expect(table[hash] == expected[hash]) }
    }
}

@Suite struct TopicsAreAFunctionOfTheLog {
    @Test(arguments: 1...8)
    func doNotDependOnHowTheyAreFed(_ seed: UInt64) {
        print("seed \(seed)")
        let subjects = Examples.subjects(seed: seed, count: 160)
        let maker = SketchMaker(key: 7)
        let whole = Examples.topics(subjects)
        // Once more, in batches of random sizes, with other finders at work between them, and copies taken on the way.
        var random = Seeded(state: seed &+ 100)
        var finder = TopicFinder(maker: maker)
        var stranger = TopicFinder(maker: SketchMaker(key: 9))
        var next = 0
        while next < subjects.count {
            let end = min(subjects.count, next + Int.random(in: 1...40, using: &random))
            let sketches = subjects[next..<end].map { maker.sketch(subject: $0, detail: "") }
            var copy = finder
            for (offset, sketch) in sketches.enumerated() {
                let first = finder.place(sketch, position: Int64(next + offset))
                #expect(copy.place(sketch, position: Int64(next + offset)) == first)
                _ = stranger.place(sketch, position: Int64(next + offset))
            }
            next = end
        }
        #expect(subjects.indices.map { finder.topic(ofDemand: $0) ?? -1 } == whole)
        #expect(Set(whole).count < subjects.count)
    }

    /// What was recorded of placed demands, as the log gives it back.
    private static func past(_ placements: ArraySlice<Placement>) -> [PastPlacement] {
        placements.map { placement in
            var past = PastPlacement(topic: placement.topic, sameWordingAs: placement.sameWordingAs)
            past.joins = placement.joins.map { PastPlacement.Join(from: $0.from, into: $0.into) }
            return past
        }
    }

    /// One that starts anew in the middle goes on as the first one did.
    @Test(arguments: 1...8)
    func doNotDependOnARestart(_ seed: UInt64) {
        print("seed \(seed)")
        let maker = SketchMaker(key: 7)
        let sketches = Examples.subjects(seed: seed, count: 160).map { maker.sketch(subject: $0, detail: "") }
        var finder = TopicFinder(maker: maker)
        let said = sketches.enumerated().map { finder.place($1, position: Int64($0)) }
        var random = Seeded(state: seed &+ 200)
        let cut = Int.random(in: 1..<sketches.count, using: &random)
        var restarted = TopicFinder(maker: maker)
        for (number, past) in Self.past(said[..<cut]).enumerated() {
            #expect(restarted.placeAgain(sketches[number], position: Int64(number), past: past) == said[number].joins)
        }
        for number in cut..<sketches.count {
            #expect(restarted.place(sketches[number], position: Int64(number)) == said[number])
        }
    }

    /// Demands whose words are gone stay where they were recorded, with the others of their topics; what comes later finds
    /// these by the words that are left.
    @Test(arguments: 1...8)
    func outliveTheWordsThatFoundedThem(_ seed: UInt64) {
        print("seed \(seed)")
        let maker = SketchMaker(key: 7)
        let sketches = Examples.subjects(seed: seed, count: 160).map { maker.sketch(subject: $0, detail: "") }
        var finder = TopicFinder(maker: maker)
        let said = sketches.enumerated().map { finder.place($1, position: Int64($0)) }
        var random = Seeded(state: seed &+ 300)
        var restarted = TopicFinder(maker: maker)
        var isKept: [Bool] = []
        for (number, past) in Self.past(said[...]).enumerated() {
            // Every founder, and a third of the others.
            isKept.append(said[number].topic != Int64(number) && Int.random(in: 0..<3, using: &random) > 0)
            _ = restarted.placeAgain(isKept[number] ? sketches[number] : nil, position: Int64(number), past: past)
        }
        for number in sketches.indices {
            #expect(restarted.topic(ofDemand: number) == finder.topic(ofDemand: number))
        }
        for number in sketches.indices.filter({
            isKept[$0] && sketches[$0].wording.length >= finder.rules.wordingLetters
        }) {
            // As if nothing had been forgotten.
            var (copy, undisturbed) = (restarted, finder)
            let again = copy.place(sketches[number], position: 1_000)
            let expected = undisturbed.place(sketches[number], position: 1_000)
            #expect(again.topic == expected.topic && again.sameWordingAs == expected.sameWordingAs)
        }
    }

    /// A founder of whom nothing is known any more, neither words nor a record: its topic keeps the name that others were
    /// recorded under.
    @Test func adoptsATopicWhoseFounderIsGone() {
        let maker = SketchMaker(key: 7)
        let lift = maker.sketch(subject: "电梯经常停运无人修", detail: "")
        let noise = maker.sketch(subject: "夜间施工噪音扰民", detail: "")
        var finder = TopicFinder(maker: maker)
        _ = finder.placeAgain(noise, position: 3, past: PastPlacement(topic: 3))
        _ = finder.placeAgain(lift, position: 5, past: PastPlacement(topic: 1, sameWordingAs: 1))
        _ = finder.placeAgain(nil, position: 6, past: PastPlacement(topic: 1))
        #expect((0..<3).map { finder.topic(ofDemand: $0) } == [3, 1, 1])
        #expect(finder.place(lift, position: 7).topic == 1)
        #expect(finder.place(noise, position: 8).topic == 3)
    }

    /// The control: without the records, topics that lost their founders have other names.
    @Test func losesItsNameWithoutTheRecord() {
        let maker = SketchMaker(key: 7)
        let sketch = maker.sketch(subject: "电梯经常停运无人修", detail: "")
        var finder = TopicFinder(maker: maker)
        let named = [1, 2].map { finder.place(sketch, position: $0).topic }
        var restarted = TopicFinder(maker: maker)
        #expect(named == [1, 1] && restarted.place(sketch, position: 2).topic == 2)
    }

    /// The control: in another order the topics may well differ, so that the test above can fail.
    @Test func dependOnTheOrder() {
        let differ = (1...8).contains { seed in
            let subjects = Examples.subjects(seed: UInt64(seed), count: 160)
            let forward = Examples.topics(subjects)
            let backward = Array(Examples.topics(subjects.reversed()).reversed())
            func pairs(_ topics: [Int64]) -> Set<[Int]> {
                var pairs: Set<[Int]> = []
                for left in topics.indices {
                    for right in topics.indices where left < right && topics[left] == topics[right] {
                        pairs.insert([left, right])
                    }
                }
                return pairs
            }
            return pairs(forward) != pairs(backward)
        }
        #expect(differ)
    }

    @Test(arguments: 1...4)
    func doNotDependOnPositionsButOnTheirOrder(_ seed: UInt64) {
        let subjects = Examples.subjects(seed: seed, count: 80)
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        for (number, subject) in subjects.enumerated() {
            _ = finder.place(maker.sketch(subject: subject, detail: ""), position: Int64(number * 17 + 5))
        }
        let spread = subjects.indices.map { finder.topic(ofDemand: $0).map { ($0 - 5) / 17 } ?? -1 }
        #expect(spread == Examples.topics(subjects))
    }

    @Test(arguments: 1...4)
    func doNotChangeWithPunctuationOrCase(_ seed: UInt64) {
        let subjects = Examples.subjects(seed: seed, count: 80)
        let shouted = subjects.map { "  \($0.uppercased())！！" }
        #expect(Examples.topics(shouted) == Examples.topics(subjects))
    }

    @Test(arguments: 1...4)
    func doNotChangeWhenTextsWithoutWordsComeBetween(_ seed: UInt64) {
        let subjects = Examples.subjects(seed: seed, count: 80)
        let mixed = subjects.flatMap { [$0, "🙂"] }
        let topics = Examples.topics(mixed)
        #expect(subjects.indices.map { topics[$0 * 2] / 2 } == Examples.topics(subjects))
    }
}
