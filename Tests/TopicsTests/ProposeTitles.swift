import Foundation
import Testing

@testable import Topics

@Suite struct ProposeTitles {
    private func uses(_ subjects: [String]) -> [ProposedTitle.Use] {
        subjects.enumerated().map { ProposedTitle.Use(person: "p\($0)", subject: $1) }
    }

    private let plant = [
        "A2区丽发新城附近搅拌站噪音扰民", "丽发新城旁搅拌站粉尘", "投诉丽发新城搅拌站", "丽发新城边上建搅拌站", "A市丽发新城小区搅拌站污染", "丽发新城的搅拌站何时搬走",
    ]

    @Test func takesThePhrasesThatMostPeopleUse() {
        #expect(ProposedTitle.propose(uses(plant)) == "丽发新城 · 搅拌站")
    }

    @Test func takesWordsOfLanguagesWithBlanks() {
        let title = ProposedTitle.propose(
            uses((1...5).map { "Please repair street lights in Harbour Lane number \($0)" })
        )
        #expect(title == "repair street lights in harbour lane number")
    }

    @Test func countsPeopleNotMessages() {
        let one = plant.map { ProposedTitle.Use(person: "p", subject: $0) }
        #expect(ProposedTitle.propose(one) == nil)
        let unknown = plant.map { ProposedTitle.Use(person: nil, subject: $0) }
        #expect(ProposedTitle.propose(unknown) == nil)
        #expect(ProposedTitle.propose(uses(Array(plant.prefix(4)))) == nil)
    }

    @Test func neverSaysNamesMasksOrDigits() {
        let named = (1...6).map { _ in "我叫王小明要求补发工资，张伟先生 [PHONE] 13800138000" }
        let title = ProposedTitle.propose(uses(named)) ?? ""
        for word in ["王小明", "小明", "张伟", "phone", "PHONE", "1"] { #expect(!title.contains(word)) }
        let english = (1...6).map { _ in "My name is Jane Roe, playground fence broken" }
        #expect(ProposedTitle.propose(uses(english))?.contains("name") != true)
    }

    @Test func saysNothingOfStockPhrasesAlone() {
        #expect(ProposedTitle.propose(uses((1...9).map { _ in "请尽快处理小区附近的问题" })) == nil)
    }

    @Test(arguments: 1...6)
    func holdsNoDigitsAndOnlyPhrasesOfEnoughPeople(_ seed: UInt64) {
        print("seed \(seed)")
        var random = Seeded(state: seed)
        let subjects = Examples.subjects(seed: seed, count: 120)
        let uses = subjects.map { subject in
            ProposedTitle.Use(person: "p\(Int.random(in: 0..<30, using: &random))", subject: subject)
        }
        for minimum in [2, 5, 12, 31] {
            guard let title = ProposedTitle.propose(uses, minimum: minimum) else { continue }
            #expect(!title.unicodeScalars.contains { $0.properties.generalCategory == .decimalNumber })
            for phrase in title.components(separatedBy: " · ") {
                let people = Set(
                    uses.filter { Self.plain($0.subject).contains(Self.plain(phrase)) }.compactMap(\.person)
                )
                #expect(people.count >= minimum)
            }
            #expect(ProposedTitle.propose(uses.shuffled(using: &random), minimum: minimum) == title)
        }
        #expect(ProposedTitle.propose(uses, minimum: 31) == nil)
    }

    /// Letters and digits in lower case: found in another way than the titles are.
    private static func plain(_ text: String) -> String {
        String(text.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}
