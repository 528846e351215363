import EventSourcing
import Foundation
import Logging
import Postgres

/// One projector at work on one of its generations.
struct ProjectionRun: Sendable {
    let projector: any PostgresProjector
    let generation: Int32
}

/// One batch of the log for every projector that stands at its beginning: read and decoded once, folded by each, and
/// written by each in a transaction of its own that moves its checkpoint; all or nothing.
struct ProjectionStep: Sendable {
    let pool: PostgresPool
    let files: SchemaFiles
    let logger: Logger
    /// Events of one batch; any size gives the same rows.
    var batchSize = 4000
    /// How many projectors fold and write at the same time, in batches of at most `calm` events; one in larger ones.
    var width = 1
    var calm: Int
    /// Whether what comes behind a batch is read while it is written.
    var readsAhead = true
    /// Of a rebuild: batches hold many releases.
    var memories: ProjectionMemories?
    private let statistics = GenerationStatistics()
    private let ahead = LogAhead()

    init(
        pool: PostgresPool,
        files: SchemaFiles,
        logger: Logger,
        batchSize: Int = 4000,
        width: Int = 1,
        calm: Int = .max,
        readsAhead: Bool = true,
        memories: ProjectionMemories? = nil
    ) {
        self.pool = pool
        self.files = files
        self.logger = logger
        self.batchSize = batchSize
        self.width = width
        self.calm = calm
        self.readsAhead = readsAhead
        self.memories = memories
    }

    /// What became of each run of a step.
    struct Outcome: Sendable {
        /// Where the batch ended.
        let position: Position
        /// By place in the runs given; nil: it moved.
        let errors: [(any Error)?]
    }

    /// Takes one batch from `position` on, up to `target` at most; a batch ends at every release.
    ///
    /// - Parameter parked: what is parked, by generation; grows. A run that failed must not go on with it.
    /// - Returns: nil when the log has nothing there.
    func advance(
        _ runs: [ProjectionRun],
        tenant: TenantID,
        from position: Position,
        to target: Position,
        parked: inout ParkedStreams
    ) async throws -> Outcome? {
        var events = try await ahead.events(of: stretch(tenant, after: position, to: target), from: pool)
        let boundaries = runs.reduce(into: Set<String>()) { $0.formUnion($1.projector.boundaryTypes) }
        var releasesBefore: [UUID: Int] = [:]
        if memories != nil {
            releasesBefore = LoadedBatch.cut(&events, for: runs.map(\.projector))
        } else if let boundary = events.firstIndex(where: { boundaries.contains($0.type) }) {
            events.removeSubrange((boundary + 1)...)
        }
        guard let end = events.last?.position else { return nil }
        if readsAhead, end < target { ahead.read(stretch(tenant, after: end, to: target), from: pool) }
        let width = events.count <= calm ? self.width : 1
        let writes = await prepare(runs, events, parked, width)
        for write in writes { for stream in write.parkedStreams { parked.park(stream, write.generation) } }
        let errors = await write(writes, tenant, from: position, to: end, releasesBefore, width)
        // The next batch of a rebuild is planned with them; readers of a live generation do not wait.
        if memories != nil { await isGathered() }
        return Outcome(position: end, errors: errors)
    }

    /// Waits until the statistics that are due are gathered.
    func isGathered() async { await statistics.isGathered() }

    private func stretch(_ tenant: TenantID, after position: Position, to target: Position) -> LogStretch {
        LogStretch(tenant: tenant, after: position, last: min(position + Int64(batchSize), target))
    }

    /// What one run writes; nothing when the batch has no event for it.
    private struct Write: Sendable {
        let projector: String
        let generation: Int32
        /// Of operators, before the batch was read.
        let decisions: Int32
        let newlyParked: [UndecodableEvent]
        let parkedStreams: [StreamID]
        let apply: (@Sendable (ProjectionContext) async throws -> Void)?

        var isIdle: Bool { apply == nil && newlyParked.isEmpty }
    }

    /// Folds a batch for every run, so many of them at the same time; in the order of the runs.
    private func prepare(
        _ runs: [ProjectionRun],
        _ events: [RecordedEvent],
        _ parked: ParkedStreams,
        _ width: Int
    ) async -> [Write] {
        if width <= 1 { return runs.map { prepare($0.projector, $0.generation, events, parked) } }
        return await runs.mapped(width) { prepare($0.projector, $0.generation, events, parked) }
    }

    private func prepare<P: PostgresProjector>(
        _ projector: P,
        _ generation: Int32,
        _ events: [RecordedEvent],
        _ known: ParkedStreams
    ) -> Write {
        var parked = known
        var delta = projector.emptyDelta()
        var isEmpty = true
        var newlyParked: [UndecodableEvent] = []
        var parkedStreams: [StreamID] = []
        for event in events where projector.eventTypes.contains(event.type) {
            if parked.contains(event.stream, generation) { continue }
            if parked.decisions.skips(event, projector.name) { continue }
            do {
                try projector.fold(event, into: &delta)
                isEmpty = false
            } catch {
                parked.park(event.stream, generation)
                newlyParked.append(error)
                parkedStreams.append(event.stream)
                logger.error(
                    "an event cannot be read; its stream is parked",
                    metadata: [
                        "projector": "\(projector.name)", "stream": "\(event.stream)",
                        "position": "\(event.position)", "reason": "\(error.reason)",
                    ]
                )
            }
        }
        let folded = delta
        let apply: @Sendable (ProjectionContext) async throws -> Void = { context in
            try await projector.apply(folded, in: context)
        }
        return Write(
            projector: projector.name,
            generation: generation,
            decisions: parked.decisions.count(generation),
            newlyParked: newlyParked,
            parkedStreams: parkedStreams,
            apply: isEmpty ? nil : apply
        )
    }

    private func write(
        _ writes: [Write],
        _ tenant: TenantID,
        from: Position,
        to: Position,
        _ releasesBefore: [UUID: Int],
        _ width: Int
    ) async -> [(any Error)?] {
        var errors: [(any Error)?] = Array(repeating: nil, count: writes.count)
        let idle = writes.indices.filter { writes[$0].isIdle }
        if idle.count > 1 {
            do {
                let moved = try await moveIdle(idle.map { writes[$0] }, tenant, from: from, to: to)
                for index in idle where !moved.contains(writes[index].generation) {
                    errors[index] = Fenced(projector: writes[index].projector)
                }
            } catch {
                for index in idle { errors[index] = error }
            }
        }
        let busy = idle.count > 1 ? writes.indices.filter { !writes[$0].isIdle } : Array(writes.indices)
        let found = await busy.mapped(max(width, 1)) { index -> (any Error)? in
            do {
                try await self.write(writes[index], tenant, from: from, to: to, releasesBefore)
                return nil
            } catch {
                return error
            }
        }
        for (index, error) in zip(busy, found) { errors[index] = error }
        return errors
    }

    /// Moves the checkpoints of runs that have nothing to write, in one statement.
    private func moveIdle(
        _ writes: [Write],
        _ tenant: TenantID,
        from: Position,
        to: Position
    ) async throws -> Set<Int32> {
        try await pool.withTransaction { connection in
            let present = try await Self.hold(writes.map(\.generation), on: connection)
            let rows = try await connection.query(
                """
                UPDATE projections.checkpoints AS c
                SET position = \(to), updated_at = statement_timestamp()
                FROM unnest(\(writes.map(\.generation))::integer[], \(writes.map(\.decisions))::integer[])
                    AS w (generation, decisions)
                WHERE c.tenant_id = \(tenant.rawValue)
                    AND c.generation = ANY (\(present))
                    AND c.position = \(from)
                    AND w.generation = c.generation
                    AND w.decisions = c.decisions
                RETURNING c.generation
                """
            )
            return Set(try rows.map { try $0.decode(0, as: Int32.self) })
        }
    }

    /// Keeps generations from being retired until the transaction ends; those that were retired are left out.
    private static func hold(_ generations: [Int32], on connection: PostgresConnection) async throws -> [Int32] {
        let rows = try await connection.query(
            """
            SELECT g.generation
            FROM projections.generations AS g
            WHERE g.generation = ANY (\(generations))
                AND g.state <> 'retired'
            ORDER BY g.generation
            FOR SHARE
            """
        )
        return try rows.map { try $0.decode(0, as: Int32.self) }
    }

    private func write(
        _ write: Write,
        _ tenant: TenantID,
        from: Position,
        to: Position,
        _ releasesBefore: [UUID: Int]
    ) async throws {
        let load = memories.map {
            LoadedBatch(memory: $0.memory(of: write.generation, tenant), releasesBefore: releasesBefore)
        }
        try await pool.withTransaction { connection in
            try await Generations.enter(write.generation, durably: false, on: connection)
            guard try await !Self.hold([write.generation], on: connection).isEmpty else {
                throw Fenced(projector: write.projector)
            }
            let moved = try await connection.execute(
                """
                UPDATE projections.checkpoints
                SET position = \(to), updated_at = statement_timestamp()
                WHERE tenant_id = \(tenant.rawValue)
                    AND generation = \(write.generation)
                    AND position = \(from)
                    AND decisions = \(write.decisions)
                """
            )
            guard moved == 1 else { throw Fenced(projector: write.projector) }
            for event in write.newlyParked {
                try await ParkedStreams.insert(event, write.generation, tenant, on: connection)
            }
            let context = context(write.projector, write.generation, tenant, at: to, load, on: connection)
            try await write.apply?(context)
            if load?.memory.isUsed == true { try await keepsMemory(true, write.generation, on: connection) }
        }
        if write.apply != nil { statistics.wrote(to - from, write.generation, on: pool, logger) }
    }

    private func context(
        _ projector: String,
        _ generation: Int32,
        _ tenant: TenantID,
        at position: Position,
        _ load: LoadedBatch?,
        on connection: PostgresConnection
    ) -> ProjectionContext {
        ProjectionContext(
            connection: connection,
            tenant: tenant,
            generation: generation,
            position: position,
            files: files,
            projector: projector,
            load: load
        )
    }

    private func keepsMemory(_ keeps: Bool, _ generation: Int32, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE projections.generations
            SET keeps_memory = \(keeps)
            WHERE generation = \(generation)
                AND keeps_memory <> \(keeps)
            """
        )
    }

    /// Writes what a rebuild's memory holds of a run, so that its tables tell everything.
    func settle(_ run: ProjectionRun, _ tenant: TenantID, at position: Position) async throws {
        guard let memory = memories?.memory(of: run.generation, tenant), memory.isUsed || memory.isFilling else {
            return
        }
        try await pool.withTransaction { connection in
            try await Generations.enter(run.generation, on: connection)
            let load = LoadedBatch(memory: memory, releasesBefore: [:])
            try await run.projector.settle(
                in: context(run.projector.name, run.generation, tenant, at: position, load, on: connection)
            )
        }
        memory.isFilled()
    }

    /// After all tenants of a run were settled.
    func isSettled(_ run: ProjectionRun) async throws {
        let wantsIndexes = memories?.wantsIndexes(run.generation) == true
        try await pool.withTransaction { connection in
            if wantsIndexes {
                try await Generations(files: files).makeLateIndexes(run.projector, run.generation, on: connection)
                try await Generations.leaveToAutovacuum(run.generation, true, on: connection)
            }
            try await keepsMemory(false, run.generation, on: connection)
        }
        // Readers come next.
        await statistics.vacuum(run.generation, on: pool, logger)
    }
}

/// Another instance moved this checkpoint, an operator decided about a parked stream, or the generation was retired: this one
/// stops and looks again.
struct Fenced: Error, CustomStringConvertible {
    let projector: String
    var description: String { "another instance of projector \(projector) was first" }
}

extension Array where Element: Sendable {
    /// Maps every element, so many of them at the same time; in their order.
    fileprivate func mapped<Value: Sendable>(
        _ width: Int,
        _ transform: @escaping @Sendable (Element) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            var waiting = enumerated().makeIterator()
            func next() {
                guard let (place, element) = waiting.next() else { return }
                group.addTask { (place, await transform(element)) }
            }
            for _ in 0..<width { next() }
            var values: [Value?] = Array<Value?>(repeating: nil, count: count)
            for await (place, value) in group {
                values[place] = .some(value)
                next()
            }
            return values.compactMap { $0 }
        }
    }
}
