import Demands
import EventSourcing
import Foundation
import JSONText

/// What the test's tenant registers: events as the registries store them.
extension TestBoard {
    private func append(_ type: String, to stream: String, tenant: TenantID, _ body: (inout JSONWriter) -> Void)
        async throws
    {
        let event = NewEvent.version1(type, body)
        _ = try await store.execute(
            Submission(tenant: tenant, stream: .only(stream), actor: "test") { _ in Decision(events: [event]) }
        )
    }

    func registerPlace(
        _ code: String,
        _ names: KeyValuePairs<String, String>,
        aliases: [String] = [],
        parent: String? = nil,
        size: Int? = nil,
        again: Bool = false,
        tenant: TenantID = TestBoard.tenant
    ) async throws {
        try await append(again ? "PlaceChanged" : "PlaceRegistered", to: "places", tenant: tenant) { json in
            json.field("code", code)
            json.object("names") { json in for (language, name) in names { json.field(language, name) } }
            if let parent { json.field("parent", parent) }
            json.field("aliases", aliases)
            if let size { json.field("size", size) }
        }
    }

    func registerGroup(
        _ code: String,
        _ names: KeyValuePairs<String, String>,
        ties: [String] = ["occupation"],
        aliases: [String] = [],
        size: Int? = nil,
        again: Bool = false
    ) async throws {
        try await append(again ? "GroupChanged" : "GroupRegistered", to: "groups", tenant: Self.tenant) { json in
            json.field("code", code)
            json.object("names") { json in for (language, name) in names { json.field(language, name) } }
            json.field("ties", ties)
            json.field("aliases", aliases)
            if let size { json.field("size", size) }
        }
    }

    func recognise(_ name: String, as group: String) async throws {
        try await append("GroupRecognised", to: "groups", tenant: Self.tenant) { json in
            json.field("name", name)
            json.field("group", group)
        }
    }

    func merge(_ from: String, into: String) async throws {
        try await append("GroupsMerged", to: "groups", tenant: Self.tenant) { json in
            json.field("from", from)
            json.field("into", into)
        }
    }

    func registerOrganization(_ code: String, _ names: KeyValuePairs<String, String>) async throws {
        try await append("OrganizationRegistered", to: "organizations", tenant: Self.tenant) { json in
            json.field("code", code)
            json.object("names") { json in for (language, name) in names { json.field(language, name) } }
            json.field("roles", ["steward"])
            json.field("represents", [String]())
            json.field("serves", [String]())
        }
    }

    func changeChannel(_ event: String, _ code: String, _ names: KeyValuePairs<String, String> = [:]) async throws {
        try await append(event, to: "channels", tenant: Self.tenant) { json in
            json.field("code", code)
            if event != "ChannelRetired" {
                json.object("names") { json in for (language, name) in names { json.field(language, name) } }
            }
        }
    }

    func publishTaxonomy(_ categories: [Demands.Category], version: Int = 1) async throws {
        let event = TaxonomyPublished(version: version, categories: categories).encoded
        _ = try await store.execute(
            Submission(tenant: Self.tenant, stream: .only("taxonomy"), actor: "test") { _ in Decision(events: [event]) }
        )
    }

    /// A response to a survey, with demands in the words of some of its answers.
    func respond(
        _ stream: StreamID,
        person: String? = nil,
        at: String = "2020-01-02T08:00:00+08:00",
        channel: String = "web",
        place: String? = nil,
        groups: [GroupLink] = [],
        demands: [DemandOpened] = []
    ) async throws {
        let time = Timestamp(rfc3339: at)
        _ = try await store.execute(
            Submission(
                tenant: Self.tenant,
                stream: stream,
                likelyNew: true,
                person: person.map { PersonReference(source: "test", reference: $0) },
                actor: "test"
            ) { known in
                let response = ResponseSubmitted(
                    survey: UUID(),
                    surveyVersion: 1,
                    coordinates: MessageCoordinates(
                        channel: channel,
                        occurredAt: time,
                        place: place,
                        groups: groups,
                        person: known.personToken
                    ),
                    answers: []
                )
                let command = SubmitResponse(
                    submitted: response,
                    demands: demands.map { SubmitResponse.Demand(opened: $0, category: nil) },
                    allowedChannels: [channel],
                    repeatsStoredRequest: true
                )
                return Decision(
                    events: try Message.decide(.submit(command), Message.state(after: known.history)).map(\.encoded)
                )
            }
        )
    }

    static func response() -> StreamID { StreamID(type: Message.responseStreamType, id: UUID()) }
}
