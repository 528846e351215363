import Demands
import JSONText
import Testing

@Suite struct ReadATaxonomyFile {
    private typealias Row = TaxonomyFile.Row

    /// Rows as lines from 2 on, fields in order of the columns.
    private func read(_ columns: String, _ lines: [String], language: String = "en") throws(TaxonomyFile.Refusals)
        -> [Demands.Category]
    {
        let columns = columns.split(separator: ",").map(String.init)
        let rows = lines.enumerated().map { index, line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Row(line: index + 2, fields: Dictionary(zip(columns, fields)) { first, _ in first })
        }
        return try TaxonomyFile(columns: columns, rows: rows, language: language).categories
    }

    private func refusals(_ columns: String, _ lines: [String]) -> [String] {
        do throws(TaxonomyFile.Refusals) {
            _ = try read(columns, lines)
            return []
        } catch {
            return error.refusals.map { "\($0.line) \($0.column ?? "-") \($0.code)" }
        }
    }

    @Test func levelsAboveARowAreMadeFromIt() throws {
        let categories = try read("level1,level2,level3", ["Housing,Repairs,Roofs", "Housing,Repairs,Pipes", "Parks"])
        #expect(
            categories == [
                Category(code: "Housing", names: ["en": "Housing"]),
                Category(code: "Housing/Repairs", parent: "Housing", names: ["en": "Repairs"]),
                Category(code: "Housing/Repairs/Roofs", parent: "Housing/Repairs", names: ["en": "Roofs"]),
                Category(code: "Housing/Repairs/Pipes", parent: "Housing/Repairs", names: ["en": "Pipes"]),
                Category(code: "Parks", names: ["en": "Parks"]),
            ]
        )
    }

    @Test func aRowOfTheirOwnMayComeLater() throws {
        let categories = try read(
            "level1,level2,code,keywords,name_zh",
            ["Housing,Repairs,,,", "Housing,,home,flat; tenant|flat；业主,住房"]
        )
        #expect(
            categories == [
                Category(code: "home", names: ["en": "Housing", "zh": "住房"], keywords: ["flat", "tenant", "业主"]),
                Category(code: "home/Repairs", parent: "home", names: ["en": "Repairs"]),
            ]
        )
    }

    @Test func aRowMaySayAChange() throws {
        let columns = ["level1", "change", "from", "to", "undecided"]
        func row(_ line: Int, _ fields: String...) -> Row {
            Row(line: line, fields: Dictionary(zip(columns, fields)) { first, _ in first })
        }
        let file = try TaxonomyFile(
            columns: columns,
            rows: [row(2, "Parks"), row(3, "", "split", "a", "b; c", "b"), row(4, "", "drop", "d|e")],
            language: "en"
        )
        #expect(file.categories.map(\.code) == ["Parks"])
        #expect(
            file.changes == [
                CategoryChange(.split, ["a"], to: ["b", "c"], undecided: "b"), CategoryChange(.drop, ["d", "e"]),
            ]
        )
        #expect(file.changeLines == [3, 4])
        let wrong = ["A,,,", ",change,a,", ",retire,a,", ",,a,", ",drop,,", "A,drop,a,"]
        #expect(
            refusals("level1,change,from,to", wrong) == [
                "3 change not_allowed", "4 change not_allowed", "5 change required", "6 from required",
                "7 level1 not_allowed",
            ]
        )
    }

    @Test func theLanguageIsThatOfTheLevels() throws {
        #expect(
            try read("level1,name_en", ["住房,Housing"], language: "zh").first?.names == ["zh": "住房", "en": "Housing"]
        )
    }

    @Test func whiteSpaceAroundFieldsIsLeftOut() throws {
        #expect(try read("level1,level2", [" Housing , Repairs "]).map(\.code) == ["Housing", "Housing/Repairs"])
    }

    @Test func everyBadLineIsNamed() {
        let long = String(repeating: "a", count: 201)
        #expect(
            refusals(
                "level1,level2,level3",
                ["A,B,C", "A,,C", ",B,C", ",,", "A,\(long),", "A,B\u{1}", "A,B,C", "D"]
            ) == [
                "3 level2 required", "4 level1 required", "5 level1 required", "6 level2 too_long",
                "7 level2 not_allowed", "8 level3 duplicate",
            ]
        )
    }

    @Test func codesMustDiffer() {
        #expect(
            refusals("level1,code", ["A,x", "B,x", "C,unclassified"]) == ["3 code duplicate", "4 code not_allowed"]
        )
        // A path and a chosen code that give the same.
        #expect(refusals("level1,level2,code", ["A,B,", "C,,A/B"]) == ["3 code duplicate"])
    }

    @Test func aCodeMadeOfThePathMayBeTooLong() {
        let name = String(repeating: "a", count: 120)
        #expect(refusals("level1,level2", ["\(name),\(name)"]) == ["2 level2 too_long"])
    }

    @Test func aKeywordMayBeTooLong() {
        #expect(refusals("level1,keywords", ["A,b;" + String(repeating: "a", count: 101)]) == ["2 keywords too_long"])
    }

    @Test func unknownColumnsAreRefused() {
        #expect(
            refusals("level1,level4,kind,name_english language", ["A"])
                == ["1 level4 unknown_member", "1 kind unknown_member", "1 name_english language unknown_member"]
        )
        #expect(refusals("level2,code", ["A"]) == ["1 level1 required"])
    }

    @Test func aFileWithoutRowsIsNoTaxonomy() {
        #expect(refusals("level1", []) == ["1 - not_allowed"])
    }

    @Test func theDefaultIsAGoodOneInTwoLanguages() throws {
        let categories = try DefaultTaxonomy.categories()
        #expect(throws: Never.self) { try TaxonomyRules.check(categories) }
        let levels = TaxonomyRules.levels(of: categories)
        #expect(Set(levels) == [1, 2])
        #expect(levels.count { $0 == 1 } >= 12)
        #expect(levels.count { $0 == 2 } >= 25)
        #expect(categories.allSatisfy { Set($0.names.keys) == ["zh", "en"] && !$0.keywords.isEmpty })
        #expect(DefaultTaxonomy.csv.split(separator: "\n").count == categories.count + 1)
    }
}
