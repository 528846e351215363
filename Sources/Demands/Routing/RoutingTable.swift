import EventSourcing

/// Routing rules ready to be asked, with the registries that they name as these are at present.
///
/// Of the rules that fit, the one holds whose category lies deepest in the taxonomy; among those the one that names a kind, then
/// a group, then the deepest place; among those the first. A demand for which no rule of its own category fits is so routed by
/// that of the category above.
package struct RoutingTable: Sendable {
    /// What rules are chosen by.
    package struct Subject: Sendable {
        package var category: String
        package var kind: DemandKind?
        package var groups: [String]
        package var place: String?

        package init(category: String, kind: DemandKind?, groups: [String], place: String?) {
            self.category = category
            self.kind = kind
            self.groups = groups
            self.place = place
        }

        /// A demand as it is.
        package init(_ demand: Message.State.Demand) {
            self.init(
                category: demand.category,
                kind: demand.kind,
                groups: demand.groups.map(\.name),
                place: demand.place
            )
        }
    }

    package let version: Int
    package let organizations: OrganizationTree
    private let rules: RoutingRules
    private let categories: [String: String]
    private let places: [String: String]
    private let placeNames: NameIndex
    private let groupNames: NameIndex
    /// Groups that names were recognised as, by the name's key.
    private let recognised: [String: String]
    private let groups: Groups.State

    package init(
        _ published: RoutingPublished,
        taxonomy: TaxonomyPublished?,
        organizations: OrganizationTree,
        groups: Groups.State,
        places: Registry<Place>
    ) {
        version = published.version
        rules = published.rules
        self.organizations = organizations
        self.groups = groups
        categories = Self.parents(taxonomy?.categories.map { ($0.code, $0.parent) } ?? [])
        self.places = Self.parents(places.entries.map { ($0.code, $0.parent) })
        placeNames = NameIndex(places.entries.map { ($0.code, [$0.code] + $0.names.all.map(\.text) + $0.aliases) })
        // A name of several groups leads to one of them once these are merged.
        groupNames = NameIndex(
            groups.registry.entries.map {
                (groups.present($0.code), [$0.code] + $0.names.all.map(\.text) + $0.aliases)
            }
        )
        recognised = groups.recognised.reduce(into: [:]) { $0[NameKey.of($1.name)] = groups.present($1.group) }
    }

    /// The rule that holds; nil: none fits.
    package func rule(for subject: Subject) -> RoutingRule? {
        best(rules.routes, \.pattern, subject)
    }

    /// Hours from when it occurred to when an answer is due; nil: no rule says so.
    package func hours(for subject: Subject, isUrgent: Bool) -> Int? {
        // What is urgent is due as the rules for urgent demands say, else as others are.
        if isUrgent, let rule = best(rules.deadlines.filter(\.isUrgent), \.pattern, subject) { return rule.hours }
        return best(rules.deadlines.filter { !$0.isUrgent }, \.pattern, subject)?.hours
    }

    private func best<Rule>(_ rules: [Rule], _ pattern: (Rule) -> DemandPattern, _ subject: Subject) -> Rule? {
        let groups = Set(subject.groups.map(group))
        let place = subject.place.map(self.place)
        var best: (rule: Rule, fit: [Int])?
        for rule in rules {
            guard let fit = fit(pattern(rule), subject, groups, place) else { continue }
            if let known = best, !known.fit.lexicographicallyPrecedes(fit) { continue }
            best = (rule, fit)
        }
        return best?.rule
    }

    /// How closely a pattern fits, compared in this order; nil: not at all.
    private func fit(_ pattern: DemandPattern, _ subject: Subject, _ groups: Set<Named>, _ place: Named?) -> [Int]? {
        var fit = [0, 0, 0, 0]
        if let category = pattern.category {
            guard categories.upwards(from: subject.category).contains(category) else { return nil }
            fit[0] = categories.upwards(from: category).count
        }
        if let kind = pattern.kind {
            guard kind == subject.kind else { return nil }
            fit[1] = 1
        }
        if let name = pattern.group {
            guard groups.contains(group(name)) else { return nil }
            fit[2] = 1
        }
        if let name = pattern.place {
            let wanted = self.place(name)
            guard let place, isWithin(place, wanted) else { return nil }
            fit[3] = depth(wanted)
        }
        return fit
    }

    /// What a name leads to, as on the boards.
    private func group(_ name: String) -> Named {
        if let recognised = recognised[NameKey.of(name)] { return .code(recognised) }
        if groups.registry[name] != nil { return .code(groups.present(name)) }
        return groupNames.code(name).map(Named.code) ?? .words(NameKey.of(name))
    }

    private func place(_ name: String) -> Named {
        if placeNames.isCode(name) { return .code(name) }
        return placeNames.code(name).map(Named.code) ?? .words(NameKey.of(name))
    }

    private func isWithin(_ place: Named, _ top: Named) -> Bool {
        guard case .code(let code) = place, case .code(let above) = top else { return place == top }
        return places.upwards(from: code).contains(above)
    }

    /// From 1 at the top.
    private func depth(_ place: Named) -> Int {
        guard case .code(let code) = place else { return 1 }
        return places.upwards(from: code).count
    }

    private static func parents(_ entries: [(code: String, parent: String?)]) -> [String: String] {
        entries.reduce(into: [:]) { parents, entry in parents[entry.code] = entry.parent }
    }
}

/// Where a name leads. What nothing is registered for, or several are, is no code that happens to be spelt so.
private enum Named: Hashable {
    case code(String)
    /// As names are compared.
    case words(String)
}

/// Which code a name stands for; none where several entries are called the same.
private struct NameIndex: Sendable {
    private var codes: Set<String> = []
    private var byName: [String: String?] = [:]

    init(_ entries: [(code: String, names: [String])]) {
        for (code, names) in entries {
            codes.insert(code)
            for key in Set(names.map(NameKey.of)) {
                if let known = byName[key], known != code {
                    byName[key] = .some(nil)
                } else {
                    byName[key] = .some(code)
                }
            }
        }
    }

    func isCode(_ name: String) -> Bool { codes.contains(name) }

    func code(_ name: String) -> String? { byName[NameKey.of(name)] ?? nil }
}
