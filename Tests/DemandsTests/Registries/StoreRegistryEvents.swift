import Demands
import EventSourcing
import Foundation
import Testing

private func recorded(_ type: String, _ body: String, schemaVersion: Int16 = 1) -> RecordedEvent {
    RecordedEvent(
        position: 7,
        stream: StreamID(type: "registry", id: UUID()),
        version: 1,
        type: type,
        schemaVersion: schemaVersion,
        body: Array(body.utf8),
        actor: "test",
        recordedAt: Timestamp(microsecondsSince1970: 0)
    )
}

private let newer =
    "schema version 2 was written by a newer Chorus; this one reads up to version 1: run the newer one"

/// Stored forms: these bytes are in logs and are read for ever.
@Suite struct StoreRegistryEvents {
    private func check<Event: EventPayload & Equatable>(_ event: Event, _ type: String, _ body: String) throws {
        #expect(String(decoding: event.encoded.body, as: UTF8.self) == body)
        #expect(event.encoded.type == type)
        #expect(event.encoded.schemaVersion == 1)
        #expect(try Event(decoding: recorded(type, body)) == event)
    }

    @Test func organizationsAsTheseBytesAndBack() throws {
        let union = Organization(
            code: "union",
            names: Names(["zh": "工会", "en": "Union"]),
            parent: "federation",
            roles: [.steward, .responsible],
            represents: ["drivers"],
            serves: ["teachers"]
        )
        let body =
            #"{"code":"union","names":{"en":"Union","zh":"工会"},"parent":"federation","#
            + #""roles":["steward","responsible"],"represents":["drivers"],"serves":["teachers"]}"#
        try check(Organizations.Event.registered(union), "OrganizationRegistered", body)
        try check(Organizations.Event.changed(union), "OrganizationChanged", body)
    }

    @Test func placesAsTheseBytesAndBack() throws {
        try check(
            Places.Event.registered(Place(code: "hill", names: Names(["en": "Hill"]), aliases: ["H"], size: 40)),
            "PlaceRegistered",
            #"{"code":"hill","names":{"en":"Hill"},"aliases":["H"],"size":40}"#
        )
        try check(
            Places.Event.changed(Place(code: "hill", names: Names(["en": "Hill"]), parent: "town")),
            "PlaceChanged",
            #"{"code":"hill","names":{"en":"Hill"},"parent":"town","aliases":[]}"#
        )
    }

    @Test func groupsAsTheseBytesAndBack() throws {
        let drivers = Group(code: "drivers", names: Names(["en": "Drivers"]), ties: [.school, .place], aliases: ["d"])
        let body = #"{"code":"drivers","names":{"en":"Drivers"},"ties":["place","school"],"aliases":["d"]}"#
        try check(GroupsEvent.entry(.registered(drivers)), "GroupRegistered", body)
        try check(GroupsEvent.entry(.changed(drivers)), "GroupChanged", body)
        try check(
            GroupsEvent.recognised(GroupRecognised(name: "司机", group: "drivers")),
            "GroupRecognised",
            #"{"name":"司机","group":"drivers"}"#
        )
        try check(
            GroupsEvent.merged(GroupsMerged(from: "couriers", into: "drivers")),
            "GroupsMerged",
            #"{"from":"couriers","into":"drivers"}"#
        )
    }

    @Test func channelsAsTheseBytesAndBack() throws {
        let kiosk = ListedChannel(code: "kiosk", names: Names(["en": "Kiosk"]))
        let body = #"{"code":"kiosk","names":{"en":"Kiosk"}}"#
        try check(ChannelsEvent.entry(.registered(kiosk)), "ChannelAdded", body)
        try check(ChannelsEvent.entry(.changed(kiosk)), "ChannelChanged", body)
        try check(ChannelsEvent.retired(ChannelRetired(code: "kiosk")), "ChannelRetired", #"{"code":"kiosk"}"#)
    }

    @Test func namesAreOrderedByTheBytesOfTheirTags() {
        let names = Names(["zh": "c", "en-GB": "b", "Zh": "a", "en": "d"])
        #expect(names.all.map(\.language) == ["Zh", "en", "en-GB", "zh"])
    }

    @Test(arguments: [
        ("GroupRegistered", #"{"code":"a","ties":[]}"#, Int16(1), "names is no object"),
        (
            "GroupRegistered", #"{"code":"a","names":{"en":1},"ties":[],"aliases":[]}"#, 1,
            "names holds something else than texts"
        ),
        (
            "GroupRegistered", #"{"code":"a","names":{"en":"x"},"ties":["blood"],"aliases":[]}"#, 1,
            "tie blood is unknown"
        ),
        ("GroupChanged", "{}", 2, newer),
        ("GroupsMerged", "{}", 2, newer),
        ("GroupsMerged", #"{"from":"a"}"#, 1, "into is missing"),
        ("PlaceRegistered", "{}", 1, "this is no event of this registry"),
    ])
    func namesWhatCannotBeRead(_ type: String, _ body: String, _ version: Int16, _ reason: String) {
        do {
            _ = try GroupsEvent(decoding: recorded(type, body, schemaVersion: version))
            Issue.record("was read")
        } catch {
            #expect(error.reason == reason)
        }
    }
}
