import EventSourcing
import Foundation
import Synchronization

/// What a projector keeps in memory while a rebuild runs through a log, so that it need not read it back.
///
/// One for each generation and tenant, with one value of a type; whatever is in it can be made again from the generation's
/// tables.
package final class ProjectionMemory: Sendable {
    private let values = Mutex<[ObjectIdentifier: any Sendable]>([:])
    private let filling: Mutex<Bool>

    package init(isFilling: Bool = false) {
        filling = Mutex(isFilling)
    }

    /// Whether what can be counted from other tables is left to the end.
    var isFilling: Bool { filling.withLock { $0 } }

    /// After it was settled.
    func isFilled() { filling.withLock { $0 = false } }

    /// What is kept, made when there is nothing yet.
    package func recall<Value: Sendable>(_ make: () async throws -> Value) async throws -> Value {
        if let known = known(Value.self) { return known }
        let made = try await make()
        values.withLock { $0[ObjectIdentifier(Value.self)] = made }
        return made
    }

    /// Whether it keeps what the tables do not tell yet.
    var isUsed: Bool { values.withLock { !$0.isEmpty } }

    /// What is kept; nil: nothing yet.
    package func known<Value: Sendable>(_: Value.Type = Value.self) -> Value? {
        values.withLock { $0[ObjectIdentifier(Value.self)] } as? Value
    }
}

/// A batch of a rebuild, which may hold many releases.
///
/// Its streams are touched between two releases only, and nothing but messages after the first release, so that what
/// stands at each release can be told from what stood before the batch and what stands after it.
package struct LoadedBatch: Sendable {
    package let memory: ProjectionMemory
    /// How many releases of the batch lie before the events of a stream; those that are not named: none.
    package let releasesBefore: [UUID: Int]
}

extension LoadedBatch {
    /// Cuts a batch so that it may hold several releases: it ends at the last one of them that still can be told apart.
    ///
    /// - Returns: for each stream the releases before it, when there are any.
    static func cut(_ events: inout [RecordedEvent], for projectors: [any PostgresProjector]) -> [UUID: Int] {
        let publishing = projectors.filter { !$0.boundaryTypes.isEmpty }
        let releaseTypes = publishing.reduce(into: Set<String>()) { $0.formUnion($1.boundaryTypes) }
        let types = publishing.reduce(into: Set<String>()) { $0.formUnion($1.eventTypes) }
        let apart = publishing.dropFirst().reduce(publishing.first?.separateStreamTypes ?? []) {
            $0.intersection($1.separateStreamTypes)
        }
        var places: [UUID: Int] = [:]
        var releases = 0
        var end: Int?
        var movesOthers = false
        for (index, event) in events.enumerated() where types.contains(event.type) {
            if releaseTypes.contains(event.type) {
                releases += 1
                end = index + 1
                if movesOthers { break }
                continue
            }
            if !apart.contains(event.stream.type) {
                // It may reach other streams: its batch ends at the first release, and it is in no batch behind one.
                if releases > 0 { break }
                movesOthers = true
            } else if let place = places[event.stream.id], place != releases {
                break
            }
            places[event.stream.id] = releases
        }
        if let end { events.removeSubrange(end...) }
        return places
    }
}

/// The memories of a rebuild.
final class ProjectionMemories: Sendable {
    private struct Key: Hashable {
        let generation: Int32
        let tenant: TenantID
    }

    private let memories = Mutex<[Key: ProjectionMemory]>([:])
    private let indexed = Mutex<Set<Int32>>([])
    private let fills: Bool

    /// - Parameter fills: generations that nobody reads: until each is settled for the first time, it may lack what can be
    ///   counted, and its late indexes.
    init(fills: Bool) {
        self.fills = fills
    }

    /// Whether a generation's late indexes are to be made now: once.
    func wantsIndexes(_ generation: Int32) -> Bool { fills && indexed.withLock { $0.insert(generation).inserted } }

    func memory(of generation: Int32, _ tenant: TenantID) -> ProjectionMemory {
        memories.withLock { memories in
            let key = Key(generation: generation, tenant: tenant)
            if let known = memories[key] { return known }
            let memory = ProjectionMemory(isFilling: fills)
            memories[key] = memory
            return memory
        }
    }
}
