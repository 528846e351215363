import EventLog
import Foundation
import Postgres

/// The cells of a board that a batch emptied, as its `apply.sql` returns them.
struct CellKeys {
    private var grain: [String] = []
    private var period: [PostgresDate] = []
    private var coordinates: [UUID] = []

    /// - Parameter rows: grain, period, coordinates and demands of every cell that was written.
    init(emptied rows: PostgresRows) throws {
        for row in rows {
            let (grain, period, coordinates, demands) = try row.decode((String, PostgresDate, UUID, Int32).self)
            guard demands == 0 else { continue }
            self.grain.append(grain)
            self.period.append(period)
            self.coordinates.append(coordinates)
        }
    }

    /// Deletes them: a rebuild would never have made them.
    func sweep(in context: ProjectionContext) async throws {
        guard !grain.isEmpty else { return }
        try await context.connection.execute(
            context.statement("sweep", [context.tenant.rawValue, grain, period, coordinates])
        )
    }
}
