import Foundation
import Postgres

/// One number out of a database.
enum Query {
    static func number(_ text: String, at url: String) async throws -> Int {
        let configuration = try PostgresConfiguration(
            connectionString: url.trimmingCharacters(in: .whitespacesAndNewlines)
        )
        let connection = try await PostgresConnection.connect(configuration)
        do {
            let number = try await connection.query(SQL(text)).first?.decode(0, as: Int64?.self) ?? nil
            await connection.close()
            return Int(number ?? 0)
        } catch {
            await connection.close()
            throw error
        }
    }
}
