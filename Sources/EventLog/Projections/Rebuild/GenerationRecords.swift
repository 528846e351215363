import EventSourcing
import Logging
import Postgres

/// A row of `projections.generations`.
struct GenerationRecord: Sendable {
    enum State: String, Sendable {
        case building, live, kept, retired
        case asOf = "as_of"
    }

    let generation: Int32
    let version: Int
    let state: State
    /// Of a generation as of a time.
    let name: String?
    /// A rebuild left it with published rows that its tables do not tell all of.
    let keepsMemory: Bool
}

/// Which generations there are, and what becomes of them; needs an operator's connections.
struct GenerationRecords: Sendable {
    let pool: PostgresPool
    let logger: Logger

    /// All of a projector, the newest first.
    func all(of projector: String) async throws -> [GenerationRecord] {
        let rows = try await pool.query(
            """
            SELECT g.generation, g.projector_version, g.state, g.name, g.keeps_memory
            FROM projections.generations AS g
            WHERE g.projector = \(projector)
            ORDER BY g.generation DESC
            """
        )
        return try rows.map { row in
            let (generation, version, state, name, keepsMemory) = try row.decode(
                (Int32, Int32, String, String?, Bool).self
            )
            return GenerationRecord(
                generation: generation,
                version: Int(version),
                state: GenerationRecord.State(rawValue: state) ?? .retired,
                name: name,
                keepsMemory: keepsMemory
            )
        }
    }

    /// Takes generations out of use; they are dropped by `dropRetired`.
    func retire(_ generations: [Int32]) async throws {
        try await pool.execute(
            """
            UPDATE projections.generations
            SET state = 'retired'
            WHERE generation = ANY (\(generations))
                AND state <> 'live'
            """
        )
    }

    /// Takes all generations of a projector out of use, the live one too.
    func abandon(_ projector: String) async throws {
        try await pool.execute("UPDATE projections.generations SET state = 'retired' WHERE projector = \(projector)")
    }

    /// Drops what was retired, one by one; one that is still being read is left to the next time.
    func dropRetired(_ projector: String) async throws {
        for record in try await all(of: projector) where record.state == .retired {
            do {
                try await drop(record.generation)
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
                logger.warning(
                    "a retired generation is still being read; the next rebuild drops it",
                    metadata: ["generation": "\(record.generation)"]
                )
            }
        }
    }

    private func drop(_ generation: Int32) async throws {
        try await pool.withTransaction { connection in
            try await connection.run(
                script: "DROP SCHEMA IF EXISTS \(identifier: Generations.schema(generation)) CASCADE"
            )
            for table in ["checkpoints", "parked_streams", "complaints", "generations"] {
                let statement: UtilitySQL =
                    "DELETE FROM projections.\(identifier: table) WHERE generation = \(literal: generation)"
                try await connection.run(script: statement)
            }
        }
    }
}
