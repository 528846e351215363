import Demands
import EventSourcing
import Testing

private func group(_ code: String) -> Group { Group(code: code, names: Names(["en": code]), ties: [.occupation]) }

private let drivers = Groups.Event.entry(.registered(group("drivers")))
private let couriers = Groups.Event.entry(.registered(group("couriers")))
private let riders = Groups.Event.entry(.registered(group("riders")))
private let merged = Groups.Event.merged(GroupsMerged(from: "couriers", into: "drivers"))

@Suite struct RecogniseGroups {
    private let recognised = Groups.Event.recognised(GroupRecognised(name: "骑手", group: "couriers"))

    @Test func aNameCountsAsTheGroup() throws {
        let state = Groups.state(after: [couriers])
        #expect(try Groups.decide(.recognise(name: "骑手", group: "couriers"), state) == [recognised])
    }

    @Test func onceMoreChangesNothing() throws {
        let state = Groups.state(after: [couriers, recognised])
        #expect(try Groups.decide(.recognise(name: "骑手", group: "couriers"), state).isEmpty)
        #expect(state.group(recognised: "骑手") == "couriers")
        #expect(state.group(recognised: "rider") == nil)
    }

    @Test func theLastRecognitionWins() throws {
        let again = Groups.Event.recognised(GroupRecognised(name: "骑手", group: "drivers"))
        let before = Groups.state(after: [couriers, drivers, recognised])
        #expect(try Groups.decide(.recognise(name: "骑手", group: "drivers"), before) == [again])
        let state = Groups.state(after: [couriers, drivers, recognised, again])
        #expect(state.group(recognised: "骑手") == "drivers")
        #expect(state.recognised == [GroupRecognised(name: "骑手", group: "drivers")])
    }

    @Test func namesAreComparedByTheirBytes() throws {
        let state = Groups.state(after: [
            couriers, .recognised(GroupRecognised(name: "caf\u{E9}", group: "couriers")),
        ])
        #expect(try Groups.decide(.recognise(name: "cafe\u{301}", group: "couriers"), state).count == 1)
    }

    @Test func refusesUnknownAndMergedGroupsAndEmptyNames() {
        let state = Groups.state(after: [couriers, drivers, merged])
        #expect(throws: RegistryRejection.unknownCode("nobody")) {
            try Groups.decide(.recognise(name: "x", group: "nobody"), state)
        }
        #expect(throws: RegistryRejection.merged("couriers", into: "drivers")) {
            try Groups.decide(.recognise(name: "x", group: "couriers"), state)
        }
        #expect(refusals(Groups.self, .recognise(name: " ", group: "drivers"), state) == ["/name blank"])
        #expect(refusals(Groups.self, .recognise(name: "a\u{0}", group: "drivers"), state) == ["/name not_allowed"])
    }
}

@Suite struct MergeGroups {
    @Test func oneIntoAnother() throws {
        let state = Groups.state(after: [couriers, drivers])
        #expect(try Groups.decide(.merge(from: "couriers", into: "drivers"), state) == [merged])
    }

    @Test func allThatLedToItLeadsToTheOtherThroughChains() {
        let state = Groups.state(after: [
            couriers, drivers, riders, .recognised(GroupRecognised(name: "骑手", group: "couriers")), merged,
            .merged(GroupsMerged(from: "drivers", into: "riders")),
        ])
        #expect(state.merged("couriers") == "drivers")
        #expect(state.present("couriers") == "riders")
        #expect(state.group(recognised: "骑手") == "riders")
        #expect(state.merged("riders") == nil)
    }

    @Test func refusesItselfTheMergedTheUnknownAndASecondTime() {
        let state = Groups.state(after: [couriers, drivers, riders, merged])
        #expect(refusals(Groups.self, .merge(from: "riders", into: "riders"), state) == ["merges-into-itself"])
        #expect(refusals(Groups.self, .merge(from: "riders", into: "couriers"), state) == ["group-merged"])
        #expect(refusals(Groups.self, .merge(from: "couriers", into: "drivers"), state) == ["group-merged"])
        #expect(refusals(Groups.self, .merge(from: "nobody", into: "drivers"), state) == ["unknown-code"])
        #expect(refusals(Groups.self, .merge(from: "riders", into: "nobody"), state) == ["/into unknown_code"])
    }

    @Test func aMergedGroupStaysAsItWas() throws {
        let state = Groups.state(after: [couriers, drivers, merged])
        var other = group("couriers")
        other.size = 3
        #expect(throws: RegistryRejection.merged("couriers", into: "drivers")) {
            try Groups.decide(.entries(.put(other)), state)
        }
        #expect(try Groups.decide(.entries(.put(group("couriers"))), state).isEmpty)
        #expect(
            refusals(Groups.self, .entries(.importAll([RegistryLine(2, other)])), state) == ["2 /code not_allowed"]
        )
    }
}

@Suite struct RetireChannels {
    private let original = ["web", "forum"]
    private let kiosk = ListedChannel(code: "kiosk", names: Names(["en": "Kiosk"]))

    @Test func theListIsTheOriginalOnesAndThoseAddedLessThoseRetired() throws {
        let state = Channels.state(after: [
            .entry(.registered(kiosk)), .entry(.registered(ListedChannel(code: "web", names: Names(["en": "Web"])))),
            .retired(ChannelRetired(code: "forum")),
        ])
        #expect(state.open(original: original) == ["web", "kiosk"])
        #expect(state.all(original: original) == ["web", "forum", "kiosk"])
    }

    @Test func originalAndAddedOnesOnce() throws {
        let retire = Channels.Command.retire("forum", original: original)
        #expect(try Channels.decide(retire, Channels.initialState) == [.retired(ChannelRetired(code: "forum"))])
        let state = Channels.state(after: [.entry(.registered(kiosk)), .retired(ChannelRetired(code: "forum"))])
        #expect(try Channels.decide(retire, state).isEmpty)
        #expect(
            try Channels.decide(.retire("kiosk", original: original), state)
                == [.retired(ChannelRetired(code: "kiosk"))]
        )
    }

    @Test func refusesUnknownOnesAndTheLastOne() {
        #expect(throws: RegistryRejection.unknownCode("fax")) {
            try Channels.decide(.retire("fax", original: original), Channels.initialState)
        }
        let state = Channels.state(after: [.retired(ChannelRetired(code: "forum"))])
        #expect(throws: RegistryRejection.lastChannel) {
            try Channels.decide(.retire("web", original: original), state)
        }
    }

    @Test func aRetiredOneComesBackWhenItIsRegisteredAgain() throws {
        var state = Channels.state(after: [.entry(.registered(kiosk)), .retired(ChannelRetired(code: "kiosk"))])
        #expect(throws: RegistryRejection.unknownCode("kiosk")) {
            try Channels.decide(.entries(.change(kiosk)), state)
        }
        let events = try Channels.decide(.entries(.register(kiosk)), state)
        #expect(events == [.entry(.registered(kiosk))])
        for event in events { Channels.evolve(&state, event) }
        #expect(state.open(original: original) == ["web", "forum", "kiosk"])
    }

    @Test func codesOfChannelsMayHaveUnderscores() throws {
        let channel = ListedChannel(code: "in_person", names: Names(["en": "In person"]))
        #expect(try Channels.decide(.entries(.put(channel)), Channels.initialState) == [.entry(.registered(channel))])
    }
}
