import Foundation
import Postgres
import Synchronization

/// Makes copies of a template database beside it; a superuser's business.
package final class LawServer: Sendable {
    private let template: String
    private let name: String
    private let copies = Mutex(0)

    /// - Parameter template: the connection string of a database that nobody is connected to.
    package init(template: String) throws {
        self.template = template
        guard let path = URLComponents(string: template)?.path, path.count > 1 else { throw NoName() }
        name = String(path.dropFirst())
    }

    /// Runs a body on a fresh copy, which is dropped after it.
    package func withCopy<Value: Sendable>(
        _ body: (_ connectionString: String) async throws -> Value
    ) async throws -> Value {
        let number = copies.withLock { count in
            count += 1
            return count
        }
        let copy = "\(name)_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        try await maintain("CREATE DATABASE \(identifier: copy) TEMPLATE \(identifier: name)")
        do {
            let value = try await body(Self.connectionString(template, database: copy))
            try await maintain("DROP DATABASE \(identifier: copy) WITH (FORCE)")
            return value
        } catch {
            try? await maintain("DROP DATABASE \(identifier: copy) WITH (FORCE)")
            throw error
        }
    }

    /// Drops the template.
    package func drop() async throws { try await maintain("DROP DATABASE \(identifier: name) WITH (FORCE)") }

    private func maintain(_ statement: UtilitySQL) async throws {
        let string = Self.connectionString(template, database: "postgres")
        let connection = try await PostgresConnection.connect(try PostgresConfiguration(connectionString: string))
        do {
            try await connection.run(script: statement)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    private static func connectionString(_ string: String, database: String) -> String {
        var components = URLComponents(string: string)
        components?.path = "/\(database)"
        return components?.string ?? string
    }

    struct NoName: Error, CustomStringConvertible {
        var description: String { "a connection string must be a URL that names a database" }
    }
}
