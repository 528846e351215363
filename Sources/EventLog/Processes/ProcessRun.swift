import EventSourcing
import Logging
import Postgres

/// One process on one tenant's log: reads the next stretch, has its commands stored, moves its checkpoint.
package actor ProcessRun {
    /// Events of one stretch, and commands on their way at once: so many that a group of them is worth its append, so few that
    /// no message waits long behind one.
    package static let stretch = 2_000
    /// Events of one stretch while others go first.
    static let shortestStretch = 250
    static let width = 128

    private let process: any LogProcess
    private let tenant: TenantID
    private let store: any EventStore
    private let pool: PostgresPool
    private let logger: Logger
    /// Where this run left the checkpoint; nil: it has to be told.
    private var position: Position?

    package init(
        _ process: any LogProcess,
        tenant: TenantID,
        store: any EventStore,
        pool: PostgresPool,
        logger: Logger
    ) {
        self.process = process
        self.tenant = tenant
        self.store = store
        self.pool = pool
        self.logger = logger
    }

    /// Events of one stretch while the read models are so many events behind: from a whole one, when they are at the head, down
    /// to the shortest, when they are as far behind as is allowed or further.
    package static func stretch(whenBehind behind: Position, of allowance: Position) -> Int {
        let share = Double(max(behind, 0)) / Double(max(allowance, 1))
        return stretch - Int(Double(stretch - shortestStretch) * min(share, 1))
    }

    /// Goes one stretch further.
    ///
    /// - Parameter events: of the stretch, at most.
    /// - Returns: whether there was anything to read.
    /// - Throws: what the store or the database throws; `Overtaken` when somebody else moved the checkpoint meanwhile. The
    ///   stretch is then read again.
    package func advance(by events: Int = stretch) async throws -> Bool {
        let stored = try await checkpoint()
        if position != stored { try await process.begin(after: stored) }
        position = nil
        let events = try await store.events(of: tenant, after: stored, limit: events)
        guard let last = events.last else {
            position = stored
            return false
        }
        let refusals = try await execute(try await process.commands(for: events))
        try await move(from: stored, to: last.position, refusals)
        position = last.position
        return true
    }

    /// Where the checkpoint stands.
    private func checkpoint() async throws -> Position {
        let rows = try await pool.query(
            """
            SELECT c.position
            FROM projections.process_checkpoints AS c
            WHERE c.tenant_id = \(tenant.rawValue)
                AND c.process = \(process.name)
                AND c.version = \(Int32(process.version))
            """
        )
        return try rows.first?.decode(0, as: Int64.self) ?? 0
    }

    private struct Refusal: Sendable {
        let command: ProcessCommand
        let reason: String
    }

    /// What the domain refuses, or cannot read, is noted and the others go on; anything else ends the stretch.
    private func execute(_ commands: [ProcessCommand]) async throws -> [Refusal] {
        let store = store
        var refusals: [Refusal] = []
        var next = commands.makeIterator()
        try await withThrowingTaskGroup(of: Refusal?.self) { group in
            func add() {
                guard let command = next.next() else { return }
                group.addTask {
                    do {
                        _ = try await store.execute(command.submission)
                        return nil
                    } catch let rejection as any Rejection {
                        return Refusal(command: command, reason: rejection.detail)
                    } catch let error as UndecodableEvent {
                        return Refusal(command: command, reason: "\(error)")
                    }
                }
            }
            for _ in 0..<Self.width { add() }
            while let refusal = try await group.next() {
                if let refusal { refusals.append(refusal) }
                add()
            }
        }
        for refusal in refusals {
            logger.error(
                "a process was refused; the event is left as it is",
                metadata: [
                    "process": "\(process.name)", "position": "\(refusal.command.position)",
                    "stream": "\(refusal.command.submission.stream)", "reason": "\(refusal.reason)",
                ]
            )
        }
        return refusals
    }

    private func move(from old: Position, to new: Position, _ refusals: [Refusal]) async throws {
        let (tenant, process) = (tenant, process)
        try await pool.withTransaction { connection in
            if !refusals.isEmpty {
                try await connection.execute(
                    """
                    INSERT INTO projections.process_refusals (tenant_id, process, version, position, stream_id, reason)
                    SELECT \(tenant.rawValue), \(process.name), \(Int32(process.version)), r.position, r.stream_id, r.reason
                    FROM unnest(
                        \(refusals.map(\.command.position)), \(refusals.map(\.command.submission.stream.id)),
                        \(refusals.map(\.reason))
                    ) AS r (position, stream_id, reason)
                    ON CONFLICT (tenant_id, process, version, position, stream_id) DO NOTHING
                    """
                )
            }
            if old == 0 {
                try await connection.execute(
                    """
                    INSERT INTO projections.process_checkpoints (tenant_id, process, version, position)
                    VALUES (\(tenant.rawValue), \(process.name), \(Int32(process.version)), 0)
                    ON CONFLICT (tenant_id, process, version) DO NOTHING
                    """
                )
            }
            let moved = try await connection.query(
                """
                UPDATE projections.process_checkpoints AS c
                SET position = \(new),
                    updated_at = now()
                WHERE c.tenant_id = \(tenant.rawValue)
                    AND c.process = \(process.name)
                    AND c.version = \(Int32(process.version))
                    AND c.position = \(old)
                RETURNING c.position
                """
            )
            guard moved.count == 1 else { throw Overtaken(process: process.name) }
        }
    }
}

/// Somebody else moved the checkpoint: what they read is not read again.
package struct Overtaken: Error, CustomStringConvertible {
    package let process: String

    package var description: String { "another instance of process \(process) was first" }
}
