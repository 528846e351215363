import EventSourcing
import Foundation
import JSONText
import Testing

/// A context whose one event was stored in three forms: `{"lamp":"7"}`, then the lamp as a number, then with its street.
private enum LampEvent: EventPayload, Equatable {
    case lit(lamp: Int, street: String)

    static var types: Set<String> { ["LampLit"] }

    static let upcasts = Upcasts([
        "LampLit": [
            { members in
                JSONObject(
                    members.members.map { name, value in
                        guard name == "lamp", let number = value.string.flatMap({ Int($0) }) else {
                            return (name, value)
                        }
                        return (name, .number(JSONNumber(number)))
                    }
                )
            },
            { members in JSONObject(members.members + [("street", .string("unknown"))]) },
        ]
    ])

    init(present event: RecordedEvent) throws(UndecodableEvent) {
        guard event.type == "LampLit", let body = try? JSONValue.parse(event.body) else {
            throw UndecodableEvent(event, "this is no event of a lamp")
        }
        guard let lamp = body["lamp"]?.int else { throw UndecodableEvent(event, "lamp is no integer") }
        guard let street = body["street"]?.string else { throw UndecodableEvent(event, "street is missing") }
        self = .lit(lamp: lamp, street: street)
    }

    var encoded: NewEvent {
        switch self {
        case .lit(let lamp, let street):
            NewEvent(
                type: "LampLit",
                schemaVersion: 3,
                body: JSONWriter.object { json in
                    json.field("lamp", lamp)
                    json.field("street", street)
                }
            )
        }
    }
}

@Suite struct UpcastEvents {
    private func recorded(_ body: String, _ version: Int16, type: String = "LampLit") -> RecordedEvent {
        RecordedEvent(
            position: 4,
            stream: StreamID(type: "lamp", id: UUID()),
            version: 2,
            type: type,
            schemaVersion: version,
            body: Array(body.utf8),
            actor: "test",
            recordedAt: Timestamp(microsecondsSince1970: 0)
        )
    }

    private func refusal(_ event: RecordedEvent) -> String? {
        do {
            _ = try LampEvent(decoding: event)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(arguments: [
        (Int16(1), #"{"lamp":"7"}"#, LampEvent.lit(lamp: 7, street: "unknown")),
        (2, #"{"lamp":7}"#, .lit(lamp: 7, street: "unknown")),
        (3, #"{"lamp":7,"street":"Hill"}"#, .lit(lamp: 7, street: "Hill")),
    ])
    fileprivate func readsEveryVersionEverWritten(_ version: Int16, _ body: String, _ event: LampEvent) throws {
        #expect(try LampEvent(decoding: recorded(body, version)) == event)
    }

    @Test func writesTheVersionThatTheStepsLeadTo() throws {
        let event = LampEvent.lit(lamp: 7, street: "Hill")
        #expect(LampEvent.upcasts.presentVersion(of: "LampLit") == 3)
        #expect(LampEvent.upcasts.presentVersion(of: "LampBroken") == 1)
        #expect(event.encoded.schemaVersion == 3)
        let stored = String(decoding: event.encoded.body, as: UTF8.self)
        #expect(try LampEvent(decoding: recorded(stored, 3)) == event)
    }

    @Test func leavesTheStoredEventAsItIs() throws {
        let event = recorded(#"{"lamp":"7"}"#, 1)
        _ = try LampEvent(decoding: event)
        #expect(event.schemaVersion == 1 && event.body == Array(#"{"lamp":"7"}"#.utf8))
    }

    @Test func readsNoVersionOfANewerChorus() {
        #expect(
            refusal(recorded(#"{"lamp":7,"street":"Hill"}"#, 4))
                == "schema version 4 was written by a newer Chorus; this one reads up to version 3: run the newer one"
        )
        #expect(refusal(recorded("{}", 0)) == "schema version 0 was never written")
        #expect(refusal(recorded("{}", -1)) == "schema version -1 was never written")
    }

    @Test(arguments: [
        (Int16(1), "[]", "its body is no JSON object"), (1, "{", "its body is not JSON"),
        (1, #"{"lamp":"seven"}"#, "lamp is no integer"), (3, #"{"lamp":7}"#, "street is missing"),
    ])
    func namesWhatCannotBeRead(_ version: Int16, _ body: String, _ reason: String) {
        #expect(refusal(recorded(body, version))?.hasPrefix(reason) == true)
    }

    @Test func knowsOnlyItsOwnEvents() {
        #expect(refusal(recorded("{}", 1, type: "LampBroken")) == "this is no event of a lamp")
    }
}
