import EventLog
import EventSourcing
import Postgres
import Projectors
import Synchronization

/// A projector that cannot read what the test says, for as long as it says so.
struct Hindered<Base: PostgresProjector>: PostgresProjector {
    let base: Base
    let hindrance: Hindrance
    var isCommutative: Bool { hindrance.isCommutative ?? base.isCommutative }

    var name: String { base.name }
    var version: Int { base.version }
    var eventTypes: Set<String> { base.eventTypes }
    var boundaryTypes: Set<String> { base.boundaryTypes }
    var sharedTables: [String] { base.sharedTables }
    var comparedTables: [String] { base.comparedTables }

    func emptyDelta() -> Base.Delta { base.emptyDelta() }

    func fold(_ event: RecordedEvent, into delta: inout Base.Delta) throws(UndecodableEvent) {
        if let reason = hindrance.meet(event) { throw UndecodableEvent(event, reason) }
        try base.fold(event, into: &delta)
    }

    func apply(_ delta: Base.Delta, in context: ProjectionContext) async throws {
        if let error = hindrance.error { throw error }
        try await base.apply(delta, in: context)
    }
}

/// What hinders projectors at present.
final class Hindrance: Sendable {
    private struct State {
        var positions: Set<Position> = []
        var error: (any Error)?
        var onFold: (@Sendable (RecordedEvent) -> Void)?
    }

    private let state = Mutex(State())
    /// Nil: as the projector says.
    let isCommutative: Bool?

    init(isCommutative: Bool? = nil) {
        self.isCommutative = isCommutative
    }

    /// The events that cannot be read.
    func hinder(_ positions: Set<Position>) { state.withLock { $0.positions = positions } }

    /// What every write fails with; nil: nothing.
    func fail(_ error: (any Error)?) { state.withLock { $0.error = error } }

    /// Called for every event before it is folded.
    func onFold(_ body: (@Sendable (RecordedEvent) -> Void)?) { state.withLock { $0.onFold = body } }

    var error: (any Error)? { state.withLock { $0.error } }

    func meet(_ event: RecordedEvent) -> String? {
        let (isHindered, onFold) = state.withLock { ($0.positions.contains(event.position), $0.onFold) }
        onFold?(event)
        return isHindered ? "the test says so" : nil
    }

    /// All projectors of this version, or those named, hindered.
    func projectors(_ names: Set<String>? = nil) -> [any PostgresProjector] {
        AllProjectors.make().filter { names?.contains($0.name) ?? true }.map { hindered($0) }
    }

    private func hindered(_ base: some PostgresProjector) -> any PostgresProjector {
        Hindered(base: base, hindrance: self)
    }
}
