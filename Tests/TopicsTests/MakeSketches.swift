import Testing

@testable import Topics

@Suite struct MakeSketches {
    private let maker = SketchMaker(key: 7)

    private func features(_ subject: String, _ detail: String = "") -> [UInt32] {
        maker.sketch(subject: subject, detail: detail).features
    }

    @Test func takesPairsOfCharactersWhereNoBlankPartsWords() {
        // 丽发新城搅拌站: six pairs.
        #expect(features("丽发新城搅拌站").count == 6)
        #expect(Set(features("丽发新城")).isSubset(of: Set(features("丽发新城搅拌站"))))
    }

    @Test func takesWordsAndPairsOfWordsElsewhere() {
        // Three words and two pairs, and the detail helps out with two words and two pairs (one with the line's last word not).
        #expect(features("concrete mixing plant near the school").count == 6 + 5)
        #expect(features("Fahrradständer").count == 1)
    }

    @Test func takesOnlyTheFirstEightLettersOfAWord() {
        #expect(features("Fahrradständer") == features("Fahrradstellplatz"))
        #expect(features("Fahrrade") != features("Fahrradw"))
    }

    @Test func meansTheSameByWideAndNarrowLowerAndUpperCase() {
        #expect(features("Ａ２区丽发新城 ROAD works again and again") == features("a2区丽发新城 road Works again and again"))
    }

    @Test func leavesOutMasksAndAddresses() {
        let plain = features("请 回电 关于 搅拌站 的噪音 与 粉尘")
        #expect(features("请[PHONE] 回电 关于 搅拌站 的噪音 [EMAIL]与 粉尘") == plain)
        #expect(features("请 回电 https://example.org/a?b=c 关于 搅拌站 的噪音 与 粉尘") == plain)
        // Brackets around something else are only brackets.
        #expect(features("road [closed] today for all of us") == features("road closed today for all of us"))
    }

    @Test func letsTheDetailHelpASubjectThatSaysLittle() {
        #expect(features("环境污染", "丽发新城搅拌站粉尘").count > features("环境污染").count)
        #expect(features("丽发新城搅拌站粉尘污染", "别的") == features("丽发新城搅拌站粉尘污染"))
    }

    @Test func hasNothingInCommonUnderAnotherKey() {
        let other = SketchMaker(key: 8).sketch(subject: "丽发新城附近搅拌站噪音扰民", detail: "")
        #expect(Set(other.features).isDisjoint(with: features("丽发新城附近搅拌站噪音扰民")))
    }

    @Test func isTheSameInEveryProcess() {
        // Hand-carried from one run: a hash that depended on the process's seed would differ the next time.
        #expect(maker.sketch(subject: "丽发", detail: "").features == [Self.knownFeature])
    }

    private static let knownFeature: UInt32 = 3_481_106

    @Test(arguments: [
        "", " ", "！？。", "🙂🙃🚧", "\u{FE0F}", String(repeating: "a", count: 1_000_000),
        String(repeating: "搅拌站 ", count: 250_000), String(repeating: "https://a.b/c ", count: 10_000),
        "شكوى من الضوضاء في الليل", "תלונה על רעש בלילה", "ขอให้แก้ไขไฟถนน", "धूल और शोर की शिकायत", "Шум ночью",
        String(repeating: "[", count: 50_000), "\u{202E}abc\u{202C} 丽发",
    ])
    func bearsAnyText(_ text: String) {
        let sketch = maker.sketch(subject: text, detail: text)
        #expect(sketch.features.count <= 48)
        #expect(Set(sketch.features).count == sketch.features.count)
        let clock = ContinuousClock()
        // Generous: a debug build on a busy machine.
        #expect(clock.measure { _ = maker.sketch(subject: text, detail: text) } < .seconds(20))
    }

    @Test func keepsLettersOfAnyScriptTogetherWithTheirMarks() {
        #expect(!features("شكوى من الضوضاء").isEmpty)
        #expect(features("धूल").count == 1)
    }
}

@Suite struct CompareWordings {
    private let maker = SketchMaker(key: 7)
    private let text = "我们小区旁边的搅拌站每天夜里施工，噪音和粉尘让老人孩子都无法休息，已经反映多次没有结果，请有关部门到现场看一看。"

    private func wording(_ detail: String) -> Wording { maker.sketch(subject: "", detail: detail).wording }

    @Test func isEqualForTheSameLettersWhateverTheirPunctuation() {
        #expect(wording(text).exact == wording(text.replacing("，", with: " ，  ").replacing("。", with: "!")).exact)
        #expect(wording(text).exact != wording(text + "谢谢").exact)
        #expect(wording("").exact == 0)
        #expect(wording("🙂").exact == 0)
    }

    @Test func estimatesTheShareOfCommonRuns() {
        #expect(wording(text).likeness(to: wording(text)) == 1)
        #expect(wording(text).likeness(to: wording(text + "谢谢领导")) >= 0.8)
        let other = "希望政府在学校门口增设一处人行横道和红绿灯，早晚高峰车流量太大，家长接送孩子非常危险，盼望早日解决这个问题。"
        #expect(wording(text).likeness(to: wording(other)) <= 0.1)
    }

    @Test func estimatesNothingForShortTexts() {
        #expect(wording("谢谢").likeness(to: wording("谢谢")) == 0)
    }
}
