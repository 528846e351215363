import Demands
import EventSourcing
import Foundation
import Testing

/// What a version says about the demands of categories that were there before.
@Suite struct ChangeCategories {
    private static func category(_ code: String, _ parent: String? = nil) -> Demands.Category {
        Category(code: code, parent: parent, names: ["en": code])
    }

    private static func tree(_ codes: String...) -> [Demands.Category] {
        codes.map { code in
            let parts = code.split(separator: "/")
            return category(code, parts.count > 1 ? parts.dropLast().joined(separator: "/") : nil)
        }
    }

    /// Roads with lamps and paths, parks and schools.
    private static let first = tree("roads", "roads/lamps", "roads/paths", "parks", "schools")

    private func published(
        _ versions: (categories: [Demands.Category], changes: [CategoryChange])...
    ) throws -> Taxonomy.State {
        var state = Taxonomy.initialState
        for version in [(categories: Self.first, changes: [])] + versions {
            for event in try Taxonomy.decide(.publish(version.categories, changes: version.changes), state) {
                Taxonomy.evolve(&state, event)
            }
        }
        return state
    }

    private func mistakes(_ changes: [CategoryChange], to categories: [Demands.Category]) throws -> [String] {
        let state = try published()
        do throws(TaxonomyRejection) {
            _ = try Taxonomy.decide(.publish(categories, changes: changes), state)
        } catch {
            guard case .wrongChanges(let mistakes) = error else { throw error }
            return mistakes.map { "\($0.change) \($0.field) \($0.code)" }
        }
        return []
    }

    @Test func everyKindOfChangeIsKept() throws {
        let next = Self.tree("roads", "light", "light/lamps", "green", "ways", "ways/foot", "ways/bike", "schools")
        let changes = [
            CategoryChange(.move, ["roads/lamps"], to: ["light/lamps"]),
            CategoryChange(.rename, ["parks"], to: ["green"]),
            CategoryChange(.split, ["roads/paths"], to: ["ways/foot", "ways/bike"], undecided: "roads"),
        ]
        let events = try Taxonomy.decide(.publish(next, changes: changes), try published())
        #expect(events == [TaxonomyPublished(version: 2, categories: next, changes: changes)])
        let merged = [CategoryChange(.merge, ["roads/lamps", "roads/paths"], to: ["roads"])]
        #expect(try mistakes(merged, to: Self.tree("roads", "parks", "schools")) == [])
        let dropped = [CategoryChange(.drop, ["roads", "roads/lamps", "roads/paths"])]
        #expect(try mistakes(dropped, to: Self.tree("parks", "schools")) == [])
    }

    @Test func aCategoryDoesNotGoWithoutAWord() throws {
        let next = Self.tree("roads", "roads/paths", "schools")
        let state = try published()
        do throws(TaxonomyRejection) {
            _ = try Taxonomy.decide(.publish(next, changes: [CategoryChange(.drop, ["parks"])]), state)
            Issue.record("it went")
        } catch {
            #expect(error == .unexplained(["roads/lamps"]))
            #expect(error.code == "unexplained-categories" && !error.isStateConflict)
            #expect(
                error.detail
                    == "a category that demands may be in is gone: roads/lamps. Say where their demands go (move, merge, "
                    + "rename or split), or drop them; nothing was published"
            )
        }
        let many = TaxonomyRejection.unexplained((1...21).map { "c\($0)" }).detail
        #expect(many.hasPrefix("21 categories that demands may be in are gone: c1, c2, ") && many.contains("c20, …."))
        #expect(throws: TaxonomyRejection.tooManyChanges(5_001)) {
            let changes = Array(repeating: CategoryChange(.drop, ["parks"]), count: 5_001)
            _ = try Taxonomy.decide(.publish(next, changes: changes), try published())
        }
    }

    @Test func whatWasEmptyIsRetired() throws {
        let next = Self.tree("roads", "roads/paths", "schools")
        let events = try Taxonomy.decide(.publish(next, empty: ["roads/lamps", "parks", "roads"]), try published())
        #expect(events.map(\.changes) == [[CategoryChange(.retire, ["roads/lamps", "parks"])]])
        #expect(throws: TaxonomyRejection.unexplained(["parks"])) {
            try Taxonomy.decide(.publish(next, empty: ["roads/lamps"]), try published())
        }
    }

    @Test func theSameContentAgainMakesNothingHappen() throws {
        let next = Self.tree("roads", "roads/paths", "schools")
        let changes = [CategoryChange(.drop, ["parks"])]
        var state = try published()
        for event in try Taxonomy.decide(.publish(next, changes: changes, empty: ["roads/lamps"]), state) {
            Taxonomy.evolve(&state, event)
        }
        #expect(try Taxonomy.decide(.publish(next, changes: changes), state).isEmpty)
        #expect(try Taxonomy.decide(.publish(next), state).isEmpty)
        // The categories stay; what an older version had finds a home.
        let home = [CategoryChange(.merge, ["parks"], to: ["roads"])]
        #expect(try Taxonomy.decide(.publish(next, changes: home), state).map(\.version) == [3])
    }

    @Test(arguments: [
        (CategoryChange(.retire, ["parks"]), "0 change not_allowed"),
        (CategoryChange(.drop, []), "0 from required"),
        (CategoryChange(.split, ["parks", "schools"], to: ["green", "lawns"], undecided: "green"), "0 from too_many"),
        (CategoryChange(.rename, ["parks"]), "0 to required"),
        (CategoryChange(.merge, ["parks"], to: ["green", "roads"]), "0 to too_many"),
        (CategoryChange(.split, ["parks"], to: ["green"], undecided: "green"), "0 to required"),
        (CategoryChange(.split, ["parks"], to: ["green", "green"], undecided: "green"), "0 to duplicate"),
        (CategoryChange(.split, ["parks"], to: ["green", "lawns"]), "0 undecided required"),
        (CategoryChange(.split, ["parks"], to: ["green", "lawns"], undecided: "roads"), "0 undecided not_allowed"),
        (CategoryChange(.drop, ["parks"], to: ["green"]), "0 to not_allowed"),
        (CategoryChange(.drop, ["parks"], undecided: "green"), "0 undecided not_allowed"),
        (CategoryChange(.rename, ["parks"], to: ["nowhere"]), "0 to not_allowed"),
        (CategoryChange(.rename, ["parks"], to: ["roads"]), "0 to not_allowed"),
        (CategoryChange(.rename, ["nothing"], to: ["green"]), "0 from not_allowed"),
        (CategoryChange(.drop, ["roads"]), "0 from not_allowed"),
        (CategoryChange(.merge, ["roads"], to: ["green"]), "0 from not_allowed"),
        (CategoryChange(.drop, ["parks", "parks"]), "0 from duplicate"),
        (CategoryChange(.move, ["parks"], to: ["green"]), "0 to not_allowed"),
        (CategoryChange(.move, ["parks"], to: ["roads/paths"]), "0 to not_allowed"),
    ])
    func refuses(_ change: CategoryChange, _ mistake: String) throws {
        let next = Self.tree("roads", "roads/lamps", "roads/paths", "green", "lawns")
        let found = try mistakes([change], to: next)
        #expect(found == [mistake])
    }

    /// Whatever is refused says what to do.
    @Test func aCodeIsNamedOnceInAllChanges() throws {
        let next = Self.tree("roads", "roads/lamps", "roads/paths", "green", "schools")
        let changes = [CategoryChange(.rename, ["parks"], to: ["green"]), CategoryChange(.drop, ["parks"])]
        #expect(try mistakes(changes, to: next) == ["1 from duplicate"])
        #expect(TaxonomyRejection.wrongChanges([]).code == "invalid-changes")
        #expect(
            TaxonomyRejection.tooManyChanges(9).detail
                == "there are 9 changes; a version has at most 5000. Nothing was published"
        )
    }

    // Where demands go

    private func history(_ versions: (Position, TaxonomyPublished)...) -> CategoryHistory {
        var history = CategoryHistory()
        for (position, version) in versions { history.add(version, at: position) }
        return history
    }

    private typealias Destination = CategoryHistory.Destination

    @Test func changesAreAppliedOneVersionAfterTheOther() {
        let history = history(
            (10, TaxonomyPublished(version: 1, categories: Self.tree("a", "b"))),
            (
                20,
                TaxonomyPublished(
                    version: 2,
                    categories: Self.tree("c", "b"),
                    changes: [CategoryChange(.rename, ["a"], to: ["c"])]
                )
            ),
            (30, TaxonomyPublished(version: 3, categories: Self.tree("c", "b", "a"))),
            (
                40,
                TaxonomyPublished(
                    version: 4,
                    categories: Self.tree("b", "a"),
                    changes: [CategoryChange(.merge, ["c", "b"], to: ["b"])]
                )
            )
        )
        #expect(history.lastChanging == 4)
        #expect(history.destination(of: "a", saidAt: 11) == Destination(category: "b", version: 4))
        // A collector that had not heard of version 2 yet.
        #expect(history.destination(of: "a", saidAt: 25) == Destination(category: "b", version: 4))
        // The new a is another one.
        #expect(history.destination(of: "a", saidAt: 35) == nil)
        #expect(history.destination(of: "a", saidAt: 45) == nil)
        #expect(history.destination(of: "c", saidAt: 45) == Destination(category: "b", version: 4))
        #expect(history.destination(of: "b", saidAt: 11) == nil)
        #expect(history.destination(of: "elsewhere", saidAt: 11) == nil)
        #expect(history.destination(of: "unclassified", saidAt: 11) == nil)
        #expect(CategoryHistory().destination(of: "a", saidAt: 1) == nil && CategoryHistory().lastChanging == 0)
    }

    @Test func aSplitAsksTheWords() {
        let split = CategoryChange(.split, ["a"], to: ["a", "b"], undecided: "a")
        let history = history(
            (1, TaxonomyPublished(version: 1, categories: Self.tree("a"))),
            (5, TaxonomyPublished(version: 2, categories: Self.tree("a", "b"), changes: [split])),
            (
                9,
                TaxonomyPublished(
                    version: 3,
                    categories: Self.tree("a", "c"),
                    changes: [CategoryChange(.rename, ["b"], to: ["c"])]
                )
            )
        )
        #expect(history.destination(of: "a", saidAt: 2) == Destination(category: "a", version: 2, isUndecided: true))
        let chosen = history.destination(of: "a", saidAt: 2) { change, version in
            #expect(change == split && version == 2)
            return "b"
        }
        #expect(chosen == Destination(category: "c", version: 3, isUndecided: false))
        #expect(history.destination(of: "a", saidAt: 6) == nil)
    }

    @Test func whatIsDroppedIsUnclassified() {
        let history = history(
            (1, TaxonomyPublished(version: 1, categories: Self.tree("a", "b", "c"))),
            (
                2,
                TaxonomyPublished(
                    version: 2,
                    categories: Self.tree("c"),
                    changes: [CategoryChange(.drop, ["a"]), CategoryChange(.retire, ["b"])]
                )
            )
        )
        let gone = Destination(category: "unclassified", version: 2, isUndecided: false)
        #expect(history.destination(of: "a", saidAt: 1) == gone)
        #expect(history.destination(of: "b", saidAt: 9) == gone)
    }

    /// Texts that look alike and differ in bytes are two codes.
    @Test func codesAreComparedByBytes() {
        let history = history(
            (1, TaxonomyPublished(version: 1, categories: Self.tree("caf\u{E9}"))),
            (
                2,
                TaxonomyPublished(
                    version: 2,
                    categories: Self.tree("b"),
                    changes: [CategoryChange(.rename, ["caf\u{E9}"], to: ["b"])]
                )
            )
        )
        #expect(history.destination(of: "caf\u{E9}", saidAt: 1) != nil)
        #expect(history.destination(of: "cafe\u{301}", saidAt: 1) == nil)
    }
}
