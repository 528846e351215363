import Foundation
import Postgres
import TestSupport

/// A configuration for a fresh, empty database.
func freshDatabase() async throws -> PostgresConfiguration {
    try PostgresConfiguration(connectionString: try await TestPostgres.connectionString())
}

/// Lends a connection to a fresh, empty database and closes it.
func withFreshConnection<R>(
    _ change: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresConnection) async throws -> R
) async throws -> R {
    var configuration = try await freshDatabase()
    change(&configuration)
    return try await withConnection(configuration, body)
}

/// Lends a connection and closes it.
func withConnection<R>(
    _ configuration: PostgresConfiguration,
    _ body: (PostgresConnection) async throws -> R
) async throws -> R {
    let connection = try await PostgresConnection.connect(configuration)
    do {
        let value = try await body(connection)
        await connection.close()
        return value
    } catch {
        await connection.close()
        throw error
    }
}

/// The `PostgresError` that `body` throws; nil if it throws nothing. Any other error passes through.
func postgresError(_ body: () async throws -> Void) async throws -> PostgresError? {
    do {
        try await body()
        return nil
    } catch let error as PostgresError {
        return error
    }
}

/// Looks again and again, letting others work, until the condition holds; false after ten seconds.
///
/// For states that only the server or the system can show and that no signal announces.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        // A busy loop would take the processor from what it waits for.
        try await Task.sleep(for: .milliseconds(2))
    }
    return false
}

/// A random generator whose seed a failing test can print.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
