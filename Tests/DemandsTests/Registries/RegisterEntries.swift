import Demands
import EventSourcing
import JSONText
import Testing

private let hill = Place(code: "hill", names: Names(["zh": "山", "en": "Hill"]))
private let lane = Place(code: "lane", names: Names(["en": "Lane"]), parent: "hill", size: 40)

private func state(_ events: Places.Event...) -> Places.State { Places.state(after: events) }

/// The pointers and codes of what is wrong, as `3 /parent tree_cycle`.
func refusals<D: RegistryDecider>(_: D.Type, _ command: D.Command, _ state: D.State) -> [String] {
    do {
        _ = try D.decide(command, state)
        return []
    } catch {
        guard case .invalid(let mistakes) = error else { return [error.code] }
        return mistakes.map { mistake in
            let line = mistake.line.map { "\($0) " } ?? ""
            return "\(line)\(mistake.error.pointer) \(mistake.error.code)"
        }
    }
}

@Suite struct RegisterEntries {
    @Test func aNewOneIsRegistered() throws {
        #expect(try Places.decide(.register(hill), Places.initialState) == [.registered(hill)])
        #expect(try Places.decide(.register(lane), state(.registered(hill))) == [.registered(lane)])
    }

    @Test func theSameAgainChangesNothing() throws {
        let present = state(.registered(hill))
        #expect(try Places.decide(.register(hill), present).isEmpty)
        #expect(try Places.decide(.put(hill), present).isEmpty)
        #expect(try Places.decide(.change(hill), present).isEmpty)
    }

    @Test func anotherUnderItsCodeIsRefused() {
        var other = hill
        other.size = 7
        #expect(throws: RegistryRejection.codeTaken("hill")) {
            try Places.decide(.register(other), state(.registered(hill)))
        }
    }

    @Test func putAndChangeBringAnotherForm() throws {
        var other = hill
        other.size = 7
        let present = state(.registered(hill))
        #expect(try Places.decide(.put(other), present) == [.changed(other)])
        #expect(try Places.decide(.change(other), present) == [.changed(other)])
        #expect(try Places.decide(.put(other), Places.initialState) == [.registered(other)])
    }

    @Test func whatIsNotThereCannotBeChanged() {
        #expect(throws: RegistryRejection.unknownCode("hill")) {
            try Places.decide(.change(hill), Places.initialState)
        }
    }

    @Test func theLastFormCountsAndTheOrderStays() {
        var other = hill
        other.size = 7
        let present = state(.registered(hill), .registered(lane), .changed(other))
        #expect(present.entries == [other, lane])
        #expect(present["hill"] == other)
        #expect(present["nowhere"] == nil)
    }

    @Test(arguments: [
        (Place(code: "", names: Names(["en": "x"])), ["/code bad_format"]),
        (Place(code: "Hill", names: Names(["en": "x"])), ["/code bad_format"]),
        (Place(code: "-hill", names: Names(["en": "x"])), ["/code bad_format"]),
        (Place(code: "in_person", names: Names(["en": "x"])), ["/code bad_format"]),
        (Place(code: String(repeating: "a", count: 65), names: Names(["en": "x"])), ["/code bad_format"]),
        (Place(code: "a", names: Names([:])), ["/names required"]),
        (Place(code: "a", names: Names(["": "x"])), ["/names/ bad_format"]),
        (Place(code: "a", names: Names(["e": "x"])), ["/names/e bad_format"]),
        (Place(code: "a", names: Names(["en_GB": "x"])), ["/names/en_GB bad_format"]),
        (Place(code: "a", names: Names(["en": "x", "EN": "y"])), ["/names/en duplicate"]),
        (Place(code: "a", names: Names(["en": " "])), ["/names/en blank"]),
        (Place(code: "a", names: Names(["en": "x\u{7}"])), ["/names/en not_allowed"]),
        (Place(code: "a", names: Names(["en": "x\ny"])), ["/names/en not_allowed"]),
        (Place(code: "a", names: Names(["en": String(repeating: "山", count: 201)])), ["/names/en too_long"]),
        (Place(code: "a", names: Names(["en": "x"]), parent: "B"), ["/parent bad_format"]),
        (Place(code: "a", names: Names(["en": "x"]), parent: "b"), ["/parent unknown_code"]),
        (Place(code: "a", names: Names(["en": "x"]), parent: "a"), ["/parent tree_cycle"]),
        (Place(code: "a", names: Names(["en": "x"]), aliases: ["b", "b"]), ["/aliases/1 duplicate"]),
        (Place(code: "a", names: Names(["en": "x"]), size: -1), ["/size out_of_range"]),
        (Place(code: "a", names: Names(["en": "x"]), size: 10_000_000_001), ["/size out_of_range"]),
    ])
    func refusesWhatNoEntryMayHold(_ place: Place, _ expected: [String]) {
        #expect(refusals(Places.self, .register(place), Places.initialState) == expected)
    }

    @Test func takesTheLongestOfEach() throws {
        let place = Place(
            code: "0" + String(repeating: "z", count: 63),
            names: Names(["zh-Hans-CN": String(repeating: "山", count: 200)]),
            size: 10_000_000_000
        )
        #expect(try Places.decide(.register(place), Places.initialState) == [.registered(place)])
    }

    @Test func organizationsNameGroupsThatNobodyRegisteredYet() throws {
        let union = Organization(
            code: "union",
            names: Names(["en": "Union"]),
            roles: [.responsible, .steward, .steward],
            represents: ["teachers", "drivers"],
            serves: ["retired"]
        )
        #expect(union.roles == [.steward, .responsible])
        #expect(union.represents == ["drivers", "teachers"])
        #expect(try Organizations.decide(.register(union), Organizations.initialState) == [.registered(union)])
        let wrong = Organization(code: "union", names: Names(["en": "Union"]), represents: ["A B"], serves: ["a", "a"])
        #expect(
            refusals(Organizations.self, .register(wrong), Organizations.initialState)
                == ["/represents/0 bad_format", "/serves/1 duplicate"]
        )
    }

    @Test func aRegistryHasAnEnd() {
        var present = Places.initialState
        for number in 0..<20_000 {
            Places.evolve(&present, .registered(Place(code: "p\(number)", names: Names(["en": "P"]))))
        }
        #expect(throws: RegistryRejection.full) { try Places.decide(.register(hill), present) }
        #expect(throws: Never.self) {
            try Places.decide(.put(Place(code: "p7", names: Names(["en": "Q"]))), present)
        }
    }
}
