/// Three pure functions: what a thing is at first, what a command makes happen, what an event changes.
///
/// No clock, no random, no I/O: time and ids come in with the command, so that everything replays.
package protocol Decider {
    associatedtype Command: Sendable
    associatedtype Event: EventPayload
    associatedtype State: Sendable
    associatedtype Refusal: Rejection

    static var initialState: State { get }

    /// The events that the command makes happen; none when it changes nothing.
    static func decide(_ command: Command, _ state: State) throws(Refusal) -> [Event]

    static func evolve(_ state: inout State, _ event: Event)
}

extension Decider {
    /// Folds a stream's events into its present state.
    package static func state(after events: some Sequence<Event>) -> State {
        var state = initialState
        for event in events { evolve(&state, event) }
        return state
    }

    /// Folds a stream's stored events into its present state.
    package static func state(after history: [RecordedEvent]) throws(UndecodableEvent) -> State {
        var state = initialState
        for recorded in history { evolve(&state, try Event(decoding: recorded)) }
        return state
    }
}

/// The domain says no: a fact about the command, never about the machinery.
///
/// A rejection stored nothing; the same command is decided again when it comes again.
package protocol Rejection: Error, Sendable {
    /// Stable, machine-readable: `already-withdrawn`.
    var code: String { get }
    /// What was wrong and what to do, for people; never holds words of the person who spoke.
    var detail: String { get }
    /// Whether the state of the thing stands against it (409), rather than the command itself (422).
    var isStateConflict: Bool { get }
}
