import Demands
import EventSourcing
import Foundation
import Testing

/// A message that came in on 2 March 2020, and the organizations that may answer it.
enum Handled {
    /// `0a1b2c3d-4e5f-4061-8283-94a5b6c7d8e9`
    static let message = UUID(
        uuid: (0x0A, 0x1B, 0x2C, 0x3D, 0x4E, 0x5F, 0x40, 0x61, 0x82, 0x83, 0x94, 0xA5, 0xB6, 0xC7, 0xD8, 0xE9)
    )
    static let demand = DemandID(message: message, number: 1)
    static let other = DemandID(message: message, number: 2)

    static let receivedAt = time("2020-03-02T08:00:00Z")
    static let now = time("2020-03-05T08:00:00Z")

    /// city > works > lamps; city > schools; union.
    static let tree = OrganizationTree(organizations)

    static let organizations: Registry<Organization> = {
        var registry = Registry<Organization>()
        for (code, parent) in [
            ("city", nil), ("works", "city"), ("lamps", "works"), ("schools", "city"), ("union", nil),
        ] as [(String, String?)] {
            registry.evolve(.registered(Organization(code: code, names: Names(["en": code]), parent: parent)))
        }
        return registry
    }()

    static let words = PassageLink(number: 2, commitment: "ab")

    static func time(_ text: String) -> Timestamp {
        guard let time = Timestamp(rfc3339: text) else { fatalError("\(text) is no time") }
        return time
    }

    /// The message after that happened to its demand 1; a demand 2 is there too.
    static func state(
        _ events: [HandlingEvent] = [],
        opened: DemandOpened = DemandOpened(demand: 1),
        occurredAt: Timestamp? = nil,
        further: [MessageEvent] = []
    ) -> Message.State {
        Message.state(
            after: [
                .received(
                    FeedbackReceived(
                        coordinates: MessageCoordinates(channel: "web", occurredAt: occurredAt),
                        text: PassageLink(number: 1, commitment: "ab")
                    )
                ),
                .demandOpened(opened), .demandOpened(DemandOpened(demand: 2)),
            ] + further + events.map(MessageEvent.handled)
        )
    }

    static func decide(
        _ action: HandleDemand.Action,
        _ state: Message.State,
        demand: DemandID = demand,
        actor: String = "key:a",
        organization: String? = nil,
        rules: RoutingTable? = nil,
        now: Timestamp = now
    ) throws(MessageRejection) -> [HandlingEvent] {
        let command = HandleDemand(
            demand,
            action,
            actor: actor,
            organization: organization,
            rules: rules,
            now: now,
            receivedAt: receivedAt
        )
        return try Message.decide(.handle(command), state).map { event in
            guard case .handled(let handled) = event else { fatalError("\(event) is no step to an answer") }
            return handled
        }
    }

    /// Why it is refused; nil when it is not.
    static func refusal(
        _ action: HandleDemand.Action,
        _ state: Message.State,
        actor: String = "key:a"
    ) -> HandlingRejection? {
        do throws(MessageRejection) {
            _ = try decide(action, state, actor: actor)
            return nil
        } catch {
            guard case .handling(let rejection) = error else { return nil }
            return rejection
        }
    }

    // What happened

    static func routed(
        _ responsible: String?,
        steward: String? = nil,
        _ method: DemandRoute.Method = .rules,
        version: Int? = nil,
        due: Timestamp? = nil,
        isUrgent: Bool = false,
        reason: PassageLink? = nil
    ) -> HandlingEvent {
        .routed(
            DemandRouted(
                demand: 1,
                route: DemandRoute(
                    responsible: responsible,
                    steward: steward ?? responsible,
                    method: method,
                    rulesVersion: version
                ),
                due: due,
                isUrgent: isUrgent,
                reason: reason
            )
        )
    }

    static let answered = HandlingEvent.replied(
        DemandReplied(demand: 1, organization: "works", text: words, isSubstantive: true)
    )
    static let refused = HandlingEvent.refused(DemandRefused(demand: 1, by: nil, reason: words))
    static let duplicate = HandlingEvent.duplicateMarked(DuplicateMarked(demand: 1, of: other))
    static let reopened = HandlingEvent.reopened(
        DemandReopened(demand: 1, by: .person, reason: nil, due: nil)
    )

    /// What leads to each state, in the order of the states.
    static let waysThere: [(state: HandlingState, events: [HandlingEvent])] = [
        (.received, []),
        (.accepted, [.accepted(demand: 1)]),
        (.inProgress, [.started(demand: 1)]),
        (.answered, [answered]),
        (.closed, [answered, .closed(demand: 1)]),
        (.refused, [refused]),
        (.duplicate, [duplicate]),
        (.reopened, [answered, reopened]),
    ]

    // What is wished

    static let reply = HandleDemand.Action.reply(
        GivenReply(organization: "works", text: words, isSubstantive: true)
    )
    static let acknowledge = HandleDemand.Action.reply(
        GivenReply(organization: "works", text: words, isSubstantive: false)
    )
    static let judge = HandleDemand.Action.judge(GivenJudgement(isSolved: true, isSatisfied: nil, by: .person))

    /// Rules without patterns: everything goes to that organization.
    static func rules(_ responsible: String, version: Int = 1, isUrgent: Bool = false, hours: Int? = nil)
        -> RoutingTable
    {
        table(
            RoutingRules(
                routes: [RoutingRule(pattern: DemandPattern(), responsible: responsible, isUrgent: isUrgent)],
                deadlines: hours.map { [DeadlineRule(pattern: DemandPattern(), hours: $0)] } ?? []
            ),
            version: version
        )
    }

    static func table(
        _ rules: RoutingRules,
        version: Int = 1,
        taxonomy: [Demands.Category] = [],
        groups: Groups.State = Groups.initialState,
        places: Registry<Place> = Registry()
    ) -> RoutingTable {
        RoutingTable(
            RoutingPublished(version: version, rules: rules),
            taxonomy: TaxonomyPublished(version: 1, categories: taxonomy),
            organizations: tree,
            groups: groups,
            places: places
        )
    }
}
