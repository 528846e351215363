import EventSourcing
import Foundation
import Logging
import Postgres

/// Builds the next generation of projectors from the log beside the live ones, compares, and switches.
///
/// Readers and the live generations go on meanwhile; the switch itself holds its locks for an instant and gives way to
/// running queries. A rebuild that was killed goes on where it was when it is started again.
package struct Rebuild: Sendable {
    /// How it is done.
    package struct Options: Sendable {
        /// How many projectors write at the same time, and how many tables are compared.
        package var parallel = 1
        /// Rests as long as it works, so that at most half a core and half the disk are its.
        package var isGentle = false
        /// Drops the generation that was live as soon as the new one is; else it stays until the next rebuild.
        package var dropsOld = false
        /// Events of one batch; any size gives the same rows.
        package var batchSize = 20_000
        /// Builds generations that stand at a past position, and switches nothing.
        package var asOf: AsOf?

        package init() {}

        /// For `parallel` when nobody says: the cores that are there, four at most.
        package static var width: Int { min(ProcessInfo.processInfo.activeProcessorCount, 4) }
    }

    /// What a rebuild tells while it works.
    package struct Progress: Sendable {
        /// Events that all of the projectors have passed, over all tenants.
        package let done: Position
        package let total: Position
    }

    /// What became of one projector.
    package struct Outcome: Sendable {
        package let projector: String
        package let generation: Int32
        /// Events that the new generation has folded, or passed over.
        package let events: Position
        /// How the new generation compares with the one that it replaced, at the same position. Nil: another version
        /// built the old one, or there is none to compare with.
        package let comparison: GenerationComparison?

        /// Rows in one generation only, by table; empty: they are equal.
        package var differences: [String: Int]? { comparison?.differences }
    }

    let pool: PostgresPool
    let files: SchemaFiles
    let logger: Logger
    let generations: Generations
    let records: GenerationRecords

    /// - Parameter pool: an operator's connections without a statement timeout: four, and one for each that writes at the
    ///   same time.
    package init(pool: PostgresPool, files: SchemaFiles, logger: Logger) {
        self.pool = pool
        self.files = files
        self.logger = logger
        self.generations = Generations(files: files)
        self.records = GenerationRecords(pool: pool, logger: logger)
    }

    /// Rebuilds projectors in one pass over the log.
    ///
    /// - Throws: `RebuildRunning` when another process rebuilds one of them.
    package func run(
        _ projectors: [any PostgresProjector],
        _ options: Options = Options(),
        report: @Sendable (Progress) -> Void = { _ in }
    ) async throws -> [Outcome] {
        try await locking(projectors.map(\.name)) {
            if let asOf = options.asOf { return try await build(projectors, asOf, options, report: report) }
            let runs = try await begin(projectors, name: nil)
            let step = step(options)
            // The log and the live generations move on meanwhile: go on until little is left for the switch.
            for _ in 0..<20 {
                let left = try await catchUp(runs, step, options, report: report)
                if left <= Position(step.batchSize) { break }
            }
            var outcomes: [Outcome] = []
            for run in runs {
                outcomes.append(try await Switch(self, step: step).over(to: run, keepsOld: !options.dropsOld))
            }
            return outcomes
        }
    }

    /// Puts the generation that was live before back, after it has caught up with the present one.
    ///
    /// - Throws: `NothingKept` when there is none that this version can bring up to date.
    package func switchBack(_ projector: any PostgresProjector) async throws -> Outcome {
        try await locking([projector.name]) {
            let kept = try await records.all(of: projector.name).first { $0.state == .kept }
            guard let kept, kept.version == projector.version else { throw NothingKept(projector: projector.name) }
            let run = ProjectionRun(projector: projector, generation: kept.generation)
            let options = Options()
            let step = step(options, fills: false)
            for _ in 0..<20 {
                let left = try await catchUp([run], step, options) { _ in }
                if left <= Position(step.batchSize) { break }
            }
            return try await Switch(self, step: step).over(to: run, keepsOld: true)
        }
    }

    /// Drops the generations that were live before.
    ///
    /// - Returns: how many.
    package func dropKept(_ projector: String) async throws -> Int {
        try await locking([projector]) {
            let kept = try await records.all(of: projector).filter { $0.state == .kept }
            try await records.retire(kept.map(\.generation))
            try await records.dropRetired(projector)
            return kept.count
        }
    }

    /// Drops every generation of a read model that this program does not have, the live one and its views too.
    ///
    /// - Returns: how many.
    package func dropAll(of projector: String) async throws -> Int {
        try await locking([projector]) {
            let count = try await records.all(of: projector).count
            try await records.abandon(projector)
            try await records.dropRetired(projector)
            return count
        }
    }

    /// - Parameter fills: the generations are new, or were left by a rebuild that was killed.
    func step(_ options: Options, fills: Bool = true) -> ProjectionStep {
        ProjectionStep(
            pool: pool,
            files: files,
            logger: logger,
            batchSize: options.batchSize,
            width: options.parallel,
            readsAhead: !options.isGentle,
            memories: ProjectionMemories(fills: fills)
        )
    }

    /// Keeps every other process from rebuilding these, for as long as `body` runs.
    private func locking<Value>(_ projectors: [String], _ body: () async throws -> Value) async throws -> Value {
        try await pool.withConnection { holder in
            var held: [String] = []
            do {
                for projector in projectors.sorted() {
                    let key = "chorus rebuild \(projector)"
                    let locked = try await holder.query("SELECT pg_try_advisory_lock(hashtextextended(\(key), 0))")
                    guard try locked.first?.decode(0, as: Bool.self) == true else {
                        throw RebuildRunning(projector: projector)
                    }
                    held.append(key)
                }
                let value = try await body()
                try await unlock(held, holder)
                return value
            } catch {
                // In a task of its own: this one may be cancelled, and whoever begins again at once must find them free. Should
                // this fail too, closing the connection frees the locks, a moment later.
                let locked = held
                try? await Task { try await unlock(locked, holder) }.value
                throw error
            }
        }
    }

    private func unlock(_ keys: [String], _ holder: PostgresConnection) async throws {
        for key in keys { try await holder.execute("SELECT pg_advisory_unlock(hashtextextended(\(key), 0))") }
    }
}

/// Another process is rebuilding this projector.
package struct RebuildRunning: Error, CustomStringConvertible {
    package let projector: String
    package var description: String { "projector \(projector) is being rebuilt by another process; wait for that one" }
}

/// There is no older generation to go back to.
package struct NothingKept: Error, CustomStringConvertible {
    package let projector: String
    package var description: String {
        "there is no older generation of \(projector) that this version can bring up to date; rebuild it instead"
    }
}
