import Testing

@testable import Classification

@Suite struct FindFeatures {
    private func pieces(_ text: String, opening: Bool) -> [String] {
        var folded = FoldedText()
        folded.fold(text)
        var pieces: [String] = []
        if opening {
            FeatureKeys.visitOpening(folded) { pieces.append(folded.words($1..<$2)) }
        } else {
            FeatureKeys.visitWhole(folded) { pieces.append(folded.words($1..<$2)) }
        }
        return pieces.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Worked out by hand. Of 水管坏了: four characters, three pairs, two triples, one of four, and the run as a word.
    @Test func ofIdeographs() {
        let expected = ["水", "管", "坏", "了", "水管", "管坏", "坏了", "水管坏", "管坏了", "水管坏了", "水管坏了"]
        #expect(pieces("水管坏了", opening: false) == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Worked out by hand. Of _ab_: _a, _ab, _ab_, a, ab, ab_, b, b_ (bounds are not shown), and the word; of _c_: _c, _c_,
    /// c, c_, and the word; and the pair.
    @Test func ofWords() {
        let expected = ["a", "ab", "ab", "a", "ab", "ab", "b", "b", "ab", "c", "c", "c", "c", "c", "ab c"]
        #expect(pieces("AB c", opening: false) == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Up to three characters, and words, no pairs; of the first line only.
    @Test func ofTheOpening() {
        let expected = ["水", "管", "坏", "了", "水管", "管坏", "坏了", "水管坏", "管坏了", "水管坏了"]
        #expect(
            pieces("水管坏了\n没有水", opening: true)
                == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
    }

    @Test func aPairDoesNotSpanPunctuation() {
        #expect(pieces("ab c", opening: false).contains("ab c"))
        #expect(!pieces("ab, c", opening: false).contains { $0.contains(" ") })
    }

    @Test func aLongWordIsNoWord() {
        let long = String(repeating: "x", count: 25)
        #expect(!pieces(long, opening: false).contains(long))
        #expect(pieces(String(long.dropLast()), opening: false).contains(String(long.dropLast())))
    }

    /// Computed by another program (Python's integers) from the definition: seeds, steps, last multiplication.
    @Test func keysAreThoseOfTheDefinition() {
        var folded = FoldedText()
        folded.fold("水管")
        var keys: [String: Set<UInt32>] = [:]
        FeatureKeys.visitWhole(folded) { keys[folded.words($1..<$2), default: []].insert($0) }
        #expect(keys["水"] == [2_935_366_716])
        #expect(keys["水管"]?.contains(998_295_633) == true)
        var opening: Set<UInt32> = []
        FeatureKeys.visitOpening(folded) { key, _, _ in opening.insert(key) }
        #expect(opening.contains(2_675_258_710))
        folded.fold("ab c")
        keys = [:]
        FeatureKeys.visitWhole(folded) { keys[folded.words($1..<$2), default: []].insert($0) }
        #expect(keys["ab"]?.contains(3_597_111_965) == true)
        #expect(keys["ab c"] == [363_944_626])
    }

    @Test func countsAreByKey() {
        let counts = FeatureCounts("水水")
        // 水 twice and 水水 once as characters, 水水 as a word; and all again as an opening.
        #expect(counts.counts.sorted() == [1, 1, 1, 1, 2, 2])
        #expect(counts.keys == counts.keys.sorted())
        #expect(Set(counts.keys).count == 6)
    }

    @Test func nothingHasNone() {
        #expect(FeatureCounts("").keys.isEmpty)
        #expect(FeatureCounts(" \n!?…").keys.isEmpty)
    }

    @Test func theSpaceFindsItsKeysAndNoOthers() {
        let keys: [UInt32] = [0, 5, 6, 0x3_FFFF, 0x4_0005, 0x8000_0000, .max]
        let space = FeatureSpace(keys: keys, inverseFrequencies: keys.map { _ in 1 })
        let found = space.withLookUp { place in (keys + [1, 7, 0x8_0005, .max - 1]).map(place) }
        #expect(found == [0, 1, 2, 3, 4, 5, 6, -1, -1, -1, -1])
        #expect(FeatureSpace(keys: [], inverseFrequencies: []).withLookUp { $0(1) } == -1)
    }

    @Test func aFeatureOfFewPeopleIsDropped() {
        let texts = ["水管", "水费", "水管", "水管", "路灯"].map { FeatureCounts($0) }
        // Person 1 wrote the first three: 水 is of person 1 and the unknown fourth; 路灯 of an unknown.
        let kept = FeatureSelection(texts: texts, people: [1, 1, 1, nil, nil], minimumPeople: 2)
        let water = FeatureCounts("水管")
        #expect(kept.space.keys == water.keys)
        let all = FeatureSelection(texts: texts, people: [1, 1, 1, nil, nil], minimumPeople: 1)
        #expect(Set(all.space.keys) == Set(texts.flatMap(\.keys)))
        // ln((1 + 5) / (1 + 4)) + 1 and ln((1 + 5) / (1 + 3)) + 1: documents, not people.
        #expect(kept.space.inverseFrequencies.map { ($0 * 10_000).rounded() }.sorted().first == 11_823)
        #expect(kept.space.inverseFrequencies.map { ($0 * 10_000).rounded() }.sorted().last == 14_055)
    }

    @Test func ofTooManyFeaturesThoseOfMostPeopleStay() {
        let texts = ["水", "水", "火"].map { FeatureCounts($0) }
        let kept = FeatureSelection(texts: texts, people: [nil, nil, nil], minimumPeople: 1, maximum: 4)
        #expect(kept.space.keys == FeatureCounts("水").keys)
    }
}
