import Statistics
import Testing

/// Second and later releases, worked out by hand with k = 3.
@Suite struct PublishLaterReleases {
    private let rule = DisclosureRule(k: 3)
    /// Shown first as: withheld 3 (c and d), a 5, b 5.
    private let start =
        voices(1...5, "a") + voices(6...10, "b") + voices(11...12, "c") + voices(13...13, "d")

    private func started() throws -> [PublishedRow] {
        let rows = try #require(publish(start, after: [], rule: rule).rows)
        #expect(rows.map(shown) == ["withheld : 3 3 3 0 0", "cell a: 5 5 5 0 0", "cell b: 5 5 5 0 0"])
        return rows
    }

    @Test func staysWhenNothingOrTooLittleChanged() throws {
        let rows = try started()
        #expect(publish(start, after: rows, rule: rule) == .unchanged)
        #expect(publish(start + voices(14...15, "a"), after: rows, rule: rule) == .unchanged)
    }

    @Test func updatesACellThatThreePeopleChanged() throws {
        let now = start + voices(14...16, "a")
        #expect(
            publish(now, after: try started(), rule: rule).shownRows == [
                "withheld : 3 3 3 0 0", "cell a: 8 8 8 0 0", "cell b: 5 5 5 0 0",
            ]
        )
    }

    @Test func repeatsACellThatTwoChangedAndSendsTheDifferenceUp() throws {
        let now = start + voices(14...15, "a") + voices(16...16, "c")
        // c has three people now. It takes two out of the root, and the two of a come in: 13, 14, 15 are left there.
        #expect(
            publish(now, after: try started(), rule: rule).shownRows == [
                "withheld : 3 3 3 0 0", "cell a: 5 5 5 0 0", "cell b: 5 5 5 0 0", "cell c: 3 3 3 0 0",
            ]
        )
    }

    @Test func letsPeoplePassFromPoolToCellOnlyAmongEnoughOthers() throws {
        let second = start + voices(14...15, "a") + voices(16...16, "c")
        let secondRows = try #require(publish(second, after: try started(), rule: rule).rows)
        // a (14, 15, 17) and d (13, 18, 19) could both be shown and empty the root. But root and a in sum would then
        // lose 13 and gain 17: two people. Both cells changed by three people, so both are lifted into the root.
        let third = second + voices(17...17, "a") + voices(18...19, "d")
        let thirdRows = try #require(publish(third, after: secondRows, rule: rule).rows)
        #expect(
            thirdRows.map(shown) == [
                "withheld : 6 6 6 0 0", "cell a: 5 5 5 0 0", "cell b: 5 5 5 0 0", "cell c: 3 3 3 0 0",
            ]
        )
        // Now a takes 14, 15 and 17 out of the root; 20 to 22 of b come into it: three people behind either view.
        let fourth = third + voices(20...22, "b") + voices(23...24, "a")
        #expect(
            publish(fourth, after: thirdRows, rule: rule).shownRows == [
                "withheld : 6 6 6 0 0", "cell a: 10 10 10 0 0", "cell b: 5 5 5 0 0", "cell c: 3 3 3 0 0",
            ]
        )
    }

    @Test func subtractsOneWithdrawalFromTheRootNotFromItsCell() throws {
        let now = Array(start.dropFirst()) + voices(14...16, "d")
        // d has four people now, but without it the root would show c's two less the one who left.
        #expect(
            publish(now, after: try started(), rule: rule).shownRows == [
                "withheld : 5 5 5 0 0", "cell a: 5 5 5 0 0", "cell b: 5 5 5 0 0",
            ]
        )
    }

    @Test func repeatsACellThatFellBelowThreeByOne() throws {
        let before =
            voices(1...3, "a") + voices(4...8, "b") + voices(9...10, "c") + voices(11...11, "d")
        let rows = try #require(publish(before, after: [], rule: rule).rows)
        #expect(rows.map(shown) == ["withheld : 3 3 3 0 0", "cell a: 3 3 3 0 0", "cell b: 5 5 5 0 0"])
        let now = Array(before.dropFirst()) + voices(12...13, "b")
        #expect(
            publish(now, after: rows, rule: rule).shownRows == [
                "withheld : 4 4 4 0 0", "cell a: 3 3 3 0 0", "cell b: 5 5 5 0 0",
            ]
        )
    }

    @Test func retiresACellThatFourOfFivePeopleLeft() throws {
        let now = Array(start.dropFirst(4)) + voices(14...16, "d")
        // The one who stays in a goes to the root. d is lifted: without 13 the root would be c's two and that one,
        // and with d or a added, the change of two people would show.
        #expect(
            publish(now, after: try started(), rule: rule).shownRows == [
                "withheld : 7 7 7 0 0", "cell b: 5 5 5 0 0",
            ]
        )
    }

    @Test func retiresTheWholeTableWhenAllAreGone() throws {
        #expect(publish([], after: try started(), rule: rule) == .rows([]))
    }

    @Test func countsAMoveAsAChangeOfBothCells() throws {
        var now = start + voices(14...16, "c")
        now[5] = voice(6, 6, "c")
        // b repeats: only 6 left it. c stays in the pool, which also subtracts what b repeats.
        #expect(
            publish(now, after: try started(), rule: rule).shownRows == [
                "withheld : 6 6 6 0 0", "cell a: 5 5 5 0 0", "cell b: 5 5 5 0 0",
            ]
        )
    }

    @Test func showsAMoveOfThreePeopleThoughTheTotalStays() throws {
        var table = voices(1...5, "a") + voices(6...15, "b") + voices(16...17, "c") + voices(18...18, "d")
        let rows = try #require(publish(table, after: [], rule: rule).rows)
        #expect(rows.map(shown) == ["withheld : 3 3 3 0 0", "cell a: 5 5 5 0 0", "cell b: 10 10 10 0 0"])
        for index in 5...7 { table[index].path = ["a"] }
        #expect(
            publish(table, after: rows, rule: rule).shownRows == [
                "withheld : 3 3 3 0 0", "cell a: 8 8 8 0 0", "cell b: 7 7 7 0 0",
            ]
        )
    }
}
