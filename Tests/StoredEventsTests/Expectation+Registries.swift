import Demands
import EventSourcing

private let union = Organization(
    code: "union",
    names: Names(["en": "Union", "zh": "工会"]),
    parent: "federation",
    roles: [.steward, .responsible],
    represents: ["drivers"],
    serves: ["teachers", "writers"]
)
private let bareUnion = Organization(code: "union", names: Names(["zh": "工会"]))

private let hill = Place(
    code: "hill",
    names: Names(["en": "Hill", "zh": "山"]),
    parent: "town",
    aliases: ["The \"Hill\"", "山上"],
    size: 40
)
private let bareHill = Place(code: "hill", names: Names(["en": "Hill"]))

private let drivers = Group(
    code: "drivers",
    names: Names(["en": "Drivers", "zh": "司机"]),
    ties: [.place, .school, .occupation, .affinity, .other],
    aliases: ["d"],
    size: 1_200
)
private let bareDrivers = Group(code: "drivers", names: Names(["en": "Drivers"]))

private let kiosk = ListedChannel(code: "kiosk_2", names: Names(["en": "Kiosk", "zh": "服务台"]))

extension Expectation {
    static let registries: [Expectation] = [
        .init("demands/OrganizationRegistered.v1.full", Organizations.Event.registered(union)),
        .init("demands/OrganizationRegistered.v1.bare", Organizations.Event.registered(bareUnion)),
        .init("demands/OrganizationChanged.v1.full", Organizations.Event.changed(union)),
        .init("demands/OrganizationChanged.v1.bare", Organizations.Event.changed(bareUnion)),
        .init("demands/PlaceRegistered.v1.full", Places.Event.registered(hill)),
        .init("demands/PlaceRegistered.v1.bare", Places.Event.registered(bareHill)),
        .init("demands/PlaceChanged.v1.full", Places.Event.changed(hill)),
        .init("demands/PlaceChanged.v1.bare", Places.Event.changed(bareHill)),
        .init("demands/GroupRegistered.v1.full", GroupsEvent.entry(.registered(drivers))),
        .init("demands/GroupRegistered.v1.bare", GroupsEvent.entry(.registered(bareDrivers))),
        .init("demands/GroupChanged.v1.full", GroupsEvent.entry(.changed(drivers))),
        .init("demands/GroupChanged.v1.bare", GroupsEvent.entry(.changed(bareDrivers))),
        .init(
            "demands/GroupRecognised.v1",
            GroupsEvent.recognised(GroupRecognised(name: "的哥", group: "drivers"))
        ),
        .init("demands/GroupsMerged.v1", GroupsEvent.merged(GroupsMerged(from: "couriers", into: "drivers"))),
        .init("demands/ChannelAdded.v1", ChannelsEvent.entry(.registered(kiosk))),
        .init("demands/ChannelChanged.v1", ChannelsEvent.entry(.changed(kiosk))),
        .init("demands/ChannelRetired.v1", ChannelsEvent.retired(ChannelRetired(code: "kiosk_2"))),
    ]

    /// Releases, taxonomies, persons, tenants.
    static let others: [Expectation] = [
        .init("demands/ReleasePublished.v1.automatic", ReleasePublished(release: 3, reason: .automatic, k: 5)),
        .init("demands/ReleasePublished.v1.manual", ReleasePublished(release: 1, reason: .manual, k: 2)),
        .init(
            "demands/TaxonomyPublished.v1",
            TaxonomyPublished(
                version: 2,
                categories: [
                    Category(code: "roads", names: ["en": "Roads", "zh": "道路"], keywords: ["pothole", "路灯"]),
                    Category(code: "roads/lamps", parent: "roads", names: ["en": "Lamps"]),
                ]
            )
        ),
        .init(
            "demands/TaxonomyPublished.v1.changes",
            TaxonomyPublished(
                version: 3,
                categories: [
                    Category(code: "roads", names: ["en": "Roads"]), Category(code: "lamps", names: ["en": "Lamps"]),
                ],
                changes: [
                    CategoryChange(.rename, ["roads/lamps"], to: ["lamps"]),
                    CategoryChange(.split, ["道路"], to: ["roads", "lamps"], undecided: "unclassified"),
                    CategoryChange(.retire, ["a", "b"]),
                ]
            )
        ),
        .init("demands/PersonForgotten.v1", PersonForgotten(messages: 7)),
        .init(
            "demands/TenantCreated.v1",
            TenantEvent.created(TenantSettings(code: "town-1", timeZone: "Asia/Shanghai", language: "zh", k: 5))
        ),
    ]
}
