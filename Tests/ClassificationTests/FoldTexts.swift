import Testing

@testable import Classification

@Suite struct FoldTexts {
    private func folded(_ text: String) -> FoldedText {
        var folded = FoldedText()
        folded.fold(text)
        return folded
    }

    private func words(_ text: String) -> String {
        let folded = folded(text)
        return folded.words(0..<folded.units.count)
    }

    /// The expected forms are those of Unicode's NFKC_Casefold, without punctuation.
    @Test(arguments: [
        ("Hello World", "hello world"),
        ("ÄÖÜ Straße", "äöü strasse"),
        ("u\u{308}ber E\u{301}cole", "über école"),
        ("ＡＢＣ１２３", "abc123"),
        ("25℃ ①㎡ ﬁn", "25°c 1m2 fin"),
        ("水管　爆裂", "水管 爆裂"),
        ("ｶﾞｽ", "ガス"),
        ("Soft\u{AD}hy\u{200D}phen", "softhyphen"),
        ("a  \t b", "a b"),
        ("  \n Title\r\n\r\nText", "title text"),
        ("ΣΟΦΟΣ ς", "σοφοσ σ"),
        ("ПРИВЕТ", "привет"),
        ("", ""),
    ])
    func asUnicodeFolds(text: String, expected: String) {
        #expect(words(text).replacing("°", with: "") == expected.replacing("°", with: ""))
    }

    @Test func theOpeningIsTheFirstLine() {
        #expect(folded("水管\n没有水").openingEnd == 2)
        #expect(folded("\n\n水管\r\n没有水").openingEnd == 2)
        #expect(folded("没有水").openingEnd == 3)
    }

    @Test func theOpeningIsNoLongerThanFortyUnits() {
        #expect(folded(String(repeating: "水", count: 100)).openingEnd == 40)
        #expect(folded("").openingEnd == 0)
    }

    @Test func aValueCanBeUsedAgain() {
        var text = FoldedText()
        text.fold("first words")
        text.fold("再来")
        #expect(text.units.count == 2)
        #expect(text.words(0..<2) == "再来")
    }

    /// What a folded text says once more is the same.
    @Test func foldingTwiceIsFoldingOnce() {
        for text in ["Ａé ①", "ΣΑΣ", "ß ẞ", "İi", "ａ\u{308}", "क\u{93C}", "각\u{11A8}"] {
            let once = words(text)
            #expect(words(once) == once, "\(text)")
        }
    }
}
