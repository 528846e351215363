import Demands
import EventSourcing

extension TestBoard {
    /// Says a message anew, all of it, as its sender would.
    func amend(
        _ stream: StreamID,
        category: String? = nil,
        person: String? = nil,
        at: String? = "2020-01-02T08:00:00+08:00",
        channel: String = "web",
        organization: String? = nil,
        place: String? = nil,
        groups: [GroupLink] = [],
        kind: DemandKind? = nil,
        support: Int = 0
    ) async throws {
        _ = try await store.execute(
            Submission(
                tenant: Self.tenant,
                stream: stream,
                person: person.map { PersonReference(source: "test", reference: $0) },
                actor: "test"
            ) { known in
                let state = try Message.state(after: known.history)
                let content = FeedbackReceived(
                    coordinates: MessageCoordinates(
                        channel: channel,
                        source: "test",
                        occurredAt: at.flatMap { Timestamp(rfc3339: $0) },
                        organization: organization,
                        place: place,
                        groups: groups,
                        reportedSupport: support,
                        person: known.personToken
                    ),
                    text: PassageLink(number: state.lastPassage + 1, commitment: "00")
                )
                let command = ReceiveFeedback(
                    received: content,
                    kind: kind,
                    category: category.map { GivenCategory(code: $0) },
                    allowedChannels: ["web", "forum"],
                    repeatsStoredRequest: false,
                    onChange: .amend
                )
                return Decision(events: try Message.decide(.receive(command), state).map(\.encoded))
            }
        )
    }
}
