import Demands
import Testing

@Suite struct PublishRouting {
    private static let rules = RoutingRules(routes: [RoutingRule(pattern: DemandPattern(), responsible: "city")])

    private static func publish(
        _ rules: RoutingRules,
        after version: Int? = nil,
        _ present: RoutingRules = rules
    ) throws(RoutingRejection) -> [RoutingPublished] {
        try Routing.decide(.publish(rules), version.map { RoutingPublished(version: $0, rules: present) })
    }

    @Test func versionsCountFromOne() throws {
        #expect(try Self.publish(Self.rules) == [RoutingPublished(version: 1, rules: Self.rules)])
        let none = RoutingRules(routes: [])
        #expect(try Self.publish(none, after: 1) == [RoutingPublished(version: 2, rules: none)])
    }

    @Test func theSameAgainIsNothing() throws {
        #expect(try Self.publish(Self.rules, after: 3) == [])
        #expect(try Self.publish(Self.rules, after: 1_000) == [])
    }

    @Test func theOrderIsContent() throws {
        let other = RoutingRule(pattern: DemandPattern(), responsible: "works")
        let one = RoutingRules(routes: Self.rules.routes + [other])
        let two = RoutingRules(routes: [other] + Self.rules.routes)
        #expect(try Self.publish(two, after: 1, one).count == 1)
    }

    @Test func refusesTooMany() throws {
        let routes = Array(repeating: Self.rules.routes[0], count: 5_001)
        let deadlines = Array(repeating: DeadlineRule(pattern: DemandPattern(), hours: 1), count: 5_002)
        #expect(throws: RoutingRejection.tooManyRules(5_001)) { try Self.publish(RoutingRules(routes: routes)) }
        #expect(throws: RoutingRejection.tooManyRules(5_002)) {
            try Self.publish(RoutingRules(routes: routes, deadlines: deadlines))
        }
        #expect(try Self.publish(RoutingRules(routes: Array(routes.dropLast()))).count == 1)
        #expect(throws: RoutingRejection.tooManyVersions) {
            try Self.publish(RoutingRules(routes: []), after: 1_000)
        }
    }

    @Test func saysWhatIsWrong() {
        let many = RoutingRejection.tooManyRules(5_001)
        #expect(many.code == "too-many-rules" && !many.isStateConflict)
        #expect(
            many.detail
                == "there are 5001 rules; routing has at most 5000 routes and as many deadlines. Nothing was published"
        )
        let versions = RoutingRejection.tooManyVersions
        #expect(versions.code == "too-many-versions" && versions.isStateConflict)
        #expect(versions.detail == "the routing has 1000 versions; more are not kept. Nothing was published")
    }
}
