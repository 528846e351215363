import Demands
import EventSourcing
import Foundation
import Topics

/// What happens to demands on their way to an answer.
extension TestBoard {
    /// council, with transport and schools below it, buses below transport; union stands alone.
    static let organizations: [(code: String, parent: String?)] = [
        ("council", nil), ("transport", "council"), ("buses", "transport"), ("schools", "council"), ("union", nil),
    ]

    static var tree: OrganizationTree {
        var registry = Organizations.initialState
        for event in organizationEvents { Organizations.evolve(&registry, event) }
        return OrganizationTree(registry)
    }

    private static var organizationEvents: [RegistryEvent<Organization>] {
        organizations.map { code, parent in
            .registered(Organization(code: code, names: Names(["en": code]), parent: parent, roles: [.responsible]))
        }
    }

    func registerOrganizations() async throws {
        _ = try await append(Self.organizationEvents.map(\.encoded), to: .only(Organizations.streamType))
    }

    func handle(
        _ message: StreamID,
        _ action: HandleDemand.Action,
        demand: Int16 = 1,
        now: String = "2020-12-31T00:00:00Z"
    ) async throws {
        let time = try Self.time(now)
        let command = HandleDemand(
            DemandID(message: message.id, number: demand),
            action,
            actor: "key:desk",
            now: time,
            receivedAt: time
        )
        try await execute(.handle(command), message)
    }

    func assign(_ message: StreamID, to organization: String, hours: Int? = nil, steward: String? = nil) async throws {
        try await handle(
            message,
            .assign(responsible: organization, steward: steward, hours: hours, reason: nil, Self.tree)
        )
    }

    func reply(
        _ message: StreamID,
        at: String? = nil,
        isSubstantive: Bool = true,
        by organization: String? = nil,
        topic: String? = nil
    ) async throws {
        let reply = GivenReply(
            organization: organization,
            text: Self.words,
            isSubstantive: isSubstantive,
            repliedAt: try at.map(Self.time),
            topic: topic
        )
        try await handle(message, .reply(reply))
    }

    func judge(_ message: StreamID, solved: Bool?, satisfied: Bool?, synthetic: Bool = false) async throws {
        let judgement = GivenJudgement(isSolved: solved, isSatisfied: satisfied, by: .person, isSynthetic: synthetic)
        try await handle(message, .judge(judgement))
    }

    /// As the finder does.
    func link(_ message: StreamID, to topic: String?, opened position: Position) async throws {
        let link = DemandLinked(
            demand: 1,
            position: position,
            topic: topic,
            method: "topics-1.1",
            confidence: Confidence(0.8)
        )
        try await execute(.link(link), message)
    }

    /// Where the message's first demand was opened.
    func opened(_ message: StreamID) async throws -> Position {
        let events = try await store.history(of: message, tenant: Self.tenant)
        return events.first { $0.type == MessageEvent.Name.demandOpened }?.position ?? 0
    }

    /// An organization words what these topics ask for.
    func draftBrief(of topics: [Position], _ brief: StreamID) async throws {
        let counts = BriefCounts(
            demands: 1,
            messages: 1,
            people: 1,
            unidentified: 0,
            supporters: 0,
            reportedSupport: 0,
            firstAt: try Self.time("2020-03-02T08:00:00Z"),
            lastAt: try Self.time("2020-03-02T08:00:00Z")
        )
        let draft = BriefDrafted(
            organization: "union",
            title: Self.words,
            text: Self.words,
            topics: topics.map { BriefTopic(topic: .founded($0), counts: counts) },
            all: counts,
            position: 1,
            projectorVersion: 1
        )
        _ = try await append([BriefEvent.drafted(draft).encoded], to: brief)
    }

    func deliver(_ brief: StreamID) async throws {
        let delivery = BriefDelivered(recipient: .named(Self.words), deliveredAt: try Self.time("2020-04-01T00:00:00Z"))
        _ = try await append([BriefEvent.delivered(delivery).encoded], to: brief)
    }

    func decide(_ brief: StreamID, _ outcome: BriefOutcomeRecorded.Outcome) async throws {
        let recorded = BriefOutcomeRecorded(
            outcome: outcome,
            words: nil,
            decidedAt: try Self.time("2020-05-01T00:00:00Z")
        )
        _ = try await append([BriefEvent.outcomeRecorded(recorded).encoded], to: brief)
    }

    /// The reviewer of tenant `one` becomes that organization's; nil: the whole tenant's again.
    func reviewFor(_ organization: String?) async throws {
        try await operators.execute(
            """
            UPDATE access.logins
            SET organization = \(organization)
            WHERE audience = 'reviewer'
                AND tenant_id = 1
            """
        )
    }

    static let words = PassageLink(number: 9, commitment: "00")

    struct NoTime: Error {}

    static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: text) else { throw NoTime() }
        return time
    }
}
