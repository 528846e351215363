import Demands
import EventSourcing
import Foundation
import JSONText
import Testing

@Suite struct PublishATaxonomy {
    private let housing = Category(code: "housing", names: ["zh": "住房", "en": "Housing"], keywords: ["房屋"])
    private let repairs = Category(code: "housing/repairs", parent: "housing", names: ["en": "Repairs"])

    private func published(_ versions: [Category]...) throws -> Taxonomy.State {
        var state = Taxonomy.initialState
        for version in versions {
            let empty = state.current?.categories.map(\.code) ?? []
            for event in try Taxonomy.decide(.publish(version, empty: empty), state) {
                Taxonomy.evolve(&state, event)
            }
        }
        return state
    }

    private func mistakes(_ categories: [Category]) -> [TaxonomyMistake] {
        do throws(TaxonomyRejection) {
            try TaxonomyRules.check(categories)
        } catch {
            if case .mistakes(let mistakes) = error { return mistakes }
        }
        return []
    }

    private func mistakes(_ category: Category) -> [String] {
        mistakes([category]).map { "\($0.field.rawValue) \($0.code)" }
    }

    @Test func versionsCountFromOne() throws {
        let first = try Taxonomy.decide(.publish([housing]), Taxonomy.initialState)
        #expect(first == [TaxonomyPublished(version: 1, categories: [housing])])
        let second = try Taxonomy.decide(.publish([housing, repairs]), published([housing]))
        #expect(second == [TaxonomyPublished(version: 2, categories: [housing, repairs])])
    }

    @Test func theSameContentAgainMakesNothingHappen() throws {
        #expect(try Taxonomy.decide(.publish([housing, repairs]), published([housing, repairs])).isEmpty)
    }

    @Test func anotherSpellingOrOrderIsOtherContent() throws {
        let composed = Category(code: "a", names: ["fr": "\u{E9}"])
        let decomposed = Category(code: "a", names: ["fr": "e\u{301}"])
        #expect(try Taxonomy.decide(.publish([decomposed]), published([composed])).count == 1)
        let other = Category(code: "b", names: ["en": "B"])
        #expect(try Taxonomy.decide(.publish([other, housing]), published([housing, other])).count == 1)
    }

    @Test func codesOfOlderVersionsAreRemembered() throws {
        let other = Category(code: "parks", names: ["en": "Parks"])
        let state = try published([housing, repairs], [housing, other])
        #expect(state.current?.categories.map(\.code) == ["housing", "parks"])
        #expect(state.formerCodes == ["housing/repairs"])
        #expect(try published([housing, repairs], [housing], [housing, repairs]).formerCodes == [])
    }

    @Test func parentsMayComeAfterTheirChildren() throws {
        #expect(mistakes([repairs, housing]) == [])
        #expect(TaxonomyRules.levels(of: [repairs, housing]) == [2, 1])
    }

    @Test func refusesWhatIsNoTree() {
        let orphan = Category(code: "a", parent: "b", names: ["en": "A"])
        #expect(mistakes(orphan) == ["parent not_allowed"])
        let own = Category(code: "a", parent: "a", names: ["en": "A"])
        #expect(mistakes(own) == ["parent not_allowed"])
        let ring = ["ab", "bc", "ca"].map {
            Category(code: String($0.prefix(1)), parent: String($0.suffix(1)), names: ["en": "x"])
        }
        #expect(mistakes(ring).map(\.category) == [0, 1, 2])
        let deep = (1...4).map { Category(code: "\($0)", parent: $0 == 1 ? nil : "\($0 - 1)", names: ["en": "x"]) }
        #expect(mistakes(deep).map(\.category) == [3])
        #expect(mistakes(Array(deep.prefix(3))) == [])
    }

    @Test func refusesACodeTwiceAlsoInAnotherSpelling() {
        #expect(mistakes([housing, housing]).map(\.code) == [.duplicate])
        let spellings = ["\u{E9}", "e\u{301}"].map { Category(code: $0, names: ["fr": "x"]) }
        #expect(mistakes(spellings).map(\.category) == [1])
    }

    @Test(arguments: [
        ("unclassified", "code not_allowed"), (" a", "code not_allowed"), ("a\n", "code not_allowed"),
        ("a\u{0}b", "code not_allowed"), (String(repeating: "房", count: 201), "code too_long"),
    ])
    func refusesTheCode(_ code: String, _ mistake: String) {
        #expect(Set(mistakes(Category(code: code, names: ["en": "x"]))) == [mistake])
    }

    @Test func takesTheLongestCode() {
        #expect(mistakes(Category(code: String(repeating: "房", count: 200), names: ["en": "x"])) == [])
    }

    @Test(arguments: [
        ([:], "names required"), (["en": " "], "names blank"), (["en": "a\u{7}"], "names not_allowed"),
        (["english language": "a"], "names bad_format"), (["": "a"], "names bad_format"),
        (["en": String(repeating: "a", count: 201)], "names too_long"),
    ])
    func refusesTheNames(_ names: [String: String], _ mistake: String) {
        #expect(mistakes(Category(code: "a", names: names)) == [mistake])
    }

    @Test func refusesKeywordsThatNobodyCouldWrite() {
        for (keyword, code) in [
            ("", "blank"), ("a\tb", "not_allowed"), (String(repeating: "a", count: 101), "too_long"),
        ] {
            #expect(mistakes(Category(code: "a", names: ["en": "x"], keywords: [keyword])) == ["keywords \(code)"])
        }
        let many = Category(code: "a", names: ["en": "x"], keywords: (0...500).map { "k\($0)" })
        #expect(mistakes(many) == ["keywords too_many"])
    }

    @Test func refusesNoneAndTooMany() {
        #expect(throws: TaxonomyRejection.empty) { try TaxonomyRules.check([]) }
        let many = (0...5_000).map { Category(code: "\($0)", names: ["en": "x"]) }
        #expect(throws: TaxonomyRejection.tooManyCategories(5_001)) { try TaxonomyRules.check(many) }
        #expect(throws: Never.self) { try TaxonomyRules.check(Array(many.dropLast())) }
    }

    @Test func aNameIsFoundInTheNearestLanguage() {
        #expect(housing.name(in: "zh") == "住房")
        #expect(housing.name(in: "zh-Hant-TW") == "住房")
        #expect(housing.name(in: "de") == "Housing")
    }

    @Test func isStoredAsTheseBytes() throws {
        let event = TaxonomyPublished(version: 2, categories: [housing, repairs])
        let bytes = event.encoded.body
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"version":2,"categories":[{"code":"housing","names":{"en":"Housing","zh":"住房"},"keywords":["房屋"]},"#
                + #"{"code":"housing/repairs","parent":"housing","names":{"en":"Repairs"}}]}"#
        )
        #expect(try TaxonomyPublished(decoding: recorded(event.encoded)) == event)
    }

    /// Longer than what the doors take as one body.
    @Test func aLongOneCanBeReadAgain() throws {
        let categories = (1...5_000).map {
            Category(code: "\($0)", names: ["en": String(repeating: "a", count: 100)])
        }
        let event = TaxonomyPublished(version: 1, categories: categories)
        #expect(event.encoded.body.count > 262_144)
        #expect(try TaxonomyPublished(decoding: recorded(event.encoded)) == event)
    }

    @Test(arguments: [
        #"{"categories":[]}"#, #"{"version":1,"categories":[{"code":"a"}]}"#,
        #"{"version":1,"categories":[{"code":"a","names":{"en":1}}]}"#, #"{"version":1,"categories":{}}"#,
    ])
    func whatIsNoTaxonomyCannotBeRead(_ body: String) {
        let event = NewEvent(type: TaxonomyPublished.name, schemaVersion: 1, body: Array(body.utf8))
        #expect(throws: UndecodableEvent.self) { try TaxonomyPublished(decoding: recorded(event)) }
    }

    private func recorded(_ event: NewEvent) -> RecordedEvent {
        RecordedEvent(
            position: 1,
            stream: StreamID(type: Taxonomy.streamType, id: UUID()),
            version: 1,
            type: event.type,
            schemaVersion: event.schemaVersion,
            body: event.body,
            actor: "test",
            recordedAt: Timestamp(microsecondsSince1970: 0)
        )
    }
}
