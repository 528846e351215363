import EventSourcing
import Foundation
import JSONText

/// What analysts see: everything before a release's own position, published under the rule of k people.
package enum Releases: Decider {
    package static let streamType = "releases"

    package struct Command: Sendable {
        package var reason: ReleaseReason
        /// The release that the count below starts from; when another one came since, this one is superfluous.
        package var after: Int
        /// Persons who spoke, whose messages changed, who were answered or judged an answer, since the last release, as a read
        /// model counts them.
        package var peopleSinceLast: Int
        package var k: Int

        package init(reason: ReleaseReason, after: Int, peopleSinceLast: Int, k: Int) {
            self.reason = reason
            self.after = after
            self.peopleSinceLast = peopleSinceLast
            self.k = k
        }
    }

    package struct State: Sendable, Equatable {
        package var last = 0
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(ReleaseRejection) -> [ReleasePublished] {
        guard command.after == state.last else { return [] }
        guard command.peopleSinceLast >= command.k else {
            throw ReleaseRejection(people: command.peopleSinceLast, k: command.k, last: state.last)
        }
        return [ReleasePublished(release: state.last + 1, reason: command.reason, k: command.k)]
    }

    package static func evolve(_ state: inout State, _ event: ReleasePublished) {
        state.last = event.release
    }
}

/// Why a release was made.
package enum ReleaseReason: String, Sendable {
    case manual
    case automatic
}

/// Covers exactly the events before its own position.
package struct ReleasePublished: EventPayload, Equatable {
    /// Stored name: never renamed.
    package static let name = "ReleasePublished"

    package static var types: Set<String> { [name] }

    /// From 1 within the tenant.
    package var release: Int
    package var reason: ReleaseReason
    /// The threshold that holds for it.
    package var k: Int

    package init(release: Int, reason: ReleaseReason, k: Int) {
        self.release = release
        self.reason = reason
        self.k = k
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        guard event.type == Self.name, let reason = ReleaseReason(rawValue: try body.string("reason"))
        else { throw body.unreadable("this is no release that this version knows") }
        self.init(release: try body.int("release"), reason: reason, k: try body.int("k"))
    }

    package var encoded: NewEvent {
        .version1(Self.name) { json in
            json.field("release", release)
            json.field("reason", reason.rawValue)
            json.field("k", k)
        }
    }
}

/// What happened since the last release concerns fewer than k people: publishing would point at them.
package struct ReleaseRejection: Rejection, Equatable {
    package let people: Int
    package let k: Int
    package let last: Int

    package init(people: Int, k: Int, last: Int) {
        self.people = people
        self.k = k
        self.last = last
    }

    package var code: String { "too-few-people" }

    package var detail: String {
        let since = last == 0 ? "so far" : "since release \(last)"
        return
            "\(people) people have spoken, were answered or judged an answer \(since); a release needs at least \(k), so that it "
            + "points at nobody. Nothing was published"
    }

    package var isStateConflict: Bool { true }
}
