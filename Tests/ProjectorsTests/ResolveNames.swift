import Demands
import Testing

@testable import Projectors

/// Where a name in a message leads.
@Suite struct ResolveNames {
    private func entry(_ names: [(String, String)], aliases: [String] = []) -> NamedEntry {
        NamedEntry(labels: names.map { NamedEntry.Label(language: $0.0, text: $0.1) }, aliases: aliases)
    }

    private func code(_ name: String, _ registry: NameRegistry) -> String? {
        registry.resolved[NameKey.of(name)]?.code
    }

    @Test(arguments: [
        ("  Bonn ", "bonn"), ("New\t  York", "new york"), ("KÖLN", "köln"), ("", ""), (" \n", ""), ("工会", "工会"),
        ("Cafe\u{301}", "caf\u{E9}"),
    ])
    func namesAreComparedTrimmedCollapsedAndInSmallLetters(_ name: String, _ key: String) {
        #expect(NameKey.of(name).unicodeScalars.elementsEqual(key.unicodeScalars))
    }

    /// ASCII has a road of its own; a letter behind it, which is none, sends the same name the other way.
    @Test func namesOfASCIIAreComparedLikeAnyOther() {
        let ascii = (0..<128).map { Unicode.Scalar(UInt8($0)) }
        for first in ascii {
            for second in ascii {
                var name = "A"
                name.unicodeScalars.append(contentsOf: [first, second, "Z"])
                #expect(NameKey.of(name + "\u{DF}") == NameKey.of(name) + "\u{DF}", "\(first.value) \(second.value)")
            }
        }
        #expect(NameKey.of(" \t\u{B}A\u{C}\r\nb ") == "a b")
    }

    @Test func aNameLeadsToItsCodeByCodeNameOrAlias() {
        var registry = NameRegistry(resolves: true)
        registry.apply(
            .describe(code: "bonn", entry([("de", "Bonn"), ("fr", "Bonne")], aliases: ["Bundesstadt"])),
            at: 3
        )
        for name in ["bonn", "BONN", "Bonne ", "bundesstadt"] { #expect(code(name, registry) == "bonn") }
        #expect(code("Ehrenfeld", registry) == nil)
        #expect(registry.changedKeys == ["bonn", "bonne", "bundesstadt"])
    }

    @Test func aNameOfSeveralLeadsToNone() {
        var registry = NameRegistry(resolves: true)
        registry.apply(.describe(code: "a", entry([("de", "Neustadt")])), at: 1)
        registry.apply(.describe(code: "b", entry([("de", "Neustadt")])), at: 2)
        #expect(registry.resolved["neustadt"] == NameRegistry.Resolution(code: nil, position: 2))
        registry.apply(.describe(code: "b", entry([("de", "Altstadt")])), at: 3)
        #expect(registry.resolved["neustadt"] == NameRegistry.Resolution(code: "a", position: 3))
    }

    @Test func aRecognisedNameLeadsWhereTheReviewerSaid() {
        var registry = NameRegistry(resolves: true)
        registry.apply(.describe(code: "a", entry([("de", "Radler")])), at: 1)
        registry.apply(.describe(code: "b", entry([("de", "Radler")])), at: 2)
        registry.apply(.recognise(name: " radler", code: "b"), at: 3)
        #expect(code("Radler", registry) == "b")
        registry.apply(.recognise(name: "Radler", code: "a"), at: 4)
        #expect(registry.resolved["radler"] == NameRegistry.Resolution(code: "a", position: 4))
    }

    @Test func mergedGroupsLeadToTheLastOfTheChain() {
        var registry = NameRegistry(resolves: true)
        for (position, code) in ["a", "b", "c"].enumerated() {
            registry.apply(.describe(code: code, entry([("de", "Gruppe \(code)")])), at: Int64(position + 1))
        }
        registry.apply(.recognise(name: "die von A", code: "a"), at: 4)
        registry.apply(.merge(from: "a", into: "b"), at: 5)
        registry.apply(.merge(from: "b", into: "c"), at: 6)
        for name in ["a", "Gruppe A", "die von a", "b", "c"] { #expect(code(name, registry) == "c") }
        #expect(registry.resolved["die von a"]?.position == 6)
        #expect(registry.resolved["c"]?.position == 3)
        registry.apply(.merge(from: "c", into: "a"), at: 7)
        #expect(code("a", registry) == "c", "a circle is refused")
    }

    @Test func codesAreComparedByBytesInABatchAsBetweenBatches() {
        var registry = NameRegistry(resolves: false)
        registry.apply(.describe(code: "caf\u{E9}", entry([("fr", "Un")])), at: 1)
        registry.apply(.describe(code: "cafe\u{301}", entry([("fr", "Deux")])), at: 2)
        #expect(registry.changedCodes == [NameCode("caf\u{E9}"), NameCode("cafe\u{301}")])
        #expect(registry.entries[NameCode("caf\u{E9}")]?.labels.first?.text == "Un")
        #expect(registry.entries[NameCode("cafe\u{301}")]?.labels.first?.text == "Deux")
    }

    @Test func mergingTwoOfOneNameMakesItCertain() {
        var registry = NameRegistry(resolves: true)
        registry.apply(.describe(code: "a", entry([("de", "Radler")])), at: 1)
        registry.apply(.describe(code: "b", entry([("de", "Radler")])), at: 2)
        #expect(code("radler", registry) == nil)
        registry.apply(.merge(from: "a", into: "b"), at: 3)
        #expect(registry.resolved["radler"] == NameRegistry.Resolution(code: "b", position: 3))
    }

    @Test func aNameIsShownInTheTenantsLanguageElseEnglishElseTheFirst() {
        let names = entry([("de", "Bonn"), ("en", "Bonn (en)"), ("zh", "波恩")])
        #expect(names.name(in: "zh") == "波恩")
        #expect(names.name(in: "fr") == "Bonn (en)")
        #expect(entry([("de", "Bonn"), ("it", "Bonna")]).name(in: "zh") == "Bonn")
    }

    @Test func fiveThousandPlacesAreRegisteredInAnInstant() {
        var registry = NameRegistry(resolves: true)
        let clock = ContinuousClock()
        let time = clock.measure {
            for number in 0..<5_000 {
                registry.apply(
                    .describe(code: "p\(number)", entry([("de", "Ort \(number)"), ("zh", "同名")])),
                    at: Int64(number + 1)
                )
            }
        }
        #expect(registry.resolved.count == 10_001)
        #expect(code("同名", registry) == nil)
        #expect(time < .seconds(5))
    }
}
