import EventSourcing
import JSONText

/// A tenant's rules of who is responsible for which demands and by when an answer is due: published as a whole, version
/// after version.
package enum Routing: Decider {
    /// Of the one stream that each tenant has.
    package static let streamType = "routing"

    package static let maximumRules = 5_000
    /// All of them are read whenever the rules change.
    package static let maximumVersions = 1_000
    /// Hours in ten years.
    package static let maximumHours = 87_600

    package enum Command: Sendable {
        /// Makes these the rules from now on; demands that nobody has taken up are routed anew.
        case publish(RoutingRules)
    }

    package typealias State = RoutingPublished?

    package static var initialState: State { nil }

    package static func decide(_ command: Command, _ state: State) throws(RoutingRejection) -> [RoutingPublished] {
        switch command {
        case .publish(let rules):
            guard rules.routes.count <= maximumRules, rules.deadlines.count <= maximumRules else {
                throw .tooManyRules(max(rules.routes.count, rules.deadlines.count))
            }
            guard state?.rules != rules else { return [] }
            guard (state?.version ?? 0) < maximumVersions else { throw .tooManyVersions }
            return [RoutingPublished(version: (state?.version ?? 0) + 1, rules: rules)]
        }
    }

    package static func evolve(_ state: inout State, _ event: RoutingPublished) { state = event }
}

/// What a demand must be for a rule to fit. What is nil fits every demand.
package struct DemandPattern: Sendable, Equatable {
    /// A code of the taxonomy; demands of categories below it fit too.
    package var category: String?
    package var kind: DemandKind?
    /// A group's code, or its name as messages give it.
    package var group: String?
    /// A place's code, or its name as messages give it; places below a registered one fit too.
    package var place: String?

    package init(category: String? = nil, kind: DemandKind? = nil, group: String? = nil, place: String? = nil) {
        self.category = category
        self.kind = kind
        self.group = group
        self.place = place
    }
}

/// Who is responsible for demands that fit.
package struct RoutingRule: Sendable, Equatable {
    package var pattern: DemandPattern
    /// Must act and reply.
    package var responsible: String
    /// Stands for the group; nil: the same organization.
    package var steward: String?
    /// Whether it makes a demand urgent.
    package var isUrgent: Bool

    package init(pattern: DemandPattern, responsible: String, steward: String? = nil, isUrgent: Bool = false) {
        self.pattern = pattern
        self.responsible = responsible
        self.steward = steward
        self.isUrgent = isUrgent
    }
}

/// By when demands that fit must be answered.
package struct DeadlineRule: Sendable, Equatable {
    package var pattern: DemandPattern
    /// Whether it is for urgent demands; the others are for those that are not.
    package var isUrgent: Bool
    /// From when it occurred, else from when it came in.
    package var hours: Int

    package init(pattern: DemandPattern, isUrgent: Bool = false, hours: Int) {
        self.pattern = pattern
        self.isUrgent = isUrgent
        self.hours = hours
    }
}

/// Everything that a tenant says about routing.
package struct RoutingRules: Sendable, Equatable {
    /// In the order of whoever wrote them: of rules that fit equally well the first one holds.
    package var routes: [RoutingRule]
    package var deadlines: [DeadlineRule]
    /// Ids of the keys that may read demands of kind `report`; each of their readings is recorded.
    package var reportReaders: [String]

    package init(routes: [RoutingRule], deadlines: [DeadlineRule] = [], reportReaders: [String] = []) {
        self.routes = routes
        self.deadlines = deadlines
        self.reportReaders = reportReaders
    }
}

/// A version of the routing rules, whole: it replaces the one before.
package struct RoutingPublished: EventPayload, Equatable {
    /// Stored name: never renamed.
    package static let name = "RoutingPublished"

    package static var types: Set<String> { [name] }

    /// From 1 within the tenant.
    package var version: Int
    package var rules: RoutingRules

    package init(version: Int, rules: RoutingRules) {
        self.version = version
        self.rules = rules
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        guard event.type == Self.name else { throw body.unreadable("this is no routing that this version knows") }
        version = try body.int("version")
        var routes: [RoutingRule] = []
        for rule in try body.objects("routes") {
            routes.append(
                RoutingRule(
                    pattern: try DemandPattern(rule),
                    responsible: try rule.string("responsible"),
                    steward: try rule.optionalString("steward"),
                    isUrgent: try rule.flag("urgent")
                )
            )
        }
        var deadlines: [DeadlineRule] = []
        for rule in try body.objects("deadlines") {
            deadlines.append(
                DeadlineRule(
                    pattern: try DemandPattern(rule),
                    isUrgent: try rule.flag("urgent"),
                    hours: try rule.int("hours")
                )
            )
        }
        rules = RoutingRules(
            routes: routes,
            deadlines: deadlines,
            reportReaders: body.has("reportReaders") ? try body.strings("reportReaders") : []
        )
    }

    package var encoded: NewEvent {
        .version1(Self.name) { json in
            json.field("version", version)
            rules.write(to: &json)
        }
    }
}

extension RoutingRules {
    /// Its members, as the event holds them and the door shows them.
    package func write(to json: inout JSONWriter) {
        json.array("routes", of: routes) { json, rule in
            json.object { json in
                rule.pattern.write(to: &json)
                json.field("responsible", rule.responsible)
                json.field("steward", ifPresent: rule.steward)
                if rule.isUrgent { json.field("urgent", true) }
            }
        }
        json.array("deadlines", of: deadlines) { json, rule in
            json.object { json in
                rule.pattern.write(to: &json)
                if rule.isUrgent { json.field("urgent", true) }
                json.field("hours", rule.hours)
            }
        }
        if !reportReaders.isEmpty { json.field("reportReaders", reportReaders) }
    }
}

extension DemandPattern {
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        category = try body.optionalString("category")
        kind = try body.kind()
        group = try body.optionalString("group")
        place = try body.optionalString("place")
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("category", ifPresent: category)
        json.field("kind", ifPresent: kind?.rawValue)
        json.field("group", ifPresent: group)
        json.field("place", ifPresent: place)
    }
}

/// What the domain refuses about routing rules.
package enum RoutingRejection: Rejection, Equatable {
    case tooManyRules(Int)
    case tooManyVersions

    package var code: String {
        switch self {
        case .tooManyRules: "too-many-rules"
        case .tooManyVersions: "too-many-versions"
        }
    }

    package var detail: String {
        switch self {
        case .tooManyRules(let count):
            "there are \(count) rules; routing has at most \(Routing.maximumRules) routes and as many deadlines. "
                + "Nothing was published"
        case .tooManyVersions:
            "the routing has \(Routing.maximumVersions) versions; more are not kept. Nothing was published"
        }
    }

    package var isStateConflict: Bool { self == .tooManyVersions }
}
