import JSONText

/// How older stored forms of a context's events become the present ones: on read only, the log is never rewritten.
///
/// A type's steps stand in order: the first makes version 2 out of version 1. A type without steps is in version 1
/// still, so the number of steps says which version is written today. A step is pure and total; what it leaves out that
/// the present form demands, the decoder misses by name.
package struct Upcasts: Sendable {
    /// The members of version n as those of version n + 1.
    package typealias Step = @Sendable (JSONObject) -> JSONObject

    /// Of a context whose events are all in version 1.
    package static let none = Upcasts()

    private let steps: [String: [Step]]

    /// - Parameter steps: by stored type name, each name once.
    package init(_ steps: KeyValuePairs<String, [Step]> = [:]) {
        self.steps = Dictionary(uniqueKeysWithValues: steps.map { ($0.key, $0.value) })
    }

    /// The schema version in which a type is written today.
    package func presentVersion(of type: String) -> Int16 {
        1 + Int16(steps[type]?.count ?? 0)
    }

    /// The event in its type's present form, which it nearly always has already.
    func present(_ event: RecordedEvent) throws(UndecodableEvent) -> RecordedEvent {
        let present = presentVersion(of: event.type)
        guard event.schemaVersion != present else { return event }
        guard event.schemaVersion > 0 else {
            throw UndecodableEvent(event, "schema version \(event.schemaVersion) was never written")
        }
        guard event.schemaVersion < present, let steps = steps[event.type] else {
            throw UndecodableEvent(
                event,
                "schema version \(event.schemaVersion) was written by a newer Chorus; "
                    + "this one reads up to version \(present): run the newer one"
            )
        }
        var members = try Self.members(of: event)
        for step in steps[(Int(event.schemaVersion) - 1)...] { members = step(members) }
        return event.upcast(to: present, body: JSONValue.object(members).bytes)
    }

    private static func members(of event: RecordedEvent) throws(UndecodableEvent) -> JSONObject {
        let value: JSONValue
        do {
            // What was stored was let in before, under limits of then.
            value = try JSONValue.parse(event.body, limits: JSONLimits(maximumBytes: .max, maximumMembers: .max))
        } catch {
            throw UndecodableEvent(event, "its body is not JSON (\(error.reason))")
        }
        guard case .object(let members) = value else { throw UndecodableEvent(event, "its body is no JSON object") }
        return members
    }
}

extension RecordedEvent {
    fileprivate func upcast(to version: Int16, body: [UInt8]) -> RecordedEvent {
        RecordedEvent(
            position: position,
            stream: stream,
            version: self.version,
            type: type,
            schemaVersion: version,
            body: body,
            actor: actor,
            recordedAt: recordedAt
        )
    }
}
