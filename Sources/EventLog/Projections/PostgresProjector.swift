import EventSourcing
import Postgres

/// A projector that writes its deltas to PostgreSQL: its SQL lies in `schema/projections/<name>/`.
///
/// `tables.sql` makes a generation's tables, `indexes.sql` and `late_indexes.sql` their further indexes, `views.sql` the
/// views over them; none names a schema of its own tables, the engine sets `search_path` to the generation.
package protocol PostgresProjector: Projector {
    /// Files of `projections/` whose tables each generation gets before its own: `publication`, `names`.
    var sharedTables: [String] { get }

    /// Tables whose rows tell whether two generations are equal.
    var comparedTables: [String] { get }

    /// Types of streams whose events change what stands of their own stream only; others end the batch of a rebuild at its
    /// first release.
    var separateStreamTypes: Set<String> { get }

    /// Whether a stream's events, read later than those of other streams, give the same rows as in their place, as long
    /// as no event of `boundaryTypes` lies between.
    ///
    /// Only then can a parked stream be read on (`ParkedStreamDecisions`); else a rebuild has to. False unless said.
    var isCommutative: Bool { get }

    /// Writes a batch's delta: a few set-based statements, rows sorted by key, in the transaction that moves the
    /// checkpoint.
    func apply(_ delta: Delta, in context: ProjectionContext) async throws

    /// Writes what a rebuild's memory holds and the tables do not yet, so that the memory could be made again from them.
    func settle(in context: ProjectionContext) async throws
}

extension PostgresProjector {
    package var separateStreamTypes: Set<String> { [] }

    package var isCommutative: Bool { false }

    package func settle(in context: ProjectionContext) async throws {}
}

/// Where a delta is written: one transaction on one generation of one tenant.
package struct ProjectionContext: Sendable {
    package let connection: PostgresConnection
    package let tenant: TenantID
    package let generation: Int32
    /// The position that the checkpoint moves to.
    package let position: Position
    let files: SchemaFiles
    let projector: String
    /// Of a rebuild; nil: the batch is live, and ends at its only release if it has one.
    package let load: LoadedBatch?

    /// Whether a batch counts what it changes; else a rebuild counts everything at its end.
    package var countsAsItGoes: Bool { load?.memory.isFilling != true }

    /// The text of one of the projector's statements.
    package func statement(_ name: String, _ binds: [any PostgresEncodable]) throws(SchemaError) -> SQL {
        SQL(try files.projection(projector, name).text, binds)
    }
}
