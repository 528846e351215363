import EventLog
import Foundation
import Postgres
import Statistics

/// What stands in a projector's tables for its publications, read once for all of them (`contributions.sql`).
///
/// Of each row the publications have cells of their own; coordinates that return are taken apart once.
struct CountedRows: Sendable {
    private struct Row: Sendable {
        let message: UUID
        let person: UUID?
        let support: Int32
        let demand: Int16
        let messages: Int16
        let coordinates: Int32
    }

    private var rows: [Row] = []
    /// By number of the coordinates: the cell in each publication that counts them.
    private var cells: [[String: [String]]] = []

    /// What of `messages` counts; nil: of all.
    static func read(
        _ publications: [String],
        of messages: [UUID]?,
        _ projector: some PublishingProjector,
        in context: ProjectionContext
    ) async throws -> CountedRows {
        var counted = CountedRows()
        if publications.isEmpty || messages?.isEmpty == true { return counted }
        let statement = try context.statement("contributions", [context.tenant.rawValue, publications, messages])
        var numbers: [String: Int32] = [:]
        if messages != nil {
            let rows = try await context.connection.query(statement)
            try counted.append(rows, projector, &numbers)
            return counted
        }
        // Of all of them: not one by one by an index, and not all at once in memory.
        try await context.connection.execute(
            "SELECT set_config('enable_seqscan', 'on', true), set_config('cursor_tuple_fraction', '1', true)"
        )
        try await context.connection.execute("DECLARE counted NO SCROLL CURSOR FOR\n" + statement)
        while true {
            let rows = try await context.connection.query("FETCH FORWARD 20000 FROM counted")
            if rows.isEmpty { break }
            try counted.append(rows, projector, &numbers)
        }
        try await context.connection.execute("CLOSE counted")
        try await context.connection.execute("SELECT set_config('enable_seqscan', 'off', true)")
        return counted
    }

    private mutating func append(
        _ more: PostgresRows,
        _ projector: some PublishingProjector,
        _ numbers: inout [String: Int32]
    ) throws {
        rows.reserveCapacity(rows.count + more.count)
        for row in more {
            let (message, demand, person, messages, support, coordinates) = try row.decode(
                (UUID, Int16, UUID?, Int16, Int32, String).self
            )
            let text = coordinates.byByte
            let number = numbers[text] ?? Int32(cells.count)
            if Int(number) == cells.count {
                numbers[text] = number
                let parts = text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
                cells.append(projector.cells(parts))
            }
            rows.append(
                Row(
                    message: message,
                    person: person,
                    support: support,
                    demand: demand,
                    messages: messages,
                    coordinates: number
                )
            )
        }
    }

    /// What counts in one publication.
    func contributions(in publication: String) -> [Contribution] {
        let paths = cells.map { $0[publication] }
        return rows.compactMap { row in
            guard let path = paths[Int(row.coordinates)] else { return nil }
            let message = row.message.number
            return Contribution(
                // Its message plus its place in the message, so that both come back.
                demand: message &+ UInt128(truncatingIfNeeded: row.demand),
                person: row.person?.number,
                message: message,
                messages: Int(row.messages),
                reportedSupport: Int(row.support),
                path: path
            )
        }
    }
}
