import Demands
import Testing

/// Which of the rules that fit holds.
@Suite struct ChooseARule {
    private static let taxonomy = [
        Category(code: "city", names: ["en": "City"]),
        Category(code: "city/roads", parent: "city", names: ["en": "Roads"]),
        Category(code: "city/roads/lamps", parent: "city/roads", names: ["en": "Lamps"]),
        Category(code: "schools", names: ["en": "Schools"]),
    ]

    private static let places: Registry<Place> = {
        var registry = Registry<Place>()
        let entries = [
            Place(code: "liudu", names: Names(["en": "Willowford", "zh": "柳渡"])),
            Place(code: "xingang", names: Names(["zh": "新港区"]), parent: "liudu", aliases: ["New  Harbour"]),
            Place(code: "pier", names: Names(["en": "Pier"]), parent: "xingang"),
            Place(code: "old-pier", names: Names(["en": "Pier"])),
        ]
        for entry in entries { registry.evolve(.registered(entry)) }
        return registry
    }()

    private static let groups: Groups.State = {
        var state = Groups.initialState
        let commands: [Groups.Command] = [
            .entries(.put(Group(code: "couriers", names: Names(["zh": "快递员"]), aliases: ["外卖骑手", "Riders"]))),
            .entries(.put(Group(code: "riders", names: Names(["en": "Riders"])))),
            .entries(.put(Group(code: "drivers", names: Names(["en": "Drivers"]), aliases: ["cabbies"]))),
            .entries(.put(Group(code: "taxi", names: Names(["en": "Taxi people"]), aliases: ["Cabbies"]))),
            .recognise(name: "的哥", group: "taxi"),
            .merge(from: "taxi", into: "drivers"),
        ]
        for command in commands {
            guard let events = try? Groups.decide(command, state) else { fatalError("\(command) is refused") }
            for event in events { Groups.evolve(&state, event) }
        }
        return state
    }()

    /// What the rules with these patterns, named `0`, `1`… in their order, say.
    private static func chosen(
        _ patterns: [DemandPattern],
        category: String = "city/roads/lamps",
        kind: DemandKind? = .complaint,
        groups: [String] = [],
        place: String? = nil
    ) -> String? {
        let rules = patterns.enumerated().map { RoutingRule(pattern: $1, responsible: "\($0)") }
        let table = Handled.table(
            RoutingRules(routes: rules),
            taxonomy: taxonomy,
            groups: self.groups,
            places: places
        )
        return table.rule(for: .init(category: category, kind: kind, groups: groups, place: place))?.responsible
    }

    @Test func theDeepestCategoryHolds() {
        let patterns = [
            DemandPattern(), DemandPattern(category: "city/roads"), DemandPattern(category: "city"),
            DemandPattern(category: "city/roads/lamps"),
        ]
        #expect(Self.chosen(patterns) == "3")
        // Deeper than one that names all else.
        let other = DemandPattern(category: "city", kind: .complaint, group: "couriers", place: "pier")
        #expect(Self.chosen([other, patterns[1]], groups: ["couriers"], place: "pier") == "1")
    }

    @Test func withoutARuleOfItsOwnTheCategoryAboveHolds() {
        let patterns = [DemandPattern(category: "schools"), DemandPattern(category: "city/roads"), DemandPattern()]
        #expect(Self.chosen(patterns, category: "city/roads/lamps") == "1")
        #expect(Self.chosen(patterns, category: "city/roads") == "1")
        #expect(Self.chosen(patterns, category: "city") == "2")
        #expect(Self.chosen(patterns, category: "unclassified") == "2")
    }

    @Test func aCategoryThatNobodyPublishedFitsItselfAlone() {
        let patterns = [DemandPattern(category: "gone"), DemandPattern(category: "city")]
        #expect(Self.chosen(patterns, category: "gone") == "0")
        #expect(Self.chosen(patterns, category: "gone/further") == nil)
    }

    @Test func thenAKindThenAGroupThenTheDeepestPlace() {
        let kind = DemandPattern(category: "city", kind: .complaint)
        let group = DemandPattern(category: "city", group: "couriers", place: "pier")
        let place = DemandPattern(category: "city", place: "pier")
        let wide = DemandPattern(category: "city", place: "liudu")
        let bare = DemandPattern(category: "city")
        func chosen(_ patterns: [DemandPattern]) -> String? {
            Self.chosen(patterns, groups: ["couriers"], place: "pier")
        }
        #expect(chosen([bare, wide, place, group, kind]) == "4")
        #expect(chosen([bare, wide, place, group]) == "3")
        #expect(chosen([bare, wide, place]) == "2")
        #expect(chosen([bare, wide]) == "1")
        #expect(chosen([kind, group, place, wide, bare]) == "0")
    }

    @Test func ofTwoThatFitEquallyWellTheFirstHolds() {
        let one = DemandPattern(category: "city", group: "couriers")
        let two = DemandPattern(category: "city", group: "drivers")
        #expect(Self.chosen([one, two], groups: ["drivers", "couriers"]) == "0")
        #expect(Self.chosen([two, one], groups: ["drivers", "couriers"]) == "0")
    }

    @Test func whatItNamesMustBeSo() {
        #expect(Self.chosen([DemandPattern(kind: .praise)]) == nil)
        #expect(Self.chosen([DemandPattern(kind: .praise)], kind: nil) == nil)
        #expect(Self.chosen([DemandPattern(group: "drivers")], groups: ["couriers"]) == nil)
        #expect(Self.chosen([DemandPattern(place: "pier")], place: "liudu") == nil)
        #expect(Self.chosen([DemandPattern(place: "pier")]) == nil)
        #expect(Self.chosen([DemandPattern()]) == "0")
        #expect(Self.chosen([]) == nil)
    }

    /// By code, name or alias, in another form, recognised, merged, or registered for nobody.
    @Test(arguments: [
        ("couriers", "couriers", true), ("couriers", "快递员", true), ("couriers", " 外卖骑手 ", true),
        ("快递员", "couriers", true), ("外卖骑手", "快递员", true),
        ("couriers", "COURIERS", true), ("drivers", "drivers", true), ("drivers", "的哥", true),
        ("drivers", " 的哥", true), ("taxi", "Drivers", true), ("drivers", "taxi people", true),
        // Two groups had it; they were merged.
        ("drivers", "CABBIES", true),
        // Two groups have it; spelt as the code of one, it is that one.
        ("couriers", "riders ", false), ("Riders", " RIDERS", true), ("riders", "riders", true),
        ("Riders", "riders", false),
        ("夜骑队", " 夜骑队", true), ("夜骑队", "couriers", false),
    ])
    func groupsAreTheSame(_ ruled: String, _ said: String, _ fits: Bool) {
        #expect((Self.chosen([DemandPattern(group: ruled)], groups: ["somebody", said]) != nil) == fits)
    }

    @Test(arguments: [
        ("xingang", "xingang", true), ("xingang", "新港区", true), ("xingang", "new harbour", true),
        ("新港区", "XINGANG", true), ("liudu", "新港区", true), ("柳渡", "pier", true), ("xingang", "柳渡", false),
        // Two places are called so.
        ("xingang", "the Pier", false), ("xingang", "Pier ", false), ("old-pier", "old-pier", true),
        ("Somewhere", " somewhere", true), ("somewhere", "liudu", false),
    ])
    func placesAreTheSameOrBelow(_ ruled: String, _ said: String, _ fits: Bool) {
        // `pier` is a code, and comes before what two places are called.
        #expect((Self.chosen([DemandPattern(place: ruled)], place: said) != nil) == fits)
    }

    private static func hours(_ deadlines: [DeadlineRule], isUrgent: Bool) -> Int? {
        Handled.table(RoutingRules(routes: [], deadlines: deadlines), taxonomy: taxonomy)
            .hours(for: .init(category: "city/roads", kind: .report, groups: [], place: nil), isUrgent: isUrgent)
    }

    @Test func whatIsUrgentIsDueAsItsOwnRulesSayElseAsOthersAre() {
        let deadlines = [
            DeadlineRule(pattern: DemandPattern(category: "city/roads"), hours: 72),
            DeadlineRule(pattern: DemandPattern(), isUrgent: true, hours: 4),
            DeadlineRule(pattern: DemandPattern(kind: .report), isUrgent: true, hours: 2),
        ]
        #expect(Self.hours(deadlines, isUrgent: false) == 72)
        #expect(Self.hours(deadlines, isUrgent: true) == 2)
        #expect(Self.hours(Array(deadlines.prefix(1)), isUrgent: true) == 72)
        #expect(Self.hours(Array(deadlines.dropFirst()), isUrgent: false) == nil)
        #expect(Self.hours([], isUrgent: true) == nil)
    }
}
