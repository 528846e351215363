/// A module that folds events into a read model: a name, a version, and a pure fold.
///
/// `fold` has no I/O and gathers what a batch of events changes; the delta is then written by one set-based `apply`
/// (EventLog's `PostgresProjector`), in the transaction that also moves the checkpoint.
package protocol Projector: Sendable {
    associatedtype Delta: Sendable

    /// Stable, snake_case; also the name of its SQL folder.
    var name: String { get }

    /// Raised when the same events give other rows than before; the engine then wants a rebuild.
    var version: Int { get }

    /// The stored type names that it folds; all others are passed over.
    var eventTypes: Set<String> { get }

    /// Events after which a live batch must end, because the rows at exactly that position matter (a release). A rebuild's
    /// batch may hold several, under the conditions of `LoadedBatch`.
    var boundaryTypes: Set<String> { get }

    func emptyDelta() -> Delta

    /// - Throws: `UndecodableEvent`; the delta is unchanged then.
    func fold(_ event: RecordedEvent, into delta: inout Delta) throws(UndecodableEvent)
}

extension Projector {
    package var boundaryTypes: Set<String> { [] }
}
