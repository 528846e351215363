import Demands
import EventSourcing
import Foundation
import Surveys
import Topics

/// The event that a golden file holds, written out by hand.
struct Expectation: Sendable, CustomStringConvertible {
    let name: String
    /// Its type's stored names and upcasts come from here.
    let context: any EventPayload.Type
    /// Whether reading these bytes gives the event.
    let matches: @Sendable ([UInt8]) throws -> Bool
    /// The event as it is written today.
    let encoded: @Sendable () -> NewEvent

    init<Event: EventPayload & Equatable>(_ name: String, _ event: Event) {
        self.name = name
        context = Event.self
        matches = { try Event(decoding: Self.recorded(name, $0)) == event }
        encoded = { event.encoded }
    }

    var description: String { name }

    private static func recorded(_ name: String, _ body: [UInt8]) throws -> RecordedEvent {
        guard let parts = GoldenName(name) else { throw NoGoldenName(name: name) }
        return RecordedEvent(
            position: 1,
            stream: StreamID(type: parts.context, id: UUID()),
            version: 1,
            type: parts.type,
            schemaVersion: parts.version,
            body: body,
            actor: "test",
            recordedAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    struct NoGoldenName: Error {
        let name: String
    }

    static let all = messages + handling + models + topics + briefs + registries + others + surveys
}

/// Every event enum, by the folder of its golden files. A test finds one that is missing here.
let contexts: [(folder: String, payloads: [any EventPayload.Type])] = [
    (
        "demands",
        [
            MessageEvent.self, Organizations.Event.self, Places.Event.self, GroupsEvent.self, ChannelsEvent.self,
            ModelEvent.self, ReleasePublished.self, RoutingPublished.self, TaxonomyPublished.self, PersonForgotten.self,
            TenantEvent.self,
        ]
    ),
    ("surveys", [SurveyEvent.self]),
    ("topics", [TopicBookEvent.self, TopicSupported.self, BriefEvent.self]),
]

/// What `contexts` write today.
let storedTypes: Set<GoldenRules.StoredType> = {
    var types: Set<GoldenRules.StoredType> = []
    for context in contexts {
        for payload in context.payloads {
            for type in payload.types {
                let version = payload.upcasts.presentVersion(of: type)
                types.insert(.init(context: context.folder, type: type, presentVersion: version))
            }
        }
    }
    return types
}()
