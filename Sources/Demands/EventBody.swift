import EventSourcing
import Foundation
import JSONText

/// Reads the members of a stored event body; every miss is an `UndecodableEvent` that names the member.
package struct EventBody {
    private let event: RecordedEvent
    private let members: JSONObject

    /// What was stored was let in before: a taxonomy is longer than the public door's bodies.
    private static let limits = JSONLimits(maximumBytes: .max, maximumMembers: .max)

    package init(_ event: RecordedEvent) throws(UndecodableEvent) {
        self.event = event
        let value: JSONValue
        do {
            value = try JSONValue.parse(event.body, limits: Self.limits)
        } catch {
            throw UndecodableEvent(event, "its body is not JSON (\(error.reason))")
        }
        guard case .object(let members) = value else { throw UndecodableEvent(event, "its body is no JSON object") }
        self.members = members
    }

    private init(event: RecordedEvent, members: JSONObject) {
        self.event = event
        self.members = members
    }

    package func unreadable(_ reason: String) -> UndecodableEvent { UndecodableEvent(event, reason) }

    package func has(_ name: String) -> Bool { members[name] != nil }

    /// In the order written.
    package var memberNames: [String] { members.members.map(\.key) }

    package func optionalString(_ name: String) throws(UndecodableEvent) -> String? {
        guard let value = members[name] else { return nil }
        guard case .string(let text) = value else { throw unreadable("\(name) is no string") }
        return text
    }

    package func string(_ name: String) throws(UndecodableEvent) -> String {
        guard let text = try optionalString(name) else { throw unreadable("\(name) is missing") }
        return text
    }

    package func optionalInt(_ name: String) throws(UndecodableEvent) -> Int? {
        guard let value = members[name] else { return nil }
        guard case .number(let number) = value, let int = number.int else { throw unreadable("\(name) is no integer") }
        return int
    }

    package func int(_ name: String) throws(UndecodableEvent) -> Int {
        guard let int = try optionalInt(name) else { throw unreadable("\(name) is missing") }
        return int
    }

    package func optionalBool(_ name: String) throws(UndecodableEvent) -> Bool? {
        guard let value = members[name] else { return nil }
        guard let flag = value.bool else { throw unreadable("\(name) is neither true nor false") }
        return flag
    }

    /// Written only when it is true.
    package func flag(_ name: String) throws(UndecodableEvent) -> Bool { try optionalBool(name) ?? false }

    package func int16(_ name: String) throws(UndecodableEvent) -> Int16 {
        guard let small = Int16(exactly: try int(name)) else { throw unreadable("\(name) is out of range") }
        return small
    }

    package func optionalConfidence(_ name: String) throws(UndecodableEvent) -> Confidence? {
        guard let value = members[name] else { return nil }
        guard case .number(let number) = value, let confidence = Confidence(literal: number.text) else {
            throw unreadable("\(name) is no number from 0 to 1 with at most four decimals")
        }
        return confidence
    }

    package func confidence(_ name: String) throws(UndecodableEvent) -> Confidence {
        guard let confidence = try optionalConfidence(name) else { throw unreadable("\(name) is missing") }
        return confidence
    }

    package func optionalTimestamp(_ name: String) throws(UndecodableEvent) -> Timestamp? {
        guard let text = try optionalString(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else { throw unreadable("\(name) is no RFC 3339 time") }
        return time
    }

    package func optionalUUID(_ name: String) throws(UndecodableEvent) -> UUID? {
        guard let text = try optionalString(name) else { return nil }
        guard let id = UUID(uuidString: text) else { throw unreadable("\(name) is no UUID") }
        return id
    }

    package func object(_ name: String) throws(UndecodableEvent) -> EventBody {
        guard case .object(let inner)? = members[name] else { throw unreadable("\(name) is no object") }
        return EventBody(event: event, members: inner)
    }

    /// The objects of an array; none when the member is absent.
    package func objects(_ name: String) throws(UndecodableEvent) -> [EventBody] {
        guard let value = members[name] else { return [] }
        guard case .array(let values) = value else { throw unreadable("\(name) is no array") }
        var bodies: [EventBody] = []
        for value in values {
            guard case .object(let inner) = value else { throw unreadable("\(name) holds something else than objects") }
            bodies.append(EventBody(event: event, members: inner))
        }
        return bodies
    }

    /// The members of an object of texts, in the order written.
    package func texts(_ name: String) throws(UndecodableEvent) -> [(name: String, text: String)] {
        var texts: [(name: String, text: String)] = []
        for (key, value) in try object(name).members.members {
            guard case .string(let text) = value else { throw unreadable("\(name) holds something else than texts") }
            texts.append((key, text))
        }
        return texts
    }

    package func strings(_ name: String) throws(UndecodableEvent) -> [String] {
        guard case .array(let values)? = members[name] else { throw unreadable("\(name) is no array") }
        var texts: [String] = []
        for value in values {
            guard case .string(let text) = value else { throw unreadable("\(name) holds something else than strings") }
            texts.append(text)
        }
        return texts
    }
}

extension NewEvent {
    /// A body in schema version 1, written member by member in a fixed order.
    package static func version1(_ type: String, _ write: (inout JSONWriter) -> Void) -> NewEvent {
        version(1, type, write)
    }

    /// A body in that schema version: the one that the type's upcasts lead to.
    package static func version(_ version: Int16, _ type: String, _ write: (inout JSONWriter) -> Void) -> NewEvent {
        var json = JSONWriter()
        json.object(write)
        return NewEvent(type: type, schemaVersion: version, body: json.bytes)
    }
}
