import Statistics
import Testing

/// First releases, worked out by hand with k = 3. A row reads "kind path: demands people messages unidentified support".
@Suite struct PublishFirstRelease {
    private func first(_ contributions: [Contribution], strict: Bool = false) -> [String] {
        publish(contributions, after: [], rule: DisclosureRule(k: 3, strict: strict)).shownRows
    }

    @Test func showsCellsOfThreePeople() {
        #expect(first(voices(1...3, "m/a") + voices(4...7, "m/b")) == ["cell m/a: 3 3 3 0 0", "cell m/b: 4 4 4 0 0"])
    }

    @Test func poolsSmallCellsInTheNearestMargin() {
        let table = voices(1...3, "m/a") + voices(4...5, "m/b") + voices(6...6, "m/c") + voices(7...9, "n/d")
        #expect(first(table) == ["withheld m: 3 3 3 0 0", "cell m/a: 3 3 3 0 0", "cell n/d: 3 3 3 0 0"])
    }

    @Test func movesAPoolOnWhileItIsTooSmall() {
        let table =
            voices(1...3, "m/a") + voices(4...4, "m/b") + voices(5...5, "n/c") + voices(6...6, "o/d")
            + voices(7...9, "o/e")
        #expect(first(table) == ["withheld : 3 3 3 0 0", "cell m/a: 3 3 3 0 0", "cell o/e: 3 3 3 0 0"])
    }

    @Test func liftsTheSmallestCellIntoTheRootWhenTheRestIsTooSmall() {
        let table = voices(1...3, "a") + voices(4...7, "b") + voices(8...8, "c")
        #expect(first(table) == ["withheld : 4 4 4 0 0", "cell b: 4 4 4 0 0"])
    }

    @Test func liftsCellsOfEqualSizeTogether() {
        let table = voices(1...3, "a") + voices(4...6, "b") + voices(7...7, "c") + voices(8...12, "d")
        #expect(first(table) == ["withheld : 7 7 7 0 0", "cell d: 5 5 5 0 0"])
    }

    @Test func movesAPoolOnWhenItsFigureWouldTellItsCells() {
        // Two cells known to be small hold at most 2 + 2: a pool of 4 would tell both. n/c is lifted to hide them.
        #expect(
            first(voices(1...2, "m/a") + voices(3...4, "m/b") + voices(5...10, "n/c")) == ["withheld : 10 10 10 0 0"]
        )
    }

    @Test func countsAPersonWithManyDemandsOnce() {
        let one = (1...9).map { voice($0, 1, "a") }
        #expect(first(one + voices(10...11, "b")) == ["withheld : 11 3 11 0 0"])
        #expect(first(one + voices(10...10, "b")) == ["nothing"])
    }

    @Test func countsMessagesByTheirWeightAndSumsSupport() {
        let table = [
            voice(1, 1, "a", support: 10), voice(2, 1, "a", message: 1, messages: 0), voice(3, 2, "a", support: 5),
            voice(4, 3, "a"),
        ]
        #expect(first(table) == ["cell a: 4 3 3 0 15"])
    }

    @Test func countsAnUnidentifiedMessageAsAPersonUnlessStrict() {
        let table = voices(1...2, "a") + [voice(3, 0, "a"), voice(4, 0, "a", message: 3, messages: 0)]
        #expect(first(table) == ["cell a: 4 2 3 1 0"])
        #expect(first(table, strict: true) == ["nothing"])
    }

    @Test func showsNothingForTooFewPeopleOrNone() {
        #expect(first(voices(1...1, "a") + voices(2...2, "b")) == ["nothing"])
        #expect(first([]) == ["nothing"])
    }

    @Test func acceptsATableOfOneCellWithoutCoordinates() {
        #expect(first(voices(1...3, "")) == ["cell : 3 3 3 0 0"])
    }

    @Test func tellsTheShareOfDemandsInCells() throws {
        let rows = try #require(
            publish(
                voices(1...3, "a") + voices(4...7, "b") + voices(8...8, "c"),
                after: [],
                rule: DisclosureRule(k: 3)
            ).rows
        )
        #expect(Share.shownInCells(of: rows) == Share(part: 4, whole: 8))
        #expect(Share.shownInCells(of: rows).fraction == 0.5)
        #expect(Share.shownInCells(of: []).fraction == nil)
    }
}
