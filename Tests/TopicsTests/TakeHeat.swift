import EventSourcing
import Testing

@testable import Topics

@Suite struct TakeHeat {
    private let rules = HeatRules()

    private func voices(_ days: [Int], support: Int = 0) -> [Voice] {
        days.enumerated().map { Voice(person: "p\($0)", at: Examples.day($1), support: support) }
    }

    @Test func halvesEachPersonEveryThirtyDays() throws {
        // Ages 0, 30, 60, 90, 120 days: 1 + 1/2 + 1/4 + 1/8 + 1/16.
        let heat = try #require(rules.heat(of: voices([120, 90, 60, 30, 0]), now: Examples.day(120)))
        #expect(abs(heat.people - 1.9375) < 1e-12)
        #expect(heat.support == 0)
    }

    @Test func countsAPersonOnceWithTheLatestDemand() throws {
        var voices = voices([100, 100, 100, 100, 100])
        voices.append(Voice(person: "p0", at: Examples.day(10), support: 0))
        voices.append(Voice(person: "p1", at: Examples.day(99), support: 0))
        #expect(rules.heat(of: voices, now: Examples.day(100)) == Heat(people: 5, support: 0))
    }

    @Test func countsAMessageOfNobodyKnownForItself() {
        let voices = (0..<5).map { _ in Voice(person: nil, at: Examples.day(1), support: 0) }
        #expect(rules.heat(of: voices, now: Examples.day(1)) == Heat(people: 5, support: 0))
    }

    @Test func addsSupportByItsLogarithmUpToItsCap() throws {
        // 3 likes: half of log2(4).
        let few = try #require(
            rules.heat(
                of: voices([9, 9, 9, 9, 9]) + [Voice(person: "p0", at: Examples.day(9), support: 3)],
                now: Examples.day(9)
            )
        )
        #expect(abs(few.support - 1) < 1e-12)
        // A million likes: no more than half of five people.
        let many = try #require(rules.heat(of: voices([9, 9, 9, 9, 9], support: 200_000), now: Examples.day(9)))
        #expect(many.support == 2.5)
        #expect(many.people == 5)
        #expect(many.total == 7.5)
    }

    @Test func hasNoHeatWithTooFewPeople() {
        #expect(rules.heat(of: voices([1, 1, 1, 1], support: 1_000), now: Examples.day(2)) == nil)
        #expect(rules.heat(of: [], now: Examples.day(2)) == nil)
    }

    @Test func leavesOutWhatComesLater() {
        #expect(rules.heat(of: voices([1, 1, 1, 1, 1, 7]), now: Examples.day(1)) == Heat(people: 5, support: 0))
    }

    @Test(arguments: 1...5)
    func isTheSameInAnyOrder(_ seed: UInt64) {
        print("seed \(seed)")
        var random = Seeded(state: seed)
        let voices = (0..<50).map { _ in
            Voice(
                person: Bool.random(using: &random) ? "p\(Int.random(in: 0..<20, using: &random))" : nil,
                at: Examples.day(Int.random(in: 0..<400, using: &random)),
                support: Int.random(in: 0..<9, using: &random)
            )
        }
        let heat = rules.heat(of: voices, now: Examples.day(400))
        #expect(heat != nil)
        #expect(rules.heat(of: voices.shuffled(using: &random), now: Examples.day(400)) == heat)
    }

    /// Wilson's interval as tables give it: 8 of 10 is 0.490 to 0.943, 20 of 20 from 0.839.
    @Test func takesWilsonsInterval() {
        let eight = HeatRules.wilson(8, of: 10)
        #expect(abs(eight.lowerBound - 0.4902) < 1e-4 && abs(eight.upperBound - 0.9433) < 1e-4)
        let all = HeatRules.wilson(20, of: 20)
        #expect(abs(all.lowerBound - 0.8389) < 1e-4)
    }

    @Test func saysATrendOnlyWhenItIsClear() {
        func trend(_ recent: Int, _ before: Int) -> Trend.Direction? {
            let days = [Int](repeating: 50, count: recent) + [Int](repeating: 20, count: before)
            return rules.trend(of: voices(days), now: Examples.day(60))?.direction
        }
        #expect(trend(12, 2) == .rising)
        #expect(trend(2, 12) == .falling)
        #expect(trend(8, 6) == .steady)
        #expect(trend(8, 2) == .steady)
        #expect(trend(3, 1) == nil)
    }

    @Test func countsEachColumnForItself() throws {
        let voices = [
            Voice(person: "a", at: Examples.day(1), support: 5), Voice(person: "a", at: Examples.day(2), support: 0),
            Voice(person: "b", at: Examples.day(3), support: 1), Voice(person: nil, at: Examples.day(4), support: -3),
        ]
        let tally = try #require(
            TopicTally(topic: 9, voices: voices, repeated: 1, now: Examples.day(4), rules: rules)
        )
        #expect((tally.demands, tally.people, tally.unidentified, tally.wordings) == (4, 2, 1, 3))
        #expect(tally.support == 6)
        #expect((tally.first, tally.last) == (Examples.day(1), Examples.day(4)))
        #expect(tally.heat == nil && tally.trend == nil)
        #expect(TopicTally(topic: 9, voices: [], repeated: 0, now: Examples.day(4), rules: rules) == nil)
    }

    @Test func likesNeverOutweighPeople() throws {
        let loved = try #require(
            TopicTally(
                topic: 1,
                voices: voices([9, 9, 9, 9, 9], support: 9_999),
                repeated: 0,
                now: Examples.day(9),
                rules: rules
            )
        )
        let many = try #require(
            TopicTally(
                topic: 2,
                voices: voices([Int](repeating: 9, count: 8)),
                repeated: 0,
                now: Examples.day(9),
                rules: rules
            )
        )
        for ranking in TopicTally.Ranking.allCases {
            #expect(ranking.precedes(many, loved))
            #expect(!ranking.precedes(loved, many))
        }
    }
}
